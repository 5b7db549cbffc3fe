#include "worker/store/write_columns.h"

void columns_open(struct columns *columns, const uint32_t *types, int count)
{
	*columns = (struct columns){.count = count};
	for (int i = 0; i < count; i++)
		columns->list[i].type = types[i];
}

void columns_close(struct columns *columns, struct store_writes *writes, enum query query,
                   const int32_t *partition)
{
	uint32_t rows = columns->list[0].count;

	if (rows) {
		struct db_args *args = &writes->args[writes->count];

		if (partition)
			db_arg_int4(args, *partition);
		for (int i = 0; i < columns->count; i++)
			db_arg_array(args, &columns->list[i]);
		db_arg_int4(args, (int32_t)rows);
		writes->calls[writes->count].query = query;
		writes->calls[writes->count++].args = args;
	}
	for (int i = 0; i < columns->count; i++)
		db_array_release(&columns->list[i]);
}

struct text columns_hash(const uint8_t *hash, size_t bytes)
{
	return (struct text){(const char *)hash, bytes};
}

void columns_add_time(struct db_array *a, bool has, int64_t ms)
{
	if (has)
		db_array_time(a, ms);
	else
		db_array_null(a);
}

void columns_add_uuid(struct db_array *a, bool has, const struct uuid *id)
{
	if (has)
		db_array_uuid(a, id);
	else
		db_array_null(a);
}

void columns_add_int8(struct db_array *a, bool has, int64_t v)
{
	if (has)
		db_array_int8(a, v);
	else
		db_array_null(a);
}

void columns_add_int4(struct db_array *a, bool has, int32_t v)
{
	if (has)
		db_array_int4(a, v);
	else
		db_array_null(a);
}

void columns_add_hash(struct db_array *a, bool has, const uint8_t hash[SHA256_BYTES])
{
	if (has)
		db_array_bytea(a, columns_hash(hash, SHA256_BYTES));
	else
		db_array_null(a);
}
