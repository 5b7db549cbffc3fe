/* The JSON of events: section 6 of docs/protocol.md. */
#include "common/base/json.h"
#include "common/message/reply.h"

static const char *const kind_names[] = {
	[EVENT_SHOW_CREATED] = "show_created", [EVENT_SEATS_ADDED] = "seats_added",
	[EVENT_RESERVED] = "reserved",         [EVENT_EXTENDED] = "extended",
	[EVENT_SOLD] = "sold",                 [EVENT_RELEASED] = "released",
	[EVENT_EXPIRED] = "expired",           [EVENT_CANCELLED] = "cancelled",
};

_Static_assert(sizeof kind_names / sizeof kind_names[0] == EVENT_KIND_COUNT,
               "every kind of event has a name");

const char *event_kind_name(enum event_kind kind)
{
	return kind_names[kind];
}

static void add_policy(struct buf *b, const struct event *ev)
{
	if (ev->title.data) {
		buf_add_string(b, ",\"title\":");
		json_add_text(b, ev->title);
	}
	buf_add_string(b, ",\"hold_seconds\":");
	json_add_integer(b, ev->hold_seconds);
	buf_add_string(b, ",\"max_hold_seconds\":");
	json_add_integer(b, ev->max_hold_seconds);
	buf_add_string(b, ",\"max_seats\":");
	json_add_integer(b, ev->max_seats);
}

void event_encode_body(struct buf *b, const struct event *ev)
{
	buf_add_string(b, "{\"event\":");
	json_add_text(b, text_of(event_kind_name(ev->kind)));
	buf_add_string(b, ",\"show_id\":");
	json_add_text(b, ev->show_id);
	if (ev->has_reservation_id) {
		buf_add_string(b, ",\"reservation_id\":");
		json_add_uuid(b, &ev->reservation_id);
	}
	if (ev->seat_count > 0) {
		buf_add_string(b, ",\"seat_ids\":");
		json_add_texts(b, ev->seat_ids, ev->seat_count);
	}
	if (ev->has_reserved_until) {
		buf_add_string(b, ",\"reserved_until\":");
		json_add_time(b, ev->reserved_until_ms);
	}
	if (ev->kind == EVENT_SHOW_CREATED)
		add_policy(b, ev);
	buf_add_string(b, ",\"at\":");
	json_add_time(b, ev->at_ms);
}

void event_encode_whole(struct buf *b, struct text body, const struct record_place *place)
{
	buf_add_text(b, body);
	tail_encode(b, place);
}
