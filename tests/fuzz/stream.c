#include "tests/fuzz/stream.h"

#include <stdio.h>
#include <string.h>

#include "common/base/json.h"
#include "common/base/partitioner.h"
#include "common/message/request.h"
#include "tests/fuzz/fuzz.h"

#define SHOWS 3 /* and one more, of another partition */
#define SEATS 9 /* the last one is never added */
#define BEGIN_MS INT64_C(1000000000000)
#define CLAIMED_MS INT64_C(2592000000)
#define MS_PER_S 1000

struct maker {
	struct stream *stream;
	const uint8_t *at, *end;
	char shows[SHOWS + 1][16];
	int64_t clock_ms;
	unsigned ids;
	bool is_cut, is_foreign_clock, is_early;
	unsigned spoiled; /* how the next record is spoiled; 0: it is not */
	struct stream_edit edit;
};

static char huge[REQUEST_ORGANISER_BYTES_MAX + 1];

/* A choice of `limit`; 0 behind the end. */
static unsigned take(struct maker *m, unsigned limit)
{
	return m->at < m->end ? *m->at++ % limit : 0;
}

static void name_shows(struct maker *m)
{
	int number = 0;

	for (int i = 0; i <= SHOWS; i++) {
		int32_t wanted = i < SHOWS ? STREAM_PARTITION : 1 - STREAM_PARTITION;
		int length;

		do
			length = snprintf(m->shows[i], sizeof m->shows[i], "show-%d", number++);
		while (partition_of_key(m->shows[i], (size_t)length, STREAM_PARTITIONS) != wanted);
	}
}

static struct uuid id_of(unsigned number)
{
	struct uuid id = {{0}};

	id.bytes[6] = 0x40;
	id.bytes[14] = (uint8_t)(number >> 8);
	id.bytes[15] = (uint8_t)number;
	return id;
}

static void add_id(struct buf *b, const char *key, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	buf_print(b, ",\"%s\":\"%s\"", key, text);
}

/* One of the latest reservations of the show, or an id of none. */
static void add_reservation_id(struct maker *m, struct buf *b, const char *show)
{
	unsigned back = take(m, 6);

	for (size_t i = m->stream->count; i-- > 0;) {
		const struct stream_record *r = &m->stream->records[i];

		if (r->is_reserve && !strcmp(r->key, show) && back-- == 0) {
			add_id(b, "reservation_id", &r->request_id);
			return;
		}
	}
	add_id(b, "reservation_id", &(struct uuid){.bytes = {9, [15] = 1}});
}

static void add_owner(struct maker *m, struct buf *b, bool is_needed)
{
	static const char *const owners[] = {"boss", "other", NULL};
	const char *owner = owners[take(m, is_needed ? 2 : 3)];

	if (owner)
		buf_print(b, ",\"owner_key\":\"%s\"", owner);
}

static void add_seats(struct maker *m, struct buf *b, unsigned most)
{
	unsigned count = 1 + take(m, most), first = take(m, SEATS), step = 1 + take(m, 2);

	buf_add_string(b, ",\"seat_ids\":[");
	for (unsigned i = 0; i < count; i++) /* a step of 2 goes round 9 seats without meeting itself */
		buf_print(b, "%s\"%c\"", i ? "," : "", 'A' + (char)((first + i * step) % SEATS));
	buf_add_string(b, "]");
}

static void add_session(struct maker *m, struct buf *b)
{
	buf_print(b, ",\"session_id\":\"session-%u\"", take(m, 4));
}

static void add_hold(struct maker *m, struct buf *b)
{
	buf_print(b, ",\"hold_seconds\":%u", 1 + take(m, 12));
}

/* ---- what organisers set, and wishes ---- */

/* Nothing, or one of the list. */
static void add_choice(struct maker *m, struct buf *b, const char *key, const char *const *list,
                       unsigned count)
{
	unsigned choice = take(m, count + 1);

	if (choice)
		buf_print(b, ",\"%s\":%s", key, list[choice - 1]);
}

static void add_number(struct maker *m, struct buf *b, const char *key, unsigned limit)
{
	unsigned number = take(m, limit + 1);

	if (number)
		buf_print(b, ",\"%s\":%u", key, number);
}

#define CHOOSE(key, ...) \
	do { \
		static const char *const list_[] = {__VA_ARGS__}; \
		add_choice(m, b, key, list_, sizeof list_ / sizeof list_[0]); \
	} while (0)

static void add_place(struct maker *m, struct buf *b)
{
	unsigned pos = take(m, 8);

	CHOOSE("section", "\"\xc3\xa4\"", "\"b\"");
	if (pos) {
		buf_print(b, ",\"pos\":%u", pos);
		buf_print(b, ",\"row\":\"%s\"", take(m, 3) == 2 ? "2" : "1");
	}
	CHOOSE("category", "\"stalls\"", "\"\xd9\x85\"");
	add_number(m, b, "rank", 4);
	CHOOSE("flags", "[]", "[\"accessible\"]", "[\"companion\"]", "[\"restricted\"]",
	       "[\"restricted\",\"accessible\"]", "[\"companion\",\"restricted\",\"accessible\"]");
	CHOOSE("x", "7,\"y\":1000000", "1e1,\"y\":0");
}

static void add_places(struct maker *m, struct buf *b)
{
	unsigned count = 1 + take(m, 4), first = take(m, SEATS);

	buf_add_string(b, ",\"seats\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_print(b, "%s{\"seat_id\":\"%c\"", i ? "," : "", 'A' + (char)((first + i) % SEATS));
		add_place(m, b);
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

/* A bound that is none, or one in the seconds about now. */
static void add_bound(struct maker *m, struct buf *b, const char *key, const char *none)
{
	unsigned choice = take(m, 10);

	if (!choice)
		return;
	buf_print(b, ",\"%s\":", key);
	if (choice == 1)
		buf_print(b, "\"%s\"", none);
	else
		json_add_time(b, m->clock_ms + ((int64_t)choice - 5) * MS_PER_S);
}

static void add_window(struct maker *m, struct buf *b)
{
	add_bound(m, b, "on_sale_from", "1970-01-01T00:00:00.000Z");
	add_bound(m, b, "on_sale_until", "9999-12-31T23:59:59.999Z");
}

static void add_channels(struct maker *m, struct buf *b)
{
	unsigned count = 1 + take(m, 3), first = take(m, 3);

	buf_add_string(b, ",\"channels\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_print(b, "%s{\"channel\":\"%c\"", i ? "," : "", 'a' + (char)((first + i) % 3));
		CHOOSE("channel_key", "\"key-1\"", "\"key-2\"", "\"key-3\"");
		CHOOSE("opens", "[]", "[\"public\"]", "[\"b\",\"public\",\"a\"]", "[\"c\",\"d\"]");
		CHOOSE("exempt", "true", "false");
		add_window(m, b);
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

static void add_policy(struct maker *m, struct buf *b)
{
	CHOOSE("closed", "false", "true");
	CHOOSE("singles", "\"refuse\"", "\"allow\"");
	add_window(m, b);
	CHOOSE("title", "\"An \\\"evening\\\"\"", "\"\"");
	CHOOSE("max_customer_seats", "4", "0", "1e0", "1001");
	CHOOSE("max_customer_holds", "1", "0");
}

static void add_changes(struct maker *m, struct buf *b)
{
	add_policy(m, b);
	add_number(m, b, "hold_seconds", 9);
	add_number(m, b, "max_hold_seconds", 9);
	add_number(m, b, "max_seats", 5);
	CHOOSE("new_owner_key", "\"boss\"", "\"other\"");
}

static void add_best(struct maker *m, struct buf *b)
{
	unsigned count = 1 + take(m, 5);

	buf_print(b, ",\"best\":{\"count\":%u", count);
	CHOOSE("together", "true", "false");
	add_number(m, b, "accessible", count);
	CHOOSE("restricted", "true", "false");
	CHOOSE("categories", "[\"stalls\"]", "[\"\xd9\x85\",\"stalls\"]", "[\"none\"]");
	CHOOSE("sections", "[\"\xc3\xa4\"]", "[\"b\",\"\xc3\xa4\"]");
	buf_add_string(b, "}");
}

static void add_reserve(struct maker *m, struct buf *b)
{
	add_session(m, b);
	add_seats(m, b, 5);
	if (take(m, 2))
		add_hold(m, b);
}

/* The best seats, named ones, or both; mostly by a channel. */
static void add_wish(struct maker *m, struct buf *b)
{
	unsigned wish = take(m, 4);

	add_session(m, b);
	if (wish != 2)
		add_best(m, b);
	if (wish >= 2)
		add_seats(m, b, 5);
	CHOOSE("channel_key", "\"key-1\"", "\"key-2\"", "\"key-3\"", "\"key-4\"");
	CHOOSE("customer_id", "\"carol\"", "\"dave\"", "\"eve\"");
	if (take(m, 2))
		add_hold(m, b);
}

static void add_show(struct maker *m, struct buf *b)
{
	buf_print(b, ",\"hold_seconds\":%u,\"max_hold_seconds\":8,\"max_seats\":4", 1 + take(m, 6));
	if (take(m, 2))
		buf_add_string(b, ",\"title\":\"An \\\"evening\\\"\"");
	add_owner(m, b, false);
}

static void add_house(struct maker *m, struct buf *b)
{
	buf_print(b, ",\"hold_seconds\":%u,\"max_hold_seconds\":8,\"max_seats\":4", 1 + take(m, 6));
	CHOOSE("rules", "1", "1.0", "2");
	add_policy(m, b);
	add_owner(m, b, false);
}

/* With places, and more without. */
static void add_placed_seats(struct maker *m, struct buf *b)
{
	if (take(m, 2))
		add_seats(m, b, 4);
	add_places(m, b);
	add_owner(m, b, false);
}

static void add_fields(struct maker *m, struct buf *b, enum request_type type, const char *show)
{
	switch (type) {
	case REQUEST_CREATE_SHOW:
		add_show(m, b);
		break;
	case REQUEST_CHANGE_SHOW:
		add_changes(m, b);
		add_owner(m, b, false);
		break;
	case REQUEST_CHANGE_SEATS:
		add_places(m, b);
		add_owner(m, b, false);
		break;
	case REQUEST_SET_CHANNELS:
		add_channels(m, b);
		add_owner(m, b, false);
		break;
	case REQUEST_BLOCK_SEATS:
		buf_print(b, ",\"channel\":\"%c\"", 'a' + (char)take(m, 4)); /* fall through */
	case REQUEST_UNBLOCK_SEATS:
	case REQUEST_ADD_SEATS:
		add_seats(m, b, 8);
		add_owner(m, b, false);
		break;
	case REQUEST_RESERVE:
		add_reserve(m, b);
		break;
	case REQUEST_EXTEND:
		add_hold(m, b); /* fall through */
	case REQUEST_RELEASE:
	case REQUEST_CONFIRM:
		add_session(m, b);
		add_reservation_id(m, b, show);
		break;
	case REQUEST_CANCEL:
		add_owner(m, b, true);
		/* fall through */
	default:
		add_reservation_id(m, b, show);
	}
}

enum form { FORM_FIRST, FORM_HOUSE, FORM_PLACES, FORM_WISH }; /* FORM_FIRST: any type's own */

static void make_json(struct maker *m, struct stream_record *r, enum request_type type,
                      enum form form, bool is_new)
{
	static void (*const add[])(struct maker *, struct buf *) = {
	    [FORM_HOUSE] = add_house, [FORM_PLACES] = add_placed_seats, [FORM_WISH] = add_wish};

	const char *show = m->shows[take(m, 16) % (SHOWS + 1)];
	struct buf b = {0};

	r->request_id = id_of(is_new ? ++m->ids : 1 + take(m, 32) % (m->ids + 1));
	r->is_reserve = type == REQUEST_RESERVE;
	memcpy(r->key, show, sizeof r->key);
	buf_print(&b, "{\"type\":\"%s\",\"show_id\":\"%s\"", request_type_name(type), show);
	add_id(&b, "request_id", &r->request_id);
	if (form == FORM_FIRST)
		add_fields(m, &b, type, show);
	else
		add[form](m, &b);
	buf_add_string(&b, "}");
	FUZZ_CHECK(b.bytes < sizeof r->json);
	memcpy(r->json, b.data, b.bytes + 1);
	buf_release(&b);
}

/* In one of the ways of rows 1 and 3. */
static void spoil(struct stream_record *r, unsigned how)
{
	switch (how) {
	case 1:
		r->record.value = (struct text){NULL, 0};
		break;
	case 2:
		r->record.key = (struct text){NULL, 0};
		break;
	case 3:
		r->record.key = text_of("elsewhere");
		break;
	case 4:
		r->record.value.bytes--;
		break;
	case 5:
		r->record.value = (struct text){huge, sizeof huge};
		break;
	case 6:
		memcpy(strstr(r->json, "\"type\"") + 8, "?", 1);
		break;
	default: /* a field that is needed goes by another name */
		memcpy(strrchr(r->json, ',') + 2, "?", 1);
	}
}

/* How the record stands in the log; what was said beforehand of the next record is said of it. */
static void finish(struct maker *m, struct stream_record *r)
{
	r->is_cut = m->is_cut;
	r->edit = m->edit;
	r->record = (struct record){
	    .topic = "requests",
	    .partition = STREAM_PARTITION,
	    .offset = (int64_t)m->stream->count * 2, /* as with transaction markers between */
	    .timestamp_ms = m->is_early ? m->clock_ms - 4000 : m->clock_ms,
	    .is_append_time = !m->is_foreign_clock,
	    .key = text_of(r->key),
	    .value = text_of(r->json),
	};
	if (m->spoiled)
		spoil(r, m->spoiled);
	m->is_cut = m->is_foreign_clock = m->is_early = false;
	m->spoiled = 0;
	m->edit = (struct stream_edit){0};
	m->stream->count++;
}

static void make_again(struct maker *m, struct stream_record *r)
{
	size_t back = 1 + take(m, 16);

	*r = m->stream->records[back <= m->stream->count ? m->stream->count - back : 0];
	finish(m, r);
}

static void make_edit(struct maker *m)
{
	struct stream_edit *edit = &m->edit;

	edit->is_there = m->stream->has_edits;
	memcpy(edit->show_id, m->shows[take(m, SHOWS)], sizeof edit->show_id);
	edit->seat_id[0] = (char)('A' + take(m, SEATS - 1));
	edit->how = take(m, 12);
	edit->reservation_id = id_of(1 + take(m, 32) % (m->ids + 1));
}

/*
 * What a byte stands for: 'd' for the first, and so on to '~'; the rest with 0x7f, '`' or '@', 'A'.
 * The corpus is written in these letters: what is new goes behind, up to 'C'.
 */
enum op {
	OP_CREATE_SHOW,
	OP_ADD_SEATS,
	OP_RESERVE,
	OP_RELEASE,
	OP_EXTEND,
	OP_CONFIRM,
	OP_CANCEL,
	OP_EXPIRE,
	OP_RESERVE_TOO,
	OP_RESERVE_AS_WELL,
	OP_OLD_ID, /* a request with an id that was used */
	OP_AGAIN,
	OP_MS,
	OP_SECONDS,
	OP_CLAIMED,
	OP_CUT,
	OP_SPOIL,
	OP_EDIT,
	OP_EARLY,
	OP_FOREIGN_CLOCK,
	OP_CHANGE_SHOW,
	OP_CHANGE_SEATS,
	OP_SET_CHANNELS,
	OP_BLOCK_SEATS,
	OP_UNBLOCK_SEATS,
	OP_PLACES,
	OP_WISH,
	OP_WISH_TOO,
	OP_HOUSE,
	OP_COUNT = 32, /* those that have no name are wishes */
};

static const struct {
	enum request_type type; /* 0: no request */
	enum form form;
} requests[OP_COUNT] = {
    [OP_CREATE_SHOW] = {REQUEST_CREATE_SHOW, FORM_FIRST},
    [OP_ADD_SEATS] = {REQUEST_ADD_SEATS, FORM_FIRST},
    [OP_RESERVE] = {REQUEST_RESERVE, FORM_FIRST},
    [OP_RELEASE] = {REQUEST_RELEASE, FORM_FIRST},
    [OP_EXTEND] = {REQUEST_EXTEND, FORM_FIRST},
    [OP_CONFIRM] = {REQUEST_CONFIRM, FORM_FIRST},
    [OP_CANCEL] = {REQUEST_CANCEL, FORM_FIRST},
    [OP_EXPIRE] = {REQUEST_EXPIRE, FORM_FIRST},
    [OP_RESERVE_TOO] = {REQUEST_RESERVE, FORM_FIRST},
    [OP_RESERVE_AS_WELL] = {REQUEST_RESERVE, FORM_FIRST},
    [OP_CHANGE_SHOW] = {REQUEST_CHANGE_SHOW, FORM_FIRST},
    [OP_CHANGE_SEATS] = {REQUEST_CHANGE_SEATS, FORM_FIRST},
    [OP_SET_CHANNELS] = {REQUEST_SET_CHANNELS, FORM_FIRST},
    [OP_BLOCK_SEATS] = {REQUEST_BLOCK_SEATS, FORM_FIRST},
    [OP_UNBLOCK_SEATS] = {REQUEST_UNBLOCK_SEATS, FORM_FIRST},
    [OP_PLACES] = {REQUEST_ADD_SEATS, FORM_PLACES},
    [OP_WISH] = {REQUEST_RESERVE, FORM_WISH},
    [OP_WISH_TOO] = {REQUEST_RESERVE, FORM_WISH},
    [OP_HOUSE] = {REQUEST_CREATE_SHOW, FORM_HOUSE},
    [OP_COUNT - 3] = {REQUEST_RESERVE, FORM_WISH},
    [OP_COUNT - 2] = {REQUEST_RESERVE, FORM_WISH},
    [OP_COUNT - 1] = {REQUEST_RESERVE, FORM_WISH},
};

/* Which of them a byte is with an id that was used: the first eight by a digit. */
static const enum op old_ids[16] = {
    OP_CREATE_SHOW, OP_ADD_SEATS,   OP_RESERVE,      OP_RELEASE,      OP_EXTEND,      OP_CONFIRM,
    OP_CANCEL,      OP_EXPIRE,      OP_CHANGE_SHOW,  OP_CHANGE_SEATS, OP_SET_CHANNELS, OP_BLOCK_SEATS,
    OP_PLACES,      OP_WISH,        OP_HOUSE,        OP_UNBLOCK_SEATS,
};

static void make_next(struct maker *m)
{
	struct stream_record *r = &m->stream->records[m->stream->count];
	unsigned op = (take(m, 256) + OP_COUNT - 'd' % OP_COUNT) % OP_COUNT;
	bool is_new = op != OP_OLD_ID;

	switch (op) {
	case OP_AGAIN:
		if (m->stream->count)
			make_again(m, r);
		break;
	case OP_MS:
		m->clock_ms += take(m, 64) * 40;
		break;
	case OP_SECONDS: /* a hold's end itself, and a millisecond beside it */
		m->clock_ms += take(m, 13) * MS_PER_S - 1;
		m->clock_ms += take(m, 3);
		break;
	case OP_CLAIMED:
		m->clock_ms += CLAIMED_MS - (int64_t)take(m, 3);
		break;
	case OP_CUT:
		m->is_cut = true;
		break;
	case OP_SPOIL:
		m->spoiled = 1 + take(m, 7);
		break;
	case OP_EDIT:
		make_edit(m);
		break;
	case OP_EARLY:
		m->is_early = true;
		break;
	case OP_FOREIGN_CLOCK:
		m->is_foreign_clock = true;
		break;
	default:
		if (!is_new)
			op = old_ids[take(m, 16)];
		make_json(m, r, requests[op].type, requests[op].form, is_new);
		finish(m, r);
	}
}

void stream_make(struct stream *s, const uint8_t *data, size_t bytes)
{
	struct maker m = {.stream = s, .at = data, .end = data + bytes, .clock_ms = BEGIN_MS};

	memset(huge, ' ', sizeof huge);
	s->count = 0;
	name_shows(&m);
	s->has_edits = take(&m, 4) == 3;
	while (m.at < m.end && s->count < STREAM_RECORDS_MAX)
		make_next(&m);
}
