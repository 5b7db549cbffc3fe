/*
 * letter.h - what is known of a request, in sentences that can be sent to whoever made it.
 *
 * A letter is lines of text (compose.h makes them of a dispute), printed in several forms.
 * Names no session, owner, customer or key: a dispute keeps none.
 */
#ifndef HOLDFAST_AUDIT_LETTER_LETTER_H
#define HOLDFAST_AUDIT_LETTER_LETTER_H

#include "audit/letter/dispute.h"
#include "common/base/json.h"

/* Whether and where the reply stands that was published. */
enum answered {
	ANSWERED,         /* it was found */
	ANSWERED_GONE,    /* the group is past the request, but the reply is not kept or not found */
	ANSWERED_NOT_YET, /* the group has not committed the request, and there is no reply */
	ANSWERED_UNKNOWN, /* there is none, and how far the group is is not known */
};

struct answer {
	enum answered answered;
	char topic[256];                   /* ANSWERED, as are the next */
	int32_t partition;
	int64_t offset, published_ms;
	bool is_other;                     /* it says something else than it must: */
	int code;
	char reason[40];
};

/* What is read and when, which is the same for all letters of one run. */
struct letter_source {
	const char *topic;                 /* of the requests */
	int64_t next_offset;               /* behind the last record read of the partition */
	int64_t kept_from;                 /* above 0: what was before is gone */
	int64_t t_ms;                      /* of the last record */
	bool is_of_reservation;            /* a reservation was asked for, not a request */
};

/* Lines one after the other in `text`. A paragraph is one line. */
enum letter_line_kind { LETTER_TITLE, LETTER_SUBTITLE, LETTER_HEADING, LETTER_PARAGRAPH };

struct letter_line {
	enum letter_line_kind kind;
	size_t from, bytes;
};

struct letter {
	struct buf text;
	struct letter_line *lines;
	size_t line_count, line_capacity;
};

void letter_release(struct letter *l);
struct text letter_line_text(const struct letter *l, size_t line);

/* As plain text in lines of up to `columns`. */
void letter_print(const struct letter *l, size_t columns, struct buf *b);
/* As an element of a page: HTML that needs report.css and nothing else. */
void letter_print_html(const struct letter *l, struct buf *html);
/* The facts and the sentences as one object. */
void letter_print_json(const struct letter *l, const struct dispute *one,
                       const struct answer *answer, struct json *j);

/* What an answer means, one or two sentences; of every outcome. */
const char *letter_outcome_words(enum outcome outcome);

#endif
