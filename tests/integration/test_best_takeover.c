/*
 * One sale by best available, with seats moved, blocked and given back in it, decided again and
 * again: with a cache and without one, in batches of any size, by one worker or by two of whom the
 * second takes over in the middle. Whoever asked gets the same seats every time.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/rig.h"
#include "tests/integration/selling.h"

#define REQUESTS 400
#define SEATS 240
#define SESSIONS 200
#define RESERVES 64 /* that others may be about */
#define ANSWER_BYTES 8000

static uint64_t state;

static unsigned below(void *none, unsigned limit)
{
	(void)none;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 20) % limit);
}

static const struct selling selling = {below, NULL, "A", SEATS, "owner", true};

/* ---- the sale: the same for each show ---- */

static int reserves[RESERVES]; /* the latest ones, by the number of the request */
static struct buf wishes[RESERVES];
static unsigned sessions[RESERVES], reserve_count;

static void add_reserve(struct buf *b, int number)
{
	unsigned kept = reserve_count++ % RESERVES;

	reserves[kept] = number;
	sessions[kept] = below(NULL, SESSIONS);
	buf_print(b, ",\"session_id\":\"s%u\"", sessions[kept]);
	if (below(NULL, 4))
		selling_add_best(b, &selling);
	if (below(NULL, 8) == 0)
		selling_add_areas(b, &selling);
	if (!strstr(b->data, "best") || below(NULL, 8) == 0) {
		buf_add_string(b, ",\"seat_ids\":[");
		selling_add_name(b, &selling, below(NULL, SEATS));
		buf_add_string(b, "]");
	}
	selling_add_key(b, &selling);
	selling_add_customer(b, &selling);
	buf_clear(&wishes[kept]);
	buf_add_text(&wishes[kept], buf_text(b));
}

static const char *add_follower(struct buf *b)
{
	static const char *const types[] = {"release", "release", "confirm", "cancel", "change_hold",
	                                    "change_hold"};
	const char *type = types[below(NULL, 6)];
	unsigned kept = below(NULL, reserve_count < RESERVES ? reserve_count : RESERVES);

	buf_print(b, ",\"reservation_id\":\"00000000-0000-4000-8000-%012d\",\"session_id\":\"s%u\","
	          "\"owner_key\":\"owner\"", reserves[kept], sessions[kept]);
	if (!strcmp(type, "change_hold"))
		selling_add_change(b, &selling, wishes[kept].data);
	else if (!strcmp(type, "cancel"))
		selling_add_part(b, &selling, wishes[kept].data);
	return type;
}

static void send_one(const char *show, int number)
{
	const char *type = "reserve";
	struct buf b = {0};

	if (number == 0) {
		type = "create_show";
		buf_add_string(&b, ",\"owner_key\":\"owner\",\"singles\":\"refuse\"");
	} else if (number == 1) {
		type = "add_seats";
		buf_add_string(&b, ",\"owner_key\":\"owner\"");
		selling_add_hall(&b, &selling);
	} else if (number > 20 && below(NULL, 8) == 0) {
		type = selling_type(&selling);
		selling_add_fields(&b, &selling, type);
	} else if (number > 20 && below(NULL, 4) == 0) {
		type = add_follower(&b);
	} else {
		add_reserve(&b, number);
	}
	rig_send(show, "{\"type\":\"%s\",\"request_id\":\"00000000-0000-4000-8000-%012d\",\"show_id\":"
	               "\"%s\"%s}", type, number, show, b.data);
	buf_release(&b);
}

/* ---- what came of it ---- */

static char answers[REQUESTS][ANSWER_BYTES]; /* of the first show */

static void add_part(struct buf *b, const char *reply, const char *name, char last)
{
	const char *at = strstr(reply, name), *end = at ? strchr(at, last) : NULL;

	if (end)
		buf_add(b, at, (size_t)(end + 1 - at));
}

/* What does not depend on the show's name, on offsets and on the time. */
static void keep_or_compare(int i, const char *show, bool is_first)
{
	const char *reply = rig_reply((size_t)i);
	struct buf b = {0};

	add_part(&b, reply, "\"code\":", ',');
	add_part(&b, reply, "\"reason\":", ',');
	add_part(&b, reply, "\"seat_ids\":[", ']');
	add_part(&b, reply, "\"areas\":[", ']');
	add_part(&b, reply, "\"kept_seat_ids\":[", ']');
	add_part(&b, reply, "\"kept_areas\":[", ']');
	add_part(&b, reply, "\"unavailable_areas\":[", ']');
	add_part(&b, reply, "\"customer\":{", '}');
	add_part(&b, reply, "\"pieces\":", ',');
	add_part(&b, reply, "\"free_seats\":", ',');
	add_part(&b, reply, "\"singles\":[", ']');
	buf_add(&b, "", 1);
	assert_true(b.bytes < ANSWER_BYTES);
	if (is_first)
		memcpy(answers[i], b.data, b.bytes);
	else if (strcmp(answers[i], b.data) != 0)
		fail_msg("request %d: at first\n%s\nand of %s\n%s", i, answers[i], show, b.data);
	buf_release(&b);
}

/* ---- workers ---- */

static long start(const char *batch_max, const char *cached)
{
	return rig_start("holdfast-worker", batch_max, cached, "--kafka.session.timeout.ms=3000",
	                 "--kafka.heartbeat.interval.ms=500", NULL);
}

static void await_decided(const char *show)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT count(*) > %d FROM holdfast.decisions WHERE show_id = '%s'",
	         REQUESTS / 4, show);
	rig_await_sql("t", sql);
}

struct turn {
	const char *show, *batch_max, *cached;
	int ended_by; /* in the middle; 0: it is not */
	const char *then_batch_max, *then_cached;
};

static void sell(const struct turn *turn, bool is_first)
{
	long worker = start(turn->batch_max, turn->cached);
	int sent = 0;

	state = UINT64_C(20261129);
	reserve_count = 0;
	while (sent < REQUESTS / 2)
		send_one(turn->show, sent++);
	if (turn->ended_by) {
		await_decided(turn->show);
		(void)rig_stop(worker, turn->ended_by);
		worker = start(turn->then_batch_max, turn->then_cached);
	}
	while (sent < REQUESTS)
		send_one(turn->show, sent++);
	rig_await(REQUESTS);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	for (int i = 0; i < REQUESTS; i++)
		keep_or_compare(i, turn->show, is_first);
}

static void everybody_gets_the_same_seats_whoever_decides(void **unused)
{
	static const struct turn turns[] = {
	    {"one-by-one", "--batch-max=1", "--cached-seats=0", 0, NULL, NULL},
	    {"cached", "--batch-max=500", "--cached-seats=100000", 0, NULL, NULL},
	    {"by-threes", "--batch-max=3", "--cached-seats=100000", 0, NULL, NULL},
	    {"too-large", "--batch-max=17", "--cached-seats=50", 0, NULL, NULL}, /* for the cache */
	    {"handed-over", "--batch-max=2", "--cached-seats=100000", SIGTERM, "--batch-max=40",
	     "--cached-seats=0"},
	    {"killed", "--batch-max=5", "--cached-seats=0", SIGKILL, "--batch-max=500",
	     "--cached-seats=100000"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
		sell(&turns[i], i == 0);
	/* Or the above says little. */
	assert_string_equal(rig_sql("SELECT count(DISTINCT reason) >= 20, count(*) FILTER (WHERE reason "
	                            "= 'RESERVED') > %d FROM holdfast.decisions", REQUESTS), "t|t");
	assert_int_equal(rig_stop(rig_start("holdfast-audit", NULL), 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_gets_the_same_seats_whoever_decides),
	};

	return cmocka_run_group_tests(tests, rig_make, rig_drop);
}
