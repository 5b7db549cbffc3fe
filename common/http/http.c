#include "common/http/http.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/http/address.h"
#include "common/http/loop.h"
#include "common/http/reply.h"

#define FILES_RESERVED 128 /* for everything that is no client's */
#define REPLIES_KEPT 512   /* pieces of memory, for the next ones */
#define FEW_FILES 256      /* of which half are */

/* As many as asked for, and as there are descriptors for. */
static unsigned connections_max(unsigned asked)
{
	struct rlimit files;
	rlim_t most = UINT16_MAX;

	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur != RLIM_INFINITY)
		most = files.rlim_cur;
	most = most > FEW_FILES ? most - FILES_RESERVED : most / 2;
	return asked && asked < most ? asked : (unsigned)most;
}

static unsigned loop_count(unsigned asked)
{
	long cores = asked ? (long)asked : sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > HTTP_LOOPS_MAX ? HTTP_LOOPS_MAX : (unsigned)cores;
}

enum rc http_try(const char *option, const char *listen, struct err *e)
{
	struct address address;
	bool is_taken;
	enum rc rc = address_open(&address, option, listen, &is_taken, e);

	address_close(&address);
	return is_taken ? RC_OK : rc;
}

enum rc http_open(struct http **out, const struct http_settings *settings,
                  const struct http_handler *handler, struct err *e)
{
	struct http *http = calloc(1, sizeof *http);
	bool is_taken;

	*out = NULL;
	if (!http)
		return err_out_of_memory(e);
	http->loops.settings = *settings;
	http->loops.handler = *handler;
	if (address_open(&http->loops.address, settings->option, settings->listen, &is_taken, e)) {
		free(http);
		return e->rc;
	}
	pool_open(&http->loops.replies, REPLY_USUAL_BYTES, REPLIES_KEPT);
	*out = http;
	if (loops_open(&http->loops, loop_count(settings->loops),
	               connections_max(settings->connections_max), e)) {
		http_close(http);
		*out = NULL;
		return e->rc;
	}
	return RC_OK;
}

const char *http_address(const struct http *http)
{
	return http->loops.address.text;
}

bool http_answer(struct http *http, struct http_token token, const struct http_answer *answer)
{
	struct reply *reply = reply_make(&http->loops.replies, token, answer);

	if (!reply)
		return false;
	loops_answer(&http->loops, reply);
	return true;
}

bool http_drain(struct http *http, int64_t wait_ms)
{
	return loops_drain(&http->loops, wait_ms);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	loops_close(&http->loops);
	pool_close(&http->loops.replies);
	free(http);
}

void http_figures(const struct http *http, struct http_figures *figures)
{
	*figures = (struct http_figures){0};
	for (unsigned i = 0; i < http->loops.count; i++) {
		const struct loop *loop = http->loops.list[i];

		figures->open += loop_load(loop);
		figures->accepted += atomic_load(&loop->conns.figures.accepted);
		figures->requests += atomic_load(&loop->conns.figures.requests);
		figures->refused += atomic_load(&loop->conns.figures.refused);
		figures->head_late += atomic_load(&loop->conns.figures.head_late);
		figures->body_late += atomic_load(&loop->conns.figures.body_late);
		figures->idle_late += atomic_load(&loop->conns.figures.idle_late);
		figures->unfinished_out += atomic_load(&loop->conns.figures.unfinished_out);
		figures->timed_out += atomic_load(&loop->conns.figures.timed_out);
		figures->crowded_out += atomic_load(&loop->conns.figures.crowded_out);
		figures->left += atomic_load(&loop->conns.figures.left);
		figures->viewers += atomic_load(&loop->hub.viewers.count);
		figures->frames += atomic_load(&loop->hub.viewers.figures.frames);
		figures->bytes += atomic_load(&loop->hub.viewers.figures.bytes);
		figures->missed += atomic_load(&loop->hub.viewers.figures.missed);
	}
}
