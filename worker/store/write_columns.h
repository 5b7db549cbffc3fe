/*
 * write_columns.h - statements that write rows, and the arrays of one of them, a column each.
 *
 * Memory that runs out is told by store_writes_make.
 */
#ifndef HOLDFAST_WORKER_STORE_WRITE_COLUMNS_H
#define HOLDFAST_WORKER_STORE_WRITE_COLUMNS_H

#include "common/base/digest.h"
#include "common/db/db.h"

/*
 * Shows, channels, places, areas, seats and reservations added and changed, seats of channels,
 * reservations with what is in them, seats and areas of reservations added and changed, seats come
 * into them, decisions.
 */
#define STORE_WRITES_MAX 20

struct store_writes {
	struct db_call calls[STORE_WRITES_MAX + 1]; /* room for COMMIT */
	struct db_args args[STORE_WRITES_MAX];
	int count;
};

#define COLUMNS_MAX 25

struct columns {
	struct db_array list[COLUMNS_MAX];
	int count;
};
_Static_assert(COLUMNS_MAX + 2 <= DB_ARGS_MAX, "the partition, each column and the number of rows");
_Static_assert(STORE_WRITES_MAX + 1 <= DB_CALLS_MAX, "what is written fits in one round trip");

void columns_open(struct columns *columns, const uint32_t *types, int count);
/*
 * Add the columns and the number of rows that must change; a statement of no rows is left out.
 *
 * partition  an argument in front of them; NULL: there is none
 */
void columns_close(struct columns *columns, struct store_writes *writes, enum query query,
                   const int32_t *partition);

struct text columns_hash(const uint8_t *hash, size_t bytes);
/* A value, or null. */
void columns_add_time(struct db_array *a, bool has, int64_t ms);
void columns_add_uuid(struct db_array *a, bool has, const struct uuid *id);
void columns_add_int8(struct db_array *a, bool has, int64_t v);
void columns_add_int4(struct db_array *a, bool has, int32_t v);
void columns_add_hash(struct db_array *a, bool has, const uint8_t hash[SHA256_BYTES]);

#endif
