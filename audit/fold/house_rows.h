/*
 * house_rows.h - what a house is made of.
 */
#ifndef HOLDFAST_AUDIT_FOLD_HOUSE_ROWS_H
#define HOLDFAST_AUDIT_FOLD_HOUSE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

struct seat;

/* All seats of one section and row, from the lowest pos on. */
struct house_row {
	struct seat **seats;
	size_t count;
	size_t section;       /* number of the section, in the order of names */
	bool is_changed;      /* since `since` was set */
	int64_t lapses_ms;    /* the first hold on one of its seats lapses */
	uint64_t since;       /* house->clock when it was last found to be another */
	uint64_t mark;        /* a seat of it has it */
};

/* Those of one row that have one category; a block lies in one part. */
struct house_part {
	struct house_row *row;
	struct seat **seats;  /* from the lowest pos on */
	size_t count;
	size_t category;      /* number, in the order of names; 0: none */
};

struct house {
	struct seat **seats;  /* all that have a row, by section, row and pos */
	size_t seat_count;
	struct house_row *rows;
	size_t row_count;
	struct house_part *parts;  /* in the order of rows */
	size_t part_count;
	struct seat **part_seats;
	size_t *by_category;       /* numbers of the parts, by category; in each in the order of rows */
	size_t *category_begins;   /* where in it; one more than there are categories */
	struct text *categories;   /* [0]: none, data NULL */
	size_t category_count;
	struct text *sections;     /* the first one's data is NULL where a row has none */
	size_t section_count;
	bool is_changed;           /* a row is */
	int64_t lapses_ms;         /* the first of its rows' */
	uint64_t clock;            /* counts what changed */
	uint64_t mark;             /* seats with it are spoken for: named, or chosen already */
	struct memories *memories; /* best_memory.c */
};

#endif
