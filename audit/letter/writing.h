/*
 * writing.h - what compose.c puts a letter together of: one function for each of its parts.
 *
 * For compose.c and the files of its parts alone.
 */
#ifndef HOLDFAST_AUDIT_LETTER_WRITING_H
#define HOLDFAST_AUDIT_LETTER_WRITING_H

#include "audit/letter/letter.h"
#include "audit/letter/words.h"

struct writing {
	struct letter *letter;
	struct buf *b;         /* the letter's text */
	const struct dispute *one;
	const struct answer *answer;
	const struct letter_source *source;
	int64_t day_ms;        /* times of this day are written without it */
	bool is_customers;     /* "your request", else "the request" */
	bool is_reservation;   /* the request made one: that is what the letter is about */
};

/* One line. What is written in between is its text. */
void line_begin(struct writing *w, enum letter_line_kind kind);
void line_end(struct writing *w);      /* nothing was written: there is no line */
void line(struct writing *w, enum letter_line_kind kind, const char *text);
/* The next sentence of a paragraph. */
void sentence(struct writing *w, const char *text);

const char *the_request(const struct writing *w);  /* "your request" or "the request" */
const char *The_request(const struct writing *w);
void add_time(struct writing *w, int64_t t_ms);
void add_offset(struct writing *w, int64_t offset);            /* " (offset 4)" */
void add_point(struct writing *w, struct point at);            /* "15:00:00.123 (offset 4)" */
void add_reservation(struct writing *w, const struct reservation *r);
void add_contents(struct writing *w); /* what is in the reservation that it is about */
/* "8 milliseconds before your request", "in the same millisecond as your request, ..." */
void add_how_much_before(struct writing *w, struct point at);

/* The parts, each with its heading. */
void write_asked(struct writing *w);
void write_before(struct writing *w);
void write_answer(struct writing *w);
void write_later(struct writing *w);

#endif
