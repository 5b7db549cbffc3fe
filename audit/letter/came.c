/* The part of a letter that says what came of the request. */
#include <inttypes.h>

#include "audit/letter/writing.h"

/* ---- its reservation ---- */

static void add_things(struct writing *w, const struct later *later)
{
	if (later->seat_count)
		words_add_seats(w->b, "seat", later->seat_ids, later->seat_count, sizeof *later->seat_ids);
	if (later->seat_count && later->area_count)
		buf_add_string(w->b, " and ");
	words_add_areas(w->b, later->areas, later->area_count);
}

static void add_change(struct writing *w, const struct later *later)
{
	switch (later->kind) {
	case EVENT_RESERVED: add_things(w, later), buf_add_string(w->b, " came in"); break;
	case EVENT_EXTENDED:
		buf_add_string(w->b, "the hold was made longer, until ");
		add_time(w, later->until_ms);
		break;
	case EVENT_SOLD:
		add_things(w, later);
		buf_add_string(w->b, later->seat_count + later->area_count == 1 ? " was sold to you"
		                                                                : " were sold to you");
		break;
	case EVENT_RELEASED:
		if (later->is_part)
			add_things(w, later), buf_add_string(w->b, " left it");
		else
			buf_add_string(w->b, "the hold was given back");
		break;
	case EVENT_EXPIRED: buf_add_string(w->b, "the hold had run out and was ended"); break;
	case EVENT_CANCELLED:
		buf_add_string(w->b, "the sale of ");
		add_things(w, later);
		buf_add_string(w->b, " was taken back");
		break;
	default: buf_add_string(w->b, event_kind_name(later->kind)); break;
	}
	buf_add_string(w->b, ".");
}

static void add_later(struct writing *w, const struct later *later)
{
	words_add_time(w->b, later->at.t_ms, w->day_ms);
	add_offset(w, later->at.offset);
	buf_add_string(w->b, ": ");
	if (later->has_changed) {
		add_change(w, later);
		return;
	}
	buf_print(w->b, "%s of this reservation changed nothing (%d %s).",
	          later->type == REQUEST_NONE ? "a request" : request_type_name(later->type),
	          outcome_code(later->outcome), outcome_reason(later->outcome));
	sentence(w, letter_outcome_words(later->outcome));
}

static void add_state(struct writing *w)
{
	static const char *const states[] = {
	    [RESERVATION_HELD] = "was held, until ",      [RESERVATION_RELEASED] = "had been given "
	                                                                           "back.",
	    [RESERVATION_EXPIRED] = "had run out.",       [RESERVATION_CONFIRMED] = "was bought.",
	    [RESERVATION_CANCELLED] = "had been taken back.",
	};
	const struct reservation *r = w->one->about;
	bool has_lapsed = reservation_has_lapsed(r, w->source->t_ms);

	buf_print(w->b, "When the log was read, the reservation %s",
	          has_lapsed ? "was still there, but its time was up since " : states[r->status]);
	if (r->status != RESERVATION_HELD)
		return;
	add_time(w, r->until_ms);
	buf_add_string(w->b, has_lapsed ? ": it can be bought for as long as nobody else takes what "
	                                  "is in "
	                                  "it."
	                                : ".");
}

static void write_reservation(struct writing *w)
{
	const struct dispute *one = w->one;
	size_t shown = 0;

	for (const struct later *later = one->later; later; later = later->next, shown++) {
		line_begin(w, LETTER_PARAGRAPH);
		add_later(w, later);
		line_end(w);
	}
	line_begin(w, LETTER_PARAGRAPH);
	if (one->later_count > shown) {
		sentence(w, "");
		buf_print(w->b, "%zu more changes and requests are not listed.", one->later_count - shown);
	}
	sentence(w, "");
	add_state(w);
	line_end(w);
}

/* ---- seats that others had ---- */

/* Seats that are told of together: the same all along. */
static bool is_alike(const struct stood_seat *a, const struct stood_seat *b)
{
	return a->how == b->how && a->holder == b->holder && a->status == b->status &&
	       a->sold.offset == b->sold.offset && a->gone.offset == b->gone.offset &&
	       a->next.offset == b->next.offset;
}

static bool is_told(const struct dispute *one, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_alike(&one->seats[i], &one->seats[at]))
			return true;
	return false;
}

/* "Seats A1 and A2"; how many. */
static size_t begin_seats(struct writing *w, size_t at)
{
	const struct dispute *one = w->one;
	struct text names[ADD_SEATS_MAX];
	size_t count = 0;

	for (size_t i = at; i < one->seat_count && count < ADD_SEATS_MAX; i++)
		if (is_alike(&one->seats[at], &one->seats[i]))
			names[count++] = one->seats[i].id;
	words_add_seats(w->b, "Seat", names, count, sizeof names[0]);
	return count;
}

static void tell_kept(struct writing *w, const struct stood_seat *s, bool is_one)
{
	if (s->sold.offset != NO_OFFSET) {
		buf_add_string(w->b, is_one ? " was bought by " : " were bought by ");
		add_reservation(w, s->holder);
		buf_add_string(w->b, " at ");
		add_point(w, s->sold);
	} else {
		buf_add_string(w->b, s->status == SEAT_SOLD ? " stayed sold to " : " stayed with ");
		add_reservation(w, s->holder);
	}
	buf_add_string(w->b, ".");
}

static void tell_gone(struct writing *w, const struct stood_seat *s, bool is_one)
{
	if (s->sold.offset != NO_OFFSET) {
		buf_add_string(w->b, is_one ? " was bought by " : " were bought by ");
		add_reservation(w, s->holder);
		buf_add_string(w->b, " at ");
		add_point(w, s->sold);
		buf_add_string(w->b, ",");
	}
	buf_add_string(w->b, is_one ? " was free again at " : " were free again at ");
	add_point(w, s->gone);
	buf_add_string(w->b, s->gone_by == EVENT_EXPIRED    ? ", as the time of that hold was up,"
	                     : s->gone_by == EVENT_RELEASED ? ", given back,"
	                                                    : ", as the sale was taken back,");
	if (s->next_holder) {
		buf_add_string(w->b, " and went to ");
		add_reservation(w, s->next_holder);
		buf_add_string(w->b, ", the next that asked, at ");
		add_point(w, s->next);
	} else {
		buf_add_string(w->b, " and nobody has taken it since");
	}
	buf_add_string(w->b, ".");
}

static void tell_seats(struct writing *w, size_t at)
{
	const struct stood_seat *s = &w->one->seats[at];
	bool is_one;

	line_begin(w, LETTER_PARAGRAPH);
	is_one = begin_seats(w, at) == 1;
	if (s->gone.offset == NO_OFFSET)
		tell_kept(w, s, is_one);
	else
		tell_gone(w, s, is_one);
	line_end(w);
}

static bool is_for_want_of_places(enum outcome outcome)
{
	return outcome == OUTCOME_SEATS_TAKEN || outcome == OUTCOME_AREA_FULL ||
	       outcome == OUTCOME_NOT_ENOUGH_SEATS || outcome == OUTCOME_NO_SEATS_TOGETHER ||
	       outcome == OUTCOME_HOLD_EXPIRED;
}

static void write_refused(struct writing *w)
{
	const struct dispute *one = w->one;

	line_begin(w, LETTER_PARAGRAPH);
	buf_add_string(w->b, is_for_want_of_places(one->verdict.outcome)
	                         ? "A request that is refused is not kept waiting: nothing more came "
	                           "of "
	                           "this one, and what comes back goes to whoever asks next."
	                         : "A request that is refused changes nothing, and nothing more came "
	                           "of "
	                           "this one.");
	line_end(w);
	for (size_t i = 0; i < one->seat_count; i++)
		if (one->seats[i].how == STOOD_TAKEN && !is_told(one, i))
			tell_seats(w, i);
}

void write_later(struct writing *w)
{
	const struct dispute *one = w->one;
	bool is_refused = !outcome_is_accepted(one->verdict.outcome);

	if (w->answer->answered == ANSWERED_NOT_YET)
		return;
	line(w, LETTER_HEADING, "What came of it");
	if (is_refused)
		write_refused(w);
	if (one->about && one->verdict.outcome != OUTCOME_WRONG_SESSION)
		write_reservation(w);
	else if (!is_refused)
		line(w, LETTER_PARAGRAPH, "It stands as it was answered.");
}
