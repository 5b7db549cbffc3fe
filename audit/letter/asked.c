/* The part of a letter that says what was asked, and when. */
#include <inttypes.h>

#include "audit/letter/writing.h"

static void add_seat_ids(struct writing *w, const struct text *ids, size_t count)
{
	words_add_seats(w->b, "seat", ids, count, sizeof *ids);
}

/* What is to be taken: seats by name, the best, places of areas. */
static void add_taken(struct writing *w)
{
	const struct request *q = &w->one->request;
	size_t parts = (size_t)(q->seat_count > 0) + (q->best != NULL) + (q->area_count > 0), part = 0;

	if (q->seat_count) {
		buf_add_string(w->b, words_between(part++, parts));
		add_seat_ids(w, q->seat_ids, q->seat_count);
	}
	if (q->best) {
		buf_add_string(w->b, words_between(part++, parts));
		words_add_wish(w->b, q->best);
	}
	if (q->area_count) {
		buf_add_string(w->b, words_between(part, parts));
		words_add_areas(w->b, q->areas, q->area_count);
	}
}

static void add_dropped(struct writing *w)
{
	const struct request *q = &w->one->request;

	if (q->drop_seat_count)
		add_seat_ids(w, q->drop_seat_ids, q->drop_seat_count);
	if (q->drop_seat_count && q->drop_area_count)
		buf_add_string(w->b, " and ");
	words_add_areas(w->b, q->drop_areas, q->drop_area_count);
}

static void add_named_reservation(struct writing *w)
{
	buf_add_string(w->b, "reservation ");
	words_add_uuid(w->b, &w->one->request.reservation_id);
}

static void add_hold_length(struct writing *w, const char *before)
{
	if (!w->one->request.hold_seconds)
		return;
	buf_add_string(w->b, before);
	words_add_length(w->b, INT64_C(1000) * w->one->request.hold_seconds);
}

static void ask_reserve(struct writing *w)
{
	buf_add_string(w->b, "You asked to have ");
	add_taken(w);
	buf_add_string(w->b, " held for you");
	add_hold_length(w, " for ");
}

static void ask_change_hold(struct writing *w)
{
	const struct request *q = &w->one->request;
	bool adds = q->seat_count || q->best || q->area_count;
	bool drops = q->drop_seat_count || q->drop_area_count;
	size_t parts = (size_t)adds + drops + (q->hold_seconds > 0), part = 0;

	buf_add_string(w->b, "You asked to change your ");
	add_named_reservation(w);
	buf_add_string(w->b, ": ");
	if (drops) {
		buf_print(w->b, "%sto give back ", words_between(part++, parts));
		add_dropped(w);
	}
	if (adds) {
		buf_print(w->b, "%sto add ", words_between(part++, parts));
		add_taken(w);
	}
	if (q->hold_seconds) {
		buf_add_string(w->b, words_between(part, parts));
		add_hold_length(w, "to have it held for ");
		buf_add_string(w->b, " from then on");
	}
}

static void ask_cancel(struct writing *w)
{
	const struct request *q = &w->one->request;

	buf_add_string(w->b, "The organiser asked to take back ");
	if (q->seat_count)
		add_seat_ids(w, q->seat_ids, q->seat_count);
	if (q->seat_count && q->area_count)
		buf_add_string(w->b, " and ");
	words_add_areas(w->b, q->areas, q->area_count);
	buf_add_string(w->b, q->seat_count || q->area_count ? " of the sale of " : "the sale of ");
	add_named_reservation(w);
}

static void ask_of_hold(struct writing *w, const char *what)
{
	buf_print(w->b, "You asked %s ", what);
	add_named_reservation(w);
	if (w->one->request.type != REQUEST_EXTEND)
		return;
	add_hold_length(w, " held for ");
	buf_add_string(w->b, " from then on");
}

static void ask_areas(struct writing *w)
{
	const struct request *q = &w->one->request;

	buf_add_string(w->b, "The organiser asked to set ");
	for (size_t i = 0; i < q->set_area_count; i++) {
		if (i == WORDS_NAMES_MAX) {
			buf_print(w->b, " and %zu others", q->set_area_count - i);
			break;
		}
		buf_add_string(w->b, i == 0 ? "the area " : ", the area ");
		words_add_name(w->b, q->set_areas[i].area_id);
		buf_add_string(w->b, " to ");
		words_add_count(w->b, q->set_areas[i].capacity, "place", "places");
	}
}

static void ask_channels(struct writing *w)
{
	const struct request *q = &w->one->request;

	buf_print(w->b, "The organiser asked to set the channel%s ", q->channel_count == 1 ? "" : "s");
	words_add_names(w->b, &q->channels[0].name, q->channel_count, sizeof q->channels[0]);
}

static void ask_blocked(struct writing *w)
{
	const struct request *q = &w->one->request;

	buf_add_string(w->b, "The organiser asked to sell ");
	add_seat_ids(w, q->seat_ids, q->seat_count);
	if (q->type == REQUEST_UNBLOCK_SEATS) {
		buf_add_string(w->b, " to everybody");
		return;
	}
	buf_add_string(w->b, " by the channel ");
	words_add_name(w->b, q->channel);
	buf_add_string(w->b, " alone");
}

static void ask_seats(struct writing *w, const char *before, const char *behind)
{
	const struct request *q = &w->one->request;

	buf_print(w->b, "The organiser asked %s", before);
	add_seat_ids(w, q->seat_ids, q->seat_count);
	buf_add_string(w->b, behind);
}

/* Every type has a sentence; one that could not be read has the other. */
static void add_what(struct writing *w)
{
	switch (w->one->request.type) {
	case REQUEST_NONE: break;
	case REQUEST_CREATE_SHOW: buf_add_string(w->b, "The organiser asked to create the show"); break;
	case REQUEST_CHANGE_SHOW:
		buf_add_string(w->b, "The organiser asked to change the rules of the show");
		break;
	case REQUEST_ADD_SEATS: ask_seats(w, "to add ", " to the show"); break;
	case REQUEST_CHANGE_SEATS: ask_seats(w, "to change where ", " stood in the house"); break;
	case REQUEST_SET_AREAS: ask_areas(w); break;
	case REQUEST_SET_CHANNELS: ask_channels(w); break;
	case REQUEST_BLOCK_SEATS:
	case REQUEST_UNBLOCK_SEATS: ask_blocked(w); break;
	case REQUEST_RESERVE: ask_reserve(w); break;
	case REQUEST_CHANGE_HOLD: ask_change_hold(w); break;
	case REQUEST_RELEASE: ask_of_hold(w, "to give back"); break;
	case REQUEST_EXTEND: ask_of_hold(w, "to have"); break;
	case REQUEST_CONFIRM: ask_of_hold(w, "to buy what was held by"); break;
	case REQUEST_CANCEL: ask_cancel(w); break;
	case REQUEST_EXPIRE:
		buf_add_string(w->b, "The box office's own clock announced that the time was up of ");
		add_named_reservation(w);
		break;
	case REQUEST_TYPE_COUNT: break;
	}
}

static void add_when(struct writing *w)
{
	const struct dispute *one = w->one;
	int64_t appended_ms = one->appended_ms < 0 ? one->verdict.decided_ms : one->appended_ms;

	buf_print(w->b, "%s was recorded on ", The_request(w));
	words_add_day_and_time(w->b, appended_ms);
	buf_print(w->b, ", as offset %" PRId64 " of partition %d.", one->offset, (int)one->partition);
	if (one->appended_ms < 0)
		sentence(w, "Its record has no time of the log's clock, and so has that of the one "
		            "before.");
	else if (appended_ms < one->verdict.decided_ms) {
		sentence(w, "The log's clock had been set back; it counts as of ");
		add_time(w, one->verdict.decided_ms);
		buf_add_string(w->b, ", the time of the record before it.");
	}
}

static void add_repeats(struct writing *w)
{
	const struct dispute *one = w->one;
	size_t shown = 0;

	for (const struct repeat *r = one->repeats; r && shown < WORDS_NAMES_MAX; r = r->next, shown++) {
		sentence(w, r->is_other ? "The same id came once more with another request, at "
		                        : "The same request came once more at ");
		add_point(w, r->at);
		buf_add_string(w->b, r->is_other ? "; that one was refused (422 IDEMPOTENCY_MISMATCH), and "
		                                   "changed nothing."
		                                 : "; it got the same answer again, and changed nothing.");
	}
	if (one->repeat_count > shown) {
		sentence(w, "");
		buf_print(w->b, "It came %zu times more.", one->repeat_count - shown);
	}
}

void write_asked(struct writing *w)
{
	const struct dispute *one = w->one;

	line(w, LETTER_HEADING, w->is_customers ? "What you asked for" : "What was asked");
	line_begin(w, LETTER_PARAGRAPH);
	if (one->request.fault == REQUEST_READABLE)
		add_what(w);
	else
		buf_add_string(w->b, "What was sent cannot be read as a request");
	if (one->channel.data && one->request.type == REQUEST_RESERVE) {
		buf_add_string(w->b, ", by the channel ");
		words_add_name(w->b, one->channel);
	}
	buf_add_string(w->b, ".");
	sentence(w, "");
	add_when(w);
	line_end(w);
	line_begin(w, LETTER_PARAGRAPH);
	add_repeats(w);
	line_end(w);
}
