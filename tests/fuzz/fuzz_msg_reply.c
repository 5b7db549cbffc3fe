/*
 * Two lines of any bytes as replies or events: what reads as a reply is within its limits and is
 * the same when written and read again; its place is found; comparing works both ways round.
 */
#include <string.h>

#include "common/message/reply.h"
#include "common/message/same.h"
#include "tests/fuzz/fuzz.h"

#define OFFSET_MAX (INT64_C(1) << 53)

static bool is_nil(const struct uuid *id)
{
	return uuid_same(id, &(struct uuid){{0}});
}

static void check_limits(const struct reply_view *v)
{
	FUZZ_CHECK(v->code >= 100 && v->code <= 599 && v->reason.data);
	FUZZ_CHECK(v->partition >= 0 && v->offset >= 0 && v->offset <= OFFSET_MAX);
	FUZZ_CHECK(v->duplicate_of == NOT_A_DUPLICATE ||
	           (v->duplicate_of >= 0 && v->duplicate_of <= OFFSET_MAX));
	FUZZ_CHECK(is_nil(&v->request_id) == !v->has_request_id);
	FUZZ_CHECK(is_nil(&v->reservation_id) == !v->has_reservation_id);
}

/* Only with a reason of ours there is something to write. */
static void check_round_trip(const struct reply_view *v, struct arena *arena)
{
	const struct reply reply = {
	    .outcome = outcome_of(v->code, v->reason),
	    .has_request_id = v->has_request_id,
	    .request_id = v->request_id,
	    .show_id = v->show_id,
	    .has_reservation_id = v->has_reservation_id,
	    .reservation_id = v->reservation_id,
	    .decided_at_ms = v->decided_at_ms,
	};
	const struct record_place place = {"requests", v->partition, v->offset};
	struct buf body = {0}, whole = {0};
	struct message_place found = {0};
	struct reply_view again;
	struct err e;

	if (reply.outcome == OUTCOME_COUNT)
		return;
	reply_encode_body(&body, &reply);
	reply_encode_whole(&whole, buf_text(&body), v->duplicate_of, &place);
	FUZZ_CHECK(reply_decode(buf_text(&whole), arena, &again, &e) == RC_OK);
	FUZZ_CHECK(message_find_place(buf_text(&whole), place.topic, &found) && found.is_of_topic);
	FUZZ_CHECK(!message_find_place(buf_text(&whole), "events", &found) || !found.is_of_topic);
	FUZZ_CHECK(again.code == v->code && text_same(again.reason, v->reason));
	FUZZ_CHECK(again.has_request_id == v->has_request_id &&
	           uuid_same(&again.request_id, &v->request_id));
	FUZZ_CHECK(!again.show_id.data == !v->show_id.data && text_same(again.show_id, v->show_id));
	FUZZ_CHECK(again.partition == v->partition && again.offset == v->offset);
	FUZZ_CHECK(again.duplicate_of == v->duplicate_of);
	FUZZ_CHECK(again.decided_at_ms == v->decided_at_ms);
	FUZZ_CHECK(again.has_reservation_id == v->has_reservation_id &&
	           uuid_same(&again.reservation_id, &v->reservation_id));
	buf_release(&body);
	buf_release(&whole);
}

static void check_one(struct text json)
{
	struct arena arena = {0};
	struct reply_view v;
	struct err e;
	struct message_place place = {0};
	bool has_place = message_find_place(json, "requests", &place);
	enum rc rc = reply_decode(json, &arena, &v, &e);

	FUZZ_CHECK(rc == RC_OK || rc == RC_REJECT);
	if (has_place)
		FUZZ_CHECK(place.partition >= 0 && place.offset >= 0 && place.offset <= OFFSET_MAX);
	if (rc == RC_OK) {
		check_limits(&v);
		check_round_trip(&v, &arena);
		FUZZ_CHECK(has_place && place.partition == v.partition && place.offset == v.offset);
	}
	arena_release(&arena);
}

/* The path of a difference is said where there is one, and only there. */
static bool is_same(struct text a, struct text b, const char *but)
{
	struct message_difference d = {0};
	bool same = message_is_same_but(a, b, but, &d);

	FUZZ_CHECK(!message_difference_failed(&d));
	FUZZ_CHECK(same == (d.path.bytes == 0));
	message_difference_release(&d);
	return same;
}

static bool is_json(struct text t)
{
	struct arena arena = {0};
	struct buf completed = {0};
	struct text show_id;
	struct err e;
	bool is_taken = !request_complete(t, &arena, &completed, &show_id, &e);

	buf_release(&completed);
	arena_release(&arena);
	return is_taken;
}

static void check_two(struct text a, struct text b)
{
	bool same = is_same(a, b, NULL);

	FUZZ_CHECK(same == is_same(b, a, NULL));
	FUZZ_CHECK(is_same(a, b, "message") == is_same(b, a, "message"));
	FUZZ_CHECK(is_same(a, a, NULL) == is_json(a));
	if (same)
		FUZZ_CHECK(is_json(a) && is_json(b));
}

void fuzz_msg_reply(const uint8_t *data, size_t bytes)
{
	struct text a = {data ? (const char *)data : "", bytes}, b = {"", 0};
	const char *end = memchr(a.data, '\n', bytes);

	if (end) {
		b = (struct text){end + 1, bytes - (size_t)(end + 1 - a.data)};
		a.bytes = (size_t)(end - a.data);
	}
	check_one(a);
	check_one(b);
	check_two(a, b);
}
