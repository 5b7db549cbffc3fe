/*
 * The live map: what gateways show of a show is what its rows are, whoever looks, from wherever he
 * comes back, through restarts, changes of the house and changes by hand.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/partitioner.h"
#include "tests/integration/stream.h"
#include "tests/integration/viewer.h"

#define MAP "/api/seat-map?show_id="

static struct web one, other;
static long worker;

/* ---- what the tests share ---- */

/* ' stands for ". */
static void quote(char *to, size_t bytes, const char *from)
{
	snprintf(to, bytes, "%s", from);
	for (; *to; to++)
		*to = *to == '\'' ? '"' : *to;
}

static void change(const char *show, const char *type, const char *fields, int code,
                   const char *reason)
{
	char quoted[400];

	quote(quoted, sizeof quoted, fields);
	rig_expect(rig_ask(show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}", type,
	                   rig_id(), show, quoted), code, reason);
}

static const char *reserve(const char *show, const char *session, const char *fields)
{
	char quoted[400];
	const char *reply;

	quote(quoted, sizeof quoted, fields);
	reply = rig_ask(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                "\"session_id\":\"%s\"%s}", rig_id(), show, session, quoted);
	rig_expect(reply, 200, "RESERVED");
	return rig_field(reply, "reservation_id");
}

static void end(const char *show, const char *session, const char *type, const char *id,
                const char *reason)
{
	char fields[200];

	snprintf(fields, sizeof fields, ",\"session_id\":\"%s\",\"reservation_id\":\"%s\"", session, id);
	change(show, type, fields, 200, reason);
}

static struct web_answer get(const struct web *web, const char *path, const char *show,
                             const char *more, const char *headers)
{
	char whole[400];

	snprintf(whole, sizeof whole, "%s%s%s", path, show, more);
	return web_ask(web, "GET", whole, headers, NULL);
}

static void await_rows(struct viewer *v)
{
	viewer_await(v, viewer_rows(v->show_id));
}

static void await_show(struct viewer *v, const char *part)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!strstr(v->show, part)) {
		if (clock_monotonic_ms() >= until_ms || v->fd < 0)
			fail_msg("expected %s, saw %s", part, v->show);
		(void)viewer_read(v, 100);
	}
}

/* As many whole maps as that. */
static void await_snaps(struct viewer *v, unsigned count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (v->snaps < count) {
		assert_true(clock_monotonic_ms() < until_ms);
		(void)viewer_read(v, 100);
	}
}

/* ---- the map once ---- */

static void a_map_is_what_the_rows_are(void **state)
{
	struct web_answer answer, again;
	char etag[120], match[160], wanted[200];

	(void)state;
	rig_show("once", 3);
	change("once", "set_areas", ",'areas':[{'area_id':'floor','capacity':5}]", 200, "AREAS_SET");
	(void)reserve("once", "ann", ",'seat_ids':['A2'],'areas':[{'area_id':'floor','count':2}]");
	answer = get(&one, MAP, "once", "", "");
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.body, "\"t\":\"snap\""));
	assert_non_null(strstr(answer.body, "\"s\":\".r.\""));
	assert_non_null(strstr(answer.body, "\"ids\":[\"A1\",\"A2\",\"A3\"]"));
	assert_non_null(strstr(answer.body, "\"areas\":[[\"floor\",3,5]]"));
	snprintf(wanted, sizeof wanted, "\"o\":%s,",
	         rig_sql("SELECT max(version) FROM (SELECT version FROM holdfast.show_seats WHERE "
	                 "show_id = 'once' UNION ALL SELECT version FROM holdfast.show_areas WHERE "
	                 "show_id = 'once' UNION ALL SELECT version FROM holdfast.shows WHERE "
	                 "show_id = 'once') AS all_of_it"));
	assert_non_null(strstr(answer.body, wanted));
	snprintf(etag, sizeof etag, "%s", web_header(&answer, "ETag"));
	snprintf(wanted, sizeof wanted, "\"%s-", rig_sql("SELECT epoch FROM holdfast.hand_changes"));
	assert_memory_equal(etag, wanted, strlen(wanted));
	assert_string_equal(web_header(&answer, "Cache-Control"), "no-cache");
	snprintf(match, sizeof match, "If-None-Match: %s\r\n", etag);
	assert_int_equal(get(&one, MAP, "once", "", match).status, 304);
	/* The same on the other gateway. */
	again = get(&other, MAP, "once", "", "");
	assert_string_equal(web_header(&again, "ETag"), etag);
	assert_string_equal(again.body, answer.body);
}

static void a_layout_is_known_by_its_hash(void **state)
{
	struct web_answer answer = get(&one, MAP, "once", "", ""), layout;
	char hash[65], more[80], hex[65];
	uint8_t digest[SHA256_BYTES];
	struct text text;

	(void)state;
	snprintf(hash, sizeof hash, "%s", rig_field(answer.body, "layout"));
	snprintf(more, sizeof more, "&layout=%s", hash);
	layout = get(&one, "/api/seat-map/layout?show_id=", "once", more, "");
	assert_int_equal(layout.status, 200);
	assert_non_null(strstr(web_header(&layout, "Cache-Control"), "immutable"));
	text = text_of(layout.body);
	sha256(digest, &text, 1);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, hash);
	assert_null(strstr(get(&one, MAP, "once", more, "").body, "\"ids\""));
	more[8] = more[8] == '0' ? '1' : '0';
	web_expect(get(&one, "/api/seat-map/layout?show_id=", "once", more, ""), 404, "NOT_FOUND");
	web_expect(get(&one, "/api/seat-map/layout?show_id=", "once", "&layout=x", ""), 400,
	           "INVALID_REQUEST");
	web_expect(get(&one, MAP, "no-such-show", "", ""), 404, "UNKNOWN_SHOW");
	web_expect(get(&one, "/api/seat-map/live?show_id=", "no-such-show", "",
	               "Accept: text/event-stream\r\n"), 404, "UNKNOWN_SHOW");
	answer = get(&one, "/api/seat-map/live?show_id=", "once", "", "Accept: */*\r\n");
	assert_int_equal(answer.status, 426);
	assert_string_equal(web_header(&answer, "Upgrade"), "websocket");
	assert_string_equal(web_header(&answer, "Connection"), "Upgrade");
	/* The events' headers without the events. */
	answer = web_ask(&one, "HEAD", "/api/seat-map/live?show_id=once",
	                 "Accept: text/event-stream\r\n", NULL);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "");
	answer = web_ask(&one, "HEAD", "/api/seat-map/live?show_id=no-such-show",
	                 "Accept: text/event-stream\r\n", NULL);
	assert_int_equal(answer.status, 404);
	assert_int_equal(get(&one, MAP, "once", "", "Accept: text/html\r\n").status, 406);
	/* An image of another page: it has no Origin, and learns what everybody may. */
	assert_int_equal(get(&one, MAP, "once", "", "Sec-Fetch-Site: cross-site\r\n").status, 200);
	web_expect(get(&one, MAP, "once", "", "Origin: https://elsewhere.example\r\n"), 403,
	           "ORIGIN_REFUSED");
}

/* ---- watching ---- */

static void viewers_see_each_change(void **state)
{
	struct viewer socket, events;
	const char *id;

	(void)state;
	rig_show("watched", 4);
	change("watched", "set_areas", ",'areas':[{'area_id':'floor','capacity':5}]", 200,
	       "AREAS_SET");
	viewer_make(&socket, "watched", false);
	viewer_make(&events, "watched", true);
	assert_int_equal(viewer_open(&socket, &one), 101);
	assert_int_equal(viewer_open(&events, &other), 200);
	viewer_await(&socket, "A1. A2. A3. A4. floor:5/5");
	viewer_await(&events, "A1. A2. A3. A4. floor:5/5");
	id = reserve("watched", "ann", ",'seat_ids':['A1','A2'],'areas':[{'area_id':'floor','count':2}]");
	viewer_await(&socket, "A1r A2r A3. A4. floor:3/5");
	viewer_await(&events, "A1r A2r A3. A4. floor:3/5");
	end("watched", "ann", "confirm", id, "CONFIRMED");
	id = reserve("watched", "ben", ",'seat_ids':['A4']");
	viewer_await(&socket, "A1s A2s A3. A4r floor:3/5");
	end("watched", "ben", "release", id, "RELEASED");
	viewer_await(&socket, "A1s A2s A3. A4. floor:3/5");
	viewer_await(&events, "A1s A2s A3. A4. floor:3/5");
	change("watched", "change_show", ",'closed':true", 200, "SHOW_CHANGED");
	await_show(&socket, "\"closed\":true");
	assert_int_equal(socket.snaps, 1);
	assert_int_equal(events.snaps, 1);
	viewer_release(&socket);
	viewer_release(&events);
}

static void who_comes_back_gets_what_he_missed(void **state)
{
	struct viewer v;

	(void)state;
	rig_show("tunnel", 4);
	viewer_make(&v, "tunnel", false);
	assert_int_equal(viewer_open(&v, &one), 101);
	viewer_await(&v, "A1. A2. A3. A4.");
	viewer_cut(&v);
	(void)reserve("tunnel", "ann", ",'seat_ids':['A1']");
	assert_int_equal(viewer_open(&v, &other), 101);
	viewer_await(&v, "A1r A2. A3. A4.");
	viewer_cut(&v);
	(void)reserve("tunnel", "ben", ",'seat_ids':['A3']");
	assert_int_equal(rig_stop(one.pid, SIGKILL), -SIGKILL);
	one = web_start(NULL, NULL, NULL);
	assert_int_equal(viewer_open(&v, &one), 101);
	viewer_await(&v, "A1r A2. A3r A4.");
	assert_int_equal(v.snaps, 1);
	assert_int_equal(v.deltas, 2);
	/* What the topic does not have yet cannot have been seen. */
	v.claim = v.o + 1000000;
	assert_int_equal(viewer_open(&v, &one), 101);
	await_snaps(&v, 2);
	viewer_release(&v);
}

static void who_is_ahead_is_sent_away(void **state)
{
	int32_t partition = partition_of_key("ahead", 5, RIG_PARTITIONS);
	char twin[32];
	struct viewer v;

	(void)state;
	rig_show("ahead", 1);
	viewer_make(&v, "ahead", false);
	assert_int_equal(viewer_open(&v, &one), 101);
	viewer_await(&v, "A1.");
	/* Another show moves the partition on, past what this one has. */
	for (int i = 0; ; i++) {
		snprintf(twin, sizeof twin, "twin-%d", i);
		if (partition_of_key(twin, strlen(twin), RIG_PARTITIONS) == partition)
			break;
	}
	rig_show(twin, 1);
	v.claim = v.o + 1;
	assert_int_equal(viewer_open(&v, &one), 101);
	viewer_await_end(&v);
	assert_int_equal(v.close_code, 1013);
	assert_memory_equal(v.close_reason, "retry=", 6);
	viewer_release(&v);
}

static void another_layout_is_told_whole(void **state)
{
	struct viewer v;

	(void)state;
	rig_show("house", 2);
	viewer_make(&v, "house", false);
	assert_int_equal(viewer_open(&v, &one), 101);
	viewer_await(&v, "A1. A2.");
	change("house", "add_seats", ",'seats':[{'seat_id':'B1','row':'B','pos':1}]", 200,
	       "SEATS_ADDED");
	(void)reserve("house", "ann", ",'seat_ids':['B1']");
	viewer_await(&v, "A1. A2. B1r");
	change("house", "set_areas", ",'areas':[{'area_id':'floor','capacity':5}]", 200, "AREAS_SET");
	viewer_await(&v, "A1. A2. B1r floor:5/5");
	change("house", "set_areas", ",'areas':[{'area_id':'floor','capacity':7}]", 200, "AREAS_SET");
	viewer_await(&v, "A1. A2. B1r floor:7/7");
	change("house", "set_channels", ",'channels':[{'channel':'members','channel_key':'code-4711'}]",
	       200, "CHANNELS_SET");
	change("house", "block_seats", ",'channel':'members','seat_ids':['A2']", 200, "SEATS_BLOCKED");
	viewer_await(&v, "A1. A2b B1r floor:7/7");
	assert_true(v.snaps >= 2 && v.snaps == v.id_lists);
	web_expect(web_ask(&one, "POST", "/api/seat-map/open", "",
	                   "{\"show_id\":\"house\",\"channel_key\":\"code-4712\"}"), 403, "WRONG_CHANNEL");
	assert_non_null(strstr(web_ask(&one, "POST", "/api/seat-map/open", "",
	                               "{\"show_id\":\"house\",\"channel_key\":\"code-4711\"}").body,
	                       "\"seats\":[1]"));
	viewer_release(&v);
}

static void changes_by_hand_begin_an_epoch(void **state)
{
	struct viewer v, blind;

	(void)state;
	rig_show("hand", 2);
	viewer_make(&v, "hand", false);
	viewer_make(&blind, "hand", true);
	assert_int_equal(viewer_open(&v, &one), 101);
	assert_int_equal(viewer_open(&blind, &one), 200);
	viewer_await(&v, "A1. A2.");
	viewer_await(&blind, "A1. A2.");
	viewer_cut(&blind);
	(void)rig_sql("UPDATE holdfast.show_seats SET status = 'sold' "
	              "WHERE show_id = 'hand' AND seat_id = 'A2'");
	viewer_await(&v, "A1. A2s");
	assert_int_equal(v.snaps, 2);
	assert_int_equal(v.id_lists, 1); /* the layout is as it was */
	assert_int_equal(viewer_open(&blind, &other), 200);
	viewer_await(&blind, "A1. A2s");
	assert_int_equal(blind.snaps, 2);
	(void)reserve("hand", "ann", ",'seat_ids':['A1']");
	viewer_await(&v, "A1r A2s");
	viewer_release(&v);
	viewer_release(&blind);
}

static void who_asks_is_told_everything_anew(void **state)
{
	struct viewer v;

	(void)state;
	rig_show("anew", 1);
	viewer_make(&v, "anew", false);
	assert_int_equal(viewer_open(&v, &one), 101);
	viewer_await(&v, "A1.");
	viewer_say(&v, 1, "{\"t\":\"resync\"}", 14);
	await_snaps(&v, 2);
	assert_int_equal(v.id_lists, 2);
	viewer_release(&v);
}

static void an_address_has_so_many_viewers(void **state)
{
	static const char *const options[] = {"--address-viewers=2", NULL};
	char path[64];
	struct viewer viewers[4];
	struct web web;

	(void)state;
	snprintf(path, sizeof path, "/tmp/holdfast-maps-%ld", (long)getpid());
	web = web_start_as(path, options);
	rig_show("crowd", 1);
	for (int i = 0; i < 4; i++) {
		viewer_make(&viewers[i], "crowd", i % 2);
		viewers[i].headers = i == 3 ? "X-Forwarded-For: 192.0.2.2\r\n"
		                            : "X-Forwarded-For: 192.0.2.1\r\n";
	}
	assert_int_equal(viewer_open(&viewers[0], &web), 101);
	assert_int_equal(viewer_open(&viewers[1], &web), 200);
	assert_int_equal(viewer_open(&viewers[2], &web), 429);
	assert_int_equal(viewer_open(&viewers[3], &web), 200);
	assert_true(pages_value(&web.pages, "holdfast_gateway_viewers") == 3);
	assert_true(pages_value(&web.pages,
	                        "holdfast_gateway_refused_total{limit=\"address_viewers\"}") == 1);
	viewer_cut(&viewers[0]);
	while (pages_value(&web.pages, "holdfast_gateway_viewers") != 2)
		clock_sleep_ms(10);
	assert_int_equal(viewer_open(&viewers[2], &web), 101);
	for (int i = 0; i < 4; i++)
		viewer_release(&viewers[i]);
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
}

static void who_watches_a_gateway_that_ends_is_sent_away(void **state)
{
	static const char *const options[] = {"--drain-ms=1000", NULL};
	struct web web = web_start_as(NULL, options);
	struct viewer viewers[6];

	(void)state;
	rig_show("last", 1);
	for (int i = 0; i < 6; i++) {
		viewer_make(&viewers[i], "last", i == 5);
		assert_int_equal(viewer_open(&viewers[i], &web), i == 5 ? 200 : 101);
		viewer_await(&viewers[i], "A1.");
	}
	/* What they have seen is shown to an operator. */
	assert_non_null(strstr(pages_get(&web.pages, "/status"), "<b>6</b>viewers"));
	assert_int_equal(kill((pid_t)web.pid, SIGTERM), 0);
	for (int i = 0; i < 6; i++) {
		viewer_await_end(&viewers[i]);
		assert_int_equal(viewers[i].close_code, i == 5 ? 0 : 1012);
		if (i != 5)
			assert_memory_equal(viewers[i].close_reason, "retry=", 6);
		viewer_release(&viewers[i]);
	}
	assert_int_equal(rig_stop(web.pid, 0), 0);
}

/* Events of many requests come at once, with no end of the partition between them. */
static void a_burst_is_shown_as_it_was(void **state)
{
	enum { SEATS = 400, REQUESTS = 300, ROUNDS = 4 };
	struct viewer v;

	(void)state;
	viewer_make(&v, "burst-0", false);
	for (int round = 0; round < ROUNDS; round++) {
		char show[16];

		snprintf(show, sizeof show, "burst-%d", round);
		rig_show(show, SEATS);
		viewer_release(&v);
		viewer_make(&v, show, false);
		assert_int_equal(viewer_open(&v, &one), 101);
		for (int i = 0; i < REQUESTS; i++)
			rig_send(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
			               "\"session_id\":\"s%d\",\"seat_ids\":[\"A%d\"%s]}", rig_id(), show, i,
			         1 + i, i % 7 ? "" : ",\"A301\",\"A302\",\"A303\"");
		rig_await(REQUESTS);
		await_rows(&v);
	}
	assert_true(kill((pid_t)one.pid, 0) == 0);
	viewer_release(&v);
}

/* All types of requests, good and bad; viewers who come and go all the while, at either gateway. */
static void everybody_ends_with_the_rows(void **state)
{
	enum { VIEWERS = 8, ROUNDS = 60, REQUESTS = 15 };
	static struct viewer viewers[VIEWERS];
	unsigned random = 20261130, snaps = 0, opened = 0;
	struct stream stream;
	size_t sent;

	(void)state;
	sent = stream_open(&stream, "unruly", random);
	rig_await(sent);
	for (int i = 0; i < VIEWERS; i++)
		viewer_make(&viewers[i], "unruly", i % 4 == 3);
	for (int round = 0; round < ROUNDS; round++) {
		sent = stream_send(&stream, REQUESTS);
		for (int i = 0; i < VIEWERS; i++) {
			struct viewer *v = &viewers[i];

			random = random * 1103515245 + 12345;
			if (v->fd < 0) {
				assert_int_equal(viewer_open(v, random >> 16 & 1 ? &one : &other),
				                 v->is_sse ? 200 : 101);
				opened++;
			} else if (random >> 17 & 1) {
				viewer_cut(v);
			}
			while (viewer_read(v, 0))
				;
		}
		rig_await(sent);
	}
	for (int i = 0; i < VIEWERS; i++) {
		if (viewers[i].fd < 0)
			(void)viewer_open(&viewers[i], &one);
		await_rows(&viewers[i]);
		snaps += viewers[i].snaps;
	}
	print_message("%u connections, %u snaps\n", opened, snaps);
	for (int i = 0; i < VIEWERS; i++)
		viewer_release(&viewers[i]);
}

static int make(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	one = web_start(NULL, NULL, NULL);
	other = web_start(NULL, NULL, NULL);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_map_is_what_the_rows_are),
	    cmocka_unit_test(a_layout_is_known_by_its_hash),
	    cmocka_unit_test(viewers_see_each_change),
	    cmocka_unit_test(who_comes_back_gets_what_he_missed),
	    cmocka_unit_test(who_is_ahead_is_sent_away),
	    cmocka_unit_test(another_layout_is_told_whole),
	    cmocka_unit_test(changes_by_hand_begin_an_epoch),
	    cmocka_unit_test(who_asks_is_told_everything_anew),
	    cmocka_unit_test(a_burst_is_shown_as_it_was),
	    cmocka_unit_test(an_address_has_so_many_viewers),
	    cmocka_unit_test(who_watches_a_gateway_that_ends_is_sent_away),
	    cmocka_unit_test(everybody_ends_with_the_rows),
	};

	return cmocka_run_group_tests(tests, make, rig_drop);
}
