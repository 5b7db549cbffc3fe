#include "common/db/rows.h"

#include <assert.h>
#include <libpq-fe.h>
#include <string.h>

#include "common/base/big_endian.h"
#include "common/db/args.h"

#define US_PER_MS 1000
#define ARRAY_HEAD_BYTES 20

bool db_is_null(const struct db_rows *r, int row, int column)
{
	return PQgetisnull(r->result, row, column);
}

struct text db_text(const struct db_rows *r, int row, int column)
{
	assert(row >= 0 && row < r->count && column >= 0 && column < PQnfields(r->result));
	if (PQgetisnull(r->result, row, column))
		return (struct text){NULL, 0};
	return (struct text){PQgetvalue(r->result, row, column),
	                     (size_t)PQgetlength(r->result, row, column)};
}

void db_rows_release(struct db_rows *r)
{
	PQclear(r->result);
	*r = (struct db_rows){0};
}

/* All read through db_text, which gives a cell's bytes as the server sent them. */
static uint64_t number_of(struct text cell, size_t bytes)
{
	if (!cell.data)
		return 0;
	assert(cell.bytes == bytes);
	return cell.bytes == bytes ? big_endian_read(cell.data, bytes) : 0;
}

bool db_bool(const struct db_rows *r, int row, int column)
{
	return number_of(db_text(r, row, column), 1) != 0;
}

int32_t db_int4(const struct db_rows *r, int row, int column)
{
	return (int32_t)(uint32_t)number_of(db_text(r, row, column), 4);
}

int64_t db_int8(const struct db_rows *r, int row, int column)
{
	return (int64_t)number_of(db_text(r, row, column), 8);
}

struct uuid db_uuid(const struct db_rows *r, int row, int column)
{
	struct text cell = db_text(r, row, column);
	struct uuid id = {{0}};

	assert(!cell.data || cell.bytes == sizeof id.bytes);
	if (cell.data && cell.bytes == sizeof id.bytes)
		memcpy(id.bytes, cell.data, sizeof id.bytes);
	return id;
}

int64_t db_integer(const struct db_rows *r, int row, int column)
{
	return db_text(r, row, column).bytes == 4 ? db_int4(r, row, column) : db_int8(r, row, column);
}

int64_t db_time_us(const struct db_rows *r, int row, int column)
{
	struct text cell = db_text(r, row, column);
	int64_t from_2000_us = (int64_t)number_of(cell, 8);

	if (!cell.data)
		return 0;
	if (from_2000_us == INT64_MAX || from_2000_us == INT64_MIN)
		return from_2000_us; /* infinity, -infinity */
	return from_2000_us + DB_EPOCH_MS * US_PER_MS;
}

int64_t db_time_ms(const struct db_rows *r, int row, int column)
{
	int64_t us = db_time_us(r, row, column);

	return us / US_PER_MS - (us % US_PER_MS < 0); /* rounded down, before 1970 too */
}

struct text *db_text_array(const struct db_rows *r, int row, int column, struct arena *arena,
                           size_t *count)
{
	struct text cell = db_text(r, row, column);
	size_t at = ARRAY_HEAD_BYTES, n = 0;
	struct text *list;

	*count = 0;
	if (cell.data && cell.bytes >= ARRAY_HEAD_BYTES && big_endian_read(cell.data, 4) == 1)
		n = (size_t)big_endian_read(cell.data + 12, 4);
	if (n > cell.bytes / 4)
		n = 0;
	list = arena_take(arena, (n ? n : 1) * sizeof *list);
	if (!list)
		return NULL;
	for (size_t i = 0; i < n && cell.bytes - at >= 4; i++) {
		size_t bytes = (size_t)big_endian_read(cell.data + at, 4);

		at += 4;
		assert(bytes <= cell.bytes - at);
		if (bytes > cell.bytes - at)
			break;
		list[i] = arena_copy(arena, (struct text){cell.data + at, bytes});
		if (!list[i].data)
			return NULL;
		at += bytes;
		*count = i + 1;
	}
	return list;
}
