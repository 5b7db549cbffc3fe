/*
 * sql_alone FIRST_URL SECOND_URL TOPIC BATCH [THIRD_URL] - how fast a batch's SQL is by itself.
 *
 * Reads partition 0 of a topic of requests, which KAFKA_BOOTSTRAP_SERVERS has, into memory, and
 * decides it twice, BATCH requests at a time, against databases that are as init left them:
 *
 *   first   with the worker's own code but Kafka's: decode, plan, store. Every statement that goes to
 *           the server is kept, with its arguments.
 *   second  only these statements are sent again: no Kafka, no JSON, no planning. This is as fast
 *           as one session of the server can be with the worker's SQL, however the worker is made.
 *   third   where it is given: the same, but each statement in a round trip of its own, to see
 *           which take long.
 *
 * Batches that make shows are not timed. Prints, in microseconds a request, `decode`, `plan` (the
 * rest of the first pass: look-ups in memory, rules, replies, arguments), `first_sql` and `sql` (the
 * second pass), `sql.<statement>` (the third), and `rate` = requests a second of the second pass.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "worker/store/store.h"

#define TAKE 1000
#define WAIT_MS 100
#define CONNECT_MS 5000
#define CACHED_SEATS 200000 /* the worker's default */
#define ANSWER_MS 60000

struct kept_call {
	enum query query;
	bool has_args;
	struct db_args args;
};

/* One call of db_run, as the worker's store made it. */
struct kept {
	struct kept_call *calls;
	int count;
	bool is_timed;
	struct kept *next;
};

static struct kept *first_kept, **last_kept = &first_kept;
static bool is_keeping, is_timed;
static int64_t sql_us, keeping_us;

/* The linker puts these in place of db_run: --wrap=db_run. */
enum rc __real_db_run(struct db *db, struct db_call *calls, int count, struct err *e);
enum rc __wrap_db_run(struct db *db, struct db_call *calls, int count, struct err *e);

static void keep(const struct db_call *calls, int count)
{
	struct kept *kept = calloc(1, sizeof *kept);

	if (!kept || !(kept->calls = calloc((size_t)count, sizeof kept->calls[0])))
		abort();
	kept->count = count;
	kept->is_timed = is_timed;
	for (int i = 0; i < count; i++) {
		struct kept_call *call = &kept->calls[i];

		call->query = calls[i].query;
		call->has_args = calls[i].args != NULL;
		if (!call->has_args)
			continue;
		call->args = *calls[i].args;
		call->args.bytes = (struct buf){0};
		buf_add_text(&call->args.bytes, buf_text(&calls[i].args->bytes));
		if (call->args.bytes.failed)
			abort();
	}
	*last_kept = kept;
	last_kept = &kept->next;
}

enum rc __wrap_db_run(struct db *db, struct db_call *calls, int count, struct err *e)
{
	int64_t start_us = clock_monotonic_us(), kept_us;
	enum rc rc;

	if (is_keeping)
		keep(calls, count);
	kept_us = clock_monotonic_us();
	rc = __real_db_run(db, calls, count, e);
	keeping_us += kept_us - start_us;
	sql_us += clock_monotonic_us() - kept_us;
	return rc;
}

struct requests {
	struct record *list;
	size_t count, capacity;
	struct arena texts;
	bool is_ended;
};

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct requests *requests = context;

	(void)topic, (void)partition, (void)next;
	requests->is_ended = true;
}

static enum rc read_requests(struct requests *requests, const char *topic, struct err *e)
{
	const struct kafka_settings kafka = {getenv("KAFKA_BOOTSTRAP_SERVERS"), "sql_alone", NULL};
	struct kafka_reader *reader = NULL;
	enum rc rc = kafka_reader_open(&reader, &kafka, true, e);

	if (!rc)
		rc = kafka_reader_start(reader, topic, 0, 0, e);
	while (!rc && !requests->is_ended) {
		static struct record taken[TAKE];
		size_t count = 0;

		rc = kafka_reader_take(reader, taken, TAKE, &count, WAIT_MS, on_end, requests, e);
		if (requests->count + count > requests->capacity) {
			requests->capacity = 2 * (requests->count + count);
			requests->list = realloc(requests->list,
			                         requests->capacity * sizeof requests->list[0]);
			if (!requests->list)
				abort();
		}
		/* Copied, as the reader's own go with it. */
		for (size_t i = 0; i < count; i++) {
			requests->list[requests->count++] = (struct record){
			    .topic = topic,
			    .offset = taken[i].offset,
			    .timestamp_ms = taken[i].timestamp_ms,
			    .is_append_time = taken[i].is_append_time,
			    .key = arena_copy(&requests->texts, taken[i].key),
			    .value = arena_copy(&requests->texts, taken[i].value),
			};
			record_give(&taken[i]);
		}
		if (requests->texts.failed)
			abort();
	}
	kafka_reader_close(reader);
	return rc;
}

static bool makes_shows(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		enum request_type type = batch->entries[i].request.type;

		if (type == REQUEST_CREATE_SHOW || type == REQUEST_ADD_SEATS)
			return true;
	}
	return false;
}

struct figures {
	uint64_t timed; /* requests */
	int64_t decode_us, decide_us, first_sql_us, alone_us;
	int64_t statement_us[QUERY_COUNT];
};

static enum rc decide_batch(struct store *store, struct batch *batch, struct figures *f,
                            struct err *e)
{
	int64_t start_us = clock_monotonic_us(), decoded_us;
	int64_t before_sql_us = sql_us, before_keeping_us = keeping_us;
	enum rc rc = RC_OK;

	if (!batch_decode(batch, store_progress(store)->decided_until_ms))
		return err_out_of_memory(e);
	decoded_us = clock_monotonic_us();
	is_timed = !makes_shows(batch);
	for (size_t first = 0, count; !rc && first < batch->count; first += count) {
		count = batch_together(batch, first, batch->count - first);
		rc = store_decide(store, batch, first, count, false, e);
	}
	if (is_timed && !rc) {
		f->timed += batch->count;
		f->decode_us += decoded_us - start_us;
		f->decide_us += clock_monotonic_us() - decoded_us - (keeping_us - before_keeping_us);
		f->first_sql_us += sql_us - before_sql_us;
	}
	return rc;
}

static struct db_settings settings_of(const char *url)
{
	return (struct db_settings){.url = url,
	                            .program = "sql_alone",
	                            .connect_ms = CONNECT_MS,
	                            .answer_ms = ANSWER_MS,
	                            .has_pinned_plans = true};
}

static enum rc decide_all(const struct requests *requests, const char *url, size_t batch_max,
                          struct figures *f, struct err *e)
{
	const struct db_settings settings = settings_of(url);
	const struct plan_place place = {0, 1};
	struct batch batch = {.entries = calloc(batch_max, sizeof(struct entry))};
	struct store *store = NULL;
	enum rc rc = batch.entries ? store_open(&store, &settings, &place, CACHED_SEATS, e)
	                           : err_out_of_memory(e);

	is_keeping = true;
	if (!rc)
		rc = store_take_over(store, 0, e);
	for (size_t first = 0; !rc && first < requests->count; first += batch.count) {
		size_t left = requests->count - first;

		batch.count = left < batch_max ? left : batch_max;
		for (size_t i = 0; i < batch.count; i++)
			batch.entries[i] = (struct entry){.record = requests->list[first + i]};
		rc = decide_batch(store, &batch, f, e);
		arena_clear(&batch.requests);
		batch.decoded = 0;
		arena_clear(&batch.plan);
	}
	is_keeping = false;
	store_close(store);
	batch.count = 0;
	batch_release(&batch);
	return rc;
}

/* Together, as the worker sends them. */
static enum rc run_again(const struct kept *kept, struct db *db, struct figures *f, struct err *e)
{
	int64_t start_us = clock_monotonic_us();
	struct db_call calls[DB_CALLS_MAX] = {0};
	enum rc rc;

	for (int i = 0; i < kept->count; i++) {
		calls[i].query = kept->calls[i].query;
		calls[i].args = kept->calls[i].has_args ? &kept->calls[i].args : NULL;
	}
	rc = __real_db_run(db, calls, kept->count, e);
	for (int i = 0; i < kept->count; i++)
		db_rows_release(&calls[i].rows);
	if (kept->is_timed)
		f->alone_us += clock_monotonic_us() - start_us;
	return rc;
}

static enum rc run_one_by_one(const struct kept *kept, struct db *db, struct figures *f,
                              struct err *e)
{
	enum rc rc = RC_OK;

	for (int i = 0; !rc && i < kept->count; i++) {
		struct kept_call *call = &kept->calls[i];
		struct db_call calls = {.query = call->query, .args = call->has_args ? &call->args : NULL};
		int64_t start_us = clock_monotonic_us();

		rc = __real_db_run(db, &calls, 1, e);
		if (kept->is_timed)
			f->statement_us[call->query] += clock_monotonic_us() - start_us;
		db_rows_release(&calls.rows);
	}
	return rc;
}

static enum rc run_all_again(const char *url, struct figures *f,
                             enum rc run(const struct kept *, struct db *, struct figures *,
                                         struct err *),
                             struct err *e)
{
	const struct db_settings settings = settings_of(url);
	struct db *db = NULL;
	enum rc rc = db_open(&db, &settings, e);

	for (const struct kept *kept = first_kept; !rc && kept; kept = kept->next)
		rc = run(kept, db, f, e);
	db_close(db);
	return rc;
}

static double a_request(int64_t us, const struct figures *f)
{
	return f->timed ? (double)us / (double)f->timed : 0;
}

int main(int argc, char **argv)
{
	struct requests requests = {0};
	struct figures f = {0};
	struct err e;
	size_t batch_max = argc == 5 || argc == 6 ? (size_t)strtoul(argv[4], NULL, 10) : 0;

	if (batch_max < 1 || batch_max > BATCH_MAX) {
		fprintf(stderr, "usage: sql_alone FIRST_URL SECOND_URL TOPIC BATCH [THIRD_URL]\n");
		return 2;
	}
	if (read_requests(&requests, argv[3], &e) || decide_all(&requests, argv[1], batch_max, &f, &e) ||
	    run_all_again(argv[2], &f, run_again, &e) ||
	    (argc == 6 && run_all_again(argv[5], &f, run_one_by_one, &e))) {
		fprintf(stderr, "sql_alone: %s\n", e.text);
		return 1;
	}
	printf("requests %" PRIu64 "\ndecode %.2f\nplan %.2f\nfirst_sql %.2f\nsql %.2f\nrate %.1f\n",
	       f.timed, a_request(f.decode_us, &f), a_request(f.decide_us - f.first_sql_us, &f),
	       a_request(f.first_sql_us, &f), a_request(f.alone_us, &f),
	       f.alone_us ? (double)f.timed * 1e6 / (double)f.alone_us : 0);
	for (int i = 0; i < QUERY_COUNT; i++)
		if (f.statement_us[i])
			printf("sql.%s %.2f\n", query_name((enum query)i), a_request(f.statement_us[i], &f));
	return 0;
}
