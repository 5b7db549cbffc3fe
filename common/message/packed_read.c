/* Reading the packed form, and writing the JSON that it stands for: packed.h. */
#include <string.h>

#include "common/message/packed.h"

_Static_assert(RESERVE_SEATS_MAX <= ADD_SEATS_MAX, "the longest list of seats is an add_seats");

#define WALL_MS_MAX INT64_C(253402300799999) /* the end of the year 9999 */

/* What is left to read. Where it ends too early, or makes no sense, all further reads give zeros. */
struct reading {
	struct text left;
	struct arena *arena;
	bool failed;
};

static const uint8_t *take(struct reading *from, size_t bytes)
{
	const char *taken = from->left.data;

	if (from->failed || from->left.bytes < bytes) {
		from->failed = true;
		return NULL;
	}
	from->left = (struct text){taken + bytes, from->left.bytes - bytes};
	return (const uint8_t *)taken;
}

static unsigned take_byte(struct reading *from)
{
	const uint8_t *byte = take(from, 1);

	return byte ? *byte : 0;
}

static uint64_t take_number(struct reading *from)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned byte = take_byte(from);
		uint64_t bits = byte & 0x7f;

		if (from->failed || bits << shift >> shift != bits || (shift && !byte))
			break;
		number |= bits << shift;
		if (byte < 0x80)
			return number;
	}
	from->failed = true;
	return 0;
}

/* Of at most `max`. */
static uint64_t take_number_to(struct reading *from, uint64_t max)
{
	uint64_t number = take_number(from);

	if (number <= max)
		return number;
	from->failed = true;
	return 0;
}

static int64_t take_difference(struct reading *from, int64_t to)
{
	uint64_t number = take_number(from);

	return (int64_t)((uint64_t)to + (number >> 1 ^ (number & 1 ? UINT64_MAX : 0)));
}

/* A time that json_add_time can write. */
static int64_t take_time(struct reading *from, int64_t to_ms)
{
	int64_t wall_ms = take_difference(from, to_ms);

	if (wall_ms < 0 || wall_ms > WALL_MS_MAX)
		from->failed = true;
	return from->failed ? 0 : wall_ms;
}

static struct text take_text(struct reading *from, size_t bytes_max)
{
	size_t bytes = (size_t)take_number_to(from, bytes_max);
	const uint8_t *data = take(from, bytes);

	return data ? (struct text){(const char *)data, bytes} : (struct text){NULL, 0};
}

static struct uuid take_uuid(struct reading *from)
{
	struct uuid id = {{0}};
	const uint8_t *bytes = take(from, sizeof id.bytes);

	if (bytes)
		memcpy(id.bytes, bytes, sizeof id.bytes);
	return id;
}

static struct text take_seat_id(struct reading *from)
{
	struct text seat_id = take_text(from, SEAT_ID_BYTES_MAX);

	if (!id_is_well_formed(seat_id, SEAT_ID_BYTES_MAX))
		from->failed = true;
	return seat_id;
}

/* Room for as many as are said to follow; NULL with *count 0 where that makes no sense. */
static void *take_list(struct reading *from, size_t element_bytes, size_t *count)
{
	void *list = NULL;

	*count = (size_t)take_number_to(from, ADD_SEATS_MAX);
	if (*count == 0)
		from->failed = true;
	else if (!(list = arena_take(from->arena, *count * element_bytes)))
		from->failed = true;
	if (from->failed)
		*count = 0;
	return from->failed ? NULL : list;
}

static const struct text *take_seats(struct reading *from, size_t *count)
{
	struct text *seat_ids = take_list(from, sizeof *seat_ids, count);

	for (size_t i = 0; i < *count && !from->failed; i++)
		seat_ids[i] = take_seat_id(from);
	return seat_ids;
}

static const struct unavailable *take_unavailable(struct reading *from, size_t *count)
{
	struct unavailable *list = take_list(from, sizeof *list, count);
	int64_t before = 0;

	for (size_t i = 0; i < *count && !from->failed; i++) {
		struct unavailable *u = &list[i];
		unsigned has;

		u->seat_id = take_seat_id(from);
		has = take_byte(from);
		u->has_status = has & UNAVAILABLE_HAS_STATUS;
		u->has_taken_at = has & UNAVAILABLE_HAS_TAKEN_AT;
		u->status = (enum seat_status)(has >> UNAVAILABLE_STATUS_SHIFT);
		if (u->has_status ? u->status >= SEAT_STATUS_COUNT : has != 0)
			from->failed = true;
		if (u->has_taken_at)
			before = u->taken_at_offset = take_difference(from, before);
	}
	return list;
}

/* A message, a title: no control characters. */
static struct text take_line_of_text(struct reading *from, size_t bytes_max)
{
	struct text text = take_text(from, bytes_max);

	for (size_t i = 0; i < text.bytes; i++)
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			from->failed = true;
	return text;
}

static void take_format(struct reading *from)
{
	if (take_byte(from) != PACKED_FORMAT)
		from->failed = true;
}

static bool take_reply(struct text kept, struct reply *r, struct arena *arena)
{
	struct reading from = {.left = kept, .arena = arena};
	unsigned has;

	take_format(&from);
	has = take_byte(&from);
	if (has & ~(unsigned)PACKED_KNOWN ||
	    (has & PACKED_IS_RESERVATION && (has & PACKED_HAS_RESERVATION || !r->has_request_id)))
		return false;
	if (has & PACKED_HAS_MESSAGE)
		r->message = arena_copy(arena, take_line_of_text(&from, SIZE_MAX)).data;
	r->has_reservation_id = has & (PACKED_HAS_RESERVATION | PACKED_IS_RESERVATION);
	if (has & PACKED_HAS_RESERVATION)
		r->reservation_id = take_uuid(&from);
	else if (has & PACKED_IS_RESERVATION)
		r->reservation_id = r->request_id;
	if (has & PACKED_HAS_SEATS)
		r->seat_ids = take_seats(&from, &r->seat_count);
	r->has_reserved_until = has & PACKED_HAS_UNTIL;
	if (has & PACKED_HAS_UNTIL)
		r->reserved_until_ms = take_time(&from, r->decided_at_ms);
	r->is_revived = has & PACKED_IS_REVIVED;
	if (has & PACKED_HAS_UNAVAILABLE)
		r->unavailable = take_unavailable(&from, &r->unavailable_count);
	return !from.failed && !from.left.bytes && !arena->failed;
}

static bool is_json(struct text kept)
{
	return kept.bytes > 0 && kept.data[0] == '{';
}

bool packed_expand_reply(struct buf *body, struct text kept, struct reply *r, struct arena *arena)
{
	if (is_json(kept)) {
		buf_add_text(body, kept);
		return true;
	}
	if (!take_reply(kept, r, arena))
		return false;
	reply_encode_body(body, r);
	return true;
}

struct packed_events packed_open_events(struct text kept)
{
	struct packed_events events = {.left = kept, .is_json = is_json(kept)};

	if (kept.data && !events.is_json) {
		struct reading from = {.left = kept};

		take_format(&from);
		events.left = from.left;
		events.failed = from.failed || !from.left.bytes;
	}
	return events;
}

static bool take_event(struct reading *from, struct event *ev, const struct reply *r)
{
	unsigned has = take_byte(from);

	*ev = (struct event){
	    .kind = (enum event_kind)(has & EVENT_KIND_MASK),
	    .show_id = r->show_id,
	    .at_ms = r->decided_at_ms,
	};
	if (has & EVENT_HAS_REPLYS) {
		if (has & (EVENT_HAS_RESERVATION | EVENT_HAS_SEATS) || !r->seat_count)
			return false;
		ev->has_reservation_id = r->has_reservation_id;
		ev->reservation_id = r->reservation_id;
		ev->seat_ids = r->seat_ids;
		ev->seat_count = r->seat_count;
	}
	if (has & EVENT_HAS_RESERVATION) {
		ev->has_reservation_id = true;
		ev->reservation_id = take_uuid(from);
	}
	if (has & EVENT_HAS_SEATS)
		ev->seat_ids = take_seats(from, &ev->seat_count);
	ev->has_reserved_until = has & EVENT_HAS_UNTIL;
	if (ev->has_reserved_until)
		ev->reserved_until_ms = take_time(from, r->decided_at_ms);
	if (has & EVENT_HAS_TITLE)
		ev->title = take_line_of_text(from, TITLE_BYTES_MAX);
	if (ev->kind == EVENT_SHOW_CREATED) {
		ev->hold_seconds = (int32_t)take_number_to(from, INT32_MAX);
		ev->max_hold_seconds = (int32_t)take_number_to(from, INT32_MAX);
		ev->max_seats = (int32_t)take_number_to(from, INT32_MAX);
	} else if (has & EVENT_HAS_TITLE) {
		return false;
	}
	return !from->failed;
}

/* The next line of JSON. */
static void take_line(struct buf *body, struct packed_events *events)
{
	const char *end = memchr(events->left.data, '\n', events->left.bytes);
	size_t bytes = end ? (size_t)(end - events->left.data) : events->left.bytes;
	size_t used = bytes + (end != NULL);

	buf_add(body, events->left.data, bytes);
	events->left = (struct text){events->left.data + used, events->left.bytes - used};
}

bool packed_expand_event(struct buf *body, struct packed_events *events, const struct reply *r,
                         struct arena *arena)
{
	struct reading from = {.left = events->left, .arena = arena};
	struct event ev;

	if (events->failed || !events->left.bytes)
		return false;
	if (events->is_json) {
		take_line(body, events);
		return true;
	}
	if (!take_event(&from, &ev, r)) {
		events->failed = true;
		return false;
	}
	events->left = from.left;
	event_encode_body(body, &ev);
	return true;
}

bool packed_is_readable(struct text reply, struct text events, struct reply *r, struct arena *arena)
{
	struct packed_events left = packed_open_events(events);
	struct reading from = {.left = left.left, .arena = arena};
	bool is_fine = !left.failed && (is_json(reply) || take_reply(reply, r, arena));

	while (is_fine && !left.is_json && from.left.bytes) {
		struct event ev;

		is_fine = take_event(&from, &ev, r);
	}
	return is_fine;
}
