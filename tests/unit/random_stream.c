#include "tests/unit/random_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/json.h"
#include "common/base/partitioner.h"

#define OPENING (3 * (STREAM_SHOWS - 1)) /* records that create shows, seats and areas */
#define SEATS 8
#define SESSIONS 5
#define AREAS 3
#define BEGIN_MS INT64_C(1000000000000)
#define CLAIM_LASTS_MS INT64_C(2592000000)

static char huge[REQUEST_ORGANISER_BYTES_MAX + 1];

static unsigned below(struct stream *s, unsigned limit)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return (unsigned)((s->random >> 20) % limit);
}

unsigned stream_below(struct stream *s, unsigned limit)
{
	return below(s, limit);
}

static bool one_in(struct stream *s, unsigned n)
{
	return below(s, n) == 0;
}

/* How far back of `count`, from 0 on: in a long stream mostly not far. */
static unsigned back(struct stream *s, size_t count)
{
	bool is_near = s->is_long && count > STREAM_RECORDS && !one_in(s, 4);

	return below(s, is_near ? STREAM_RECORDS : (unsigned)count);
}

/* At first something must be there. */
static bool is_opening(const struct stream *s)
{
	return s->count - s->opened < OPENING;
}

static void name_show(struct stream *s, char name[16], int32_t partition)
{
	int length;

	do
		length = snprintf(name, 16, "show-%d", s->shows_named++);
	while (partition_of_key(name, (size_t)length, STREAM_PARTITIONS) != partition);
}

static void name_shows(struct stream *s)
{
	memcpy(s->former, s->shows, sizeof s->former);
	for (int i = 0; i < STREAM_SHOWS; i++)
		name_show(s, s->shows[i], STREAM_PARTITION);
	name_show(s, s->shows[STREAM_SHOWS], 1 - STREAM_PARTITION);
	s->opened = s->count;
}

/* ---- making requests ---- */

static void add_id(struct stream *s, struct buf *b, const char *key)
{
	buf_print(b, ",\"%s\":\"00000000-0000-4000-8000-%012x\"", key, 1 + below(s, s->ids_made + 2));
}

static void add_session(struct stream *s, struct buf *b, unsigned session)
{
	buf_print(b, ",\"session_id\":\"session-%u\"", one_in(s, 6) ? below(s, SESSIONS) : session);
}

/* Mostly one of the last few reservations, so that the request finds something. */
static const struct sent *add_reservation_id(struct stream *s, struct buf *b, const char *show)
{
	unsigned before = below(s, one_in(s, 3) ? 6 : 2);

	for (size_t i = s->count; i-- > 0 && !one_in(s, 60);) {
		const struct sent *sent = &s->sent[i];

		if (sent->is_reserve && !strcmp(sent->key, show) && before-- == 0) {
			buf_print(b, ",\"reservation_id\":\"%s\"", sent->request_id);
			return sent;
		}
	}
	add_id(s, b, "reservation_id");
	return NULL;
}

/* Mostly one of the last that somebody wanted to confirm. */
static const struct sent *add_sold_reservation_id(struct stream *s, struct buf *b, const char *show)
{
	unsigned before = below(s, 3);

	for (size_t i = s->count; i-- > 0 && !one_in(s, 60);) {
		const struct sent *sent = &s->sent[i];

		if (sent->is_confirm && sent->reserve && !strcmp(sent->key, show) && before-- == 0) {
			buf_print(b, ",\"reservation_id\":\"%s\"", sent->reserve->request_id);
			return sent->reserve;
		}
	}
	return add_reservation_id(s, b, show);
}

static void add_owner(struct stream *s, struct buf *b, unsigned rarely)
{
	if (is_opening(s) || !one_in(s, rarely))
		buf_print(b, ",\"owner_key\":\"%s\"",
		          !is_opening(s) && one_in(s, 6) ? "other" : "owner");
}

/* Returns how many, and the first of them in `named`. */
static unsigned add_seats(struct stream *s, struct buf *b, unsigned most, unsigned known,
                          char named[8])
{
	unsigned count = is_opening(s) ? known : 1 + below(s, most);
	unsigned first = below(s, known);

	buf_add_string(b, ",\"seat_ids\":[");
	for (unsigned i = 0; i < count; i++) {
		char seat = 'A' + (char)((first + i * 5) % known);

		buf_print(b, "%s\"%c\"", i ? "," : "", seat);
		if (i < 8)
			named[i] = seat;
	}
	buf_add_string(b, "]");
	return count;
}

static void add_hold(struct stream *s, struct buf *b)
{
	buf_print(b, ",\"hold_seconds\":%u", 1 + below(s, one_in(s, 12) ? 20 : 6));
}

/* ---- what an organiser sets ---- */

/* About now, so that requests come before it, behind it and at it. */
static void add_instant(struct stream *s, struct buf *b, const char *key)
{
	static const char *const always[] = {"1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"};

	buf_print(b, ",\"%s\":", key);
	if (one_in(s, 2))
		buf_print(b, "\"%s\"", always[key[strlen("on_sale_")] == 'u']);
	else
		json_add_time(b, s->clock_ms + 1000 * (int64_t)below(s, 5) - 1000);
}

static void add_place(struct stream *s, struct buf *b)
{
	static const char *const flags[] = {"", "\"companion\"", "\"restricted\",\"accessible\""};

	if (one_in(s, 5))
		buf_print(b, ",\"section\":\"%c\"", one_in(s, 2) ? 'r' : 's');
	if (!one_in(s, 5))
		buf_print(b, ",\"row\":\"%c\",\"pos\":%u", one_in(s, 5) ? 's' : 'r', 1 + below(s, 9));
	if (one_in(s, 5))
		buf_print(b, ",\"category\":\"c%u\"", below(s, 2));
	if (one_in(s, 5))
		buf_print(b, ",\"rank\":%u", one_in(s, 3) ? 1000000 : 1 + below(s, 3));
	if (one_in(s, 5))
		buf_print(b, ",\"flags\":[%s]", flags[below(s, 3)]);
	if (one_in(s, 8))
		buf_print(b, ",\"x\":%u,\"y\":7", below(s, 2));
}

static void add_placed_seats(struct stream *s, struct buf *b, char first, unsigned known)
{
	unsigned count = 1 + below(s, 3), at = below(s, known);

	buf_add_string(b, ",\"seats\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_print(b, "%s{\"seat_id\":\"%c\"", i ? "," : "", first + (char)((at + i * 5) % known));
		add_place(s, b);
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

/* A row of all seats with an aisle, ranked from its ends. */
static void add_row(struct buf *b)
{
	buf_add_string(b, ",\"seats\":[");
	for (int i = 0; i < SEATS; i++)
		buf_print(b, "%s{\"seat_id\":\"%c\",\"row\":\"r\",\"pos\":%d,\"rank\":%d}", i ? "," : "",
		          'A' + i, i + 1 + (i > 4), i < SEATS - i ? 9 - i : 9 - (SEATS - i));
	buf_add_string(b, "]");
}

static void add_channels(struct stream *s, struct buf *b)
{
	static const char *const opens[] = {"", "\"public\"", "\"d\",\"a\"", "\"b\",\"public\",\"c\""};
	unsigned count = 1 + below(s, 3), first = below(s, 3);

	buf_add_string(b, ",\"channels\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_print(b, "%s{\"channel\":\"%c\"", i ? "," : "", 'a' + (char)((first + i) % 3));
		if (!one_in(s, 6))
			buf_print(b, ",\"channel_key\":\"key-%u\"", below(s, 4));
		if (!one_in(s, 3))
			buf_print(b, ",\"opens\":[%s]", opens[below(s, 4)]);
		if (one_in(s, 6))
			add_instant(s, b, "on_sale_from");
		if (one_in(s, 6))
			add_instant(s, b, "on_sale_until");
		if (one_in(s, 4))
			buf_print(b, ",\"exempt\":%s", one_in(s, 2) ? "true" : "false");
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

/* Of 1 to 3 seats, mostly of any kind. */
static void add_best(struct stream *s, struct buf *b)
{
	unsigned count = 1 + below(s, 3);

	buf_print(b, ",\"best\":{\"count\":%u", count);
	if (one_in(s, 2))
		buf_print(b, ",\"together\":%s", one_in(s, 4) ? "true" : "false");
	else if (one_in(s, 4))
		buf_print(b, ",\"accessible\":%u", 1 + below(s, count));
	if (one_in(s, 4))
		buf_print(b, ",\"restricted\":%s", one_in(s, 4) ? "false" : "true");
	if (one_in(s, 6))
		buf_print(b, ",\"categories\":[\"c%u\",\"c9\"]", below(s, 2));
	if (one_in(s, 6))
		buf_print(b, ",\"sections\":[\"%c\"]", one_in(s, 2) ? 'r' : 's');
	buf_add_string(b, "}");
}

static void add_policy(struct stream *s, struct buf *b)
{
	buf_print(b, ",\"closed\":%s", one_in(s, s->is_busy ? 30 : 6) ? "true" : "false");
	if (one_in(s, s->is_busy ? 12 : 2))
		add_instant(s, b, "on_sale_from");
	if (one_in(s, s->is_busy ? 12 : 2))
		add_instant(s, b, "on_sale_until");
	if (one_in(s, 3))
		buf_print(b, ",\"hold_seconds\":%u", 1 + below(s, 9));
	if (one_in(s, 4))
		buf_print(b, ",\"max_hold_seconds\":%u", (s->is_busy ? 16 : 6) + below(s, 3));
	if (one_in(s, 4))
		buf_print(b, ",\"max_seats\":%u", (s->is_busy ? 4 : 3) + below(s, 3));
	if (one_in(s, 4))
		buf_print(b, ",\"title\":\"Title %u\"", below(s, 2));
	if (one_in(s, 2))
		buf_print(b, ",\"singles\":\"%s\"", one_in(s, 3) ? "allow" : "refuse");
	if (one_in(s, 3))
		buf_print(b, ",\"max_customer_seats\":%u", below(s, 3) * (s->is_busy ? 6 : 3));
	if (one_in(s, 3))
		buf_print(b, ",\"max_customer_holds\":%u", below(s, 3) * (s->is_busy ? 3 : 1));
	if (one_in(s, 6))
		buf_print(b, ",\"new_owner_key\":\"%s\"", one_in(s, 3) ? "other" : "owner");
}

/* ---- areas, and changes of what somebody has ---- */

/* Distinct ones of areas U to W; X is none. */
static void add_areas(struct stream *s, struct buf *b, const char *key, unsigned most)
{
	unsigned count = 1 + below(s, 2), first = below(s, AREAS);

	buf_print(b, ",\"%s\":[", key);
	for (unsigned i = 0; i < count; i++)
		buf_print(b, "%s{\"area_id\":\"%c\",\"count\":%u}", i ? "," : "",
		          i == 0 && one_in(s, 20) ? 'X' : 'U' + (char)((first + i) % AREAS),
		          1 + below(s, most));
	buf_add_string(b, "]");
}

/* So few places that they are soon taken. */
static void add_set_areas(struct stream *s, struct buf *b)
{
	unsigned count = is_opening(s) ? AREAS : 1 + below(s, AREAS), first = below(s, AREAS);

	buf_add_string(b, ",\"areas\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_print(b, "%s{\"area_id\":\"%c\",\"capacity\":%u", i ? "," : "",
		          'U' + (char)((first + i) % AREAS),
		          one_in(s, 4) ? below(s, 4) : (s->is_busy ? 8 : 3) + below(s, 6));
		if (one_in(s, s->is_busy ? 20 : 6))
			buf_print(b, ",\"channel\":\"%c\"", 'a' + (char)below(s, 3));
		if (one_in(s, 4))
			buf_print(b, ",\"category\":\"c%u\"", below(s, 2));
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

static bool has_letter(const char *letters, unsigned count, char letter)
{
	return count && memchr(letters, letter, count);
}

/* Drop some of what the reserve named, or all of it, and sometimes others. */
static void add_dropped_seats(struct stream *s, struct buf *b, const struct sent *reserve,
                              const char *named, unsigned named_count)
{
	char dropped[8 + 1];
	unsigned count = 0, most = one_in(s, 2) ? 8 : 1;

	for (unsigned i = 0; reserve && i < reserve->seat_count && count < most; i++)
		if (!has_letter(named, named_count, reserve->seats[i]))
			dropped[count++] = reserve->seats[i];
	if (count == 0 || one_in(s, 8)) {
		char other = 'A' + (char)below(s, SEATS);

		if (!has_letter(named, named_count, other) && !has_letter(dropped, count, other))
			dropped[count++] = other;
	}
	for (unsigned i = 0; i < count; i++)
		buf_print(b, "%s\"%c\"%s", i ? "," : ",\"drop_seat_ids\":[", dropped[i],
		          i + 1 == count ? "]" : "");
}

static void add_change(struct stream *s, struct buf *b, const struct sent *reserve)
{
	char named[2];
	unsigned count = one_in(s, 2) ? below(s, 3) : 0, first = below(s, SEATS);
	size_t before = b->bytes;

	for (unsigned i = 0; i < count; i++) {
		named[i] = 'A' + (char)((first + i * 5) % SEATS);
		buf_print(b, "%s\"%c\"%s", i ? "," : ",\"seat_ids\":[", named[i],
		          i + 1 == count ? "]" : "");
	}
	if (one_in(s, 2))
		add_dropped_seats(s, b, reserve, named, count);
	if (one_in(s, 4))
		add_best(s, b);
	if (one_in(s, 3))
		add_areas(s, b, "areas", 2);
	else if (one_in(s, 3))
		add_areas(s, b, "drop_areas", 2);
	if (one_in(s, 3) || b->bytes == before)
		add_hold(s, b);
}

static void add_new_show(struct stream *s, struct buf *b)
{
	buf_print(b, ",\"hold_seconds\":%u,\"max_hold_seconds\":%d,\"max_seats\":%d",
	          (s->is_busy ? 4 : 1) + below(s, 6), s->is_busy ? 20 : 8, s->is_busy ? 6 : 4);
	if (!s->is_plain && one_in(s, s->is_busy ? 6 : 2))
		buf_add_string(b, ",\"singles\":\"refuse\"");
	if (one_in(s, s->is_busy ? 6 : 3))
		buf_print(b, ",\"max_customer_seats\":%u,\"max_customer_holds\":%u",
		          below(s, s->is_busy ? 13 : 7), below(s, s->is_busy ? 9 : 3));
	add_owner(s, b, 4);
}

static void add_reserve(struct stream *s, struct buf *b, struct sent *sent)
{
	bool is_wish = !s->is_plain && one_in(s, 3), has_areas = one_in(s, 3);

	sent->session = below(s, s->is_busy ? 3 * SESSIONS : SESSIONS);
	buf_print(b, ",\"session_id\":\"session-%u\"", sent->session);
	if (is_wish)
		add_best(s, b);
	if (has_areas)
		add_areas(s, b, "areas", s->is_busy ? 2 : 3);
	if (!(is_wish || has_areas) || one_in(s, 4))
		sent->seat_count = add_seats(s, b, one_in(s, 12) ? 5 : 3,
		                             one_in(s, 12) ? SEATS + 1 : SEATS, sent->seats);
	if (one_in(s, 2))
		add_hold(s, b);
	if (!s->is_plain && one_in(s, s->is_busy ? 12 : 3))
		buf_print(b, ",\"channel_key\":\"key-%u\"", below(s, 4));
	if (!one_in(s, 8))
		buf_print(b, ",\"customer_id\":\"customer-%u\"", below(s, one_in(s, 2) ? 60 : 3));
}

static void add_cancel(struct stream *s, struct buf *b, struct sent *sent)
{
	const struct sent *reserve;

	buf_print(b, ",\"owner_key\":\"%s\"", one_in(s, 6) ? "other" : "owner");
	reserve = add_sold_reservation_id(s, b, sent->key);
	if (reserve && reserve->seat_count && one_in(s, 2))
		buf_print(b, ",\"seat_ids\":[\"%c\"]", reserve->seats[0]);
	else if (one_in(s, 2))
		add_seats(s, b, 2, SEATS, sent->seats);
	if (one_in(s, 4))
		add_areas(s, b, "areas", 2);
}

static void add_fields(struct stream *s, struct buf *b, enum request_type type, struct sent *sent)
{
	const struct sent *reserve;

	switch (type) {
	case REQUEST_CREATE_SHOW:
		add_new_show(s, b);
		break;
	case REQUEST_ADD_SEATS:
		if (!s->is_plain && is_opening(s) && s->count > 1)
			add_row(b);
		else if (s->is_plain || is_opening(s) || one_in(s, 2))
			add_seats(s, b, SEATS, SEATS, sent->seats);
		else /* those of the second half of the alphabet are mostly not there yet */
			add_placed_seats(s, b, one_in(s, 6) ? 'A' : 'A' + SEATS, SEATS);
		add_owner(s, b, 8);
		break;
	case REQUEST_CHANGE_SHOW:
		add_policy(s, b);
		add_owner(s, b, 8);
		break;
	case REQUEST_CHANGE_SEATS:
		add_placed_seats(s, b, 'A', one_in(s, 12) ? 2 * SEATS : SEATS);
		add_owner(s, b, 8);
		break;
	case REQUEST_SET_AREAS:
		add_set_areas(s, b);
		add_owner(s, b, 8);
		break;
	case REQUEST_SET_CHANNELS:
		add_channels(s, b);
		add_owner(s, b, 8);
		break;
	case REQUEST_BLOCK_SEATS:
		buf_print(b, ",\"channel\":\"%c\"", 'a' + (char)below(s, 4)); /* fall through */
	case REQUEST_UNBLOCK_SEATS:
		add_seats(s, b, 3, one_in(s, 12) ? SEATS + 1 : SEATS, sent->seats);
		add_owner(s, b, 8);
		break;
	case REQUEST_RESERVE:
		add_reserve(s, b, sent);
		break;
	case REQUEST_CHANGE_HOLD:
		reserve = add_reservation_id(s, b, sent->key);
		add_session(s, b, reserve ? reserve->session : 0);
		add_change(s, b, reserve);
		break;
	case REQUEST_EXTEND:
		add_hold(s, b); /* fall through */
	case REQUEST_RELEASE:
	case REQUEST_CONFIRM:
		reserve = sent->reserve = add_reservation_id(s, b, sent->key);
		add_session(s, b, reserve ? reserve->session : 0);
		break;
	case REQUEST_CANCEL:
		add_cancel(s, b, sent);
		break;
	default:
		add_reservation_id(s, b, sent->key);
	}
}

static enum request_type pick_type(struct stream *s)
{
	static const enum request_type plain[] = {
	    REQUEST_RESERVE, REQUEST_RESERVE, REQUEST_RESERVE, REQUEST_RESERVE, REQUEST_RESERVE,
	    REQUEST_RESERVE, REQUEST_RELEASE, REQUEST_EXTEND,  REQUEST_EXTEND,  REQUEST_CONFIRM,
	    REQUEST_CONFIRM, REQUEST_CANCEL,  REQUEST_CANCEL,  REQUEST_EXPIRE,  REQUEST_EXPIRE,
	    REQUEST_CHANGE_HOLD, REQUEST_CHANGE_HOLD, REQUEST_CHANGE_HOLD, REQUEST_CHANGE_HOLD,
	    REQUEST_ADD_SEATS, REQUEST_SET_AREAS, REQUEST_CREATE_SHOW,
	};
	static const enum request_type settings[] = {
	    REQUEST_ADD_SEATS,    REQUEST_CHANGE_SHOW, REQUEST_CHANGE_SEATS,  REQUEST_CHANGE_SEATS,
	    REQUEST_SET_CHANNELS, REQUEST_BLOCK_SEATS, REQUEST_UNBLOCK_SEATS,
	};

	if (!s->is_plain && one_in(s, s->is_busy ? 10 : 3))
		return settings[below(s, sizeof settings / sizeof settings[0])];
	return plain[below(s, sizeof plain / sizeof plain[0])];
}

static void make_request(struct stream *s, struct sent *sent, struct buf *b)
{
	static const enum request_type opening[] = {REQUEST_CREATE_SHOW, REQUEST_ADD_SEATS,
	                                            REQUEST_SET_AREAS};
	enum request_type type = pick_type(s);
	const char *show = s->shows[one_in(s, 40) ? STREAM_SHOWS : below(s, STREAM_SHOWS)];

	if (s->is_busy && !one_in(s, 10))
		show = s->shows[one_in(s, 4)];
	if (s->is_long && s->opened && one_in(s, 10))
		show = s->former[below(s, STREAM_SHOWS)];
	if (is_opening(s)) {
		type = opening[(s->count - s->opened) % 3];
		show = s->shows[(s->count - s->opened) / 3];
	}
	if (s->ids_made && one_in(s, 12)) /* an id again, with other content most likely */
		snprintf(sent->request_id, sizeof sent->request_id,
		         "00000000-0000-4000-8000-%012x", s->ids_made - back(s, s->ids_made));
	else
		snprintf(sent->request_id, sizeof sent->request_id,
		         "00000000-0000-4000-8000-%012x", ++s->ids_made);
	memcpy(sent->key, show, sizeof sent->key);
	sent->is_reserve = type == REQUEST_RESERVE;
	sent->is_confirm = type == REQUEST_CONFIRM;
	buf_print(b, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"",
	          request_type_name(type), sent->request_id, show);
	add_fields(s, b, type, sent);
	buf_add_string(b, "}");
}

/* Break a record in one of the ways of rows 1 and 3. */
static void spoil(struct stream *s, struct sent *sent)
{
	struct record *r = &sent->record;

	switch (below(s, 7)) {
	case 0:
		r->value = (struct text){NULL, 0};
		break;
	case 1:
		r->key = (struct text){NULL, 0};
		break;
	case 2:
		r->key = text_of("elsewhere");
		break;
	case 3:
		r->value.bytes--;
		break;
	case 4:
		r->value = (struct text){huge, sizeof huge};
		break;
	case 5:
		memcpy(strstr(sent->json, "\"type\"") + 8, "?", 1);
		break;
	default: /* a field that is needed goes by another name */
		memcpy(strrchr(sent->json, ',') + 2, "?", 1);
	}
}

static void step_clock(struct stream *s)
{
	if (one_in(s, s->is_busy ? 9 : 3))
		s->clock_ms += below(s, 3000);
	else if (one_in(s, s->is_busy ? 15 : 6))
		s->clock_ms += 1000 * (int64_t)below(s, 6); /* whole seconds hit reserved_until itself */
	else if (one_in(s, s->is_long ? 4000 : s->is_busy ? 200 : 60))
		s->clock_ms += CLAIM_LASTS_MS - below(s, 2);
}

static void make_record(struct stream *s)
{
	struct sent *sent = &s->sent[s->count];
	struct buf b = {0};

	if (!is_opening(s) && one_in(s, 8)) { /* a retry */
		const struct sent *again = &s->sent[s->count - 1 - back(s, s->count)];

		memcpy(sent, again, sizeof *sent);
	} else {
		make_request(s, sent, &b);
		assert_true(b.bytes < sizeof sent->json);
		memcpy(sent->json, b.data, b.bytes + 1);
	}
	buf_release(&b);
	step_clock(s);
	sent->record = (struct record){
	    .topic = "requests",
	    .partition = STREAM_PARTITION,
	    .offset = (int64_t)s->count * 2, /* as with transaction markers between */
	    .timestamp_ms = one_in(s, 10) ? s->clock_ms - below(s, 5000) : s->clock_ms,
	    .is_append_time = !one_in(s, 50),
	    .key = text_of(sent->key),
	    .value = text_of(sent->json),
	};
	if (!is_opening(s) && one_in(s, 25))
		spoil(s, sent);
	s->count++;
}

static struct stream *begin(uint64_t seed, size_t records)
{
	struct stream *s = calloc(1, sizeof *s + records * sizeof s->sent[0]);

	assert_non_null(s);
	memset(huge, ' ', sizeof huge);
	s->random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	s->clock_ms = BEGIN_MS;
	name_shows(s);
	return s;
}

static struct stream *make(uint64_t seed, bool is_plain)
{
	struct stream *s = begin(seed, STREAM_RECORDS);

	s->is_plain = is_plain;
	s->is_busy = !is_plain && seed % 4;
	while (s->count < STREAM_RECORDS)
		make_record(s);
	return s;
}

struct stream *stream_make(uint64_t seed)
{
	return make(seed, false);
}

struct stream *stream_make_plain(uint64_t seed)
{
	return make(seed, true);
}

struct stream *stream_make_long(uint64_t seed, size_t count)
{
	struct stream *s = begin(seed, count);

	s->is_long = true;
	while (s->count < count) {
		if (s->count && s->count % STREAM_SEASON == 0)
			name_shows(s);
		s->is_busy = s->count / STREAM_SEASON % 4 != 0;
		make_record(s);
	}
	return s;
}
