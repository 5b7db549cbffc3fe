/*
 * web_peer LISTEN CONNECTIONS DEPTH kept|unkept - what one would take instead of holdfast behind
 * HTTP: reserve as one function call in PostgreSQL a request, behind the same door as the gateway's.
 * DATABASE_URL says which database; it has the functions of peer-function.sql and
 * peer-kept-function.sql.
 *
 * One thread has all connections to the database, in pipeline mode: each has up to DEPTH requests
 * under way, each a transaction of its own, of a statement that was prepared. The one with the fewest
 * is given the next. A request is answered when its transaction is committed. `kept`: one
 * Idempotency-Key has one answer, for which each decision is kept; `unkept`: a request that comes again
 * is another, and refusals leave nothing. It looks at no API key and no session, and reads what it
 * needs of the body alone. Prints "listen ADDRESS".
 */
#include <errno.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/http/http.h"

#define CONNECTIONS_MAX 64
#define DEPTH_MAX 256
#define TEXT_BYTES 400
#define KEPT "SELECT holdfast.peer_kept($1::text, $2::text[], $5::text, $3::integer, $4::bigint)"
#define UNKEPT "SELECT holdfast.peer_reserve($1::text, $2::text[], $3::integer, $4::bigint)"

/* A request on its way. */
struct job {
	struct job *next;
	struct http_token token;
	int code;
	char key[TEXT_BYTES];
	char show[TEXT_BYTES], seats[TEXT_BYTES]; /* {"A1","A2"}, an array as PostgreSQL reads it */
};

struct line {
	PGconn *session;
	int number;
	long count;                       /* that were ever sent */
	struct job *under_way[DEPTH_MAX]; /* a ring, the oldest at `first` */
	int first, waiting;
};

static struct http *http;
static struct line lines[CONNECTIONS_MAX];
static int line_count, depth, epoll, wake;
static bool is_kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over those that nobody has yet: */
static struct job *waiting, **last = &waiting;

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "web_peer: %s: %s\n", what, why);
	exit(1);
}

/* ---- HTTP ---- */

static void answer(struct http_token token, unsigned status, const char *body)
{
	static const char json[] = "application/json";
	const struct http_header type = {text_of("Content-Type"), {json, sizeof json - 1}};
	const struct http_answer a = {
	    .status = status, .headers = &type, .header_count = 1, .body = text_of(body)};

	(void)http_answer(http, token, &a);
}

/* What stands between two marks behind a key, which is cut to fit; false: it is not there. */
static bool cut(const char *body, const char *key, char open, char close, char *to)
{
	const char *at = strstr(body, key), *end;

	at = at ? strchr(at + strlen(key), open) : NULL;
	end = at ? strchr(at + 1, close) : NULL;
	if (!end || end - at >= TEXT_BYTES - 2)
		return false;
	memcpy(to, at + 1, (size_t)(end - at - 1));
	to[end - at - 1] = '\0';
	return true;
}

static void serve(void *context, struct http_token token, const struct http_request *request,
                  const struct http_peer *peer)
{
	struct job *job = calloc(1, sizeof *job);
	char body[4 * TEXT_BYTES], seats[TEXT_BYTES];
	const uint64_t one = 1;
	bool was_empty;

	(void)context, (void)peer;
	snprintf(body, sizeof body, "%.*s", TEXT_ARGS(request->body));
	if (!job || !cut(body, "\"show_id\":", '"', '"', job->show) ||
	    !cut(body, "\"seat_ids\":", '[', ']', seats)) {
		free(job);
		answer(token, 400, "{\"reason\":\"INVALID_REQUEST\"}");
		return;
	}
	snprintf(job->key, sizeof job->key, "%.*s",
	         TEXT_ARGS(http_header_find(request, "Idempotency-Key")));
	snprintf(job->seats, sizeof job->seats, "{%.*s}", TEXT_BYTES - 3, seats);
	job->token = token;
	pthread_mutex_lock(&lock);
	was_empty = !waiting;
	*last = job;
	last = &job->next;
	pthread_mutex_unlock(&lock);
	if (was_empty)
		(void)!write(wake, &one, sizeof one);
}

static void finish(struct job *job)
{
	char body[3 * TEXT_BYTES];
	size_t bytes = strlen(job->seats);

	if (job->code == 200)
		snprintf(body, sizeof body, "{\"show_id\":\"%s\",\"reason\":\"RESERVED\",\"seat_ids\":[%.*s]}",
		         job->show, (int)bytes - 2, job->seats + 1);
	else
		snprintf(body, sizeof body, "{\"status\":%d,\"reason\":\"SEATS_TAKEN\",\"show_id\":\"%s\"}",
		         job->code, job->show);
	answer(job->token, (unsigned)job->code, body);
	free(job);
}

/* ---- the database ---- */

static void watch(struct line *line, bool is_first)
{
	int rest = PQflush(line->session);
	struct epoll_event event = {.events = EPOLLIN | (rest > 0 ? EPOLLOUT : 0), .data.ptr = line};

	if (rest < 0)
		die("sending", PQerrorMessage(line->session));
	if ((is_first || rest > 0) && epoll_ctl(epoll, is_first ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
	                                        PQsocket(line->session), &event))
		die("epoll_ctl", strerror(errno));
}

static void open_line(struct line *line, int number)
{
	const char *url = getenv("DATABASE_URL");
	PGresult *prepared;

	line->number = number;
	line->session = PQconnectdb(url ? url : "");
	if (PQstatus(line->session) != CONNECTION_OK)
		die("connecting", PQerrorMessage(line->session));
	prepared = PQprepare(line->session, "reserve", is_kept ? KEPT : UNKEPT, 0, NULL);
	if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
		die("preparing", PQerrorMessage(line->session));
	PQclear(prepared);
	if (PQsetnonblocking(line->session, 1) || !PQenterPipelineMode(line->session))
		die("pipeline mode", PQerrorMessage(line->session));
	watch(line, true);
}

static void send_job(struct line *line, struct job *job)
{
	char number[16], count[24];
	const char *values[] = {job->show, job->seats, number, count, job->key};

	snprintf(number, sizeof number, "%d", line->number);
	snprintf(count, sizeof count, "%ld", ++line->count);
	if (!PQsendQueryPrepared(line->session, "reserve", is_kept ? 5 : 4, values, NULL, NULL, 0) ||
	    !PQpipelineSync(line->session))
		die("sending", PQerrorMessage(line->session));
	line->under_way[(line->first + line->waiting++) % DEPTH_MAX] = job;
}

static struct line *free_line(void)
{
	struct line *least = &lines[0];

	for (int i = 1; i < line_count; i++)
		if (lines[i].waiting < least->waiting)
			least = &lines[i];
	return least->waiting < depth ? least : NULL;
}

/* As many as there is room for. */
static void send_waiting(void)
{
	bool is_touched[CONNECTIONS_MAX] = {false};
	struct line *line;

	while ((line = free_line())) {
		struct job *job;

		pthread_mutex_lock(&lock);
		job = waiting;
		waiting = job ? job->next : NULL;
		if (!waiting)
			last = &waiting;
		pthread_mutex_unlock(&lock);
		if (!job)
			break;
		send_job(line, job);
		is_touched[line->number] = true;
	}
	for (int i = 0; i < line_count; i++)
		if (is_touched[i])
			watch(&lines[i], false);
}

static void take_result(struct line *line, PGresult *result)
{
	struct job *job = line->under_way[line->first];

	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
		job->code = atoi(PQgetvalue(result, 0, 0));
		return;
	case PGRES_PIPELINE_SYNC: /* committed */
		line->first = (line->first + 1) % DEPTH_MAX;
		line->waiting--;
		finish(job);
		return;
	default: /* two that waited for each other */
		job->code = 500;
		fprintf(stderr, "web_peer: %s", PQresultErrorMessage(result));
	}
}

static void receive(struct line *line)
{
	if (!PQconsumeInput(line->session))
		die("receiving", PQerrorMessage(line->session));
	while (line->waiting && !PQisBusy(line->session)) {
		PGresult *result = PQgetResult(line->session);

		if (result) /* behind those of a statement comes NULL */
			take_result(line, result);
		PQclear(result);
	}
}

static void run(void)
{
	struct epoll_event events[CONNECTIONS_MAX];

	for (;;) {
		int count = epoll_wait(epoll, events, CONNECTIONS_MAX, -1);
		uint64_t unused;

		for (int i = 0; i < count; i++) {
			struct line *line = events[i].data.ptr;

			if (!line) {
				(void)!read(wake, &unused, sizeof unused);
				continue;
			}
			receive(line);
			if (events[i].events & EPOLLOUT) {
				struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};

				(void)epoll_ctl(epoll, EPOLL_CTL_MOD, PQsocket(line->session), &event);
				watch(line, false);
			}
		}
		send_waiting();
	}
}

int main(int argc, char **argv)
{
	struct http_settings settings = {HTTP_USUAL, .option = "LISTEN",
	                                 .limits.body_bytes_max = 65536};
	const struct http_handler handler = {.serve = serve};
	struct epoll_event event = {.events = EPOLLIN};
	struct err e;

	if (argc != 5 || (line_count = atoi(argv[2])) < 1 || line_count > CONNECTIONS_MAX ||
	    (depth = atoi(argv[3])) < 1 || depth > DEPTH_MAX) {
		fprintf(stderr, "usage: web_peer LISTEN CONNECTIONS DEPTH kept|unkept\n");
		return 2;
	}
	settings.listen = argv[1];
	is_kept = !strcmp(argv[4], "kept");
	epoll = epoll_create1(EPOLL_CLOEXEC);
	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (epoll < 0 || wake < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event))
		die("epoll", strerror(errno));
	for (int i = 0; i < line_count; i++)
		open_line(&lines[i], i);
	if (http_open(&http, &settings, &handler, &e))
		die("listening", e.text);
	printf("listen %s\n", http_address(http));
	fflush(stdout);
	run();
}
