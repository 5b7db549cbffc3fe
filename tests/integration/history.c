#include "tests/integration/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/txn.h"
#include "tests/integration/selling.h"
#include "tests/integration/topics.h"

#define SEATS 19
#define SESSIONS 14
#define KEPT 40
#define ROUND 25 /* requests that are published before their replies are read */
#define VALUE_BYTES 800

/* What was sent before: to be sent again, and reservations to go on with. */
struct sent {
	char show[16], value[VALUE_BYTES], request_id[UUID_TEXT_CHARS + 1];
	unsigned session;
};

static struct sent sent[KEPT], reserves[KEPT], of_round[ROUND];
static unsigned sent_count, reserve_count;
static int in_round;
static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static unsigned below(unsigned limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 20) % limit);
}

static unsigned below_of(void *none, unsigned limit)
{
	(void)none;
	return below(limit);
}

static const struct selling selling = {below_of, NULL, "A", SEATS, "canary-owner", false};

const char *history_show(int n)
{
	static char names[HISTORY_SHOWS][16];

	snprintf(names[n], sizeof names[n], "past-%d", n);
	return names[n];
}

/* What chance may not bring: of two places one is given back, and an area has too little room. */
static void sell_a_part(void)
{
	const char *show = history_show(0), *sale = rig_id();

	rig_expect(rig_ask(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"session_id\":\"canary-part\",\"areas\":[{\"area_id\":\"floor\","
	                         "\"count\":2}]}",
	                   sale, show), 200, "RESERVED");
	rig_expect(rig_ask(show, "{\"type\":\"confirm\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"session_id\":\"canary-part\",\"reservation_id\":\"%s\"}",
	                   rig_id(), show, sale), 200, "CONFIRMED");
	rig_expect(rig_ask(show, "{\"type\":\"cancel\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"owner_key\":\"canary-owner\",\"reservation_id\":\"%s\",\"areas\":["
	                         "{\"area_id\":\"floor\",\"count\":1}]}", rig_id(), show, sale),
	           200, "PARTLY_CANCELLED");
	rig_expect(rig_ask(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                         "\"session_id\":\"canary-part\",\"areas\":[{\"area_id\":\"nook\","
	                         "\"count\":2}]}",
	                   rig_id(), show), 409, "AREA_FULL");
}

void history_begin(void)
{
	struct buf seats = {0};

	selling_add_hall(&seats, &selling);
	for (int i = 0; i < HISTORY_SHOWS; i++) {
		const char *show = history_show(i);

		rig_expect(rig_ask(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		                         "\"owner_key\":\"canary-owner\",\"title\":\"N\xc2\xba %d\","
		                         "\"max_seats\":4,\"max_hold_seconds\":900}", rig_id(), show, i),
		           200, "SHOW_CREATED");
		rig_expect(rig_ask(show, "{\"type\":\"set_areas\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		                         "\"owner_key\":\"canary-owner\",\"areas\":[{\"area_id\":\"floor\","
		                         "\"capacity\":12},{\"area_id\":\"nook\",\"capacity\":1}]}", rig_id(),
		                   show), 200, "AREAS_SET");
		rig_expect(rig_ask(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		                         "\"owner_key\":\"canary-owner\"%s}", rig_id(), show,
		                   seats.data), 200, "SEATS_ADDED");
	}
	buf_release(&seats);
	sell_a_part();
}

static void add_seats(struct buf *b)
{
	unsigned count = 1 + below(3), first = below(SEATS);

	buf_add_string(b, ",\"seat_ids\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(b, i ? "," : "");
		selling_add_name(b, &selling, (first + i) % (SEATS + (below(20) ? 0 : 1u)));
	}
	buf_add_string(b, "]");
}

static void add_reserve(struct buf *b, struct sent *s)
{
	unsigned kind = below(6);

	s->session = below(SESSIONS);
	buf_print(b, ",\"session_id\":\"canary-%u\"", s->session);
	if (kind == 0)
		selling_add_best(b, &selling);
	if (kind == 1 || kind == 2)
		selling_add_areas(b, &selling);
	if (kind > 1)
		add_seats(b);
	selling_add_key(b, &selling);
	selling_add_customer(b, &selling);
	/* Half of them lapse within a second. */
	buf_print(b, ",\"hold_seconds\":%u", below(2) ? 1 : below(20) ? 300 : 5000);
}

/* About an earlier reservation, mostly by who made it. */
static void add_follower(struct buf *b, struct sent *s, const char *type)
{
	const struct sent *of = &reserves[below(reserve_count < KEPT ? reserve_count : KEPT)];

	snprintf(s->show, sizeof s->show, "%s", of->show);
	buf_print(b, ",\"reservation_id\":\"%s\"", below(15) ? of->request_id : rig_id());
	if (!strcmp(type, "change_hold"))
		selling_add_change(b, &selling, of->value);
	if (!strcmp(type, "cancel")) {
		buf_print(b, ",\"owner_key\":\"%s\"", below(5) ? "canary-owner" : "canary-other");
		selling_add_part(b, &selling, of->value);
	} else if (strcmp(type, "expire") != 0)
		buf_print(b, ",\"session_id\":\"canary-%u\"", below(8) ? of->session : below(SESSIONS));
	if (!strcmp(type, "extend"))
		buf_print(b, ",\"hold_seconds\":%u", below(8) ? 400 + below(600) : 1);
}

static void send(const struct sent *s, bool is_kept)
{
	rig_send(s->show, "%s", s->value);
	of_round[in_round++] = *s;
	if (is_kept)
		sent[sent_count++ % KEPT] = *s;
}

static void send_new(const char *type)
{
	struct sent s = {0};
	struct buf b = {0};

	snprintf(s.show, sizeof s.show, "%s", history_show((int)below(HISTORY_SHOWS)));
	snprintf(s.request_id, sizeof s.request_id, "%s", rig_id());
	if (!strcmp(type, "reserve"))
		add_reserve(&b, &s);
	else if (!strcmp(type, "change_show") || strstr(type, "set_") || strstr(type, "_seats"))
		selling_add_fields(&b, &selling, type);
	else if (strcmp(type, "create_show") != 0)
		add_follower(&b, &s, type);
	assert_true(b.bytes < VALUE_BYTES - 150);
	snprintf(s.value, sizeof s.value, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}",
	         type, s.request_id, s.show, b.data ? b.data : "");
	buf_release(&b);
	send(&s, true);
}

/* The same again, or another one with its id. */
static void send_again(void)
{
	struct sent s = sent[below(sent_count < KEPT ? sent_count : KEPT)];

	if (below(3) == 0)
		snprintf(s.value, sizeof s.value, "{\"type\":\"create_show\",\"request_id\":\"%s\","
		         "\"show_id\":\"%s\",\"max_seats\":3}", s.request_id, s.show);
	send(&s, false);
}

static void send_bad(void)
{
	static const char *const endings[] = {
	    "", "}}", ",\"type\":\"reserve\"}", ",\"seat_ids\":[]}", ",\"hold_seconds\":0}",
	    ",\"session_id\":null}", ",\"seat_ids\":[\"A1\",\"A1\"]}", ",\"session_id\":\"s0\"}",
	};
	struct sent s = {0};
	const char *show = history_show((int)below(HISTORY_SHOWS));

	snprintf(s.show, sizeof s.show, "%s", history_show((int)below(HISTORY_SHOWS)));
	snprintf(s.value, sizeof s.value, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s",
	         below(4) ? "reserve" : "reverse", below(6) ? rig_id() : "x",
	         below(3) ? s.show : show, endings[below(sizeof endings / sizeof endings[0])]);
	send(&s, false);
}

/* Whoever was given seats may go on with them. */
static void end_round(void)
{
	rig_await((size_t)in_round);
	for (int i = 0; i < in_round; i++)
		if (strstr(rig_reply((size_t)i), "\"reason\":\"RESERVED\""))
			reserves[reserve_count++ % KEPT] = of_round[i];
	in_round = 0;
}

void history_go_on(int count)
{
	static const char *const types[] = {"confirm", "confirm", "release", "extend", "cancel",
	                                    "cancel", "change_hold", "change_hold", "expire"};

	for (int i = 0; i < count; i++) {
		unsigned choice = below(100);

		if (in_round == ROUND)
			end_round();
		if (choice < 45 || reserve_count == 0)
			send_new("reserve");
		else if (choice < 76)
			send_new(types[below(sizeof types / sizeof types[0])]);
		else if (choice < 84)
			send_new(below(8) ? selling_type(&selling) : "create_show");
		else if (choice < 93)
			send_again();
		else
			send_bad();
	}
	end_round();
}

void history_await_lapses(void)
{
	rig_show("lapsing", 2);
	rig_expect(rig_ask("lapsing", "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"lapsing\","
	                              "\"session_id\":\"s0\",\"seat_ids\":[\"A2\",\"A1\"],"
	                              "\"hold_seconds\":1}", rig_id()), 200, "RESERVED");
	rig_await_sql("t", "SELECT bool_and(reserved_until < now()) FROM holdfast.seat_reservations WHERE "
	                   "status = 'held' AND reserved_until < created_at + interval '2 s'");
}

static int64_t end_of(int32_t partition)
{
	int64_t first, end;

	rig_bounds(rig_topics.requests, partition, false, &first, &end);
	return end;
}

static void await_end_above(int32_t partition, int64_t end)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (end_of(partition) <= end)
		assert_true(clock_monotonic_ms() < until_ms);
}

void history_abort(int32_t partition)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.requests};
	int64_t end = end_of(partition);
	struct kafka_txn *txn;
	struct err e;

	assert_int_equal(kafka_txn_open(&txn, &kafka, rig_topics.requests, topics, 1, RIG_WAIT_MS, &e),
	                 RC_OK);
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	/* So many that some reach the broker before it is aborted. */
	for (int i = 0; i < 1000; i++)
		assert_int_equal(kafka_txn_send(txn, 0, partition, text_of("nobody"), text_of("sees me"),
		                                NULL, 0, &e), RC_OK);
	await_end_above(partition, end);
	kafka_txn_close(txn);
	/* The next of that id ends what was left open. */
	assert_int_equal(kafka_txn_open(&txn, &kafka, rig_topics.requests, topics, 1, RIG_WAIT_MS, &e),
	                 RC_OK);
	kafka_txn_close(txn);
}

void history_add_oddities(void)
{
	const struct text none = {NULL, 0};
	const char *show = history_show(1);
	int32_t partition = partition_of_key(show, strlen(show), RIG_PARTITIONS);
	char value[VALUE_BYTES];
	struct record reply;
	int64_t offset;

	history_abort(partition);
	snprintf(value, sizeof value, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	         "\"session_id\":\"s1\",\"seat_ids\":[\"A1\"]}", rig_id(), show);
	rig_expect(rig_ask_raw(text_of(show), none, NULL, 0), 400, "INVALID_REQUEST");
	(void)topics_send(partition, none, text_of(value), NULL, 0);
	offset = topics_send(topics_other_partition(show), text_of(show), text_of(value), NULL, 0);
	reply = topics_reply(rig_topics.replies, topics_other_partition(show), offset);
	rig_expect(reply.value.data, 421, "WRONG_PARTITION");
	rig_give(&reply, 1);
}

void history_expect_variety(void)
{
	assert_string_equal(
	    rig_sql("SELECT string_agg(DISTINCT type, ' ' ORDER BY type) FROM holdfast.decisions"),
	    "add_seats block_seats cancel change_hold change_seats change_show confirm create_show expire "
	    "extend release reserve set_areas set_channels unblock_seats");
	assert_string_equal(
	    rig_sql("SELECT string_agg(DISTINCT status, ' ' ORDER BY status) FROM "
	            "holdfast.seat_reservations"), "cancelled confirmed expired held released");
	assert_string_equal(
	    rig_sql("SELECT string_agg(DISTINCT status, ' ' ORDER BY status) FROM holdfast.show_seats"),
	    "available reserved sold");
	assert_string_equal(
	    rig_sql("SELECT string_agg(DISTINCT reason, ' ' ORDER BY reason) FROM holdfast.decisions WHERE "
	            "reason IN ('AREAS_SET', 'AREA_FULL', 'HOLD_CHANGED', 'PARTLY_CANCELLED')"),
	    "AREAS_SET AREA_FULL HOLD_CHANGED PARTLY_CANCELLED");
	assert_string_equal(
	    rig_sql("SELECT count(*) FILTER (WHERE type IS NULL) > 0, "
	            "count(*) FILTER (WHERE code = 421) > 0, "
	            "count(*) FILTER (WHERE duplicate_of IS NOT NULL AND code = 422) > 0, "
	            "count(*) FILTER (WHERE duplicate_of IS NOT NULL AND code = 200) > 0, "
	            "count(DISTINCT reason) >= 20 FROM holdfast.decisions"), "t|t|t|t|t");
}
