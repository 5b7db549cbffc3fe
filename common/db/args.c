/* Arguments in PostgreSQL's binary form: what a type's receive function reads. No libpq here. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/big_endian.h"
#include "common/db/db.h"

#define MS_FROM_1970_TO_2000 INT64_C(946684800000)
#define US_PER_MS 1000
#define ARRAY_HEAD_BYTES 20

static const struct {
	uint32_t element, array;
} array_types[] = {
	{DB_BOOL, 1000}, {DB_BYTEA, 1001}, {DB_INT4, 1007}, {DB_TEXT, 1009},
	{DB_INT8, 1016}, {DB_TIME, 1185},  {DB_UUID, 2951},
};

static uint32_t array_type(uint32_t element)
{
	size_t i = 0;

	while (i < sizeof array_types / sizeof array_types[0] && array_types[i].element != element)
		i++;
	assert(i < sizeof array_types / sizeof array_types[0]);
	return array_types[i].array;
}

static uint64_t time_us(int64_t ms)
{
	return (uint64_t)((ms - MS_FROM_1970_TO_2000) * US_PER_MS);
}

/* Take the next place; what is added to the bytes from here on, up to close_arg, is the value. */
static void open_arg(struct db_args *a, uint32_t type)
{
	assert(a->count < DB_ARGS_MAX);
	a->list[a->count].type = type;
	a->list[a->count].is_null = false;
	a->list[a->count].at = a->bytes.bytes;
}

static void close_arg(struct db_args *a)
{
	size_t bytes = a->bytes.bytes - a->list[a->count].at;

	/* Beyond what a message can carry: treated as memory that could not be had. */
	if (bytes > INT_MAX)
		a->bytes.failed = true;
	a->list[a->count++].length = (int)(bytes > INT_MAX ? 0 : bytes);
}

void db_arg_null(struct db_args *a, uint32_t type)
{
	open_arg(a, type);
	close_arg(a);
	a->list[a->count - 1].is_null = true;
}

void db_arg_bool(struct db_args *a, bool v)
{
	open_arg(a, DB_BOOL);
	buf_add(&a->bytes, v ? "\1" : "\0", 1);
	close_arg(a);
}

void db_arg_int4(struct db_args *a, int32_t v)
{
	open_arg(a, DB_INT4);
	buf_add_u32(&a->bytes, (uint32_t)v);
	close_arg(a);
}

void db_arg_int8(struct db_args *a, int64_t v)
{
	open_arg(a, DB_INT8);
	buf_add_u64(&a->bytes, (uint64_t)v);
	close_arg(a);
}

static void add_bytes(struct db_args *a, uint32_t type, struct text v)
{
	if (!v.data) {
		db_arg_null(a, type);
		return;
	}
	open_arg(a, type);
	buf_add_text(&a->bytes, v);
	close_arg(a);
}

void db_arg_text(struct db_args *a, struct text v)
{
	add_bytes(a, DB_TEXT, v);
}

void db_arg_bytea(struct db_args *a, struct text v)
{
	add_bytes(a, DB_BYTEA, v);
}

void db_arg_uuid(struct db_args *a, const struct uuid *v)
{
	open_arg(a, DB_UUID);
	buf_add(&a->bytes, v->bytes, sizeof v->bytes);
	close_arg(a);
}

void db_arg_time(struct db_args *a, int64_t ms)
{
	open_arg(a, DB_TIME);
	buf_add_u64(&a->bytes, time_us(ms));
	close_arg(a);
}

static void open_element(struct db_array *a, uint32_t type, size_t bytes)
{
	assert(a->type == type);
	if (bytes > INT_MAX)
		a->bytes.failed = true;
	a->count++;
	buf_add_u32(&a->bytes, (uint32_t)bytes);
}

void db_array_null(struct db_array *a)
{
	a->has_null = true;
	a->count++;
	buf_add_u32(&a->bytes, UINT32_MAX);
}

void db_array_bool(struct db_array *a, bool v)
{
	open_element(a, DB_BOOL, 1);
	buf_add(&a->bytes, v ? "\1" : "\0", 1);
}

void db_array_int4(struct db_array *a, int32_t v)
{
	open_element(a, DB_INT4, sizeof v);
	buf_add_u32(&a->bytes, (uint32_t)v);
}

void db_array_int8(struct db_array *a, int64_t v)
{
	open_element(a, DB_INT8, sizeof v);
	buf_add_u64(&a->bytes, (uint64_t)v);
}

static void add_element(struct db_array *a, uint32_t type, struct text v)
{
	assert(a->type == type);
	if (!v.data) {
		db_array_null(a);
		return;
	}
	open_element(a, type, v.bytes);
	buf_add_text(&a->bytes, v);
}

void db_array_text(struct db_array *a, struct text v)
{
	add_element(a, DB_TEXT, v);
}

void db_array_bytea(struct db_array *a, struct text v)
{
	add_element(a, DB_BYTEA, v);
}

void db_array_uuid(struct db_array *a, const struct uuid *v)
{
	open_element(a, DB_UUID, sizeof v->bytes);
	buf_add(&a->bytes, v->bytes, sizeof v->bytes);
}

void db_array_time(struct db_array *a, int64_t ms)
{
	open_element(a, DB_TIME, sizeof ms);
	buf_add_u64(&a->bytes, time_us(ms));
}

void db_arg_array(struct db_args *a, struct db_array *v)
{
	open_arg(a, array_type(v->type));
	buf_add_u32(&a->bytes, v->count ? 1 : 0); /* dimensions; an empty array has none */
	buf_add_u32(&a->bytes, v->has_null);
	buf_add_u32(&a->bytes, v->type);
	if (v->count) {
		buf_add_u32(&a->bytes, v->count);
		buf_add_u32(&a->bytes, 1); /* index of the first */
		buf_add_text(&a->bytes, buf_text(&v->bytes));
	}
	a->bytes.failed = a->bytes.failed || v->bytes.failed;
	close_arg(a);
	v->count = 0;
	v->has_null = false;
	buf_clear(&v->bytes);
}

void db_array_release(struct db_array *a)
{
	buf_release(&a->bytes);
	a->count = 0;
	a->has_null = false;
}

void db_args_clear(struct db_args *a)
{
	a->count = 0;
	buf_clear(&a->bytes);
}

void db_args_release(struct db_args *a)
{
	a->count = 0;
	buf_release(&a->bytes);
}

/* Cells: all read through db_text, which gives a cell's bytes as the server sent them. */

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
	return from_2000_us + MS_FROM_1970_TO_2000 * US_PER_MS;
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
