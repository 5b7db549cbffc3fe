#include "tests/integration/small_history.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/topics.h"

char small_own_topic[100];

/* Up to three, in place of replies, events and dead letters. */
static void make_some(struct kafka_topics *topics, char *const *names, int count)
{
	struct topic_names wanted = rig_topics;
	struct err e;
	int created;

	wanted.replies = names[0];
	wanted.events = count > 1 ? names[1] : rig_topics.events;
	wanted.dead_letters = count > 2 ? names[2] : rig_topics.dead_letters;
	assert_int_equal(kafka_topics_create(topics, &wanted, SMALL_PARTITIONS, 1, &created, &e), RC_OK);
	assert_int_equal(created, count);
}

void small_topics_make(const char *names)
{
	const struct kafka_settings kafka = rig_kafka();
	char *list = strdup(names), *rest = NULL, *some[3];
	struct kafka_topics *topics;
	struct err e;
	int count = 0;

	assert_non_null(list);
	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		some[count++] = name;
		if (count == 3) {
			make_some(topics, some, count);
			count = 0;
		}
	}
	if (count)
		make_some(topics, some, count);
	kafka_topics_close(topics);
	free(list);
}

#define HEAD(type, id, show) \
	"{\"type\":\"" type "\",\"request_id\":\"" SMALL_ID(id) "\",\"show_id\":\"" show "\""

/* `rest` with ' for " */
static void ask(const char *head, const char *rest, int code, const char *reason)
{
	const char *show = strstr(head, "\"opera\"")  ? "opera"
	                   : strstr(head, "\"hall\"") ? "hall"
	                                              : "house";
	char quoted[500];
	size_t i;

	for (i = 0; rest[i]; i++)
		quoted[i] = rest[i] == '\'' ? '"' : rest[i];
	quoted[i] = '\0';
	rig_expect(rig_ask(show, "%s,%s}", head, quoted), code, reason);
}

#define OF(id) "'reservation_id':'" SMALL_ID(id) "'"

static void await_lapse(const char *show)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT bool_and(reserved_until < now() - interval '20 ms') FROM "
	         "holdfast.seat_reservations WHERE show_id = '%s' AND status = 'held' AND reserved_until - "
	         "created_at = interval '1 s'", show);
	rig_await_sql("t", sql);
}

static void ask_for_what_lapses(void)
{
	ask(HEAD("reserve", "20", "opera"), "'session_id':'erin','seat_ids':['A7'],'hold_seconds':1", 200,
	    "RESERVED");
	ask(HEAD("reserve", "21", "opera"), "'session_id':'frank','seat_ids':['A8'],'hold_seconds':1", 200,
	    "RESERVED");
	ask(HEAD("create_show", "40", "hall"), "'hold_seconds':1", 200, "SHOW_CREATED");
	ask(HEAD("add_seats", "41", "hall"), "'seat_ids':['B1','B2','B3']", 200, "SEATS_ADDED");
	ask(HEAD("reserve", "42", "hall"), "'session_id':'ivan','seat_ids':['B2','B1']", 200, "RESERVED");
}

static void ask_for_what_has_lapsed(void)
{
	await_lapse("opera");
	ask(HEAD("reserve", "22", "opera"), "'session_id':'grace','seat_ids':['A8','A7']", 200, "RESERVED");
	await_lapse("hall");
	ask(HEAD("expire", "43", "hall"), OF("42"), 200, "EXPIRED");
	ask(HEAD("confirm", "44", "hall"), OF("42") ",'session_id':'ivan'", 200, "CONFIRMED");
	ask(HEAD("reserve", "45", "hall"), "'session_id':'judy','seat_ids':['B1','B3']", 409,
	    "SEATS_TAKEN");
}

static void ask_all_types(void)
{
	ask(HEAD("create_show", "01", "opera"), "'title':'Zw\xc3\xb6lf','owner_key':'boss'", 200,
	    "SHOW_CREATED");
	ask(HEAD("add_seats", "02", "opera"),
	    "'owner_key':'boss','seat_ids':['A1','A2','A3','A4','A5','A6','A7','A8']", 200, "SEATS_ADDED");
	ask_for_what_lapses();
	ask(HEAD("reserve", "10", "opera"), "'session_id':'alice','seat_ids':['A2','A1']", 200, "RESERVED");
	ask(HEAD("reserve", "11", "opera"), "'session_id':'bob','seat_ids':['A1','A3','A2']", 409,
	    "SEATS_TAKEN");
	ask(HEAD("reserve", "10", "opera"), "'session_id':'alice','seat_ids':['A1','A2']", 200, "RESERVED");
	ask(HEAD("reserve", "10", "opera"), "'session_id':'alice','seat_ids':['A3']", 422,
	    "IDEMPOTENCY_MISMATCH");
	ask(HEAD("extend", "12", "opera"), OF("10") ",'session_id':'alice','hold_seconds':900", 200,
	    "EXTENDED");
	ask(HEAD("reserve", "13", "opera"), "'session_id':'bob','seat_ids':['A3','A4']", 200, "RESERVED");
	ask(HEAD("confirm", "14", "opera"), OF("13") ",'session_id':'bob'", 200, "CONFIRMED");
	ask(HEAD("reserve", "15", "opera"), "'session_id':'carol','seat_ids':['A5']", 200, "RESERVED");
	ask(HEAD("release", "16", "opera"), OF("15") ",'session_id':'carol'", 200, "RELEASED");
	ask(HEAD("reserve", "17", "opera"), "'session_id':'dave','seat_ids':['A6']", 200, "RESERVED");
	ask(HEAD("confirm", "18", "opera"), OF("17") ",'session_id':'dave'", 200, "CONFIRMED");
	ask(HEAD("cancel", "19", "opera"), OF("17") ",'owner_key':'boss'", 200, "CANCELLED");
	ask(HEAD("reserve", "26", "opera"), "'session_id':'alice','seat_ids':['A5']", 409,
	    "ALREADY_RESERVED");
	ask(HEAD("reserve", "27", "opera"), "'session_id':'kim'", 400, "INVALID_REQUEST");
}

/* A show on the first one's partition, with all that an organiser may set. */
static void ask_by_selling_rules(void)
{
	ask(HEAD("create_show", "70", "house"),
	    "'singles':'refuse','on_sale_from':'1970-01-01T00:00:00.000Z'", 200, "SHOW_CREATED");
	ask(HEAD("add_seats", "71", "house"),
	    "'seat_ids':['P0'],'seats':[{'seat_id':'P1','section':'Parkett','row':'A','pos':1,"
	    "'category':'I','rank':5,'flags':['restricted','accessible'],'x':3,'y':4},"
	    "{'seat_id':'P2','row':'A','pos':2},"
	    "{'seat_id':'P3','row':'A','pos':3},{'seat_id':'P4','row':'A','pos':4}]",
	    200, "SEATS_ADDED");
	ask(HEAD("change_show", "72", "house"), "'on_sale_until':'9999-12-31T23:59:59.999Z'", 200,
	    "SHOW_CHANGED");
	ask(HEAD("set_channels", "73", "house"),
	    "'channels':[{'channel':'box','channel_key':'k','opens':['public','a, b'],'exempt':true,"
	    "'on_sale_from':'1970-01-01T00:00:00.001Z'},{'channel':'kill'}]", 200, "CHANNELS_SET");
	ask(HEAD("block_seats", "74", "house"), "'channel':'box','seat_ids':['P2']", 200, "SEATS_BLOCKED");
	ask(HEAD("reserve", "75", "house"), "'session_id':'lea','channel_key':'k','best':{'count':1}", 200,
	    "RESERVED");
	ask(HEAD("reserve", "76", "house"), "'session_id':'mo','seat_ids':['P2']", 409, "SEATS_TAKEN");
	ask(HEAD("reserve", "77", "house"), "'session_id':'mo','best':{'count':3}", 409,
	    "NOT_ENOUGH_SEATS");
}

/* Areas, a hold that changes, and a sale of which a part is given back. */
static void ask_for_places(void)
{
	ask(HEAD("set_areas", "78", "house"),
	    "'areas':[{'area_id':'G','capacity':10,'category':'low'},{'area_id':'K','capacity':4}]", 200,
	    "AREAS_SET");
	ask(HEAD("reserve", "79", "house"),
	    "'session_id':'noe','seat_ids':['P0'],'areas':[{'area_id':'G','count':2},"
	    "{'area_id':'K','count':1}]", 200, "RESERVED");
	ask(HEAD("change_hold", "7a", "house"), OF("79") ",'session_id':'noe','drop_seat_ids':['P0'],"
	    "'drop_areas':[{'area_id':'G','count':2}],'areas':[{'area_id':'K','count':1}]", 200,
	    "HOLD_CHANGED");
	ask(HEAD("confirm", "7b", "house"), OF("79") ",'session_id':'noe'", 200, "CONFIRMED");
	ask(HEAD("cancel", "7c", "house"), OF("79") ",'areas':[{'area_id':'K','count':1}],"
	    "'owner_key':'none'", 403, "WRONG_OWNER");
	ask(HEAD("change_show", "7d", "house"), "'new_owner_key':'hers'", 200, "SHOW_CHANGED");
	ask(HEAD("cancel", "7e", "house"), OF("79") ",'areas':[{'area_id':'K','count':1}],"
	    "'owner_key':'hers'", 200, "PARTLY_CANCELLED");
	ask(HEAD("reserve", "7f", "house"), "'session_id':'ove','areas':[{'area_id':'G','count':1},"
	    "{'area_id':'K','count':3}]", 200, "RESERVED");
	ask(HEAD("reserve", "80", "house"), "'session_id':'pia','areas':[{'area_id':'K','count':1}]", 409,
	    "AREA_FULL");
}

#define EXPIRE(id) HEAD("expire", id, "opera") ",\"reservation_id\":\"" SMALL_ID("10") "\"}"

static void send_what_is_odd(void)
{
	static const char raw[8] = {'\xde', 0, '\xad', '\n', '\xff', '"', 0, 1};
	static char large[70000];
	const struct record_header headers[] = {
	    {text_of("a"), {"1", 1}},
	    {text_of("kafka_correlationId"), {raw, sizeof raw}},
	    {text_of("traceparent"), {large, 1024}},
	    {text_of("tracestate"), {large, 1025}},
	    {text_of("a"), {NULL, 0}},
	};

	memset(large, 'x', sizeof large);
	topics_send(0, text_of("opera"), text_of("{\"session_id\":\"secret\","), headers, 5);
	topics_send(0, text_of("opera"), (struct text){NULL, 0}, headers, 1);
	topics_send(0, (struct text){NULL, 0}, text_of("{}"), NULL, 0);
	topics_send(0, text_of("opera"), (struct text){large, sizeof large}, NULL, 0);
	topics_send(1, text_of("opera"), text_of(EXPIRE("59")), headers, 2);
}

/* Ask for a reply on a topic whose name ends so, on its partition 1. */
static void send_with_route(const char *value, const char *end)
{
	static const char second[4] = {0, 0, 0, 1};
	struct record_header headers[] = {
	    {text_of("kafka_replyTopic"), {NULL, 0}},
	    {text_of("kafka_replyPartition"), {second, sizeof second}},
	};
	char topic[120];

	snprintf(topic, sizeof topic, "%s.%s", rig_topics.replies, end);
	headers[0].value = text_of(topic);
	topics_send(0, text_of("opera"), text_of(value), headers, 2);
}

int small_history_make(void **state)
{
	char option[200];
	long worker;

	setenv("HOLDFAST_PARTITIONS", "2", 1);
	if (rig_make(state))
		return -1;
	snprintf(small_own_topic, sizeof small_own_topic, "%s.own", rig_topics.replies);
	small_topics_make(small_own_topic);
	snprintf(option, sizeof option, "--reply-topics=%s", small_own_topic);
	worker = rig_start("holdfast-worker", option, NULL);
	ask_all_types();
	ask_by_selling_rules();
	send_what_is_odd();
	send_with_route(EXPIRE("60"), "own");
	send_with_route(EXPIRE("61"), "later61");
	send_with_route(EXPIRE("62"), "later62");
	ask_for_what_has_lapsed();
	ask_for_places();
	if (rig_stop(worker, SIGTERM)) {
		fprintf(stderr, "the worker did not end well\n%s\n", rig_log());
		return -1;
	}
	return 0;
}
