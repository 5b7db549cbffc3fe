/*
 * first_wish URL SHOW - how long the first wish for the best seats of a show takes once its partition
 * was taken over, when nothing is in memory: the whole show is read, and its layout made.
 *
 * With the worker's own code but Kafka's, on partition 0 of a pipeline of one, which no worker
 * serves. The wish is decided, as the partition's next record. Prints `first` and `second`, the one
 * behind it: milliseconds by the clock from the record to its COMMIT.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "worker/store/store.h"

#define CONNECT_MS 5000
#define CACHED_SEATS 200000 /* the worker's default */
#define ANSWER_MS 60000

static enum rc wish(struct store *store, const char *show_id, const char *name, struct err *e)
{
	const struct progress *progress = store_progress(store);
	struct entry entry = {0};
	struct batch batch = {.entries = &entry, .count = 1};
	int64_t start_us = clock_monotonic_us();
	char json[400];
	enum rc rc = RC_OK;

	/* An id of its own: no other record has this offset. */
	snprintf(json, sizeof json,
	         "{\"type\":\"reserve\",\"request_id\":\"00000000-0000-4000-8000-%012" PRIx64 "\","
	         "\"show_id\":\"%s\",\"session_id\":\"wish-%" PRId64 "\",\"best\":{\"count\":2}}",
	         (uint64_t)progress->next_offset, show_id, progress->next_offset);
	entry.record = (struct record){.topic = "requests",
	                               .offset = progress->next_offset,
	                               .timestamp_ms = progress->decided_until_ms + 1,
	                               .is_append_time = true,
	                               .key = text_of(show_id),
	                               .value = text_of(json)};
	if (!batch_decode(&batch, progress->decided_until_ms))
		rc = err_out_of_memory(e);
	if (!rc)
		rc = store_decide(store, &batch, 0, 1, false, e);
	if (!rc && entry.decision.outcome != OUTCOME_RESERVED)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE, "the wish was answered by %s",
		             outcome_reason(entry.decision.outcome));
	if (!rc)
		printf("%s %.3f\n", name, (double)(clock_monotonic_us() - start_us) / 1e3);
	arena_release(&batch.requests);
	arena_release(&batch.plan);
	return rc;
}

int main(int argc, char **argv)
{
	const struct plan_place place = {0, 1};
	struct db_settings settings = {.program = "first_wish",
	                               .connect_ms = CONNECT_MS,
	                               .answer_ms = ANSWER_MS,
	                               .has_pinned_plans = true};
	struct store *store = NULL;
	struct err e;

	if (argc != 3) {
		fprintf(stderr, "usage: first_wish URL SHOW\n");
		return 2;
	}
	settings.url = argv[1];
	if (store_open(&store, &settings, &place, CACHED_SEATS, &e) ||
	    store_take_over(store, 0, &e) || wish(store, argv[2], "first", &e) ||
	    wish(store, argv[2], "second", &e)) {
		fprintf(stderr, "first_wish: %s\n", e.text);
		store_close(store);
		return 1;
	}
	store_close(store);
	return 0;
}
