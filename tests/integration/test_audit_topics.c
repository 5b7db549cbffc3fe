/*
 * The audit sees every single wrong in replies, events and dead letters, and says where it is.
 * Records cannot be changed in Kafka, so that the clean topics are copied with one wrong each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/sender.h"
#include "common/message/same.h"
#include "tests/integration/audit.h"
#include "tests/integration/rig.h"
#include "tests/integration/small_history.h"

#define RECORDS_MAX 200
#define AT_ONCE 4 /* audits */
#define LINES_READ 3 /* of a report, in which the wrong must be named */

enum topic { REPLIES, EVENTS, LETTERS, TOPICS };

static const char *const option_names[] = {"--replies-topic", "--events-topic", "--dead-letter-topic"};

/* What stands in the clean topics, each partition in its order. */
static struct record clean[TOPICS][RECORDS_MAX];
static size_t clean_count[TOPICS];
static struct kafka_sender *sender;

enum act {
	NOTHING,
	LOSE,
	DOUBLE,
	SWAP,       /* with the one before it on its partition */
	REPLACE,    /* `from` in the value by `to` */
	VALUE,      /* `to` is the whole value; NULL: none */
	KEY,        /* `to` likewise */
	MOVE,       /* to the other partition */
	RESEND,     /* to a listed topic whose name ends with `from`, partition `to` */
	LITTER,     /* `to` on partition 0 of such a topic */
	SET_HEADER, /* `from` is its name; `to` its value */
	DROP_HEADER,
	ADD_HEADER,
};

struct mutant {
	enum topic topic;
	const char *which;     /* the first record with that in its value, or in a header */
	enum act act;
	const char *from, *to; /* in the texts of these tables ' stands for " */
	int differences;
	const char *expected;  /* behind the place of the record's request */
};

#define R(id) "'request_id':'" SMALL_ID(id) "'"
#define RAW "\\xde\\x00\\xad\\x0a\\xff'\\x00\\x01" /* as reported */
#define SURPLUS ": one too many, or too late: expected nothing, found"
#define EARLY ": comes too early, before others: expected nothing, found"

static const struct mutant mutants[] = {
    {REPLIES, NULL, NOTHING, NULL, NULL, 0, NULL},
    {EVENTS, NULL, NOTHING, NULL, NULL, 0, NULL},
    {LETTERS, NULL, NOTHING, NULL, NULL, 0, NULL},

    {REPLIES, R("14"), LOSE, NULL, NULL, 1, "reply: expected {"},
    {REPLIES, R("14"), DOUBLE, NULL, NULL, 1, SURPLUS},
    {REPLIES, R("14"), SWAP, NULL, NULL, 2, EARLY},
    {REPLIES, R("14"), SWAP, NULL, NULL, 2, "reply: expected {"},
    {REPLIES, R("11"), REPLACE, "'code':409", "'code':410", 1,
     "reply: code: expected 409, found 410"},
    {REPLIES, R("11"), REPLACE, "'status':'rejected'", "'status':'accepted'", 1,
     "reply: status: expected 'rejected', found 'accepted'"},
    {REPLIES, R("16"), REPLACE, "'RELEASED'", "'EXPIRED'", 1,
     "reply: reason: expected 'RELEASED', found 'EXPIRED'"},
    {REPLIES, R("16"), REPLACE, "'type':'release'", "'type':'extend'", 1,
     "reply: type: expected 'release', found 'extend'"},
    {REPLIES, R("16"), REPLACE, "'show_id':'opera'", "'show_id':null", 1,
     "reply: show_id: expected 'opera', found null"},
    {REPLIES, R("16"), REPLACE, SMALL_ID("16"), SMALL_ID("17"), 1, "reply: request_id: expected"},
    {REPLIES, R("14"), REPLACE, "'reservation_id':'" SMALL_ID("13"),
     "'reservation_id':'" SMALL_ID("10"), 1, "reply: reservation_id: expected"},
    {REPLIES, R("10"), REPLACE, "['A2','A1']", "['A1','A2']", 1,
     "reply: seat_ids[0]: expected 'A2', found 'A1'"},
    {REPLIES, R("10"), REPLACE, "['A2','A1']", "['A2']", 1,
     "reply: seat_ids[1]: expected 'A1', found nothing"},
    {REPLIES, R("10"), REPLACE, ",'seat_ids':['A2','A1']", "", 1,
     "reply: seat_ids: expected ['A2','A1'], found nothing"},
    {REPLIES, R("11"), REPLACE, "'taken_at_offset':", "'taken_at_offset':1", 1,
     "reply: unavailable[0].taken_at_offset: expected"},
    {REPLIES, R("45"), REPLACE, "'status':'sold'", "'status':'reserved'", 1,
     "reply: unavailable[0].status: expected 'sold', found 'reserved'"},
    {REPLIES, R("10"), REPLACE, "'reserved_until':'2", "'reserved_until':'3", 1,
     "reply: reserved_until: expected '2"},
    {REPLIES, R("11"), REPLACE, "Z','request'", "','request'", 1, "reply: decided_at: expected '2"},
    {REPLIES, R("44"), REPLACE, ",'revived':true", "", 1,
     "reply: revived: expected true, found nothing"},
    {REPLIES, R("43"), REPLACE, ",'decided_at'", ",'revived':true,'decided_at'", 1,
     "reply: revived: expected nothing, found true"},
    {REPLIES, "'duplicate_of':", REPLACE, "'duplicate_of':", "'duplicate_off':", 1,
     "reply: duplicate_of: expected"},
    {REPLIES, "'duplicate_of':", REPLACE, "'duplicate_of':", "'duplicate_of':1", 1,
     "reply: duplicate_of: expected"},
    {REPLIES, "'IDEMPOTENCY_MISMATCH'", REPLACE, "'duplicate_of':", "'duplicate_of':1", 1,
     "reply: duplicate_of: expected"},
    {REPLIES, R("16"), REPLACE, "'message':", "'massage':", 1,
     "reply: message: expected 'The seats"},
    {REPLIES, R("16"), REPLACE, "The seats were released.", "Done.", 0, NULL},
    {REPLIES, R("16"), REPLACE, "'topic':'", "'topic':'x", 1, "reply: request.topic: expected"},
    {REPLIES, R("16"), REPLACE, "'offset':", "'offset':1", 2, "reply: expected {"},
    {REPLIES, R("16"), REPLACE, "'partition':0", "'partition':1", 2, "reply: expected {"},
    {REPLIES, R("16"), VALUE, NULL, "{'", 2, "reply: expected {"},
    {REPLIES, R("16"), VALUE, NULL, NULL, 2, "reply: expected {"},
    {REPLIES, R("16"), KEY, NULL, "hall", 1, "reply: key: expected opera, found hall"},
    {REPLIES, R("16"), KEY, NULL, NULL, 1, "reply: key: expected opera, found nothing"},
    {REPLIES, R("16"), MOVE, NULL, NULL, 2, "reply: expected {"},
    {REPLIES, R("16"), SET_HEADER, "code", "201", 1, "reply: header code: expected 200, found 201"},
    {REPLIES, R("16"), DROP_HEADER, "ce_time", NULL, 1, "reply: header ce_time: expected 2"},
    {REPLIES, R("16"), SET_HEADER, "ce_source", "holdfast", 1,
     "reply: header ce_source: expected hold"},
    {REPLIES, R("16"), SET_HEADER, "request_id", "?", 1, "reply: header request_id: expected 0"},
    {REPLIES, R("16"), ADD_HEADER, "traceparent", "1", 1,
     "reply: header traceparent: expected nothing, found 1"},
    {REPLIES, R("16"), ADD_HEADER, "code", "200", 1,
     "reply: header code: expected nothing, found 200"},
    {REPLIES, "'request_id':null", SET_HEADER, "kafka_correlationId", "\xde", 1,
     "reply: header kafka_correlationId: expected " RAW ", found \\xde"},
    {REPLIES, "'request_id':null", DROP_HEADER, "traceparent", NULL, 1,
     "reply: header traceparent: expected xxx"},
    {REPLIES, "'request_id':null", ADD_HEADER, "tracestate\xff", "1", 1,
     "reply: header tracestate\\xff: expected nothing, found 1"},
    {REPLIES, R("61"), RESEND, "later61", "1", 0, NULL}, /* it was asked for there */
    {REPLIES, R("62"), RESEND, "later62", "0", 1, "later62: expected 1, found 0"},
    {REPLIES, R("16"), RESEND, "later16", "0", 1, "reply: topic: expected t"},
    /* A reply of another pipeline's, and something that is none. */
    {REPLIES, NULL, LITTER, "litter1", "{'request':{'topic':'x','partition':0,'offset':3}}", 0, NULL},
    {REPLIES, NULL, LITTER, "litter2", "{'code':200}", 1, ": names no request of this topic: expected"},

    {EVENTS, "'event':'sold'", LOSE, NULL, NULL, 1, "event 0: expected {"},
    {EVENTS, "'event':'sold'", DOUBLE, NULL, NULL, 1, SURPLUS},
    {EVENTS, "'event':'sold'", SWAP, NULL, NULL, 2, EARLY},
    {EVENTS, "#1", SWAP, NULL, NULL, 4, "event 0: reservation_id: expected"},
    {EVENTS, "#2", LOSE, NULL, NULL, 1, "event 2: expected {"},
    {EVENTS, "'event':'sold'", REPLACE, "'sold'", "'reserved'", 1,
     "event 0: event: expected 'sold', found 'reserved'"},
    {EVENTS, "'event':'extended'", REPLACE, "'reserved_until':'2", "'reserved_until':'3", 1,
     "event 0: reserved_until: expected '2"},
    {EVENTS, "'event':'seats_added'", REPLACE, ",'A8'", "", 1,
     "event 0: seat_ids[7]: expected 'A8', found nothing"},
    {EVENTS, "'event':'show_created'", REPLACE, "'max_seats':10", "'max_seats':9", 1,
     "event 0: max_seats: expected 10, found 9"},
    {EVENTS, "'event':'show_created'", REPLACE, "'title':'Zw", "'title':'zw", 1,
     "event 0: title: expected 'Zw\\xc3\\xb6lf', found 'zw\\xc3\\xb6lf'"},
    {EVENTS, "'event':'released'", REPLACE, "'at':'2", "'at':'3", 1, "event 0: at: expected '2"},
    {EVENTS, "'event':'released'", REPLACE, "'offset':", "'offset':1", 2, "event 0: expected {"},
    {EVENTS, "'event':'released'", VALUE, NULL, NULL, 2, "event 0: expected {"},
    {EVENTS, "'event':'released'", KEY, NULL, "hall", 1,
     "event 0: key: expected opera, found hall"},
    {EVENTS, "'event':'released'", MOVE, NULL, NULL, 2, "event 0: expected {"},
    {EVENTS, "#1", SET_HEADER, "ce_id", "x#0", 1, "event 1: header ce_id: expected t"},
    {EVENTS, "#1", DROP_HEADER, "ce_type", NULL, 1,
     "event 1: header ce_type: expected holdfast.event.expired, found nothing"},
    {EVENTS, "#2", SET_HEADER, "code", "201", 1, "event 2: header code: expected 200, found 201"},

    {LETTERS, "secret", LOSE, NULL, NULL, 1,
     "dead letter: expected a copy of the request, found nothing"},
    {LETTERS, "secret", DOUBLE, NULL, NULL, 1, SURPLUS},
    {LETTERS, "was cut", SWAP, NULL, NULL, 2, EARLY},
    {LETTERS, "secret", REPLACE, "secret", "Secret", 1,
     "dead letter: value, from its byte 15 on: expected 23 bytes"},
    {LETTERS, "secret", VALUE, NULL, NULL, 1, "dead letter: value: expected 23 bytes"},
    {LETTERS, "was cut", VALUE, NULL, "xxx", 1,
     "dead letter: value, from its byte 3 on: expected 65536 bytes"},
    {LETTERS, "secret", KEY, NULL, "hall", 1, "dead letter: key: expected opera, found hall"},
    {LETTERS, "secret", MOVE, NULL, NULL, 2, "dead letter: expected a copy of the request"},
    {LETTERS, "secret", SET_HEADER, "kafka_correlationId", "\xdd", 1,
     "dead letter: header kafka_correlationId: expected " RAW ", found \\xdd"},
    {LETTERS, "secret", ADD_HEADER, "b", "2", 1,
     "dead letter: number of headers: expected 11, found 12"},
    {LETTERS, "secret", DROP_HEADER, "kafka_dlt-original-topic", NULL, 2,
     "dead letter: header kafka_dlt-original-topic: expected t"},
    {LETTERS, "secret", SET_HEADER, "kafka_dlt-original-timestamp", "12345678", 1,
     "dead letter: header kafka_dlt-original-timestamp: expected \\x00\\x00"},
    {LETTERS, "secret", SET_HEADER, "kafka_dlt-original-consumer-group", "other", 1,
     "dead letter: header kafka_dlt-original-consumer-group: expected workers-"},
    {LETTERS, "secret", SET_HEADER, "kafka_dlt-exception-message", "", 1,
     "dead letter: header kafka_dlt-exception-message: expected a text"},
    {LETTERS, "secret", SET_HEADER, "kafka_dlt-original-offset", "1234567\xff", 2,
     "dead letter: expected a copy of the request"},
    {LETTERS, "secret", SET_HEADER, "kafka_dlt-original-partition", "1", 2,
     "dead letter: expected a copy of the request"},
};

#define MUTANTS (sizeof mutants / sizeof mutants[0])

/* ' for " */
static const char *quoted(const char *text)
{
	static char texts[4][600];
	static int next;
	char *to = texts[next++ % 4];
	size_t i;

	for (i = 0; text[i]; i++)
		to[i] = text[i] == '\'' ? '"' : text[i];
	to[i] = '\0';
	return to;
}

static const char *find_in(struct text t, const char *part)
{
	size_t bytes = strlen(part);

	for (size_t i = 0; t.data && i + bytes <= t.bytes; i++)
		if (!memcmp(t.data + i, part, bytes))
			return t.data + i;
	return NULL;
}

static size_t pick(const struct mutant *m)
{
	for (size_t i = 0; i < clean_count[m->topic]; i++) {
		const struct record *r = &clean[m->topic][i];

		if (!m->which || find_in(r->value, quoted(m->which)))
			return i;
		for (size_t h = 0; h < r->header_count; h++)
			if (find_in(r->headers[h].value, quoted(m->which)))
				return i;
	}
	fail_msg("no record with %s", m->which);
	return 0;
}

/* ---- copies ---- */

static void send(const char *topic, int32_t partition, const struct record *r)
{
	struct err e;

	if (kafka_sender_send(sender, topic, partition, r->key, r->value, r->headers, r->header_count,
	                      NULL, &e))
		fail_msg("%s", e.text);
}

/* A record with one wrong; texts are borrowed, what is made goes into the arena. */
static struct record change(const struct mutant *m, const struct record *original,
                            struct arena *arena)
{
	struct record r = *original;
	struct text to = m->to ? text_of(quoted(m->to)) : (struct text){NULL, 0};
	struct buf value = {0};
	const char *at;
	size_t h = 0;

	switch (m->act) {
	case REPLACE:
		at = find_in(r.value, quoted(m->from));
		assert_non_null(at);
		buf_add(&value, r.value.data, (size_t)(at - r.value.data));
		buf_add_text(&value, to);
		at += strlen(m->from);
		buf_add(&value, at, (size_t)(r.value.data + r.value.bytes - at));
		r.value = arena_copy(arena, buf_text(&value));
		buf_release(&value);
		break;
	case VALUE:
		r.value = to.data ? arena_copy(arena, to) : to;
		break;
	case KEY:
		r.key = to.data ? arena_copy(arena, to) : to;
		break;
	case SET_HEADER:
	case DROP_HEADER:
	case ADD_HEADER:
		r.headers = arena_take(arena, (r.header_count + 1) * sizeof r.headers[0]);
		if (r.header_count)
			memcpy(r.headers, original->headers, r.header_count * sizeof r.headers[0]);
		while (h < r.header_count && !text_same(r.headers[h].name, text_of(m->from)))
			h++;
		if (m->act == ADD_HEADER)
			r.headers[r.header_count++] = (struct record_header){text_of(m->from), text_of(m->to)};
		else
			assert_true(h < r.header_count);
		if (m->act == SET_HEADER)
			r.headers[h].value = text_of(m->to);
		if (m->act == DROP_HEADER)
			r.headers[h] = r.headers[--r.header_count];
		break;
	default:
		break;
	}
	return r;
}

static size_t before_it(const struct mutant *m, size_t i)
{
	int32_t partition = clean[m->topic][i].partition;

	assert_true(i > 0);
	while (clean[m->topic][--i].partition != partition)
		assert_true(i > 0);
	return i;
}

static void publish_copy(const struct mutant *m, const char *copy, const char *listed)
{
	const struct record litter = {.value = text_of(m->act == LITTER ? quoted(m->to) : NULL)};
	const struct record *list = clean[m->topic];
	size_t chosen = pick(m), other = m->act == SWAP ? before_it(m, chosen) : chosen;
	struct arena arena = {0};

	for (size_t i = 0; i < clean_count[m->topic]; i++) {
		const struct record *r = &list[i == chosen ? other : i == other ? chosen : i];
		struct record changed = i == chosen ? change(m, r, &arena) : *r;

		if (i == chosen && m->act == LOSE)
			continue;
		if (i == chosen && m->act == RESEND) {
			send(listed, atoi(m->to), r);
			continue;
		}
		send(copy, i == chosen && m->act == MOVE ? 1 - r->partition : r->partition, &changed);
		if (i == chosen && m->act == DOUBLE)
			send(copy, r->partition, &changed);
	}
	if (m->act == LITTER)
		send(listed, 0, &litter);
	arena_release(&arena);
}

/* ---- one mutant ---- */

struct trial {
	const struct mutant *m;
	struct audit audit, json;
	bool has_json;
};

static bool has_listed(const struct mutant *m)
{
	return m->act == RESEND || m->act == LITTER;
}

/* All at once, as it takes the broker a while. */
static void make_topics(void)
{
	struct buf names = {0};

	for (size_t i = 0; i < MUTANTS; i++) {
		buf_print(&names, "%s.%zu ", rig_topics.replies, i);
		if (has_listed(&mutants[i]))
			buf_print(&names, "%s.%s ", rig_topics.replies, mutants[i].from);
	}
	small_topics_make(names.data);
	buf_release(&names);
}

static void begin(struct trial *trial, size_t number)
{
	const struct mutant *m = &mutants[number];
	char copy[120], listed[120], option[200], options[400];

	snprintf(copy, sizeof copy, "%s.%zu", rig_topics.replies, number);
	snprintf(listed, sizeof listed, "%s", small_own_topic);
	if (has_listed(m))
		snprintf(listed, sizeof listed, "%s.%s", rig_topics.replies, m->from);
	publish_copy(m, copy, listed);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	snprintf(option, sizeof option, "%s=%s", option_names[m->topic], copy);
	snprintf(options, sizeof options, "--reply-topics=%s,%s", small_own_topic, listed);
	trial->m = m;
	audit_start(&trial->audit, option, options, m->topic == LETTERS ? "--no-database" : NULL, NULL);
	trial->has_json = m->expected && strchr(m->expected, '\\'); /* odd bytes */
	if (trial->has_json)
		audit_start(&trial->json, "--json", option, options, NULL);
}

static struct message_place place_of(const struct record *r)
{
	const struct record_header *p = record_header_last(r, "kafka_dlt-original-partition");
	const struct record_header *o = record_header_last(r, "kafka_dlt-original-offset");
	struct message_place place = {0};

	if (!p || !o) {
		assert_true(message_find_place(r->value, rig_topics.requests, &place));
		assert_true(place.is_of_topic);
		return place;
	}
	place.partition = p->value.data[3];
	place.offset = (unsigned char)o->value.data[6] << 8 | (unsigned char)o->value.data[7];
	return place;
}

static size_t unseen;

/* The wrong stands in the first lines, with the place of its request, and nothing else is wrong. */
static void expect_difference(const struct trial *trial)
{
	const struct mutant *m = trial->m;
	const char *line = trial->audit.report;
	char expected[500], total[40];
	struct message_place place = place_of(&clean[m->topic][pick(m)]);
	bool is_named = false;

	if (m->act == LITTER)
		snprintf(expected, sizeof expected, "DIFFERENCE partition 0, no offset: ");
	else
		snprintf(expected, sizeof expected, "DIFFERENCE partition %d, offset %lld: ",
		         (int)place.partition, (long long)place.offset);
	for (int i = 0; line && i < LINES_READ; i++) {
		const char *end = strchr(line, '\n');
		struct text this = {line, end ? (size_t)(end - line) : 0};

		is_named = is_named || (find_in(this, quoted(m->expected)) &&
		                        !strncmp(line, expected, strlen(expected)));
		line = end ? end + 1 : NULL;
	}
	snprintf(total, sizeof total, "\n%d difference%s\n", m->differences, m->differences > 1 ? "s" : "");
	if (trial->audit.exit_code == 6 && is_named && audit_count(&trial->audit, total))
		return;
	unseen++;
	print_error("%s, act %d, %s: exit code %d, expected %s%s and%s, found\n%s\n", m->which, m->act,
	            m->from ? m->from : "", trial->audit.exit_code, expected, quoted(m->expected), total,
	            trial->audit.report);
}

static void end(struct trial *trial)
{
	const struct mutant *m = trial->m;

	audit_await(&trial->audit);
	if (m->differences)
		expect_difference(trial);
	else if (trial->audit.exit_code || !audit_count(&trial->audit, "\nno differences\n"))
		fail_msg("%s: a copy without a wrong, but exit code %d\n%s", m->which,
		         trial->audit.exit_code, trial->audit.report);
	audit_release(&trial->audit);
	if (!trial->has_json)
		return;
	audit_await(&trial->json);
	assert_int_equal(trial->json.exit_code, 6);
	audit_release(&trial->json);
}

static void every_wrong_in_a_topic_is_named_with_its_place(void **state)
{
	struct trial trials[AT_ONCE];

	(void)state;
	for (size_t i = 0; i < MUTANTS + AT_ONCE; i++) {
		if (i >= AT_ONCE)
			end(&trials[i % AT_ONCE]);
		if (i < MUTANTS)
			begin(&trials[i % AT_ONCE], i);
	}
	assert_int_equal(unseen, 0);
	audit_check_json();
}

static int set_up(void **state)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *names[TOPICS];
	struct err e;

	if (small_history_make(state))
		return -1;
	names[REPLIES] = rig_topics.replies;
	names[EVENTS] = rig_topics.events;
	names[LETTERS] = rig_topics.dead_letters;
	if (kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e))
		return -1;
	make_topics();
	for (int t = 0; t < TOPICS; t++)
		clean_count[t] = rig_read(names[t], clean[t], RECORDS_MAX);
	return 0;
}

static int tear_down(void **state)
{
	for (int t = 0; t < TOPICS; t++)
		rig_give(clean[t], clean_count[t]);
	kafka_sender_close(sender);
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_wrong_in_a_topic_is_named_with_its_place),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
