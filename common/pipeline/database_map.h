/*
 * database_map.h - which database holds the rows of which partitions.
 *
 * Either one database serves all partitions (--database-url), or several share them
 * (--database-map=0-3=URL,4-7=URL, read by base/ranges.h: a URL of several hosts, and keywords, may
 * have commas in them).
 *
 * Knows: the settings. Doesn't know: whether those databases are what the map says (pipeline.h).
 * Threads: any, once it is read and fitted.
 * Limits: partitions 0 to DATABASE_MAP_PARTITION_MAX.
 */
#ifndef HOLDFAST_PIPELINE_DATABASE_MAP_H
#define HOLDFAST_PIPELINE_DATABASE_MAP_H

#include "common/db/db.h"

#define DATABASE_MAP_PARTITION_MAX 9999
#define DATABASE_NAME_BYTES 40

/* Partitions first to last. */
struct partition_range {
	int32_t first, last;
};

struct database {
	struct db_settings settings;   /* its url is the map's */
	struct partition_range served; /* by the settings; last -1: all, how many is not known yet */
	char name[DATABASE_NAME_BYTES]; /* "database of partitions 4-7"; "": the only one */
};

struct database_map {
	char *text;            /* what the URLs point into; NULL: no map, one database */
	struct database *list; /* in the order of their partitions */
	size_t count;
};

/*
 * Read the two settings, of which one must be given.
 *
 * map      zeroed; release with database_map_release whatever comes back
 * text     --database-map, or NULL
 * url      --database-url, or NULL; borrowed
 * session  settings of every session, but for the url; borrowed
 *
 * RC_USAGE: none is given, or both; an entry is not as it must be, overlaps with
 *           another, or leaves a gap. No URL is quoted
 */
enum rc database_map_read(struct database_map *map, const char *text, const char *url,
                          const struct db_settings *session, struct err *e) NODISCARD;
void database_map_release(struct database_map *map); /* takes a zeroed one */

/*
 * Hold it against the number of partitions. May be called again.
 *
 * RC_USAGE: a partition has no database, or a database partitions that there are not
 */
enum rc database_map_fit(struct database_map *map, int32_t partition_count, struct err *e) NODISCARD;

/* How many partitions there must be: all up to the map's last; 0: no map says it. */
int32_t database_map_partitions(const struct database_map *map);

/* The one that serves the partition, which is one of those fitted. */
const struct database *database_of(const struct database_map *map, int32_t partition);

/* Put the database's name in front of the error, where it has one and it is not there yet. */
void database_blame(const struct database *database, struct err *e);

#endif
