/*
 * show.h - the rows of a show: its seat map, and what a channel's key opens of it.
 */
#ifndef HOLDFAST_GATEWAY_ROWS_SHOW_H
#define HOLDFAST_GATEWAY_ROWS_SHOW_H

#include "common/base/arena.h"
#include "common/db/db.h"
#include "common/message/policy.h"
#include "gateway/live/seat_map.h"

/*
 * Read all that is seen of a show, in one snapshot of the database.
 *
 * partition  the show's
 * map        returned, release with seat_map_release; NULL: there is no such show
 *
 * RC_FATAL: the rows cannot be read, or no memory; else as db_run
 */
enum rc show_load(struct db *db, int32_t partition, struct text show_id, struct seat_map **map,
                  struct err *e) NODISCARD;

/* The epoch of this database as it is now. */
enum rc show_read_epoch(struct db *db, char epoch[SEAT_MAP_EPOCH_CHARS + 1], struct err *e) NODISCARD;

/* What the key of a channel opens: section 4 of docs/protocol.md. Texts live in the arena. */
struct show_open {
	bool show_exists, exists;     /* exists: the show has a channel of that key */
	struct sale_window on_sale;   /* the channel's */
	size_t seat_total;            /* seats of the show */
	const struct text *seat_ids;  /* those open to it, free or not, in the order of bytes */
	const int32_t *indices;       /* and where they stand among all of the show's */
	size_t seat_count;
	const struct text *area_ids;  /* likewise */
	size_t area_count;
};

/* Errors: those of show_load. */
enum rc show_load_open(struct db *db, struct text show_id, struct text channel_key,
                       struct arena *arena, struct show_open *open, struct err *e) NODISCARD;

#endif
