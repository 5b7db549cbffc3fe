/*
 * C11 threads by way of pthreads, linked into programs that are built with SAN=thread.
 *
 * Debian's librdkafka locks with mtx_*, waits with cnd_* and starts threads with thrd_*, which
 * glibc carries out inside itself, where ThreadSanitizer does not see it: whatever is handed from
 * one thread to another through the library would look like a race. Here each of them calls its
 * pthread twin, which ThreadSanitizer does see. glibc's own do just the same, with types of the
 * same size.
 *
 * To make and to destroy a mutex or a condition stays glibc's: ThreadSanitizer counts these as
 * writes, and the library knows by atomic counters, unseen, when nobody uses one any more.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <threads.h>

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "glibc's mtx_t is a pthread_mutex_t");
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "glibc's cnd_t is a pthread_cond_t");
static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "glibc's once_flag is a pthread_once_t");

static int result(int failed)
{
	switch (failed) {
	case 0:
		return thrd_success;
	case ENOMEM:
		return thrd_nomem;
	case ETIMEDOUT:
		return thrd_timedout;
	case EBUSY:
		return thrd_busy;
	default:
		return thrd_error;
	}
}

/* Lives on the stack of whoever starts a thread, until that has copied it. */
struct start {
	thrd_start_t function;
	void *argument;
	sem_t is_copied;
};

static void *run(void *argument)
{
	struct start *given = argument;
	thrd_start_t function = given->function;
	void *its_argument = given->argument;

	sem_post(&given->is_copied);
	return (void *)(intptr_t)function(its_argument);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
	struct start start = {.function = function, .argument = argument};
	int failed;

	sem_init(&start.is_copied, 0, 0);
	failed = pthread_create(thread, NULL, run, &start);
	while (!failed && sem_wait(&start.is_copied) && errno == EINTR)
		continue;
	sem_destroy(&start.is_copied);
	return result(failed);
}

int thrd_join(thrd_t thread, int *returned)
{
	void *value = NULL;
	int failed = pthread_join(thread, &value);

	if (!failed && returned)
		*returned = (int)(intptr_t)value;
	return result(failed);
}

int thrd_detach(thrd_t thread)
{
	return result(pthread_detach(thread));
}

int mtx_lock(mtx_t *mutex)
{
	return result(pthread_mutex_lock((pthread_mutex_t *)mutex));
}

int mtx_trylock(mtx_t *mutex)
{
	return result(pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
	return result(pthread_mutex_timedlock((pthread_mutex_t *)mutex, until));
}

int mtx_unlock(mtx_t *mutex)
{
	return result(pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

int cnd_signal(cnd_t *condition)
{
	return result(pthread_cond_signal((pthread_cond_t *)condition));
}

int cnd_broadcast(cnd_t *condition)
{
	return result(pthread_cond_broadcast((pthread_cond_t *)condition));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
	return result(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex,
                  const struct timespec *restrict until)
{
	return result(
	    pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, until));
}

void call_once(once_flag *flag, void (*function)(void))
{
	pthread_once((pthread_once_t *)flag, function);
}
