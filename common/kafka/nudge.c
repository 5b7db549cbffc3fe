#include "common/kafka/nudge.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/wait.h"

#define IDLE_MS 60000

struct nudge {
	struct nudge_times times;
	int sockets[NUDGE_CONNECTIONS_MAX]; /* the one to cut next is the last */
	size_t socket_count;
	bool is_shaken;
	int64_t due_ms;  /* when to cut; 0: no call is under way */
	int64_t hold_ms; /* until when the client may not connect */
	struct nudge *prev, *next;
};

static struct wait wait;
static struct nudge *all;   /* under the lock, like what is in them */
static int64_t looking_ms;  /* when the thread looks again, woken or not */
static bool has_thread;

static int64_t due_ms(const struct nudge *n)
{
	return clock_monotonic_ms() + (n->is_shaken ? n->times.shaken_ms : n->times.quiet_ms);
}

/*
 * The newest first: most often that of the transaction's coordinator, by which no other is looked
 * for. Shut down, not closed: the descriptor is the library's until it has noticed.
 */
static void cut_one(struct nudge *n)
{
	int fd;

	if (!n->socket_count)
		return;
	fd = n->sockets[n->socket_count - 1];
	for (size_t i = n->socket_count - 1; i > 0; i--)
		n->sockets[i] = n->sockets[i - 1];
	n->sockets[0] = fd;
	log_warning("a call of librdkafka does not return; cutting a connection of its",
	            F_INT("socket", fd));
	n->hold_ms = clock_monotonic_ms() + n->times.hold_ms;
	(void)shutdown(fd, SHUT_RDWR);
}

static void *run(void *none)
{
	(void)none;
	wait_lock(&wait);
	for (;;) {
		int64_t now_ms = clock_monotonic_ms();

		looking_ms = now_ms + IDLE_MS;
		for (struct nudge *n = all; n; n = n->next) {
			if (n->due_ms && n->due_ms <= now_ms) {
				cut_one(n);
				n->is_shaken = true;
				n->due_ms = due_ms(n);
			}
			if (n->due_ms && n->due_ms < looking_ms)
				looking_ms = n->due_ms;
		}
		(void)wait_until(&wait, looking_ms);
	}
	return NULL;
}

static void start(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	wait_open(&wait);
	if (pthread_attr_init(&attributes))
		return;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	has_thread = !pthread_create(&thread, &attributes, run, NULL);
	pthread_attr_destroy(&attributes);
}

struct nudge *nudge_make(const struct nudge_times *times)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct nudge *n = calloc(1, sizeof *n);

	if (!n)
		return NULL;
	pthread_once(&once, start);
	if (!has_thread) {
		free(n);
		return NULL;
	}
	n->times = *times;
	wait_lock(&wait);
	DL_APPEND(all, n);
	wait_unlock(&wait);
	return n;
}

void nudge_release(struct nudge *nudge)
{
	if (!nudge)
		return;
	wait_lock(&wait);
	DL_DELETE(all, nudge);
	wait_unlock(&wait);
	free(nudge);
}

/* By the thread of that connection, which has nothing else to do. */
static int on_socket(int domain, int type, int protocol, void *opaque)
{
	struct nudge *n = opaque;
	int fd = socket(domain, type | SOCK_CLOEXEC, protocol);
	int64_t left_ms;

	wait_lock(&wait);
	while ((left_ms = n->hold_ms - clock_monotonic_ms()) > 0) {
		wait_unlock(&wait);
		clock_sleep_ms(left_ms);
		wait_lock(&wait);
	}
	if (fd >= 0 && n->socket_count < NUDGE_CONNECTIONS_MAX)
		n->sockets[n->socket_count++] = fd;
	wait_unlock(&wait);
	return fd;
}

/* Closed under the lock, so that no other file has its number when it is cut. */
static int on_close(int fd, void *opaque)
{
	struct nudge *n = opaque;
	size_t kept = 0;
	int rc;

	wait_lock(&wait);
	for (size_t i = 0; i < n->socket_count; i++)
		if (n->sockets[i] != fd)
			n->sockets[kept++] = n->sockets[i];
	n->socket_count = kept;
	n->is_shaken = true;
	rc = close(fd);
	wait_unlock(&wait);
	return rc;
}

void nudge_attach(struct nudge *nudge, struct rd_kafka_conf_s *conf)
{
	rd_kafka_conf_set_opaque(conf, nudge);
	rd_kafka_conf_set_socket_cb(conf, on_socket);
	rd_kafka_conf_set_closesocket_cb(conf, on_close);
}

void nudge_begin(struct nudge *nudge)
{
	wait_lock(&wait);
	nudge->due_ms = due_ms(nudge);
	if (nudge->due_ms < looking_ms)
		wait_wake(&wait);
	wait_unlock(&wait);
}

void nudge_end(struct nudge *nudge, bool is_well)
{
	wait_lock(&wait);
	nudge->due_ms = 0;
	if (is_well)
		nudge->is_shaken = false;
	wait_unlock(&wait);
}

void nudge_alive(struct nudge *nudge)
{
	wait_lock(&wait);
	if (nudge->due_ms)
		nudge->due_ms = due_ms(nudge);
	wait_unlock(&wait);
}
