#include "tests/fuzz/stream.h"

#include <stdio.h>
#include <string.h>

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

static void add_fields(struct maker *m, struct buf *b, enum request_type type, const char *show)
{
	switch (type) {
	case REQUEST_CREATE_SHOW:
		buf_print(b, ",\"hold_seconds\":%u,\"max_hold_seconds\":8,\"max_seats\":4", 1 + take(m, 6));
		if (take(m, 2))
			buf_add_string(b, ",\"title\":\"An \\\"evening\\\"\"");
		add_owner(m, b, false);
		break;
	case REQUEST_ADD_SEATS:
		add_seats(m, b, 8);
		add_owner(m, b, false);
		break;
	case REQUEST_CHANGE_SHOW:
		buf_add_string(b, ",\"title\":\"Another evening\"");
		add_owner(m, b, false);
		break;
	case REQUEST_CHANGE_SEATS:
		buf_add_string(b, ",\"seats\":[{\"seat_id\":\"A\"}]");
		add_owner(m, b, false);
		break;
	case REQUEST_SET_CHANNELS:
		buf_add_string(b, ",\"channels\":[{\"channel\":\"house\"}]");
		add_owner(m, b, false);
		break;
	case REQUEST_BLOCK_SEATS:
		buf_add_string(b, ",\"channel\":\"house\""); /* fall through */
	case REQUEST_UNBLOCK_SEATS:
		add_seats(m, b, 8);
		add_owner(m, b, false);
		break;
	case REQUEST_RESERVE:
		add_session(m, b);
		add_seats(m, b, 5);
		if (take(m, 2))
			add_hold(m, b);
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

static void make_json(struct maker *m, struct stream_record *r, enum request_type type, bool is_new)
{
	const char *show = m->shows[take(m, 16) % (SHOWS + 1)];
	struct buf b = {0};

	r->request_id = id_of(is_new ? ++m->ids : 1 + take(m, 32) % (m->ids + 1));
	r->is_reserve = type == REQUEST_RESERVE;
	memcpy(r->key, show, sizeof r->key);
	buf_print(&b, "{\"type\":\"%s\",\"show_id\":\"%s\"", request_type_name(type), show);
	add_id(&b, "request_id", &r->request_id);
	add_fields(m, &b, type, show);
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

enum op {
	/* from 1 on, the types of requests */
	OP_RESERVE = REQUEST_TYPE_COUNT,
	OP_RESERVE_TOO,
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
	OP_COUNT,
};

static void make_next(struct maker *m)
{
	struct stream_record *r = &m->stream->records[m->stream->count];
	unsigned op = 1 + take(m, OP_COUNT - 1);

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
	case OP_OLD_ID:
		make_json(m, r, (enum request_type)(1 + take(m, REQUEST_TYPE_COUNT - 1)), false);
		finish(m, r);
		break;
	case OP_RESERVE:
	case OP_RESERVE_TOO:
		op = REQUEST_RESERVE;
		/* fall through */
	default:
		make_json(m, r, (enum request_type)op, true);
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
