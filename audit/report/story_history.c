/* What became of each seat, request by request: the columns of a report that its map is moved by. */
#include <stdlib.h>

#include "audit/report/story_parts.h"

void column_add_difference(struct buf *b, bool is_first, int64_t *before, int64_t now)
{
	buf_add_string(b, is_first ? "" : ",");
	json_add_integer(b, now - *before);
	*before = now;
}

void column_add_number(struct buf *b, bool is_first, int64_t number)
{
	buf_add_string(b, is_first ? "" : ",");
	json_add_integer(b, number);
}

void column_add_id(struct buf *b, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	for (const char *at = text; *at; at++)
		if (*at != '-')
			buf_add(b, at, 1);
}

/* ---- reservations ---- */

static char status_of(const struct figures *f, const struct reservation *r)
{
	static const char letters[RESERVATION_STATUS_COUNT] = {
	    [RESERVATION_HELD] = 'h',      [RESERVATION_RELEASED] = 'r',  [RESERVATION_EXPIRED] = 'l',
	    [RESERVATION_CONFIRMED] = 's', [RESERVATION_CANCELLED] = 'c',
	};

	return outline_has_lapsed(&f->outline, r) ? 'l' : letters[r->status];
}

static int64_t at_of(const struct reservation *r)
{
	return r->created_ms;
}

static int64_t offset_of(const struct reservation *r)
{
	return r->offset;
}

static int64_t until_of(const struct reservation *r)
{
	return r->until_ms - r->created_ms;
}

static int64_t ended_of(const struct reservation *r)
{
	return r->status == RESERVATION_HELD ? -1 : r->ended_ms - r->created_ms;
}

/* before: what the first one is the difference to; NULL: each number is written as it is */
static void write_column(const struct show *show, const char *key,
                         int64_t (*of)(const struct reservation *r), int64_t *before,
                         struct json *j)
{
	int64_t none = 0;

	json_open_array(j, key);
	for (const struct reservation *r = show->reservations; r; r = r->hh.next) {
		none = 0;
		column_add_difference(j->to, r == show->reservations, before ? before : &none, of(r));
	}
	json_close_array(j);
}

void story_write_reservations(const struct figures *f, struct json *j)
{
	const struct show *show = f->outline.story->show;
	int64_t offset = f->outline.first_offset, at_ms = f->outline.first_ms;
	bool has_ids = f->totals.holds <= RESERVATION_IDS_MAX;

	json_open_object(j, "reservations");
	buf_add_string(j->to, "\"ids\":\"");
	for (const struct reservation *r = has_ids ? show->reservations : NULL; r; r = r->hh.next)
		column_add_id(j->to, &r->id);
	buf_add_string(j->to, "\",\"status\":\"");
	for (const struct reservation *r = show->reservations; r; r = r->hh.next) {
		char status = status_of(f, r);

		buf_add(j->to, &status, 1);
	}
	buf_add_string(j->to, "\"");
	j->needs_comma = true;
	write_column(show, "offset", offset_of, &offset, j);
	write_column(show, "at", at_of, &at_ms, j);
	write_column(show, "until", until_of, NULL, j);
	write_column(show, "ended", ended_of, NULL, j);
	json_open_array(j, "session");
	for (const struct reservation *r = show->reservations; r; r = r->hh.next)
		column_add_number(j->to, r == show->reservations, f->holders.session_of[r->number]);
	json_close_array(j);
	json_close_object(j);
}

/* ---- changes ---- */

static void add_seats(struct buf *b, const struct outline *o, const struct seat_list *list,
                      bool is_first)
{
	buf_add_string(b, is_first ? "[" : ",[");
	for (uint32_t k = 0; k < list->count; k++)
		column_add_number(b, k == 0, o->seat_at[o->story->seats[list->at + k]]);
	buf_add_string(b, "]");
}

/* A list of changes, `bytes` apart, each of which begins with its moment. */
struct moments {
	const void *list;
	size_t count, bytes;
};

static const struct story_moment *moment_at(const struct moments *m, size_t i)
{
	return (const void *)((const char *)m->list + i * m->bytes);
}

static void write_moments(const struct moments *m, const struct outline *o, struct json *j)
{
	int64_t offset = o->first_offset, at_ms = o->first_ms;

	json_open_array(j, "offset");
	for (size_t i = 0; i < m->count; i++)
		column_add_difference(j->to, i == 0, &offset, moment_at(m, i)->offset);
	json_close_array(j);
	json_open_array(j, "at");
	for (size_t i = 0; i < m->count; i++)
		column_add_difference(j->to, i == 0, &at_ms, moment_at(m, i)->at_ms);
	json_close_array(j);
	buf_add_string(j->to, ",\"what\":\"");
	for (size_t i = 0; i < m->count; i++)
		buf_add(j->to, &moment_at(m, i)->what, 1);
	buf_add_string(j->to, "\"");
	json_open_array(j, "reservation");
	for (size_t i = 0; i < m->count; i++)
		column_add_number(j->to, i == 0, moment_at(m, i)->reservation);
	json_close_array(j);
}

void story_write_changes(const struct figures *f, struct json *j)
{
	const struct story_change *list = f->outline.story->changes;
	size_t count = f->outline.story->change_extent.count;

	json_open_object(j, "changes");
	write_moments(&(struct moments){list, count, sizeof *list}, &f->outline, j);
	json_open_array(j, "seats");
	for (size_t i = 0; i < count; i++)
		add_seats(j->to, &f->outline, &list[i].seats, i == 0);
	json_close_array(j);
	json_open_array(j, "until");
	for (size_t i = 0; i < count; i++)
		column_add_number(j->to, i == 0,
		                  list[i].until_ms ? list[i].until_ms - list[i].moment.at_ms : 0);
	json_close_array(j);
	json_close_object(j);
}

void story_write_area_changes(const struct figures *f, struct json *j)
{
	const struct story_area_change *list = f->outline.story->area_changes;
	size_t count = f->outline.story->area_change_extent.count;

	json_open_object(j, "area_changes");
	write_moments(&(struct moments){list, count, sizeof *list}, &f->outline, j);
	json_open_array(j, "area");
	for (size_t i = 0; i < count; i++)
		column_add_number(j->to, i == 0, list[i].area);
	json_close_array(j);
	json_open_array(j, "count");
	for (size_t i = 0; i < count; i++)
		column_add_number(j->to, i == 0, list[i].count);
	json_close_array(j);
	json_close_object(j);
}
