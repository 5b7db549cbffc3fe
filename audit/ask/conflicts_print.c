#include "audit/ask/conflicts_print.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "common/base/instant.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void add_integer(struct buf *b, int64_t integer)
{
	buf_print(b, "%" PRId64, integer);
}

static void add_time(struct buf *b, int64_t t_ms)
{
	char text[INSTANT_TEXT_BYTES];

	instant_print(t_ms, text);
	buf_add_string(b, text);
}

static void add_uuid(struct buf *b, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	buf_add_string(b, text);
}

/* ---- each conflict, for people: a line for the loser, one for the winner ---- */

enum { SHOW, SEAT, WHO, OFFSET, TIME, ID, WHAT, GAP };
static const struct listing_column line_columns[] = {
    [SHOW] = {"show", false},
    [SEAT] = {"seat", false},
    [WHO] = {"who", false},
    [OFFSET] = {"offset", true},
    [TIME] = {"decided at", false},
    [ID] = {"request or reservation", false},
    [WHAT] = {"what", false},
    [GAP] = {"later by", true},
};

static void loser_cell(const struct conflict *c, size_t column, struct buf *b)
{
	if (column == WHO)
		buf_add_string(b, "loser");
	else if (column == OFFSET)
		add_integer(b, c->offset);
	else if (column == TIME)
		add_time(b, c->decided_ms);
	else if (column == ID)
		add_uuid(b, &c->request_id);
	else if (column == WHAT)
		buf_print(b, "%s, seat was %s", request_type_name(c->type), conflict_status(c));
	else if (column == GAP && c->winner)
		buf_print(b, "%" PRId64 " ms", conflict_gap_ms(c));
}

/* In the winner's stead: whose the seat is, or which rule it is. */
static void no_winner_cell(const struct conflict *c, size_t column, struct buf *b)
{
	if (column == WHO)
		buf_add_string(b, c->why == CONFLICT_BLOCKED ? "channel" : "rule");
	else if (column == ID && c->why == CONFLICT_BLOCKED)
		buf_add_text(b, c->channel);
	else if (column == WHAT)
		buf_add_string(b, c->why == CONFLICT_BLOCKED ? "sells it" : "it would be left alone");
}

static void winner_cell(const struct conflict *c, size_t column, struct buf *b)
{
	if (column == WHO)
		buf_add_string(b, "winner");
	else if (column == OFFSET)
		add_integer(b, c->taken_at);
	else if (column == TIME)
		add_time(b, c->taken_ms);
	else if (column == ID)
		add_uuid(b, &c->winner->id);
	else if (column == WHAT)
		buf_print(b, "hold, now %s", reservation_status_name(c->winner->status));
}

static void line_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct conflicts *conflicts = context;
	const struct conflict *c = &conflicts->list[row / 2];

	if (column == SHOW)
		buf_add_text(b, c->show->id);
	else if (column == SEAT)
		buf_add_text(b, c->seat_id);
	else if (row % 2 == 0)
		loser_cell(c, column, b);
	else if (!c->winner)
		no_winner_cell(c, column, b);
	else
		winner_cell(c, column, b);
}

/* ---- each conflict, for machines: one row ---- */

enum {
	EACH_PARTITION,
	EACH_SHOW,
	EACH_SEAT,
	EACH_STATUS,
	LOSER_OFFSET,
	LOSER_REQUEST,
	LOSER_TYPE,
	LOSER_TIME,
	WINNER_OFFSET,
	WINNER_RESERVATION,
	WINNER_TIME,
	WINNER_STATUS,
	WINNER_ENDED,
	EACH_GAP,
	EACH_CHANNEL,
};
static const struct listing_column each_columns[] = {
    [EACH_PARTITION] = {"partition", true},
    [EACH_SHOW] = {"show_id", false},
    [EACH_SEAT] = {"seat_id", false},
    [EACH_STATUS] = {"status", false},
    [LOSER_OFFSET] = {"loser_offset", true},
    [LOSER_REQUEST] = {"loser_request_id", false},
    [LOSER_TYPE] = {"loser_type", false},
    [LOSER_TIME] = {"loser_decided_at", false},
    [WINNER_OFFSET] = {"winner_offset", true},
    [WINNER_RESERVATION] = {"winner_reservation_id", false},
    [WINNER_TIME] = {"winner_decided_at", false},
    [WINNER_STATUS] = {"winner_status", false},
    [WINNER_ENDED] = {"winner_ended_at", false},
    [EACH_GAP] = {"gap_ms", true},
    [EACH_CHANNEL] = {"channel", false},
};

static void each_winner_cell(const struct conflict *c, size_t column, struct buf *b)
{
	if (column == WINNER_OFFSET)
		add_integer(b, c->taken_at);
	else if (column == WINNER_RESERVATION)
		add_uuid(b, &c->winner->id);
	else if (column == WINNER_TIME)
		add_time(b, c->taken_ms);
	else if (column == WINNER_STATUS)
		buf_add_string(b, reservation_status_name(c->winner->status));
	else if (column == WINNER_ENDED && c->winner->status != RESERVATION_HELD)
		add_time(b, c->winner->ended_ms);
}

static void each_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct conflict *c = &((const struct conflicts *)context)->list[row];

	if (column == EACH_PARTITION)
		add_integer(b, c->partition);
	else if (column == EACH_SHOW)
		buf_add_text(b, c->show->id);
	else if (column == EACH_SEAT)
		buf_add_text(b, c->seat_id);
	else if (column == EACH_STATUS)
		buf_add_string(b, conflict_status(c));
	else if (column == LOSER_OFFSET)
		add_integer(b, c->offset);
	else if (column == LOSER_REQUEST)
		add_uuid(b, &c->request_id);
	else if (column == LOSER_TYPE)
		buf_add_string(b, request_type_name(c->type));
	else if (column == LOSER_TIME)
		add_time(b, c->decided_ms);
	else if (column == EACH_CHANNEL)
		buf_add_text(b, c->channel);
	else if (!c->winner)
		return;
	else if (column == EACH_GAP)
		add_integer(b, conflict_gap_ms(c));
	else
		each_winner_cell(c, column, b);
}

/* ---- sums ---- */

enum { HOUR_SHOW, HOUR_TIME, HOUR_SEATS, HOUR_REQUESTS, HOUR_GAP_MIN, HOUR_GAP_MEDIAN };
static const struct listing_column hour_columns[] = {
    [HOUR_SHOW] = {"show_id", false},
    [HOUR_TIME] = {"hour", false},
    [HOUR_SEATS] = {"refused_seats", true},
    [HOUR_REQUESTS] = {"refused_requests", true},
    [HOUR_GAP_MIN] = {"gap_ms_min", true},
    [HOUR_GAP_MEDIAN] = {"gap_ms_median", true},
};

static void hour_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct conflict_hour *h = &((const struct conflict_hour *)context)[row];

	if (column == HOUR_SHOW)
		buf_add_text(b, h->show->id);
	else if (column == HOUR_TIME)
		add_time(b, h->hour_ms);
	else if (column == HOUR_SEATS)
		add_integer(b, (int64_t)h->seat_count);
	else if (column == HOUR_REQUESTS)
		add_integer(b, (int64_t)h->request_count);
	else if (h->gap_ms_min < 0)
		return;
	else if (column == HOUR_GAP_MIN)
		add_integer(b, h->gap_ms_min);
	else
		add_integer(b, h->gap_ms_median);
}

enum { SEAT_SHOW, SEAT_SEAT, SEAT_COUNT, SEAT_WINNERS, SEAT_FIRST, SEAT_LAST };
static const struct listing_column seat_columns[] = {
    [SEAT_SHOW] = {"show_id", false},
    [SEAT_SEAT] = {"seat_id", false},
    [SEAT_COUNT] = {"refusals", true},
    [SEAT_WINNERS] = {"winners", true},
    [SEAT_FIRST] = {"first_at", false},
    [SEAT_LAST] = {"last_at", false},
};

static void seat_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct conflict_seat *s = &((const struct conflict_seat *)context)[row];

	if (column == SEAT_SHOW)
		buf_add_text(b, s->show->id);
	else if (column == SEAT_SEAT)
		buf_add_text(b, s->seat_id);
	else if (column == SEAT_COUNT)
		add_integer(b, (int64_t)s->count);
	else if (column == SEAT_WINNERS)
		add_integer(b, (int64_t)s->winner_count);
	else
		add_time(b, column == SEAT_FIRST ? s->first_ms : s->last_ms);
}

enum { WISH_SHOW, WISH_CATEGORIES, WISH_SECTIONS, WISH_REQUESTS, WISH_SEATS, WISH_NOT_ENOUGH,
       WISH_NOT_TOGETHER, WISH_FIRST, WISH_LAST };
static const struct listing_column wish_columns[] = {
    [WISH_SHOW] = {"show_id", false},
    [WISH_CATEGORIES] = {"categories", false},
    [WISH_SECTIONS] = {"sections", false},
    [WISH_REQUESTS] = {"refused_requests", true},
    [WISH_SEATS] = {"wished_seats", true},
    [WISH_NOT_ENOUGH] = {"not_enough_seats", true},
    [WISH_NOT_TOGETHER] = {"no_seats_together", true},
    [WISH_FIRST] = {"first_at", false},
    [WISH_LAST] = {"last_at", false},
};

static void wish_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct lost_wish *w = ((const struct lost_wish *const *)context)[row];

	if (column == WISH_SHOW)
		buf_add_text(b, w->show->id);
	else if (column == WISH_CATEGORIES)
		buf_add_text(b, w->categories);
	else if (column == WISH_SECTIONS)
		buf_add_text(b, w->sections);
	else if (column == WISH_REQUESTS)
		add_integer(b, (int64_t)(w->not_enough + w->not_together));
	else if (column == WISH_SEATS)
		add_integer(b, (int64_t)w->seat_count);
	else if (column == WISH_NOT_ENOUGH)
		add_integer(b, (int64_t)w->not_enough);
	else if (column == WISH_NOT_TOGETHER)
		add_integer(b, (int64_t)w->not_together);
	else
		add_time(b, column == WISH_FIRST ? w->first_ms : w->last_ms);
}

enum { AREA_SHOW, AREA_TIME, AREA_AREA, AREA_REQUESTS, AREA_BLOCKED, AREA_WANTED, AREA_REFUSED };
static const struct listing_column area_columns[] = {
    [AREA_SHOW] = {"show_id", false},
    [AREA_TIME] = {"hour", false},
    [AREA_AREA] = {"area_id", false},
    [AREA_REQUESTS] = {"refused_requests", true},
    [AREA_BLOCKED] = {"blocked_requests", true},
    [AREA_WANTED] = {"wanted_places", true},
    [AREA_REFUSED] = {"refused_places", true},
};

static void area_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct lost_place *p = ((const struct lost_place *const *)context)[row];

	if (column == AREA_SHOW)
		buf_add_text(b, p->show->id);
	else if (column == AREA_TIME)
		add_time(b, p->hour_ms);
	else if (column == AREA_AREA)
		buf_add_text(b, p->area_id);
	else if (column == AREA_REQUESTS)
		add_integer(b, (int64_t)(p->full_count + p->blocked_count));
	else if (column == AREA_BLOCKED)
		add_integer(b, (int64_t)p->blocked_count);
	else
		add_integer(b, column == AREA_WANTED ? p->wanted : p->refused);
}

/* ---- all of it ---- */

/* What is listed. `sum` is to be freed behind it. */
static enum rc choose(struct listing *listing, void **sum, const struct conflicts *c,
                      enum conflicts_by by, bool is_for_people, struct err *e)
{
	struct conflict_hour *hours = NULL;
	struct conflict_seat *seats = NULL;
	const struct lost_wish **wishes;
	const struct lost_place **places;
	bool is_done = true;
	size_t count;

	if (by == CONFLICTS_BY_HOUR) {
		is_done = conflicts_sum_hours(c, &hours, &count);
		*listing = (struct listing){hour_columns, COUNT(hour_columns), count, hour_cell, hours};
		*sum = hours;
	} else if (by == CONFLICTS_BY_SEAT) {
		is_done = conflicts_sum_seats(c, &seats, &count);
		*listing = (struct listing){seat_columns, COUNT(seat_columns), count, seat_cell, seats};
		*sum = seats;
	} else if (by == CONFLICTS_BY_WISH) {
		wishes = lost_wishes_list(c->wishes, &count);
		is_done = wishes || count == 0;
		*listing = (struct listing){wish_columns, COUNT(wish_columns), count, wish_cell, wishes};
		*sum = wishes;
	} else if (by == CONFLICTS_BY_AREA) {
		places = lost_places_list(c->places, &count);
		is_done = places || count == 0;
		*listing = (struct listing){area_columns, COUNT(area_columns), count, area_cell, places};
		*sum = places;
	} else if (is_for_people) {
		*listing = (struct listing){line_columns, COUNT(line_columns), 2 * c->count, line_cell, c};
	} else {
		*listing = (struct listing){each_columns, COUNT(each_columns), c->count, each_cell, c};
	}
	return is_done ? RC_OK : err_out_of_memory(e);
}

enum rc conflicts_print(const struct conflicts *c, enum conflicts_by by, bool is_csv, FILE *out,
                        struct err *e)
{
	struct listing listing;
	void *sum = NULL;
	enum rc rc = choose(&listing, &sum, c, by, !is_csv, e);

	if (!rc)
		rc = listing_print(&listing, is_csv ? LISTING_CSV : LISTING_TABLE, out, e);
	free(sum);
	return rc;
}

enum rc conflicts_write(const struct conflicts *c, enum conflicts_by by, struct json *j, FILE *out,
                        struct err *e)
{
	static const char *const names[] = {"conflicts", "hours", "seats", "wishes", "areas"};
	struct listing listing;
	void *sum = NULL;
	enum rc rc = choose(&listing, &sum, c, by, false, e);

	if (!rc)
		rc = listing_write(&listing, names[by], j, out, e);
	json_end_line(j);
	json_write_integer(j, "refused_seats", (int64_t)c->count);
	json_write_integer(j, "refused_requests", (int64_t)c->request_count);
	free(sum);
	return rc;
}
