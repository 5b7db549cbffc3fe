/* What a report says of a show as a whole. */
#include <string.h>

#include "audit/report/story_parts.h"

/* Two outcomes may have one reason: each reason is written once. */
static bool is_first_of_reason(int outcome)
{
	for (int o = 0; o < outcome; o++)
		if (!strcmp(outcome_reason((enum outcome)o), outcome_reason((enum outcome)outcome)))
			return false;
	return true;
}

static int64_t count_reason(const int64_t by_outcome[OUTCOME_COUNT], const char *reason)
{
	int64_t count = 0;

	for (int o = 0; o < OUTCOME_COUNT; o++)
		if (!strcmp(outcome_reason((enum outcome)o), reason))
			count += by_outcome[o];
	return count;
}

static void write_outcomes(const char *key, const int64_t by_outcome[OUTCOME_COUNT], struct json *j)
{
	json_open_object(j, key);
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		const char *reason = outcome_reason((enum outcome)o);
		int64_t count = is_first_of_reason(o) ? count_reason(by_outcome, reason) : 0;

		if (count)
			json_write_integer(j, reason, count);
	}
	json_close_object(j);
}

static const char *name_of(int type)
{
	return type == REQUEST_NONE ? "unknown" : request_type_name((enum request_type)type);
}

static void write_kinds(const struct totals *t, struct json *j)
{
	write_outcomes("by_outcome", t->asked_by_outcome, j);
	json_open_object(j, "by_type");
	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		if (t->by_type[type])
			json_write_integer(j, name_of(type), t->by_type[type]);
	json_close_object(j);
	json_open_object(j, "by_type_and_outcome");
	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		if (t->by_type[type])
			write_outcomes(name_of(type), t->by_outcome[type], j);
	json_close_object(j);
}

void story_write_totals(const struct figures *f, struct json *j)
{
	json_open_object(j, "totals");
	table_write_members(&f->numbers, j);
	write_kinds(&f->totals, j);
	json_close_object(j);
}

/* ---- the layout ---- */

static void write_flags(uint8_t flags, struct json *j)
{
	json_open_array(j, "flags");
	for (int flag = 0; flag < PLACE_FLAG_COUNT; flag++)
		if (flags & PLACE_FLAG_BIT(flag))
			json_write_string(j, NULL, place_flag_name((enum place_flag)flag));
	json_close_array(j);
}

static void write_place(const struct place *place, struct json *j)
{
	if (place->section.data)
		json_write_text(j, "section", place->section);
	if (place->row.data) {
		json_write_text(j, "row", place->row);
		json_write_integer(j, "pos", place->pos);
	}
	if (place->category.data)
		json_write_text(j, "category", place->category);
	json_write_integer(j, "rank", place->rank);
	if (place->flags)
		write_flags(place->flags, j);
	if (place->has_point) {
		json_write_integer(j, "x", place->x);
		json_write_integer(j, "y", place->y);
	}
}

/* As the live map has it, and the channel as it is at the end. */
void story_write_layout(const struct figures *f, struct json *j)
{
	json_open_object(j, "layout");
	json_open_array(j, "seats");
	for (size_t i = 0; i < f->outline.seat_count; i++) {
		const struct seat *seat = f->outline.seats[i];

		json_open_object(j, NULL);
		json_write_text(j, "seat_id", seat->id);
		if (seat->place)
			write_place(&seat->place->place, j);
		if (seat->channel.data)
			json_write_text(j, "channel", seat->channel);
		json_close_object(j);
	}
	json_close_array(j);
	json_open_array(j, "areas");
	for (const struct show_area *area = f->outline.story->show->areas; area; area = area->hh.next) {
		json_open_object(j, NULL);
		json_write_text(j, "area_id", area->id);
		if (area->category.data)
			json_write_text(j, "category", area->category);
		json_write_integer(j, "capacity", area->capacity);
		if (area->channel.data)
			json_write_text(j, "channel", area->channel);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}
