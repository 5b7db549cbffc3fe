#include "common/db/args.h"

#include <assert.h>
#include <limits.h>

#define US_PER_MS 1000

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
	return (uint64_t)((ms - DB_EPOCH_MS) * US_PER_MS);
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
	const char byte = v;

	open_element(a, DB_BOOL, sizeof byte);
	buf_add(&a->bytes, &byte, sizeof byte);
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
