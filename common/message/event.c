#include "common/message/event.h"

#include "common/base/json.h"

static const char *const kind_names[] = {
	[EVENT_SHOW_CREATED] = "show_created",   [EVENT_SHOW_CHANGED] = "show_changed",
	[EVENT_SEATS_ADDED] = "seats_added",     [EVENT_SEATS_CHANGED] = "seats_changed",
	[EVENT_CHANNELS_SET] = "channels_set",   [EVENT_BLOCKED] = "blocked",
	[EVENT_UNBLOCKED] = "unblocked",         [EVENT_RESERVED] = "reserved",
	[EVENT_EXTENDED] = "extended",           [EVENT_SOLD] = "sold",
	[EVENT_RELEASED] = "released",           [EVENT_EXPIRED] = "expired",
	[EVENT_CANCELLED] = "cancelled",         [EVENT_AREAS_SET] = "areas_set",
};

_Static_assert(sizeof kind_names / sizeof kind_names[0] == EVENT_KIND_COUNT,
               "every kind of event has a name");

const char *event_kind_name(enum event_kind kind)
{
	return kind_names[kind];
}

bool event_kind_of(struct text name, enum event_kind *kind)
{
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		if (!text_same(name, text_of(kind_names[k])))
			continue;
		*kind = (enum event_kind)k;
		return true;
	}
	return false;
}

bool event_has_reservation(enum event_kind kind)
{
	return kind >= EVENT_RESERVED && kind <= EVENT_CANCELLED;
}

bool event_has_until(enum event_kind kind)
{
	return kind == EVENT_RESERVED || kind == EVENT_EXTENDED;
}

/* ---- what is there for some kinds only, each with the comma before it ---- */

static void add_count(struct buf *b, const char *key, int32_t count)
{
	buf_add_string(b, key);
	json_add_integer(b, count);
}

static void add_instant(struct buf *b, const char *key, int64_t wall_ms)
{
	buf_add_string(b, key);
	json_add_time(b, wall_ms);
}

static void add_policy(struct buf *b, const struct policy *p)
{
	if (p->given & POLICY_TITLE) {
		buf_add_string(b, ",\"title\":");
		json_add_text(b, p->title);
	}
	if (p->given & POLICY_HOLD_SECONDS)
		add_count(b, ",\"hold_seconds\":", p->hold_seconds);
	if (p->given & POLICY_MAX_HOLD_SECONDS)
		add_count(b, ",\"max_hold_seconds\":", p->max_hold_seconds);
	if (p->given & POLICY_MAX_SEATS)
		add_count(b, ",\"max_seats\":", p->max_seats);
	if (p->given & POLICY_ON_SALE_FROM)
		add_instant(b, ",\"on_sale_from\":", p->on_sale.from_ms);
	if (p->given & POLICY_ON_SALE_UNTIL)
		add_instant(b, ",\"on_sale_until\":", p->on_sale.until_ms);
	if (p->given & POLICY_CLOSED)
		buf_add_string(b, p->closed ? ",\"closed\":true" : ",\"closed\":false");
	if (p->given & POLICY_SINGLES)
		buf_add_string(b, p->singles == SINGLES_REFUSE ? ",\"singles\":\"refuse\""
		                                               : ",\"singles\":\"allow\"");
	if (p->given & POLICY_MAX_CUSTOMER_SEATS)
		add_count(b, ",\"max_customer_seats\":", p->max_customer_seats);
	if (p->given & POLICY_MAX_CUSTOMER_HOLDS)
		add_count(b, ",\"max_customer_holds\":", p->max_customer_holds);
}

static void add_places(struct buf *b, const struct event *ev)
{
	size_t first = ev->seat_count - ev->place_count;

	if (ev->place_count == 0)
		return;
	buf_add_string(b, ",\"seats\":[");
	for (size_t i = 0; i < ev->place_count; i++) {
		if (i > 0)
			buf_add_string(b, ",");
		place_encode(b, ev->seat_ids[first + i], &ev->places[i]);
	}
	buf_add_string(b, "]");
}

static void add_channels(struct buf *b, const struct event *ev)
{
	buf_add_string(b, ",\"channels\":[");
	for (size_t i = 0; i < ev->channel_count; i++) {
		if (i > 0)
			buf_add_string(b, ",");
		channel_encode(b, &ev->channels[i], false);
	}
	buf_add_string(b, "]");
}

static void add_seat_ids(struct buf *b, const struct event *ev)
{
	if (ev->seat_count == 0)
		return;
	buf_add_string(b, ",\"seat_ids\":");
	json_add_texts(b, ev->seat_ids, ev->seat_count);
}

static void add_areas(struct buf *b, const struct event *ev)
{
	if (ev->area_count == 0)
		return;
	buf_add_string(b, ",\"areas\":");
	area_counts_encode(b, ev->areas, ev->area_count);
}

/* What organisers change. */
static void add_setting(struct buf *b, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_SHOW_CREATED:
		add_count(b, ",\"rules\":", ev->rules);
		add_policy(b, ev->policy);
		break;
	case EVENT_SHOW_CHANGED:
		add_policy(b, ev->policy);
		break;
	case EVENT_SEATS_ADDED:
		add_seat_ids(b, ev);
		add_places(b, ev);
		break;
	case EVENT_SEATS_CHANGED:
		add_places(b, ev);
		break;
	case EVENT_CHANNELS_SET:
		add_channels(b, ev);
		break;
	case EVENT_AREAS_SET:
		buf_add_string(b, ",\"areas\":");
		areas_encode(b, ev->set_areas, ev->set_area_count);
		break;
	case EVENT_BLOCKED:
		buf_add_string(b, ",\"channel\":");
		json_add_text(b, ev->channel);
		add_seat_ids(b, ev);
		break;
	default:
		add_seat_ids(b, ev);
	}
}

static void add_reservation(struct buf *b, const struct event *ev)
{
	buf_add_string(b, ",\"reservation_id\":");
	json_add_uuid(b, &ev->reservation_id);
	add_seat_ids(b, ev);
	add_areas(b, ev);
	if (event_has_until(ev->kind))
		add_instant(b, ",\"reserved_until\":", ev->reserved_until_ms);
	if (ev->is_retaken)
		buf_add_string(b, ",\"retaken\":true");
	if (ev->is_change)
		buf_add_string(b, ",\"change\":true");
}

void event_encode_body(struct buf *b, const struct event *ev)
{
	buf_add_string(b, "{\"event\":");
	json_add_text(b, text_of(event_kind_name(ev->kind)));
	buf_add_string(b, ",\"show_id\":");
	json_add_text(b, ev->show_id);
	if (event_has_reservation(ev->kind))
		add_reservation(b, ev);
	else
		add_setting(b, ev);
	add_instant(b, ",\"at\":", ev->at_ms);
}

void event_encode_whole(struct buf *b, struct text body, const struct record_place *place)
{
	buf_add_text(b, body);
	tail_encode(b, place);
}
