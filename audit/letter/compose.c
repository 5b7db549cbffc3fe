#include "audit/letter/compose.h"

#include <inttypes.h>

#include "audit/letter/writing.h"

static void write_head(struct writing *w)
{
	const struct dispute *one = w->one;
	const struct show *show = one->show;

	line_begin(w, LETTER_TITLE);
	if (show && show->policy.title.data && show->policy.title.bytes)
		buf_print(w->b, "%.*s (%.*s)", TEXT_ARGS(show->policy.title), TEXT_ARGS(show->id));
	else if (one->request.show_id.data)
		buf_print(w->b, "Show %.*s", TEXT_ARGS(one->request.show_id));
	else
		buf_add_string(w->b, "No show");
	line_end(w);
	line_begin(w, LETTER_SUBTITLE);
	buf_add_string(w->b, w->is_reservation   ? "Reservation "
	                     : w->is_customers ? "Your request "
	                                       : "Request ");
	words_add_uuid(w->b, &one->request.request_id);
	line_end(w);
	if (w->source->is_of_reservation && !outcome_is_accepted(one->verdict.outcome) &&
	    w->answer->answered != ANSWERED_NOT_YET)
		line(w, LETTER_PARAGRAPH,
		     "There is no reservation of this id: the request that would have made it was refused.");
}

/* What the letter rests on. */
static void write_foot(struct writing *w)
{
	const struct dispute *one = w->one;
	const struct letter_source *source = w->source;

	line(w, LETTER_HEADING, "How this is known");
	line_begin(w, LETTER_PARAGRAPH);
	buf_print(w->b, "From the log of the sale alone, partition %d of %s, read to its offset "
	                "%" PRId64
	          ", of ", (int)one->partition, source->topic, source->next_offset - 1);
	words_add_day_and_time(w->b, source->t_ms);
	buf_print(w->b, ". Every request for the show stands in it, in the order in which it arrived, "
	          "with the time at which the log took it, by one clock for all; its offset is its "
	          "number in "
	          "that order. Requests are decided one after the other in that order, by the same "
	          "rules for "
	          "everybody. ");
	words_add_count(w->b, one->records_before, "request stands", "requests stand");
	buf_add_string(w->b, " before this one. The times are UTC.");
	line_end(w);
	line_begin(w, LETTER_PARAGRAPH);
	buf_print(w->b, "Whoever may read the log can check it: holdfast-audit --%s=",
	          w->is_reservation ? "reservation-id" : "request-id");
	words_add_uuid(w->b, &one->request.request_id);
	if (one->request.show_id.data)
		buf_print(w->b, " --show=%.*s", TEXT_ARGS(one->request.show_id));
	buf_add_string(w->b, " writes this letter again, and holdfast-audit alone decides every "
	                     "request "
	               "once more and compares.");
	line_end(w);
	if (source->kept_from > 0) {
		line_begin(w, LETTER_PARAGRAPH);
		buf_print(w->b, "Note: the log is kept from offset %" PRId64 " on. The show was created "
		          "behind it; if it had been there before, that is not seen here.",
		          source->kept_from);
		line_end(w);
	}
}

void letter_write(struct letter *l, const struct dispute *one, const struct answer *answer,
                  const struct letter_source *source)
{
	struct writing w = {
	    .letter = l,
	    .b = &l->text,
	    .one = one,
	    .answer = answer,
	    .source = source,
	    .day_ms = one->verdict.decided_ms,
	    .is_customers = one->request.type != REQUEST_NONE &&
	                    request_sender_of(one->request.type) == SENDER_CUSTOMER,
	    .is_reservation = one->verdict.outcome == OUTCOME_RESERVED &&
	                      answer->answered != ANSWERED_NOT_YET,
	};

	buf_clear(&l->text);
	l->line_count = 0;
	write_head(&w);
	write_asked(&w);
	write_before(&w);
	write_answer(&w);
	write_later(&w);
	write_foot(&w);
}
