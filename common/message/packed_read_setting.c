#include "common/message/packed_read_setting.h"

#include "common/message/limits.h"
#include "common/message/packed_bits.h"

static const struct policy *take_policy(struct packed_bytes *from, int64_t at_ms)
{
	struct policy *p = arena_take(from->arena, sizeof *p);

	if (!p) {
		from->failed = true;
		return NULL;
	}
	p->given = (unsigned)packed_take_number(from, POLICY_KNOWN);
	if (p->given & POLICY_TITLE)
		p->title = packed_take_line(from, TITLE_BYTES_MAX);
	if (p->given & POLICY_HOLD_SECONDS)
		p->hold_seconds = (int32_t)packed_take_number(from, INT32_MAX);
	if (p->given & POLICY_MAX_HOLD_SECONDS)
		p->max_hold_seconds = (int32_t)packed_take_number(from, INT32_MAX);
	if (p->given & POLICY_MAX_SEATS)
		p->max_seats = (int32_t)packed_take_number(from, INT32_MAX);
	if (p->given & POLICY_ON_SALE_FROM)
		p->on_sale.from_ms = packed_take_time(from, at_ms);
	if (p->given & POLICY_ON_SALE_UNTIL)
		p->on_sale.until_ms = packed_take_time(from, at_ms);
	if (p->given & POLICY_CLOSED)
		p->closed = packed_take_number(from, true);
	if (p->given & POLICY_SINGLES)
		p->singles = (enum singles)packed_take_number(from, SINGLES_REFUSE);
	if (p->given & POLICY_MAX_CUSTOMER_SEATS)
		p->max_customer_seats = (int32_t)packed_take_number(from, CUSTOMER_SEATS_MAX);
	if (p->given & POLICY_MAX_CUSTOMER_HOLDS)
		p->max_customer_holds = (int32_t)packed_take_number(from, CUSTOMER_HOLDS_MAX);
	return p;
}

static void take_flags(struct packed_bytes *from, struct place *p)
{
	unsigned byte = packed_take_byte(from);

	p->flag_count = byte & PLACE_FLAG_MASK;
	for (unsigned i = 0; i < p->flag_count; i++) {
		unsigned flag = byte >> (i + 1) * PLACE_FLAGS_SHIFT & PLACE_FLAG_MASK;

		if (flag >= PLACE_FLAG_COUNT || p->flags & PLACE_FLAG_BIT(flag)) {
			from->failed = true;
			return;
		}
		p->flag_list[i] = (uint8_t)flag;
		p->flags |= (uint8_t)PLACE_FLAG_BIT(flag);
	}
	if (byte >> (p->flag_count + 1) * PLACE_FLAGS_SHIFT)
		from->failed = true;
}

/* before: NULL for the first one */
static void take_place(struct packed_bytes *from, struct place *p, const struct place *before)
{
	static const struct place none;
	unsigned has = packed_take_byte(from);

	if (has & ~(unsigned)PLACE_KNOWN || (has & PLACE_HAS_SAME && (has & PLACE_NAMES || !before)))
		from->failed = true;
	before = before ? before : &none;
	if (has & PLACE_HAS_SAME) {
		p->section = before->section;
		p->row = before->row;
		p->category = before->category;
	}
	if (has & PLACE_HAS_SECTION)
		p->section = packed_take_name(from);
	if (has & PLACE_HAS_ROW)
		p->row = packed_take_name(from);
	if (p->row.data)
		p->pos = packed_take_integer(from, before->pos, 1, POS_MAX);
	if (has & PLACE_HAS_CATEGORY)
		p->category = packed_take_name(from);
	if (has & PLACE_HAS_RANK)
		p->rank = packed_take_integer(from, before->rank, 1, PLACE_RANK_DEFAULT);
	p->has_flags = has & PLACE_HAS_FLAGS;
	if (has & PLACE_HAS_FLAGS)
		take_flags(from, p);
	p->has_point = has & PLACE_HAS_POINT;
	if (has & PLACE_HAS_POINT) {
		p->x = packed_take_integer(from, before->x, 0, COORDINATE_MAX);
		p->y = packed_take_integer(from, before->y, 0, COORDINATE_MAX);
	}
}

static void take_places(struct packed_bytes *from, struct event *ev)
{
	struct place *places = packed_take_list(from, sizeof *places, &ev->place_count);

	for (size_t i = 0; i < ev->place_count && !from->failed; i++)
		take_place(from, &places[i], i ? &places[i - 1] : NULL);
	ev->places = places;
	if (ev->place_count == 0 || ev->place_count > ev->seat_count)
		from->failed = true;
}

static void take_channel(struct packed_bytes *from, struct channel *c, int64_t at_ms)
{
	unsigned has;

	c->name = packed_take_name(from);
	has = packed_take_byte(from);
	c->on_sale.has_from = has & CHANNEL_HAS_FROM;
	c->on_sale.has_until = has & CHANNEL_HAS_UNTIL;
	c->has_opens = has & CHANNEL_HAS_OPENS;
	c->has_exempt = has & CHANNEL_HAS_EXEMPT;
	c->is_exempt = has & CHANNEL_IS_EXEMPT;
	if (has & ~(unsigned)CHANNEL_KNOWN || (c->is_exempt && !c->has_exempt))
		from->failed = true;
	if (c->on_sale.has_from)
		c->on_sale.from_ms = packed_take_time(from, at_ms);
	if (c->on_sale.has_until)
		c->on_sale.until_ms = packed_take_time(from, at_ms);
	if (c->has_opens)
		c->opens = packed_take_names(from, 0, &c->opens_count);
}

static void take_channels(struct packed_bytes *from, struct event *ev)
{
	struct channel *channels = packed_take_list(from, sizeof *channels, &ev->channel_count);

	for (size_t i = 0; i < ev->channel_count && !from->failed; i++)
		take_channel(from, &channels[i], ev->at_ms);
	ev->channels = channels;
}

static void take_area(struct packed_bytes *from, struct area *area)
{
	unsigned has;

	area->area_id = packed_take_name(from);
	area->capacity = (int32_t)packed_take_number(from, AREA_CAPACITY_MAX);
	has = packed_take_byte(from);
	if (has & ~(unsigned)AREA_KNOWN)
		from->failed = true;
	if (has & AREA_HAS_CHANNEL)
		area->channel = packed_take_name(from);
	if (has & AREA_HAS_CATEGORY)
		area->category = packed_take_name(from);
}

static void take_areas(struct packed_bytes *from, struct event *ev)
{
	struct area *areas = packed_take_list(from, sizeof *areas, &ev->set_area_count);

	for (size_t i = 0; i < ev->set_area_count && !from->failed; i++)
		take_area(from, &areas[i]);
	ev->set_areas = areas;
}

void packed_read_setting(struct packed_bytes *from, struct event *ev, unsigned has)
{
	if (ev->kind == EVENT_SHOW_CREATED)
		ev->rules = (int32_t)packed_take_number(from, INT32_MAX);
	if (ev->kind == EVENT_SHOW_CREATED || ev->kind == EVENT_SHOW_CHANGED)
		ev->policy = take_policy(from, ev->at_ms);
	else if (ev->kind == EVENT_CHANNELS_SET)
		take_channels(from, ev);
	else if (ev->kind == EVENT_AREAS_SET)
		take_areas(from, ev);
	else if (ev->kind == EVENT_BLOCKED)
		ev->channel = packed_take_name(from);
	else if (has & EVENT_HAS_PLACES)
		take_places(from, ev);
}
