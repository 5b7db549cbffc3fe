#include "worker/rebuild/rebuild.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/program/bar.h"
#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/kafka/reader.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "worker/rebuild/partition.h"

#define WATCH_MS 20

struct rebuild {
	const struct lane_settings *settings;
	struct partition_result *results; /* by partition */
	atomic_int next;                  /* the first that nobody took yet */
	atomic_bool is_given_up;          /* a server is lost: no further ones are begun */
};

/* A thread, and what it works with. */
struct hand {
	struct rebuild *rebuild;
	struct partition_rebuild work;
	pthread_t thread;
	bool is_started;
	atomic_bool is_done;
};

static bool must_end(struct rebuild *rebuild)
{
	return stop_is_asked() || atomic_load(&rebuild->is_given_up);
}

/* Another partition after another; where one is refused the others still count. */
static void *work(void *argument)
{
	struct hand *hand = argument;
	struct rebuild *rebuild = hand->rebuild;

	while (!must_end(rebuild)) {
		int32_t partition = atomic_fetch_add(&rebuild->next, 1);
		struct partition_result *result;
		struct err e;

		if (partition >= rebuild->settings->pipeline->partition_count)
			break;
		log_context("partition", partition);
		result = &rebuild->results[partition];
		if (!partition_rebuild_run(&hand->work, result, &e))
			continue;
		log_error("partition not rebuilt", F_STR("sqlstate", e.code), F_STR("error", e.text));
		if (result->state != PARTITION_REFUSED)
			atomic_store(&rebuild->is_given_up, true);
	}
	atomic_store(&hand->is_done, true);
	return NULL;
}

/* ---- the bar ---- */

/* The length of the topic, in offsets; what cannot be learned is left out. */
static uint64_t measure(const struct rebuild *rebuild)
{
	const struct lane_settings *s = rebuild->settings;
	const struct kafka_reader *reader = NULL;
	uint64_t total = 0;
	struct err ignored;
	enum rc rc = kafka_pool_lend_reader(s->pipeline->pool, true, &reader, &ignored);

	for (int32_t p = 0; !rc && p < s->pipeline->partition_count && !stop_is_asked(); p++) {
		int64_t first, end;

		rc = kafka_reader_bounds(reader, s->pipeline->topics.requests, p, &first, &end, &ignored);
		if (!rc)
			total += (uint64_t)end;
	}
	kafka_pool_return_reader(s->pipeline->pool, reader, rc);
	return total;
}

static void draw(struct bar *bar, struct rebuild *rebuild)
{
	uint64_t reached = 0;

	for (int32_t p = 0; p < rebuild->settings->pipeline->partition_count; p++)
		reached += (uint64_t)atomic_load(&rebuild->results[p].reached);
	if (reached > bar->done)
		bar_add(bar, reached - bar->done);
}

/* ---- what was done ---- */

static const char *const words[][2] = {
    [PARTITION_UNFINISHED] = {"unfinished", "not finished"},
    [PARTITION_REFUSED] = {"refused", "refused; the log says why"},
    [PARTITION_UNANSWERED] = {"unanswered", "nothing was answered yet"},
    [PARTITION_COMPLETE] = {"complete", "complete already"},
    [PARTITION_AHEAD] = {"ahead", "ahead of the answers; the worker gives them"},
    [PARTITION_REBUILT] = {"rebuilt", "rebuilt"},
};

static void print_lines(const struct rebuild *rebuild)
{
	printf("partition         from  next_offset    committed      decided  state\n");
	for (int32_t p = 0; p < rebuild->settings->pipeline->partition_count; p++) {
		const struct partition_result *r = &rebuild->results[p];

		printf("%9d  %11" PRId64 "  %11" PRId64 "  %11" PRId64 "  %11" PRIu64 "  %s\n", (int)p,
		       r->from, r->next_offset, r->committed, r->decided, words[r->state][1]);
	}
}

/* false: out of memory, the document has no end. */
static bool print_json(const struct rebuild *rebuild)
{
	struct buf b = {0};
	struct json j = {.to = &b};
	bool is_whole;

	json_open_object(&j, NULL);
	json_open_array(&j, "partitions");
	for (int32_t p = 0; p < rebuild->settings->pipeline->partition_count; p++) {
		const struct partition_result *r = &rebuild->results[p];

		json_open_object(&j, NULL);
		json_write_integer(&j, "partition", p);
		json_write_integer(&j, "from", r->from);
		json_write_integer(&j, "next_offset", r->next_offset);
		json_write_integer(&j, "committed", r->committed);
		json_write_integer(&j, "decided", (int64_t)r->decided);
		json_write_string(&j, "state", words[r->state][0]);
		json_close_object(&j);
		json_print(&j, stdout);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_string(&b, "\n");
	json_print(&j, stdout);
	is_whole = !b.failed;
	buf_release(&b);
	return is_whole;
}

static enum rc judge(const struct rebuild *rebuild, struct err *e)
{
	bool is_finished = true;

	for (int32_t p = 0; p < rebuild->settings->pipeline->partition_count; p++) {
		const struct partition_result *r = &rebuild->results[p];

		if (r->end.rc) {
			*e = r->end;
			return e->rc;
		}
		is_finished = is_finished && r->state != PARTITION_UNFINISHED;
	}
	if (is_finished)
		return RC_OK;
	log_error("stopped before the end; repeat it to go on");
	return err_set(e, RC_RETRY, FROM_PROGRAM, "stopped before the end");
}

/* ---- the threads ---- */

static enum rc start(struct rebuild *rebuild, struct hand *hands, int count, int64_t wait_ms,
                     struct err *e)
{
	for (int i = 0; i < count; i++) {
		hands[i].rebuild = rebuild;
		if (partition_rebuild_open(&hands[i].work, rebuild->settings, wait_ms, e))
			return e->rc;
	}
	for (int i = 0; i < count; i++) {
		if (pthread_create(&hands[i].thread, NULL, work, &hands[i])) {
			atomic_store(&rebuild->is_given_up, true);
			return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread");
		}
		hands[i].is_started = true;
	}
	return RC_OK;
}

static void watch(struct rebuild *rebuild, struct hand *hands, int count, struct bar *bar)
{
	bool is_done;

	do {
		clock_sleep_ms(WATCH_MS);
		is_done = true;
		for (int i = 0; i < count; i++) {
			if (!hands[i].is_started || atomic_load(&hands[i].is_done))
				continue;
			is_done = false;
			partition_rebuild_watch(&hands[i].work);
		}
		draw(bar, rebuild);
	} while (!is_done);
	for (int i = 0; i < count; i++) {
		if (hands[i].is_started)
			pthread_join(hands[i].thread, NULL);
		if (hands[i].rebuild)
			partition_rebuild_close(&hands[i].work);
	}
}

enum rc rebuild_run(const struct lane_settings *settings, int64_t wait_ms, bool is_json,
                    struct err *e)
{
	struct rebuild rebuild = {.settings = settings};
	int32_t partitions = settings->pipeline->partition_count;
	int count = partitions < REBUILD_THREADS_MAX ? partitions : REBUILD_THREADS_MAX;
	struct hand *hands = calloc((size_t)count, sizeof *hands);
	struct bar bar;
	enum rc rc;

	rebuild.results = calloc((size_t)partitions, sizeof *rebuild.results);
	if (!hands || !rebuild.results) {
		rc = err_out_of_memory(e);
		log_err(LOG_ERROR, "not rebuilt", e);
		goto out;
	}
	for (int32_t p = 0; p < partitions; p++)
		rebuild.results[p] = PARTITION_RESULT_OF(p);
	bar_open(&bar, "offsets", measure(&rebuild));
	rc = start(&rebuild, hands, count, wait_ms, e);
	watch(&rebuild, hands, count, &bar);
	bar_close(&bar);
	if (rc)
		log_err(LOG_ERROR, "not rebuilt", e);
	else
		rc = judge(&rebuild, e);
	if (!is_json) {
		print_lines(&rebuild);
	} else if (!print_json(&rebuild)) {
		rc = err_out_of_memory(e);
		log_error("the report is not whole", F_STR("error", "out of memory"));
	}
out:
	free(hands);
	free(rebuild.results);
	return rc;
}
