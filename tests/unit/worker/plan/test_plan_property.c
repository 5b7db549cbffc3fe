/*
 * However a stream of requests is cut into batches, each record is decided the same, and the rows
 * end up the same. Random streams over a universe so small that everything meets everything.
 */
#include "tests/unit/random_stream.h"
#include "tests/unit/worker/plan/model.h"

#define SEEDS 16
#define BATCH_SIZE_TRIED_MAX 64
#define RANDOM_CUTS 4

static const struct plan_place place = {STREAM_PARTITION, STREAM_PARTITIONS};
static size_t outcomes_seen[OUTCOME_COUNT];
static size_t duplicates_seen, revivals_seen, spent_ids_seen;
static size_t lapsing_seen[2]; /* without bounds, with */

/* ---- deciding them ---- */

static void count_outcome(struct model *m)
{
	const struct model_decision *row = &m->decisions[m->decision_count - 1];
	const struct decision *d = &row->decision;
	bool is_mismatch = d->outcome == OUTCOME_IDEMPOTENCY_MISMATCH;

	outcomes_seen[d->outcome]++;
	duplicates_seen += d->duplicate_of != NOT_A_DUPLICATE && !is_mismatch;
	revivals_seen += d->outcome == OUTCOME_CONFIRMED && strstr(row->reply.data, "revived") != NULL;
	for (size_t i = 0; is_mismatch && i + 1 < m->decision_count; i++)
		if (m->decisions[i].offset == d->duplicate_of &&
		    m->t_ms - m->decisions[i].t_ms >= CLAIM_MS)
			spent_ids_seen++;
}

static struct model *decide_one_by_one(const struct stream *s, const char *note)
{
	static struct model_reservation before[MODEL_RESERVATIONS_MAX];
	struct model *m = model_open(&place);

	m->note = note;
	for (size_t i = 0; i < s->count; i++) {
		size_t count = m->reservation_count;

		memcpy(before, m->reservations, count * sizeof before[0]);
		model_decide(m, &s->sent[i].record, 1);
		model_check_seats(m);
		model_check_areas(m);
		model_check_ends(m, before, count, &s->sent[i].record);
		count_outcome(m);
	}
	return m;
}

/* size 0: random ones. The bounds of areas are kept, as a cache does, in every other size. */
static void decide_in_batches(struct stream *s, struct model *expected, size_t size,
                              const char *note)
{
	struct record records[STREAM_RECORDS];
	struct model *m = model_open(&place);

	m->note = note;
	m->keeps_bounds = size % 2;
	for (size_t first = 0, count; first < s->count; first += count) {
		count = size ? size : 1 + stream_below(s, STREAM_RECORDS / 2);
		if (count > s->count - first)
			count = s->count - first;
		for (size_t i = 0; i < count; i++)
			records[i] = s->sent[first + i].record;
		if (stream_below(s, 4) == 0)
			model_refuse(m, records, count);
		model_decide(m, records, count);
		model_check_seats(m);
		model_check_areas(m);
	}
	model_check_same(expected, m);
	lapsing_seen[size % 2] += m->lapsing_read;
	model_close(m);
}

static void try_seed(uint64_t seed)
{
	struct stream *s = stream_make(seed);
	struct model *expected;
	char note[64];

	snprintf(note, sizeof note, "seed %llu, one by one", (unsigned long long)seed);
	expected = decide_one_by_one(s, note);
	for (size_t size = 1; size <= BATCH_SIZE_TRIED_MAX; size++) {
		snprintf(note, sizeof note, "seed %llu, batches of %zu", (unsigned long long)seed, size);
		decide_in_batches(s, expected, size, note);
	}
	for (int i = 0; i < RANDOM_CUTS; i++) {
		snprintf(note, sizeof note, "seed %llu, random cut %d", (unsigned long long)seed, i);
		decide_in_batches(s, expected, 0, note);
	}
	snprintf(note, sizeof note, "seed %llu, all at once", (unsigned long long)seed);
	decide_in_batches(s, expected, STREAM_RECORDS, note);
	model_close(expected);
	free(s);
}

static void every_cut_into_batches_decides_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		try_seed(seed);
}

/* Limits in which nothing fits, one show does, all do but not their holds, and everything. */
static const size_t cached_seats[] = {1, 15, 28, 1000};
static size_t evictions_seen, held_seen, whole_seen, sold_seen;

static void decide_with_cache(struct stream *s, struct model *expected, size_t size, size_t seats,
                              const char *note)
{
	struct record records[STREAM_RECORDS];
	struct cache *cache = cache_open(seats);
	struct model *m = model_open(&place);

	assert_non_null(cache);
	m->cache = cache;
	m->note = note;
	for (size_t first = 0, count; first < s->count; first += count) {
		size_t before = cache_seats(cache);

		count = size < s->count - first ? size : s->count - first;
		for (size_t i = 0; i < count; i++)
			records[i] = s->sent[first + i].record;
		assert_true(cache_begin(cache, 7));
		if (stream_below(s, 16) == 0) {
			model_refuse(m, records, count);
			assert_true(cache_begin(cache, 7));
			before = 0;
		}
		model_decide(m, records, count);
		evictions_seen += cache_seats(cache) < before;
		assert_true(cache_bytes(cache) <= seats * CACHE_SEAT_BYTES && cache_seats(cache) <= seats);
	}
	model_check_same(expected, m);
	held_seen += m->held_read;
	sold_seen += m->sold_read;
	whole_seen += m->whole_read;
	model_close(m);
	cache_drop(cache);
	assert_int_equal(cache_bytes(cache), 0);
	cache_close(cache);
}

static void a_cache_of_any_size_decides_the_same_as_none(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 5, 8, 13, 34, 89, STREAM_RECORDS};
	char note[80];

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		/* Of a show with places and wishes all is soon known, whatever is looked up. */
		struct stream *s = seed % 2 ? stream_make(seed) : stream_make_plain(seed);
		struct model *expected = decide_one_by_one(s, "without a cache");

		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			for (size_t k = 0; k < sizeof cached_seats / sizeof cached_seats[0]; k++) {
				snprintf(note, sizeof note, "seed %llu, batches of %zu, %zu seats cached",
				         (unsigned long long)seed, sizes[i], cached_seats[k]);
				decide_with_cache(s, expected, sizes[i], cached_seats[k], note);
			}
		model_close(expected);
		free(s);
	}
	assert_true(evictions_seen > 0);
	assert_true(held_seen > 0);
	assert_true(sold_seen > 0);
	assert_true(whole_seen > 0);
}

/* Else the tests above say little. Runs behind them. */
static void the_random_streams_meet_every_outcome(void **state)
{
	(void)state;
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (!outcomes_seen[o])
			print_error("never seen: %d %s\n", outcome_code((enum outcome)o),
			            outcome_reason((enum outcome)o));
		assert_true(outcomes_seen[o] > 0);
	}
	assert_true(duplicates_seen > 0);
	assert_true(revivals_seen > 0);
	assert_true(spent_ids_seen > 0);
	assert_true(lapsing_seen[0] > lapsing_seen[1] && lapsing_seen[1] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_cut_into_batches_decides_the_same),
	    cmocka_unit_test(a_cache_of_any_size_decides_the_same_as_none),
	    cmocka_unit_test(the_random_streams_meet_every_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
