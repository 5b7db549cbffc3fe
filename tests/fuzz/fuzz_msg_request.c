/*
 * Any bytes as the value of a request: what is taken obeys the limits of section 3 of
 * docs/protocol.md, cJSON reads the same in it, and writing it and reading it again changes
 * nothing that counts.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/message/request.h"
#include "tests/fuzz/fuzz.h"

#define SECRET_BYTES_LOOKED_FOR 8

/* Which fields a type uses; written down once more, from the protocol. */
enum { SESSION = 1, OWNER = 2, SEATS = 4, RESERVATION = 8, HOLD = 16, POLICY = 32 };

static const struct {
	const char *name;
	unsigned uses, needs;
	size_t seats_max;
} types[REQUEST_TYPE_COUNT] = {
    [REQUEST_CREATE_SHOW] = {"create_show", OWNER | HOLD | POLICY, 0, 0},
    [REQUEST_ADD_SEATS] = {"add_seats", OWNER | SEATS, SEATS, 1000},
    [REQUEST_RESERVE] = {"reserve", SESSION | SEATS | HOLD, SESSION | SEATS, 50},
    [REQUEST_RELEASE] = {"release", SESSION | RESERVATION, SESSION | RESERVATION, 0},
    [REQUEST_EXTEND] = {"extend", SESSION | RESERVATION | HOLD, SESSION | RESERVATION | HOLD, 0},
    [REQUEST_CONFIRM] = {"confirm", SESSION | RESERVATION, SESSION | RESERVATION, 0},
    [REQUEST_CANCEL] = {"cancel", OWNER | RESERVATION, OWNER | RESERVATION, 0},
    [REQUEST_EXPIRE] = {"expire", RESERVATION, RESERVATION, 0},
};

static bool is_id(struct text t, size_t most)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                              "0123456789._:/-";

	for (size_t i = 0; i < t.bytes; i++)
		if (!t.data[i] || !strchr(allowed, t.data[i]))
			return false;
	return t.data && t.bytes >= 1 && t.bytes <= most;
}

static bool is_title(struct text t)
{
	size_t points = 0;

	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c < 0x20 || c == 0x7F)
			return false;
		points += (c & 0xC0) != 0x80;
	}
	return points <= 200;
}

static bool is_nil(const struct uuid *id)
{
	return uuid_same(id, &(struct uuid){{0}});
}

static void check_seats(const struct request *r, bool is_used)
{
	FUZZ_CHECK(is_used ? r->seat_count >= 1 : r->seat_count == 0);
	FUZZ_CHECK(r->seat_count <= types[r->type].seats_max);
	for (size_t i = 0; i < r->seat_count; i++) {
		FUZZ_CHECK(is_id(r->seat_ids[i], 64));
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(!text_same(r->seat_ids[i], r->seat_ids[j]));
	}
}

static void check_numbers(const struct request *r, unsigned uses, unsigned needs)
{
	if (uses & POLICY) {
		FUZZ_CHECK(1 <= r->hold_seconds && r->hold_seconds <= r->max_hold_seconds);
		FUZZ_CHECK(r->max_hold_seconds <= 86400);
		FUZZ_CHECK(1 <= r->max_seats && r->max_seats <= 50);
		return;
	}
	FUZZ_CHECK(r->max_hold_seconds == 0 && r->max_seats == 0 && !r->title.data);
	FUZZ_CHECK(r->hold_seconds >= (needs & HOLD ? 1 : 0));
	FUZZ_CHECK(r->hold_seconds <= (uses & HOLD ? 86400 : 0));
}

/* Of a request that is readable. */
static void check_limits(size_t bytes, const struct request *r)
{
	unsigned uses = types[r->type].uses, needs = types[r->type].needs;

	FUZZ_CHECK(r->type > REQUEST_NONE && r->type < REQUEST_TYPE_COUNT);
	FUZZ_CHECK(bytes <= (r->type == REQUEST_ADD_SEATS ? 65536u : 16384u));
	FUZZ_CHECK(r->has_request_id && !is_nil(&r->request_id));
	FUZZ_CHECK(is_id(r->show_id, 64));
	FUZZ_CHECK(r->session_id.data ? (uses & SESSION) && is_id(r->session_id, 128)
	                              : !(needs & SESSION));
	FUZZ_CHECK(r->owner_key.data ? (uses & OWNER) && is_id(r->owner_key, 128) : !(needs & OWNER));
	FUZZ_CHECK(is_nil(&r->reservation_id) == !(uses & RESERVATION));
	FUZZ_CHECK(!r->title.data || is_title(r->title));
	check_seats(r, uses & SEATS);
	check_numbers(r, uses, needs);
}

/* ---- cJSON on the same bytes ---- */

static const cJSON *member(const cJSON *tree, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(tree, key);
}

static bool is_text(const cJSON *value, struct text t)
{
	return t.data ? cJSON_IsString(value) && text_same(text_of(value->valuestring), t) : !value;
}

static bool is_uuid(const cJSON *value, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	for (int i = 0; cJSON_IsString(value) && i <= UUID_TEXT_CHARS; i++) {
		char c = value->valuestring[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (c != text[i])
			return false;
	}
	return cJSON_IsString(value);
}

static bool is_number(const cJSON *value, int32_t number, int32_t absent)
{
	return value ? cJSON_IsNumber(value) && value->valuedouble == number : number == absent;
}

static void check_tree(const cJSON *tree, const struct request *r)
{
	unsigned uses = types[r->type].uses;
	const cJSON *seat = NULL;

	FUZZ_CHECK(is_text(member(tree, "type"), text_of(types[r->type].name)));
	FUZZ_CHECK(is_uuid(member(tree, "request_id"), &r->request_id));
	FUZZ_CHECK(is_text(member(tree, "show_id"), r->show_id));
	FUZZ_CHECK(!(uses & SESSION) || is_text(member(tree, "session_id"), r->session_id));
	FUZZ_CHECK(!(uses & OWNER) || is_text(member(tree, "owner_key"), r->owner_key));
	FUZZ_CHECK(!(uses & RESERVATION) || is_uuid(member(tree, "reservation_id"), &r->reservation_id));
	FUZZ_CHECK(!(uses & HOLD) ||
	           is_number(member(tree, "hold_seconds"), r->hold_seconds, uses & POLICY ? 600 : 0));
	FUZZ_CHECK(!(uses & POLICY) || is_text(member(tree, "title"), r->title));
	FUZZ_CHECK(!(uses & POLICY) ||
	           is_number(member(tree, "max_hold_seconds"), r->max_hold_seconds, 1800));
	FUZZ_CHECK(!(uses & POLICY) || is_number(member(tree, "max_seats"), r->max_seats, 10));
	if (!(uses & SEATS))
		return;
	seat = member(tree, "seat_ids")->child;
	for (size_t i = 0; i < r->seat_count; i++, seat = seat->next)
		FUZZ_CHECK(seat && is_text(seat, r->seat_ids[i]));
	FUZZ_CHECK(!seat);
}

/* The texts of a fault are ours: plain, and no session id or owner key in them. */
static void check_fault(const struct request *r, const cJSON *tree)
{
	static const char *const secrets[] = {"session_id", "owner_key"};

	FUZZ_CHECK(memchr(r->fault_text, '\0', sizeof r->fault_text));
	FUZZ_CHECK(!r->fault_text[0] == (r->fault == REQUEST_READABLE));
	for (const char *c = r->fault_text; *c; c++)
		FUZZ_CHECK(*c >= 0x20 && *c < 0x7F);
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		const cJSON *value = member(tree, secrets[i]);

		if (cJSON_IsString(value) && strlen(value->valuestring) >= SECRET_BYTES_LOOKED_FOR)
			FUZZ_CHECK(!strstr(r->fault_text, value->valuestring));
	}
}

/* ---- the same again ---- */

static void check_same(const struct request *a, const struct request *b)
{
	FUZZ_CHECK(a->fault == b->fault && a->type == b->type);
	FUZZ_CHECK(uuid_same(&a->request_id, &b->request_id) && text_same(a->show_id, b->show_id));
	FUZZ_CHECK(!a->session_id.data == !b->session_id.data && text_same(a->session_id, b->session_id));
	FUZZ_CHECK(!a->owner_key.data == !b->owner_key.data && text_same(a->owner_key, b->owner_key));
	FUZZ_CHECK(!a->title.data == !b->title.data && text_same(a->title, b->title));
	FUZZ_CHECK(uuid_same(&a->reservation_id, &b->reservation_id));
	FUZZ_CHECK(a->hold_seconds == b->hold_seconds && a->max_hold_seconds == b->max_hold_seconds);
	FUZZ_CHECK(a->max_seats == b->max_seats && a->seat_count == b->seat_count);
}

static bool is_same_content(const struct request *a, const struct request *b)
{
	return !memcmp(a->content, b->content, sizeof a->content);
}

/* Written out and read again; `is_whole`: nothing was filled in that counts as content. */
static void check_round_trip(const struct request *r, bool is_whole, struct arena *arena)
{
	struct request again, turned = *r;
	struct buf written = {0}, twice = {0};

	request_encode(&written, r);
	request_decode(buf_text(&written), arena, &again);
	check_same(r, &again);
	for (size_t i = 0; i < r->seat_count; i++)
		FUZZ_CHECK(text_same(r->seat_ids[i], again.seat_ids[i]));
	FUZZ_CHECK(is_same_content(r, &again) == is_whole);
	request_encode(&twice, &again);
	FUZZ_CHECK(text_same(buf_text(&written), buf_text(&twice)));

	/* Seats are a set, and an unknown field does not count. */
	turned.seat_ids = arena_take(arena, (r->seat_count + 1) * sizeof *turned.seat_ids);
	for (size_t i = 0; i < r->seat_count; i++)
		turned.seat_ids[i] = r->seat_ids[r->seat_count - 1 - i];
	buf_clear(&twice);
	request_encode(&twice, &turned);
	twice.bytes--; /* the brace */
	buf_add_string(&twice, ",\"zz\":[{}, 1e999 ]}");
	if (twice.bytes <= REQUEST_BYTES_MAX) {
		struct request other;

		request_decode(buf_text(&twice), arena, &other);
		check_same(&again, &other);
		FUZZ_CHECK(is_same_content(&again, &other));
	}
	buf_release(&written);
	buf_release(&twice);
}

static bool is_whole(const cJSON *tree, const struct request *r)
{
	return r->type != REQUEST_CREATE_SHOW ||
	       (member(tree, "hold_seconds") && member(tree, "max_hold_seconds") &&
	        member(tree, "max_seats"));
}

/* What cJSON makes of the tree is the same request. */
static void check_printed(const cJSON *tree, const struct request *r, struct arena *arena)
{
	char *printed = cJSON_PrintUnformatted(tree);
	struct request again;

	if (printed && strlen(printed) <= REQUEST_BYTES_MAX) {
		request_decode(text_of(printed), arena, &again);
		check_same(r, &again);
		FUZZ_CHECK(is_same_content(r, &again));
	}
	cJSON_free(printed);
}

/* The producer's way: an id is filled in where there is none. */
static void check_complete(struct text value, const struct request *r, struct arena *arena)
{
	struct buf completed = {0};
	struct text show_id;
	struct request again;
	struct err e;
	enum rc rc = request_complete(value, arena, &completed, &show_id, &e);

	FUZZ_CHECK(rc == RC_OK || rc == RC_USAGE);
	FUZZ_CHECK(rc == RC_OK || r->fault == REQUEST_UNREADABLE);
	if (rc == RC_OK && r->fault != REQUEST_UNREADABLE) {
		FUZZ_CHECK(text_same(buf_text(&completed), value));
		FUZZ_CHECK(text_same(show_id, r->show_id));
	} else if (rc == RC_OK && !text_same(buf_text(&completed), value)) {
		struct buf twice = {0};

		request_decode(buf_text(&completed), arena, &again);
		FUZZ_CHECK(again.has_request_id || completed.bytes > REQUEST_BYTES_MAX);
		FUZZ_CHECK(request_complete(buf_text(&completed), arena, &twice, &show_id, &e) == RC_OK);
		FUZZ_CHECK(text_same(buf_text(&completed), buf_text(&twice)));
		buf_release(&twice);
	}
	buf_release(&completed);
}

void fuzz_msg_request(const uint8_t *data, size_t bytes)
{
	struct text value = {(const char *)data, bytes};
	struct arena arena = {0};
	struct request r;
	cJSON *tree;

	if (!data) /* libFuzzer's empty input; a tombstone is another thing */
		value.data = "";
	tree = cJSON_ParseWithLength(value.data, value.bytes);
	request_decode(value, &arena, &r);
	FUZZ_CHECK(!arena.failed);
	check_fault(&r, tree);
	if (r.fault != REQUEST_UNREADABLE)
		FUZZ_CHECK(cJSON_IsObject(tree));
	if (r.fault == REQUEST_READABLE) {
		check_limits(bytes, &r);
		check_tree(tree, &r);
		check_round_trip(&r, is_whole(tree, &r), &arena);
		check_printed(tree, &r, &arena);
	}
	check_complete(value, &r, &arena);
	cJSON_Delete(tree);
	arena_release(&arena);
}
