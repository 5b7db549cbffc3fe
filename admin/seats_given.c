#include "admin/seats_given.h"

#include <stdlib.h>

#include "admin/file.h"
#include "common/base/log.h"

static enum rc check_flags(const struct settings *s, struct err *e)
{
	if (s->seats && s->plan)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --seats and --plan; seats come from one of them");
	if (!s->plan && s->focus)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --focus is used with --plan only");
	if (!s->plan && s->seat_name)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --seat-name is used with --plan only");
	return RC_OK;
}

static enum rc read_list(struct seats_given *seats, const char *file, struct err *e)
{
	if (seat_list_read(&seats->list, file, e))
		return e->rc;
	if (seats->list.is_like_table)
		log_warning("each line of --seats has a comma or a semicolon, which became part of the seat's "
		            "name: if it is a table, give it with a heading as --plan",
		            F_TEXT("first", seats->list.seat_ids[0]));
	seats->seat_ids = seats->list.seat_ids;
	seats->count = seats->list.count;
	return RC_OK;
}

/* The hall as the lists of requests. */
static enum rc spread(struct seats_given *seats, struct err *e)
{
	const struct hall *hall = &seats->hall;

	seats->seat_ids = malloc((hall->count + 1) * sizeof *seats->seat_ids);
	seats->places = malloc((hall->count + 1) * sizeof *seats->places);
	seats->areas = malloc((hall->area_count + 1) * sizeof *seats->areas);
	if (!seats->seat_ids || !seats->places || !seats->areas)
		return err_out_of_memory(e);
	for (size_t i = 0; i < hall->count; i++) {
		seats->seat_ids[i] = hall->seats[i].id;
		seats->places[i] = hall->seats[i].place;
	}
	seats->count = hall->count;
	for (size_t i = 0; i < hall->area_count; i++)
		seats->areas[i] = hall->areas[i].given;
	seats->area_count = hall->area_count;
	return RC_OK;
}

static enum rc read_plan(struct seats_given *seats, const struct settings *s, struct err *e)
{
	struct focus focus = {0};

	if ((s->focus && focus_read(&focus, s->focus, e)) ||
	    file_read(&seats->plan, "--plan", s->plan, e) ||
	    hall_read(&seats->hall, buf_text(&seats->plan), s->seat_name, e) ||
	    hall_rank(&seats->hall, &focus, e))
		return e->rc;
	return spread(seats, e);
}

bool seats_given_lack_ranks(const struct seats_given *seats, const struct settings *s)
{
	if (seats->hall.is_ranked || s->focus || s->whole_house)
		return false;
	for (size_t i = 0; i < seats->hall.count; i++)
		if (seats->hall.seats[i].place.row.data)
			return true;
	return false;
}

enum rc seats_given_read(struct seats_given *seats, const struct settings *s, struct err *e)
{
	if (check_flags(s, e))
		return e->rc;
	if (s->plan)
		return read_plan(seats, s, e);
	if (s->seats)
		return read_list(seats, s->seats, e);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "command line: seats are needed: --seats=FILE, or - for standard input");
}

void seats_given_release(struct seats_given *seats)
{
	if (seats->seat_ids != seats->list.seat_ids)
		free(seats->seat_ids);
	free(seats->places);
	free(seats->areas);
	seat_list_release(&seats->list);
	hall_release(&seats->hall);
	buf_release(&seats->plan);
	*seats = (struct seats_given){0};
}

void seats_given_put(const struct seats_given *seats, struct request *request)
{
	request->seat_ids = seats->seat_ids;
	request->seat_count = seats->count;
	request->places = seats->places;
	request->place_count = seats->places ? seats->count : 0;
}

void seats_given_put_areas(const struct seats_given *seats, struct request *request)
{
	request->set_areas = seats->areas;
	request->set_area_count = seats->area_count;
}

void seats_given_describe(const struct seats_given *seats, struct buf *to)
{
	if (seats->places)
		hall_describe(&seats->hall, to);
	else
		buf_print(to, "%zu seat%s without places\n", seats->count, seats->count == 1 ? "" : "s");
}
