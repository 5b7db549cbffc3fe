/* The part of a letter that says what was answered, and when that was published. */
#include <inttypes.h>

#include "audit/letter/writing.h"

static const char *const meanings[OUTCOME_COUNT] = {
    [OUTCOME_INVALID_REQUEST] = "What was sent could not be read, so that nothing was done. That "
                                "is a "
                                "fault of the program that sent it.",
    [OUTCOME_WRONG_PARTITION] = "It was put into a part of the log that is not the show's, so that "
                                "nothing was done. That is a fault of the program that sent it.",
    [OUTCOME_IDEMPOTENCY_MISMATCH] = "A request of this id had been recorded before, and it asked "
                                     "for "
                                     "something else. An id stands for one request, so that this "
                                     "one "
                                     "was refused; the earlier one stays as it was answered.",
    [OUTCOME_SHOW_CREATED] = "The show was created.",
    [OUTCOME_SHOW_EXISTS] = "There was a show of this id already. It stays as it was.",
    [OUTCOME_SHOW_CHANGED] = "The show was changed as asked.",
    [OUTCOME_SEATS_ADDED] = "The seats were added to the show.",
    [OUTCOME_SEATS_CHANGED] = "The seats stand where was asked. What was held and sold stays so.",
    [OUTCOME_AREAS_SET] = "The areas were set as asked.",
    [OUTCOME_CHANNELS_SET] = "The channels were set as asked.",
    [OUTCOME_SEATS_BLOCKED] = "From then on that channel alone sells the seats. What was held and "
                              "sold of them stays so.",
    [OUTCOME_SEATS_UNBLOCKED] = "From then on the seats are for sale to everybody.",
    [OUTCOME_UNKNOWN_SHOW] = "There was no show of this id at that moment.",
    [OUTCOME_WRONG_OWNER] = "The key of the show's owner was missing, or it was another one. "
                            "Nothing "
                            "was changed.",
    [OUTCOME_SEAT_EXISTS] = "Seats of the same name were there already, so that none was added.",
    [OUTCOME_PLACE_TAKEN] = "Two seats would have stood at one place, so that none was changed.",
    [OUTCOME_BELOW_TAKEN] = "An area would have had fewer places than were held and sold in it, so "
                            "that none was set.",
    [OUTCOME_KEY_TAKEN] = "Two channels would have had the same key, so that none was set.",
    [OUTCOME_WRONG_CHANNEL] = "It came with a key that opens no channel of this show. Nothing was "
                              "held.",
    [OUTCOME_NOT_ON_SALE] = "The show was not on sale at that moment, so that nothing was held.",
    [OUTCOME_TOO_MANY_SEATS] = "That is more than one reservation of this show may have, so that "
                               "nothing was given.",
    [OUTCOME_HOLD_TOO_LONG] = "That is longer than seats of this show may be held, so that nothing "
                              "was changed.",
    [OUTCOME_UNKNOWN_SEAT] = "Not all of these seats exist in this show, so that nothing was done.",
    [OUTCOME_UNKNOWN_AREA] = "Not all of these areas exist in this show, so that nothing was done.",
    [OUTCOME_ALREADY_RESERVED] = "You had a hold on this show already. There can be one at a time, "
                                 "and that one stays as it was.",
    [OUTCOME_CUSTOMER_REQUIRED] = "The show limits what one customer may have, and the request did "
                                  "not say whose it was. Nothing was held.",
    [OUTCOME_CUSTOMER_LIMIT] = "With it you would have had more of this show than one customer may "
                               "have. Nothing was given, and nothing that you had was taken away.",
    [OUTCOME_SEATS_TAKEN] = "Somebody else had at least one of these seats already. Seats of one "
                            "request are given together or not at all, so that none was given.",
    [OUTCOME_SEATS_NOT_FOR_SALE] = "At least one of these seats was not for sale to everybody. "
                                   "Seats "
                                   "of one request are given together or not at all, so that none "
                                   "was given.",
    [OUTCOME_LEAVES_SINGLE] = "A single seat would have been left between others, which this show "
                              "does not allow. None was given.",
    [OUTCOME_AREA_FULL] = "There were fewer places left than you asked for. They are given "
                          "together "
                          "or not at all, so that none was given.",
    [OUTCOME_NOT_ENOUGH_SEATS] = "Fewer such seats were free than you asked for, so that none was "
                                 "given.",
    [OUTCOME_NO_SEATS_TOGETHER] = "Enough such seats were free, but not together, so that none was "
                                  "given.",
    [OUTCOME_RESERVED] = "All that you asked for was held for you.",
    [OUTCOME_NOT_IN_RESERVATION] = "Not all that was to be given back was in the reservation, so "
                                   "that "
                                   "nothing was changed.",
    [OUTCOME_NOTHING_LEFT] = "Nothing would have been left in your hold, so that it was not "
                             "changed. "
                             "To give all of it back, it is released.",
    [OUTCOME_HOLD_CHANGED] = "Your hold was changed as you asked.",
    [OUTCOME_UNKNOWN_RESERVATION] = "There was no reservation of this id at that moment.",
    [OUTCOME_WRONG_SESSION] = "The reservation had been made in another session, and only there "
                              "can "
                              "anything be done with it. Nothing was changed.",
    [OUTCOME_CONFIRMED_BEFORE] = "You had bought it before. It stays yours, and nothing was "
                                 "changed.",
    [OUTCOME_NOTHING_HELD] = "The reservation held nothing any more, so that there was nothing to "
                             "do.",
    [OUTCOME_RELEASED] = "All that was held was given back, and was free from then on.",
    [OUTCOME_HOLD_RELEASED] = "The hold had been given back, or the sale taken back, before. "
                              "Nothing "
                              "was changed.",
    [OUTCOME_HOLD_EXPIRED] = "The time of your hold was over. Nothing was changed.",
    [OUTCOME_EXTENDED] = "It stays held for you.",
    [OUTCOME_ALREADY_CONFIRMED] = "You had bought it before. It stays yours, and was not sold "
                                  "twice.",
    [OUTCOME_CONFIRMED] = "It was sold to you.",
    [OUTCOME_CANCELLED] = "The sale was taken back, and all that was in it was free from then on.",
    [OUTCOME_PARTLY_CANCELLED] = "That part of the sale was taken back, and was free from then on. "
                                 "The rest stays sold.",
    [OUTCOME_NOT_CONFIRMED] = "It had not been bought, so that there was no sale to take back.",
    [OUTCOME_EXPIRED] = "The hold ended, and all that was in it was free from then on.",
    [OUTCOME_NOT_DUE] = "The time was not up, so that the hold went on.",
};

const char *letter_outcome_words(enum outcome outcome)
{
	return meanings[outcome];
}

/* What it has given, where it has. */
static void add_given(struct writing *w)
{
	const struct dispute *one = w->one;
	const struct verdict *v = &one->verdict;

	if (v->outcome == OUTCOME_RESERVED && one->request.best) {
		sentence(w, "You got ");
		add_contents(w);
		buf_add_string(w->b, ".");
	} else if (v->outcome == OUTCOME_HOLD_CHANGED || v->outcome == OUTCOME_PARTLY_CANCELLED) {
		sentence(w, "From then on there was in it: ");
		add_contents(w);
		buf_add_string(w->b, ".");
	}
	if (!v->has_until || v->outcome == OUTCOME_ALREADY_RESERVED)
		return;
	sentence(w, "The hold was to last until ");
	add_time(w, v->until_ms);
	buf_add_string(w->b, ".");
}

static void add_published(struct writing *w)
{
	const struct answer *a = w->answer;
	int64_t ms = a->published_ms - w->one->verdict.decided_ms;

	sentence(w, "This answer was published ");
	if (ms >= 0) {
		words_add_length(w->b, ms);
		buf_print(w->b, " after %s, at ", the_request(w));
	} else {
		buf_add_string(w->b, "at ");
	}
	add_time(w, a->published_ms);
	buf_print(w->b, " (%s, partition %d, offset %" PRId64 ").", a->topic, (int)a->partition,
	          a->offset);
}

static void add_answer(struct writing *w)
{
	const struct verdict *v = &w->one->verdict;

	buf_print(w->b, "%s: %d %s.", outcome_is_accepted(v->outcome) ? "Yes" : "No",
	          outcome_code(v->outcome), outcome_reason(v->outcome));
	sentence(w, letter_outcome_words(v->outcome));
	add_given(w);
}

static void add_warning(struct writing *w)
{
	const struct verdict *v = &w->one->verdict;
	const struct answer *a = w->answer;

	buf_print(w->b, "Attention: the reply that was published (%s, partition %d, offset %" PRId64
	          ") is not the one that must be there. It says %d %s; by the rules of the sale the "
	          "answer is %d %s. Do not send this letter: run holdfast-audit, and find out why.",
	          a->topic, (int)a->partition, a->offset, a->code, a->reason, outcome_code(v->outcome),
	          outcome_reason(v->outcome));
}

void write_answer(struct writing *w)
{
	const struct answer *a = w->answer;

	line(w, LETTER_HEADING, "What was answered");
	line_begin(w, LETTER_PARAGRAPH);
	if (a->answered == ANSWERED_NOT_YET) {
		buf_print(w->b, "Nothing yet. %s is recorded and will be decided in its turn; no answer "
		                "had "
		          "been published when the log was read.", The_request(w));
	} else if (a->answered == ANSWERED && a->is_other) {
		add_warning(w);
	} else {
		add_answer(w);
		if (a->answered == ANSWERED)
			add_published(w);
		else if (a->answered == ANSWERED_GONE)
			sentence(w, "The record of this answer is not kept any more, so that it is not known "
			            "when "
			            "it was published.");
		else
			sentence(w, "No published answer was found, and how far the workers are is not known: "
			            "it "
			            "may not have been given yet.");
	}
	line_end(w);
}
