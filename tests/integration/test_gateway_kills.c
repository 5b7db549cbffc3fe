/*
 * 10,000 requests through two gateways, one of which is killed again and again: everybody asks again
 * with his key until he is answered. Each has one answer, the one on the topic of replies, which the
 * audit decides once more.
 */
#include <cjson/cJSON.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/audit.h"
#include "tests/integration/crowd.h"
#include "tests/integration/topics.h"
#include "tests/integration/web.h"

#ifdef __SANITIZE_ADDRESS__ /* programs are slow, and slow to start */
#define WISHES 2000
#define ROUNDS 4
#else
#define WISHES 10000
#define ROUNDS 20 /* and so many kills */
#endif
#define SHOWS 8
#define SEATS 1000 /* of a show */
#define CONNECTIONS 128
#define REPEATED_EACH 4 /* of so many wishes one is asked again when it is answered */

static struct crowd_wish wishes[WISHES];
static struct record *replies;
static size_t reply_count;

/* Two wishes of a session for seats that others want, too, one right behind the other. */
static void make_wishes(void)
{
	uint32_t chance = 1;

	for (int i = 0; i < WISHES; i++) {
		int session = i / 2, seat;
		char body[120];
		struct buf request = {0};

		chance = chance * 1664525 + 1013904223;
		seat = 1 + (int)(chance >> 16) % (SEATS - 1);
		snprintf(body, sizeof body, "{\"show_id\":\"kills-%d\",\"seat_ids\":[\"A%d\",\"A%d\"]}",
		         session % SHOWS, seat, seat + 1);
		buf_print(&request, "POST /api/seat-reservations/reserve HTTP/1.1\r\nHost: localhost\r\n"
		          "Content-Type: application/json\r\nCookie: __Host-holdfast=%032d\r\n"
		          "Idempotency-Key: wish-%d\r\nContent-Length: %zu\r\n\r\n%s", session, i,
		          strlen(body), body);
		assert_false(request.failed);
		wishes[i].request = request.data;
		wishes[i].is_repeated = i % REPEATED_EACH == 0;
	}
}

static void await_answered(const struct crowd *crowd, size_t count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (crowd_answered(crowd) < count) {
		if (crowd_fault(crowd) || clock_monotonic_ms() > until_ms)
			fail_msg("%zu of %zu answered: %s", crowd_answered(crowd), count, crowd_fault(crowd));
		clock_sleep_ms(1);
	}
}

static void everybody_is_answered(void **state)
{
	struct web staying = web_start("--session-mutations=0", NULL, NULL);
	struct web dying = web_start("--session-mutations=0", NULL, NULL);
	atomic_int ports[CROWD_GATEWAYS];
	atomic_size_t allowed = 0;
	struct crowd_settings settings = {wishes, WISHES, CONNECTIONS, ports, &allowed};
	struct crowd *crowd;
	struct crowd_end end;

	(void)state;
	for (int i = 0; i < SHOWS; i++) {
		char show[20];

		snprintf(show, sizeof show, "kills-%d", i);
		rig_show(show, SEATS);
	}
	ports[0] = staying.port;
	ports[1] = dying.port;
	crowd = crowd_start(&settings);
	assert_non_null(crowd);
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t each = WISHES / ROUNDS;

		allowed = (round + 1) * each;
		/* Somewhere in the middle, each time elsewhere. */
		await_answered(crowd, round * each + each / 4 + round * 7919 % (each / 2));
		assert_int_equal(rig_stop(dying.pid, SIGKILL), -SIGKILL);
		dying = web_start("--session-mutations=0", NULL, NULL);
		ports[1] = dying.port;
	}
	await_answered(crowd, WISHES);
	end = crowd_end(crowd);
	print_message("%zu requests lost their connection, %zu were told to ask later\n", end.broken,
	              end.later);
	/* Else there was nothing to see. */
	assert_true(end.broken >= ROUNDS);
	assert_int_equal(rig_stop(staying.pid, SIGTERM), 0);
	assert_int_equal(rig_stop(dying.pid, SIGTERM), 0);
}

/* ---- what they were told, and what was decided ---- */

static int by_place(const void *a, const void *b)
{
	const struct record *one = a, *other = b;

	if (one->partition != other->partition)
		return one->partition < other->partition ? -1 : 1;
	return one->offset < other->offset ? -1 : one->offset > other->offset;
}

/* Sorts them by the place of their request, which takes the place of their own. */
static void read_replies(void)
{
	replies = topics_records();
	reply_count = rig_read(rig_topics.replies, replies, TOPICS_RECORDS_MAX);
	for (size_t i = 0; i < reply_count; i++)
		if (sscanf(strrchr(replies[i].value.data, ':'), ":%ld", &replies[i].offset) != 1)
			fail_msg("%s", replies[i].value.data);
	qsort(replies, reply_count, sizeof replies[0], by_place);
}

static const char *reply_to(int32_t partition, int64_t offset)
{
	struct record place = {.partition = partition, .offset = offset};
	const struct record *found = bsearch(&place, replies, reply_count, sizeof place, by_place);

	if (!found)
		fail_msg("no reply to %d-%ld", partition, (long)offset);
	return found->value.data;
}

static double number_of(const cJSON *object, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNumber(value) ? value->valuedouble : -1;
}

static bool is_told(const char *name)
{
	static const char *const untold[] = {"type", "status", "code", "request", "duplicate_of"};

	for (size_t i = 0; i < sizeof untold / sizeof untold[0]; i++)
		if (!strcmp(name, untold[i]))
			return false;
	return true;
}

/* It says what the first reply to that request says, whichever of its tries it answers. */
static void expect_told(const char *body, int status)
{
	cJSON *told = cJSON_Parse(body), *first;
	double duplicate_of = number_of(told, "duplicate_of");
	double offset = duplicate_of < 0 ? number_of(told, "offset") : duplicate_of;

	assert_non_null(told);
	first = cJSON_Parse(reply_to((int32_t)number_of(told, "partition"), (int64_t)offset));
	assert_true(number_of(first, "duplicate_of") < 0);
	assert_int_equal((int)number_of(first, "code"), status);
	for (const cJSON *field = first->child; field; field = field->next)
		if (is_told(field->string) &&
		    !cJSON_Compare(field, cJSON_GetObjectItemCaseSensitive(told, field->string), true))
			fail_msg("%s of %s", field->string, body);
	cJSON_Delete(first);
	cJSON_Delete(told);
}

static void each_answer_is_the_reply(void **state)
{
	int reserved = 0;

	(void)state;
	read_replies();
	for (int i = 0; i < WISHES; i++) {
		const struct crowd_wish *wish = &wishes[i];

		expect_told(wish->body, wish->status);
		reserved += wish->status == 200;
		if (wish->is_repeated)
			expect_told(wish->body_again, wish->status_again);
		if (wish->is_repeated && strcmp(rig_field(wish->body, "request_id"),
		                                rig_field(wish->body_again, "request_id")) != 0)
			fail_msg("%s, again: %s", wish->body, wish->body_again);
	}
	assert_in_range(reserved, WISHES / 10, WISHES / 2);
	rig_give(replies, reply_count);
	free(replies);
	assert_string_equal(rig_sql("SELECT count(*), count(*) FILTER (WHERE code = 200) FROM "
	                            "holdfast.decisions WHERE type = 'reserve' AND duplicate_of IS NULL"),
	                    rig_sql("SELECT '%d|%d'", WISHES, reserved));
}

static void nobody_has_two_holds(void **state)
{
	struct record *records = topics_records();

	(void)state;
	assert_string_equal(rig_sql("SELECT count(*) FROM (SELECT FROM holdfast.seat_reservations GROUP "
	                            "BY show_id, session_hash HAVING count(*) > 1) AS t"), "0");
	assert_int_equal(rig_read(rig_topics.dead_letters, records, TOPICS_RECORDS_MAX), 0);
	free(records);
	audit_is_clean(NULL);
}

static int make(void **state)
{
	if (rig_make(state))
		return -1;
	make_wishes();
	rig_start("holdfast-worker", NULL);
	return 0;
}

static int drop(void **state)
{
	for (int i = 0; i < WISHES; i++) {
		free(wishes[i].request);
		free(wishes[i].body);
		free(wishes[i].body_again);
	}
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_is_answered),
	    cmocka_unit_test(each_answer_is_the_reply),
	    cmocka_unit_test(nobody_has_two_holds),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
