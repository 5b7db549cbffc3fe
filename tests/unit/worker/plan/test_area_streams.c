/*
 * Random streams that are all about areas with little room: however they are cut into batches, and
 * whatever bounds a cache keeps, each record is decided the same. Held and sold are sums at every
 * offset. Minutes pass within a batch, so holds are made, lapse, end and come again in one.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define SEEDS 200
#define RECORDS 72
#define OFTEN 20

static uint64_t state_of_random;
static size_t outcomes_seen[OUTCOME_COUNT];
static size_t endings_seen;

static unsigned below(unsigned n)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (unsigned)(state_of_random >> 33) % n;
}

static const char *id_of(unsigned n)
{
	return join("00000000-0000-4000-8000-%012u", n);
}

/* One or two of three areas, the second of them not always there. */
static const char *areas(const char *key, unsigned most)
{
	unsigned first = below(3);
	const char *one = join("{'area_id':'%c','count':%u}", 'x' + (char)first, 1 + below(most));

	if (below(3))
		return join(",'%s':[%s]", key, one);
	return join(",'%s':[%s,{'area_id':'%c','count':%u}]", key, one,
	            'x' + (char)((first + 1) % 3), 1 + below(most));
}

static const char *seats(void)
{
	return below(4) ? "" : join(",'seat_ids':['A%u']", 1 + below(3));
}

/* Of each record the session of the reservation that it would make. */
static unsigned session_of[RECORDS];
/* Records that would make one, and reservations that were to be confirmed. */
static unsigned made[RECORDS], bought[RECORDS];
static unsigned made_count, bought_count;

/* One of the last of them; 0: there is none. */
static unsigned late_of(const unsigned *list, unsigned count)
{
	return count ? list[count - 1 - below(count < 6 ? count : 6)] : 0;
}

/* About a reservation that was asked for before, mostly by its session. */
static const char *about(const char *type, unsigned n, const char *more)
{
	unsigned of = late_of(made, made_count);

	if (type[0] == 'c' && type[1] == 'o')
		bought[bought_count++] = of;
	return join("{'type':'%s','request_id':'%s','show_id':'s','session_id':'w%u',"
	            "'reservation_id':'%s'%s}",
	            type, id_of(n), below(16) ? session_of[of] : 99, id_of(of), more);
}

/* What only an organiser may. */
static const char *own(const char *type, unsigned n, const char *more)
{
	return join("{'type':'%s','request_id':'%s','show_id':'s','owner_key':'boss'%s}", type, id_of(n),
	            more);
}

/* n: of the record, whose request id a reserve gives to its reservation. */
static const char *request(unsigned n)
{
	switch (below(20)) {
	case 0:
		return own("set_areas", n,
		           join(",'areas':[{'area_id':'%c','capacity':%u%s}]", 'x' + (char)below(3),
		                2 + below(8), below(8) ? "" : ",'channel':'c'"));
	case 1:
		return own("cancel", n,
		           join(",'reservation_id':'%s'%s", id_of(late_of(bought, bought_count)),
		                below(4) ? areas("areas", 1) : ""));
	case 2:
	case 3:
		return join("{'type':'expire','request_id':'%s','show_id':'s','reservation_id':'%s'}",
		            id_of(n), id_of(late_of(made, made_count)));
	case 4:
		return about("release", n, "");
	case 5:
		return about("extend", n, join(",'hold_seconds':%u", 1 + below(30)));
	case 6:
	case 7:
		return about("change_hold", n,
		             join("%s%s%s", areas(below(3) ? "areas" : "drop_areas", 3), seats(),
		                  below(3) ? "" : ",'hold_seconds':25"));
	case 8:
	case 9:
	case 10:
		return about("confirm", n, "");
	default:
		session_of[n] = below(4) ? n : session_of[late_of(made, made_count)];
		made[made_count++] = n;
		return join("{'type':'reserve','request_id':'%s','show_id':'s','session_id':'w%u'%s%s,"
		            "'hold_seconds':%u}",
		            id_of(n), session_of[n], areas("areas", 3), seats(), 1 + below(12));
	}
}

static void make_records(struct record records[RECORDS])
{
	static const char *const opening[] = {
	    "'type':'create_show','hold_seconds':9,'max_hold_seconds':30",
	    "'type':'add_seats','seat_ids':['A1','A2','A3']",
	    "'type':'set_areas','areas':[{'area_id':'x','capacity':6},{'area_id':'y','capacity':4}]",
	};
	int64_t t_ms = T0;

	made_count = bought_count = 0;
	for (unsigned n = 0; n < RECORDS; n++) {
		session_of[n] = n;
		if (n < sizeof opening / sizeof opening[0]) {
			records[n] = record_of(
			    t_ms, join("{'request_id':'%s','show_id':'s','owner_key':'boss',%s}", id_of(n),
			               opening[n]));
			continue;
		}
		t_ms += below(3) * S;
		records[n] = record_of(t_ms, request(n));
	}
}

/* ---- deciding them ---- */

static struct model *decide(const struct record *records, unsigned batch, bool keeps_bounds,
                            const char *note)
{
	struct model *m = model_open(&(struct plan_place){partition_of_s, PARTITIONS});

	m->note = note;
	m->keeps_bounds = keeps_bounds;
	for (size_t first = 0, count; first < RECORDS; first += count) {
		count = batch ? batch : 1 + below(RECORDS / 2);
		if (count > RECORDS - first)
			count = RECORDS - first;
		model_decide(m, records + first, count);
		model_check_seats(m);
		model_check_areas(m);
	}
	return m;
}

static void try_batches(const struct record *records, struct model *expected, unsigned seed)
{
	static const unsigned sizes[] = {1, 2, 3, 5, 9, 17, 33, RECORDS, 0, 0};
	size_t asked = expected->lapsing_read;
	char note[64];

	for (size_t i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
		unsigned size = sizes[i / 2];
		struct model *m;

		snprintf(note, sizeof note, "seed %u, batches of %u%s", seed, size, i % 2 ? ", bounds" : "");
		m = decide(records, size, i % 2, note);
		model_check_same(expected, m);
		if (size == 1 && i % 2)
			assert_true(m->lapsing_read <= asked);
		model_close(m);
	}
}

static void every_cut_into_batches_decides_the_same(void **state)
{
	struct record records[RECORDS];

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct model *expected;

		state_of_random = seed * UINT64_C(0x9e3779b97f4a7c15);
		make_records(records);
		expected = decide(records, 1, false, "one by one");
		for (size_t i = 0; i < expected->decision_count; i++) {
			const struct decision *d = &expected->decisions[i].decision;

			outcomes_seen[d->outcome]++;
			endings_seen += d->holds_expired && d->type != REQUEST_EXPIRE;
		}
		try_batches(records, expected, seed);
		model_close(expected);
		arena_clear(&texts);
	}
}

/* Else that says little. Runs behind it. */
static void the_streams_meet_every_outcome_of_areas(void **state)
{
	static const enum outcome expected[] = {
	    OUTCOME_AREAS_SET,    OUTCOME_BELOW_TAKEN,      OUTCOME_UNKNOWN_AREA, OUTCOME_AREA_FULL,
	    OUTCOME_RESERVED,     OUTCOME_ALREADY_RESERVED, OUTCOME_HOLD_CHANGED, OUTCOME_CONFIRMED,
	    OUTCOME_HOLD_EXPIRED, OUTCOME_PARTLY_CANCELLED, OUTCOME_CANCELLED,    OUTCOME_EXPIRED,
	    OUTCOME_SEATS_TAKEN,  OUTCOME_EXTENDED,         OUTCOME_RELEASED,
	};

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		if (outcomes_seen[expected[i]] < OFTEN)
			print_error("%zu times: %s\n", outcomes_seen[expected[i]],
			            outcome_reason(expected[i]));
		assert_true(outcomes_seen[expected[i]] >= OFTEN);
	}
	assert_true(endings_seen > SEEDS);
}

static int open_texts(void **state)
{
	(void)state;
	partition_of_s = partition_of_key("s", 1, PARTITIONS);
	return 0;
}

static int close_texts(void **state)
{
	(void)state;
	arena_release(&texts);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_cut_into_batches_decides_the_same),
	    cmocka_unit_test(the_streams_meet_every_outcome_of_areas),
	};

	return cmocka_run_group_tests(tests, open_texts, close_texts);
}
