#include "common/kafka/ending.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

struct ending {
	void (*end)(void *client);
	void *client;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t one_less = PTHREAD_COND_INITIALIZER;
static size_t under_way; /* under the lock */

/* At exit: what the library's threads use, such as OpenSSL's, is torn down behind it. */
static void await_all(void)
{
	pthread_mutex_lock(&lock);
	while (under_way)
		pthread_cond_wait(&one_less, &lock);
	pthread_mutex_unlock(&lock);
}

static void await_at_exit(void)
{
	(void)!atexit(await_all);
}

static void *run(void *argument)
{
	struct ending ending = *(struct ending *)argument;

	free(argument);
	ending.end(ending.client);
	pthread_mutex_lock(&lock);
	under_way--;
	pthread_cond_broadcast(&one_less);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static bool start(struct ending *ending)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool is_started;

	if (pthread_attr_init(&attributes))
		return false;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	is_started = !pthread_create(&thread, &attributes, run, ending);
	pthread_attr_destroy(&attributes);
	return is_started;
}

void kafka_end(void (*end)(void *client), void *client)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct ending *ending = malloc(sizeof *ending);

	if (!ending) {
		end(client);
		return;
	}
	*ending = (struct ending){end, client};
	pthread_once(&once, await_at_exit);
	pthread_mutex_lock(&lock);
	under_way++;
	pthread_mutex_unlock(&lock);
	if (!start(ending))
		run(ending);
}
