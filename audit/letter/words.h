/*
 * words.h - times, lengths of time and names as a letter has them.
 *
 * All append to a buffer. Times are UTC, milliseconds since 1970.
 */
#ifndef HOLDFAST_AUDIT_LETTER_WORDS_H
#define HOLDFAST_AUDIT_LETTER_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/area.h"
#include "common/message/wish.h"

#define WORDS_NAMES_MAX 12 /* of a list; how many more is said */

void words_add_day_and_time(struct buf *b, int64_t t_ms); /* 24 November 2026 at 15:00:00.123 UTC */
/* 15:00:00.123 on the day that the letter is about, else with the day. */
void words_add_time(struct buf *b, int64_t t_ms, int64_t day_ms);
void words_add_length(struct buf *b, int64_t ms); /* 8 milliseconds; 1.2 seconds; 2 minutes 5 seconds */
void words_add_count(struct buf *b, int64_t count, const char *one, const char *many);
void words_add_uuid(struct buf *b, const struct uuid *id);

/* A name; in quotes where it has what lists are made with. */
void words_add_name(struct buf *b, struct text name);
/* "A1, A2 and A3"; names are at `names`, `stride` bytes apart. */
void words_add_names(struct buf *b, const struct text *names, size_t count, size_t stride);
/* "seat A1", "seats A1 and A2"; "Seat" where it begins a sentence. */
void words_add_seats(struct buf *b, const char *seat, const struct text *names, size_t count,
                     size_t stride);
void words_add_areas(struct buf *b, const struct area_count *areas, size_t count);
/* "the best 4 seats side by side of the category gold or silver". */
void words_add_wish(struct buf *b, const struct wish *wish);

/* What comes between the parts of a list: "", ", " or " and ". */
const char *words_between(size_t i, size_t count);

#endif
