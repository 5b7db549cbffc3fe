/*
 * what_if.h - the same requests under another policy, beside what was really decided.
 *
 * Knows: one show or all of them, folded twice. Doesn't know: how customers would have acted, who
 * ask for other things when they get other answers. So this is no forecast.
 * Memory: two folds of one partition, and the seconds in which something happened.
 */
#ifndef HOLDFAST_AUDIT_ASK_WHAT_IF_H
#define HOLDFAST_AUDIT_ASK_WHAT_IF_H

#include "audit/settings.h"
#include "audit/ask/what_if_times.h"
#include "common/base/json.h"

/*
 * Read "hold_seconds=120,max_hold_seconds=300,max_seats=4,singles=refuse,max_customer_seats=8,
 * capacity.AREA=500", at least one. The names of areas are borrowed from the text.
 * RC_USAGE: the text names the flag and the bounds.
 */
enum rc what_if_read_policy(struct other_policy *policy, const char *text, struct err *e) NODISCARD;

/* What is counted; the keys of the JSON stand in what_if_print.c. */
enum figure {
	FIGURE_REQUESTS,
	FIGURE_REPEATED,       /* of them: duplicates, answered as before */
	FIGURE_EXPIRE,         /* of them: the expirer's; not counted below */
	FIGURE_OWN_LENGTH,     /* of them: reserves with hold_seconds of their own, not repeated */
	FIGURE_HOLDS_GIVEN,
	FIGURE_TAKEN,          /* requests answered SEATS_TAKEN */
	FIGURE_SEATS_REFUSED,  /* the seats that they were refused for */
	FIGURE_PLACES_REFUSED, /* places of areas for which there was no room */
	FIGURE_OTHERS_REFUSED, /* requests refused for another reason */
	FIGURE_SOLD,           /* what became of the holds given, at the last t of their partition */
	FIGURE_CANCELLED,
	FIGURE_RELEASED,
	FIGURE_LAPSED,         /* expired, or held until t or before */
	FIGURE_HELD,
	FIGURE_SEATS_SOLD,     /* then */
	FIGURE_SEATS_REVIVED,  /* of them: confirmed after their hold had lapsed */
	FIGURE_PLACES_SOLD,    /* of areas, then */
	FIGURE_COUNT,
};

struct figures {
	int64_t list[FIGURE_COUNT];
	int64_t refused[OUTCOME_COUNT]; /* those of FIGURE_OTHERS_REFUSED */
};

/* Add what the fold decided last, and, behind its last record, what became of its holds. */
void figures_add_decision(struct figures *f, const struct fold *fold);
void figures_add_end(struct figures *f, const struct fold *fold);

struct what_if {
	struct other_policy policy;        /* as asked for */
	const char *show_id;         /* NULL: every show */
	bool has_show;               /* of one show: it was created; its policies are these */
	struct other_policy policies[SIDES];
	struct figures figures[SIDES];
	struct what_if_times times;
	int32_t cut;                 /* partitions read whose first requests are gone */
	int64_t unanswered;          /* requests counted that the group has not answered; -1: unknown */
};

/* Append the two beside each other for people, or as one JSON object in a line. */
void what_if_print(const struct what_if *w, struct buf *b);
void what_if_print_json(const struct what_if *w, struct buf *b);

/* Append "hold_seconds=120,max_seats=4", as it is asked for. */
void what_if_print_policy(const struct other_policy *p, struct buf *b);
/* Write members of an object: policies, figures and reasons as rows of both, warning and notes. */
void what_if_write_rows(const struct what_if *w, struct json *j);

#endif
