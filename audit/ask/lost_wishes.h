/*
 * lost_wishes.h - the wishes for best available that got nothing, summed up as they come.
 *
 * Memory: grows with the different lists of categories and sections that were asked for.
 */
#ifndef HOLDFAST_AUDIT_ASK_LOST_WISHES_H
#define HOLDFAST_AUDIT_ASK_LOST_WISHES_H

#include "audit/fold/fold.h"

/* Wishes for best available that got nothing, of one show, and the same categories and sections. */
struct lost_wish {
	const struct show *show;
	struct text categories, sections;  /* as JSON, sorted; []: any */
	size_t not_enough, not_together;   /* requests, by their reason */
	size_t seat_count;                 /* that they wished for */
	int64_t first_ms, last_ms;
	UT_hash_handle hh;
};

/* The fold's last record was one. wishes: NULL at first. false: out of memory */
bool lost_wishes_add(struct lost_wish **wishes, const struct fold *fold);
void lost_wishes_release(struct lost_wish **wishes);

/* By show, categories and sections. Returned, free(3); NULL: there is none, or memory is short. */
const struct lost_wish **lost_wishes_list(const struct lost_wish *wishes, size_t *count);

#endif
