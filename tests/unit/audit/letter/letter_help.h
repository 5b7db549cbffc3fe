/*
 * letter_help.h - a history of requests folded, and the letter about one of them.
 */
#ifndef HOLDFAST_TESTS_LETTER_HELP_H
#define HOLDFAST_TESTS_LETTER_HELP_H

#include <stdlib.h>

#include "audit/letter/compose.h"
#include "audit/letter/disputes.h"
#include "tests/unit/audit/ask/history_help.h"

/* A history, the disputes found in it, and what the topics would say of the reply. */
struct told {
	struct fold *fold;
	struct disputes disputes;
	struct answer answer;
	struct letter_source source;
	struct letter letter;
	struct buf text; /* of the last letter printed */
};

/* Fold it all, looking for request U(digits). */
static inline void told_open(struct told *t, const struct past *steps, size_t count, const char *id,
                             bool is_reservation)
{
	*t = (struct told){.fold = history_open()};
	t->disputes.is_reservation = is_reservation;
	assert_true(uuid_decode(text_of(id), &t->disputes.id));
	for (size_t o = 0; o < count; o++) {
		char value[VALUE_BYTES];
		struct record record = {
		    .topic = "reservation.requests",
		    .partition = t->fold->partition,
		    .offset = (int64_t)o,
		    .timestamp_ms = steps[o].t_ms,
		    .is_append_time = true,
		    .key = text_of(steps[o].key ? steps[o].key : "s"),
		};

		snprintf(value, sizeof value, "%s", steps[o].json);
		for (char *c = value; *c; c++)
			if (*c == '\'')
				*c = '"';
		record.value = text_of(value);
		assert_true(fold_decide(t->fold, &record));
		assert_true(disputes_add(&t->disputes, t->fold, &record));
	}
	t->source = (struct letter_source){
	    .topic = "reservation.requests", .next_offset = (int64_t)count, .t_ms = t->fold->t_ms};
}

/* The reply is there, 42 ms after the request. */
static inline const char *told_letter(struct told *t, const struct dispute *one)
{
	if (t->answer.answered == ANSWERED && !t->answer.topic[0])
		t->answer = (struct answer){
		    .answered = ANSWERED,
		    .topic = "reservation.replies",
		    .partition = one->partition,
		    .offset = one->offset + 100,
		    .published_ms = one->verdict.decided_ms + 42,
		};
	letter_write(&t->letter, one, &t->answer, &t->source);
	buf_clear(&t->text);
	letter_print(&t->letter, 80, &t->text);
	assert_false(t->text.failed);
	return t->text.data;
}

static inline void told_close(struct told *t)
{
	letter_release(&t->letter);
	buf_release(&t->text);
	disputes_release(&t->disputes);
	history_close(t->fold);
}

#endif
