/* The part of a letter that says what stood before the request: seats, areas, limits, its hold. */
#include <inttypes.h>
#include <string.h>

#include "audit/letter/writing.h"

#define MS_OF_SECOND INT64_C(1000)

/* ---- seats ---- */

/* Seats that are told of together: the same holder, the same record. */
static bool is_alike(const struct stood_seat *a, const struct stood_seat *b)
{
	return a->how == b->how && a->holder == b->holder && a->status == b->status &&
	       a->taken.offset == b->taken.offset && text_same(a->channel, b->channel);
}

static bool is_told(const struct dispute *one, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_alike(&one->seats[i], &one->seats[at]))
			return true;
	return false;
}

/* "Seats A1 and A2 were" */
static void begin_seats(struct writing *w, size_t at, const char *one_was, const char *many_were)
{
	const struct dispute *one = w->one;
	struct text names[ADD_SEATS_MAX];
	size_t count = 0;

	for (size_t i = at; i < one->seat_count && count < ADD_SEATS_MAX; i++)
		if (is_alike(&one->seats[at], &one->seats[i]))
			names[count++] = one->seats[i].id;
	sentence(w, "");
	words_add_seats(w->b, "Seat", names, count, sizeof names[0]);
	buf_add_string(w->b, count == 1 ? one_was : many_were);
}

static void tell_taken(struct writing *w, size_t at)
{
	const struct stood_seat *s = &w->one->seats[at];
	bool is_sold = s->status == SEAT_SOLD;

	begin_seats(w, at, is_sold ? " was sold already, to " : " was held already, by ",
	            is_sold ? " were sold already, to " : " were held already, by ");
	add_reservation(w, s->holder);
	buf_add_string(w->b, is_sold ? ", which had taken " : ", since ");
	if (is_sold)
		buf_add_string(w->b, "it at ");
	add_point(w, s->taken);
	buf_add_string(w->b, ". That is ");
	add_how_much_before(w, s->taken);
	buf_add_string(w->b, ".");
}

static void tell_blocked(struct writing *w, size_t at)
{
	const struct stood_seat *s = &w->one->seats[at];

	begin_seats(w, at, " was free, but", " were free, but");
	if (text_same(s->channel, text_of(CHANNEL_PUBLIC))) {
		buf_add_string(w->b, " not sold by the channel that was asked.");
		return;
	}
	buf_add_string(w->b, " sold by the channel ");
	words_add_name(w->b, s->channel);
	buf_print(w->b, " alone, whose key %s did not have.", the_request(w));
}

static void tell_lapsed(struct writing *w, size_t at)
{
	const struct stood_seat *s = &w->one->seats[at];

	begin_seats(w, at, " was free: the hold of ", " were free: the hold of ");
	add_reservation(w, s->holder);
	buf_add_string(w->b, " on it had run out at ");
	add_time(w, s->until_ms);
	buf_add_string(w->b, ".");
}

/* Why the reply lists them says the outcome. */
static void tell_listed(struct writing *w, size_t at)
{
	switch (w->one->verdict.outcome) {
	case OUTCOME_UNKNOWN_SEAT:
		begin_seats(w, at, " does not exist in this show.", " do not exist in this show.");
		break;
	case OUTCOME_SEAT_EXISTS:
		begin_seats(w, at, " was there already.", " were there already.");
		break;
	case OUTCOME_PLACE_TAKEN:
		begin_seats(w, at, " would have stood where another one stands.",
		            " would have stood where others stand.");
		break;
	case OUTCOME_NOT_IN_RESERVATION:
		begin_seats(w, at, " was not in the reservation.", " were not in the reservation.");
		break;
	default:
		begin_seats(w, at, " could not be had.", " could not be had.");
		break;
	}
}

static void tell_seat(struct writing *w, size_t at)
{
	switch (w->one->seats[at].how) {
	case STOOD_FREE: begin_seats(w, at, " was free.", " were free."); break;
	case STOOD_LAPSED: tell_lapsed(w, at); break;
	case STOOD_TAKEN: tell_taken(w, at); break;
	case STOOD_BLOCKED: tell_blocked(w, at); break;
	case STOOD_OWN:
		begin_seats(w, at, " was in your hold already.", " were in your hold already.");
		break;
	case STOOD_SINGLE:
		begin_seats(w, at, " would have been left alone.", " would have been left alone, each of "
		                                                   "them.");
		break;
	case STOOD_LISTED: tell_listed(w, at); break;
	}
}

/* ---- areas ---- */

static void tell_room(struct writing *w, const struct stood_area *a)
{
	buf_add_string(w->b, "The area ");
	words_add_name(w->b, a->id);
	buf_print(w->b, " had %s%" PRId64 " of its %" PRId64 " places left; you asked for %d.",
	          a->room && a->is_refused ? "only " : "", a->room, a->capacity, (int)a->wanted);
	buf_print(w->b, " %" PRId64 " were sold, and %" PRId64 " held.", a->sold, a->held);
	if (!a->is_refused || !a->last)
		return;
	buf_add_string(w->b, " The last to take some of them, ");
	buf_print(w->b, "%d, was ", (int)a->last_count);
	add_reservation(w, a->last);
	buf_add_string(w->b, " at ");
	add_point(w, a->last_at);
	buf_add_string(w->b, ". That is ");
	add_how_much_before(w, a->last_at);
	buf_add_string(w->b, ".");
}

static void tell_area(struct writing *w, const struct stood_area *a)
{
	enum outcome outcome = w->one->verdict.outcome;

	sentence(w, "");
	if (outcome == OUTCOME_BELOW_TAKEN) {
		buf_add_string(w->b, "In the area ");
		words_add_name(w->b, a->id);
		buf_print(w->b, ", which was to have %d, %" PRId64 " places were held or "
		                                                   "sold.", (int)a->wanted,
		          a->sold + a->held);
		return;
	}
	if (a->is_known && a->is_blocked) {
		buf_add_string(w->b, "The area ");
		words_add_name(w->b, a->id);
		if (a->channel.data) {
			buf_add_string(w->b, " was sold by the channel ");
			words_add_name(w->b, a->channel);
			buf_print(w->b, " alone, whose key %s did not have.", the_request(w));
		} else {
			buf_add_string(w->b, " was not sold by the channel that was asked.");
		}
	} else if (outcome == OUTCOME_NOT_IN_RESERVATION) {
		buf_add_string(w->b, "So many places in the area ");
		words_add_name(w->b, a->id);
		buf_add_string(w->b, " were not in the reservation.");
	} else if (a->is_known) {
		tell_room(w, a);
	} else {
		buf_add_string(w->b, "There is no area ");
		words_add_name(w->b, a->id);
		buf_add_string(w->b, " in this show.");
	}
}

/* ---- limits and times of the show ---- */

static void tell_window(struct writing *w)
{
	const struct sale_window *window = &w->one->verdict.window;

	if (!w->one->verdict.has_window) {
		sentence(w, "The organiser had closed the show.");
		return;
	}
	if (window->has_from && w->one->verdict.decided_ms < window->from_ms) {
		sentence(w, "The sale began at ");
		add_time(w, window->from_ms);
		buf_add_string(w->b, ", ");
		words_add_length(w->b, window->from_ms - w->one->verdict.decided_ms);
		buf_print(w->b, " after %s.", the_request(w));
	} else {
		sentence(w, "The sale had ended at ");
		add_time(w, window->until_ms);
		buf_add_string(w->b, ", ");
		words_add_length(w->b, w->one->verdict.decided_ms - window->until_ms);
		buf_print(w->b, " before %s.", the_request(w));
	}
}

static int64_t places_of(const struct request *q)
{
	int64_t places = (int64_t)q->seat_count + (q->best ? q->best->count : 0);

	for (size_t i = 0; i < q->area_count; i++)
		places += q->areas[i].count;
	return places;
}

static void tell_customer(struct writing *w)
{
	const struct policy *p = &w->one->policy;
	const struct customer_has *has = &w->one->verdict.customer;

	sentence(w, "One customer may have ");
	if (p->max_customer_seats)
		words_add_count(w->b, p->max_customer_seats, "place", "places");
	if (p->max_customer_seats && p->max_customer_holds)
		buf_add_string(w->b, " and ");
	if (p->max_customer_holds)
		words_add_count(w->b, p->max_customer_holds, "hold", "holds");
	buf_print(w->b, " of this show. When %s came, the customer had ", the_request(w));
	words_add_count(w->b, has->seats, "place", "places");
	buf_add_string(w->b, ", bought ones among them, and ");
	words_add_count(w->b, has->holds, "hold", "holds");
	buf_add_string(w->b, ".");
}

static void tell_wish(struct writing *w)
{
	const struct verdict *v = &w->one->verdict;

	sentence(w, "Of the seats that fit what was asked for, ");
	if (v->free_seats == 0)
		buf_add_string(w->b, "none was free.");
	else
		buf_print(w->b, "%zu %s free%s.", v->free_seats, v->free_seats == 1 ? "was" : "were",
		          v->outcome == OUTCOME_NO_SEATS_TOGETHER ? ", but not so that they could be given "
		                                                    "together"
		                                                  : "");
}

static void tell_limit(struct writing *w)
{
	const struct dispute *one = w->one;

	switch (one->verdict.outcome) {
	case OUTCOME_NOT_ON_SALE: tell_window(w); break;
	case OUTCOME_TOO_MANY_SEATS:
		sentence(w, "One reservation of this show may have ");
		words_add_count(w->b, one->policy.max_seats, "place", "places");
		if (one->request.type == REQUEST_RESERVE)
			buf_print(w->b, "; %" PRId64 " were asked for", places_of(&one->request));
		buf_add_string(w->b, ".");
		break;
	case OUTCOME_HOLD_TOO_LONG:
		sentence(w, "Seats of this show may be held for ");
		words_add_length(w->b, one->policy.max_hold_seconds * MS_OF_SECOND);
		buf_add_string(w->b, " at the longest.");
		break;
	case OUTCOME_CUSTOMER_LIMIT: tell_customer(w); break;
	case OUTCOME_NOT_ENOUGH_SEATS:
	case OUTCOME_NO_SEATS_TOGETHER: tell_wish(w); break;
	case OUTCOME_INVALID_REQUEST:
		if (!one->request.fault_text[0])
			break;
		sentence(w, "What is wrong with it: ");
		buf_print(w->b, "%s.", one->request.fault_text);
		break;
	default: break;
	}
}

/* ---- the reservation that it is about ---- */

/* What was in it when the request came; of what changed it, the answer says what is in it since. */
static void tell_contents(struct writing *w)
{
	const struct dispute *one = w->one;

	if (one->verdict.outcome == OUTCOME_HOLD_CHANGED ||
	    one->verdict.outcome == OUTCOME_PARTLY_CANCELLED)
		return;
	buf_add_string(w->b, " and had ");
	add_contents(w);
	buf_print(w->b, " when %s came", the_request(w));
}

static void tell_made(struct writing *w)
{
	const struct reservation *r = w->one->about;

	sentence(w, w->is_customers ? "Your reservation " : "Reservation ");
	words_add_uuid(w->b, &r->id);
	buf_add_string(w->b, " was made at ");
	add_point(w, (struct point){r->offset, r->created_ms});
	tell_contents(w);
	buf_add_string(w->b, ".");
}

/* When its time was up, against when the request came. */
static void tell_time_left(struct writing *w)
{
	const struct dispute *one = w->one;
	int64_t left_ms = one->about_until_ms - one->verdict.decided_ms;

	sentence(w, left_ms > 0 ? "It was held until " : "Its time was up at ");
	add_time(w, one->about_until_ms);
	buf_add_string(w->b, ", ");
	words_add_length(w->b, left_ms > 0 ? left_ms : -left_ms);
	buf_print(w->b, left_ms > 0 ? " after %s." : " before %s.", the_request(w));
	if (one->verdict.is_revived)
		sentence(w, one->is_retaken ? "It had been ended, but nobody else had taken what was in it."
		                            : "Nobody else had taken what was in it.");
}

static void tell_reservation(struct writing *w)
{
	const struct dispute *one = w->one;
	enum outcome o = one->verdict.outcome;

	if (!one->about) {
		if (o == OUTCOME_UNKNOWN_RESERVATION)
			sentence(w, "The show had no reservation of this id.");
		return;
	}
	if (o == OUTCOME_WRONG_SESSION) {
		sentence(w, "Reservation ");
		words_add_uuid(w->b, &one->about->id);
		buf_add_string(w->b, " was there, and had been made in another session.");
		return;
	}
	tell_made(w);
	if (o == OUTCOME_HOLD_RELEASED || o == OUTCOME_CONFIRMED_BEFORE || o == OUTCOME_ALREADY_CONFIRMED ||
	    o == OUTCOME_NOTHING_HELD) {
		sentence(w, one->about_status == RESERVATION_CONFIRMED   ? "It was bought at "
		            : one->about_status == RESERVATION_CANCELLED ? "Its sale was taken back at "
		            : one->about_status == RESERVATION_RELEASED  ? "It was given back at "
		                                                         : "It ended at ");
		add_time(w, one->about_ended_ms);
		buf_add_string(w->b, ".");
	} else if (o == OUTCOME_CANCELLED || o == OUTCOME_PARTLY_CANCELLED) {
		sentence(w, "It had been bought.");
	} else if (o != OUTCOME_EXTENDED && o != OUTCOME_HOLD_CHANGED) {
		tell_time_left(w);
	}
}

/* ---- all of it ---- */

static void add_nothing(struct writing *w)
{
	const struct verdict *v = &w->one->verdict;

	if (v->outcome == OUTCOME_RESERVED && w->one->area_count == 0 && w->one->about_area_count)
		buf_add_string(w->b, "There was room enough.");
	else if (outcome_is_accepted(v->outcome))
		buf_add_string(w->b, "Nothing stood in its way.");
	else
		buf_add_string(w->b, "No seat was looked at: what was answered was clear before that.");
}

void write_before(struct writing *w)
{
	const struct dispute *one = w->one;

	line(w, LETTER_HEADING, "What stood before it");
	if (one->verdict.outcome != OUTCOME_RESERVED) {
		line_begin(w, LETTER_PARAGRAPH);
		tell_reservation(w);
		line_end(w);
	}
	for (size_t i = 0; i < one->seat_count; i++) {
		if (is_told(one, i))
			continue;
		line_begin(w, LETTER_PARAGRAPH);
		tell_seat(w, i);
		line_end(w);
	}
	for (size_t i = 0; i < one->area_count; i++) {
		line_begin(w, LETTER_PARAGRAPH);
		tell_area(w, &one->areas[i]);
		line_end(w);
	}
	line_begin(w, LETTER_PARAGRAPH);
	tell_limit(w);
	line_end(w);
	if (!w->letter->line_count ||
	    w->letter->lines[w->letter->line_count - 1].kind != LETTER_HEADING)
		return;
	line_begin(w, LETTER_PARAGRAPH);
	add_nothing(w);
	line_end(w);
}
