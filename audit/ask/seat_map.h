/*
 * seat_map.h - one show as it was behind an offset or at a time, from the requests alone.
 *
 * Knows: the show's partition, folded up to there; how far the group had answered. Doesn't know:
 * the database, replies, later requests.
 * Memory: the fold of that one show.
 */
#ifndef HOLDFAST_AUDIT_ASK_SEAT_MAP_H
#define HOLDFAST_AUDIT_ASK_SEAT_MAP_H

#include "audit/settings.h"
#include "audit/fold/fold.h"

/* What --at names. */
struct moment {
	bool is_time;
	int64_t offset; /* behind the record of this offset */
	int64_t t_ms;   /* is_time: behind the last record with t <= t_ms, holds lapsing up to t_ms */
};

/* Digits are an offset, all else a time. RC_USAGE: the text names the flag. */
enum rc moment_read(struct moment *at, const char *text, struct err *e) NODISCARD;

#define SEAT_MAP_NOTES_MAX 5
#define SEAT_MAP_NOTE_BYTES 400

struct seat_map {
	struct text show_id;
	struct moment at;
	int32_t partition;
	int64_t last;            /* offset of the last record that counts; NO_OFFSET: there is none */
	bool has_t;
	int64_t t_ms;            /* lapse is judged at it */
	const struct show *show; /* NULL: it did not exist then */
	char notes[SEAT_MAP_NOTES_MAX][SEAT_MAP_NOTE_BYTES];
	size_t note_count;
};

/* Append the map for people, in lines of up to `columns`, or as one JSON object in a line. */
void seat_map_print(const struct seat_map *map, size_t columns, struct buf *b);
void seat_map_print_json(const struct seat_map *map, struct buf *b);

/*
 * Fold the show's partition up to the moment and print the map on stdout. That the show did not
 * exist then is printed too, and no error.
 *
 * RC_USAGE: the offset lies beyond the end of the log
 * RC_RETRY, RC_FATAL as requests_read; nothing was printed
 */
enum rc seat_map_report(const struct audit_settings *settings, const char *show_id,
                     const struct moment *at, struct err *e) NODISCARD;

#endif
