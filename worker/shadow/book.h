/*
 * book.h - what a shadow has compared of one partition, and the first difference of each of its
 * shows: kept in the scratch database, so that a restart goes on, and forgets nothing that was found.
 *
 * Knows: the tables shadow_progress and shadow_differences, in a session of its own.
 * Threads: that of its partition.
 * Limits: BOOK_FOUND_MAX shows with a difference between two calls of book_save.
 */
#ifndef HOLDFAST_WORKER_SHADOW_BOOK_H
#define HOLDFAST_WORKER_SHADOW_BOOK_H

#include "common/db/db.h"
#include "worker/figures/tally.h"
#include "worker/shadow/compare.h"

#define BOOK_FOUND_MAX 64

struct found {
	struct buf show_id; /* "": none */
	int64_t offset, appended_ms;
	struct buf what, decided, published;
	struct buf here, there; /* the outcomes, for the log: "409 SEATS_TAKEN" */
	bool is_first;          /* of its show, set by book_save */
};

struct book {
	struct db *db;
	int32_t partition;
	int64_t compared;           /* next offset to compare, as saved */
	struct tally_counts counts; /* as saved, and */
	int64_t shows;
	int64_t unsaved;            /* next offset to compare */
	struct tally_counts more;   /* what came since */
	struct found found[BOOK_FOUND_MAX];
	size_t found_count;
};

/*
 * Open a session and read where it stands; where nothing was compared yet it begins at `start`.
 * Close it whatever comes back. Codes as of db_open and db_run.
 */
enum rc book_open(struct book *book, const struct db_settings *settings, int32_t partition,
                  int64_t start, struct err *e) NODISCARD;
void book_close(struct book *book); /* takes a zeroed one */

/* One request is compared. */
void book_count(struct book *book, int64_t offset, enum compared result, bool is_unseen);
/*
 * Note a difference; of a show that has one already since the last save nothing is noted.
 * false: out of memory
 */
bool book_note(struct book *book, struct text show_id, int64_t offset, int64_t appended_ms,
               const struct difference *difference, const struct buf *here,
               const struct buf *there) NODISCARD;
/* No other one may be noted before the next save. */
bool book_is_full(const struct book *book);

/*
 * Save what came since the last time; where that is something, found[].is_first is set, and they
 * are there until book_clear.
 *
 * RC_FENCED  another shadow works on the database
 */
enum rc book_save(struct book *book, struct err *e) NODISCARD;
void book_clear(struct book *book);

#endif
