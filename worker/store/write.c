#include "worker/store/write.h"

#include <stdlib.h>
#include <string.h>

#include "worker/store/write_halls.h"
#include "worker/store/write_reservations.h"

static void add_seat_row(struct db_array *c, const struct seat *s)
{
	db_array_text(&c[0], s->show->show_id);
	db_array_text(&c[1], s->seat_id);
	db_array_text(&c[2], text_of(seat_status_name(s->row.status)));
	columns_add_time(&c[3], s->row.has_reserved_until, s->row.reserved_until_ms);
	columns_add_uuid(&c[4], s->row.has_reserved_by, &s->row.reserved_by);
	columns_add_int8(&c[5], s->row.has_taken_at, s->row.taken_at_offset);
	db_array_int8(&c[6], s->row.version);
}

/* What the guard of an update compares. */
static void add_seen_seat_row(struct db_array *c, const struct seat_row *seen)
{
	db_array_text(&c[0], text_of(seat_status_name(seen->status)));
	columns_add_time(&c[1], seen->has_reserved_until, seen->reserved_until_ms);
	columns_add_uuid(&c[2], seen->has_reserved_by, &seen->reserved_by);
	db_array_int8(&c[3], seen->version);
	db_array_text(&c[4], seen->channel);
}

static int by_key(const void *a, const void *b)
{
	const struct seat *const *left = a, *const *right = b;
	int order = text_compare((*left)->show->show_id, (*right)->show->show_id);

	return order ? order : text_compare((*left)->seat_id, (*right)->seat_id);
}

/* The changed seats in ascending order: rows are locked in it everywhere. */
static struct seat **sort_seats(struct view *view, size_t *count)
{
	struct seat **sorted;
	size_t i = 0;

	*count = 0;
	for (const struct seat *s = view->changed_seats; s; s = s->next_changed)
		(*count)++;
	sorted = arena_take(view->arena, (*count + 1) * sizeof *sorted);
	if (!sorted)
		return NULL;
	for (struct seat *s = view->changed_seats; s; s = s->next_changed)
		sorted[i++] = s;
	qsort(sorted, *count, sizeof sorted[0], by_key);
	return sorted;
}

static void insert_seats(struct store_writes *writes, struct seat *const *seats, size_t count)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME,
	                                 DB_UUID, DB_INT8, DB_INT8, DB_TEXT};
	struct columns columns;

	columns_open(&columns, types, 8);
	for (size_t i = 0; i < count; i++) {
		if (seats[i]->existed)
			continue;
		add_seat_row(columns.list, seats[i]);
		db_array_text(&columns.list[7], seats[i]->row.channel);
	}
	columns_close(&columns, writes, QUERY_WORKER_INSERT_SEATS, NULL);
}

static bool is_blocked_otherwise(const struct seat *seat)
{
	const struct text now = seat->row.channel, seen = seat->seen.channel;

	/* NULL, as of nearly every seat, or the text that was read. */
	return now.data != seen.data && !(now.data && seen.data && text_same(now, seen));
}

static void update_seats(struct store_writes *writes, struct seat *const *seats, size_t count)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME, DB_UUID, DB_INT8, DB_INT8,
	                                 DB_TEXT, DB_TIME, DB_UUID, DB_INT8, DB_TEXT, DB_TEXT};
	struct columns columns, blocked;

	columns_open(&columns, types, 12);
	columns_open(&blocked, types, 13);
	for (size_t i = 0; i < count; i++) {
		struct db_array *c = columns.list;

		if (!seats[i]->existed)
			continue;
		if (is_blocked_otherwise(seats[i])) {
			c = blocked.list;
			db_array_text(&c[12], seats[i]->row.channel);
		}
		add_seat_row(c, seats[i]);
		add_seen_seat_row(c + 7, &seats[i]->seen);
	}
	columns_close(&columns, writes, QUERY_WORKER_UPDATE_SEATS, NULL);
	columns_close(&blocked, writes, QUERY_WORKER_UPDATE_BLOCKED_SEATS, NULL);
}

static void insert_decisions(struct store_writes *writes, int32_t partition,
                             const struct batch *batch, size_t first, size_t count)
{
	static const uint32_t types[] = {DB_INT8, DB_TEXT, DB_UUID, DB_TEXT, DB_INT4, DB_TEXT,
	                                 DB_INT8, DB_TIME, DB_BYTEA, DB_BYTEA, DB_BYTEA};
	struct columns columns;
	struct db_array *c = columns.list;

	columns_open(&columns, types, 11);
	for (size_t i = first; i < first + count; i++) {
		const struct entry *entry = &batch->entries[i];
		const struct decision *d = &entry->decision;

		db_array_int8(&c[0], entry->record.offset);
		db_array_text(&c[1], d->show_id);
		columns_add_uuid(&c[2], d->has_request_id, &d->request_id);
		db_array_text(&c[3], text_of(request_type_name(d->type)));
		db_array_int4(&c[4], outcome_code(d->outcome));
		db_array_text(&c[5], text_of(outcome_reason(d->outcome)));
		columns_add_int8(&c[6], d->duplicate_of != NOT_A_DUPLICATE, d->duplicate_of);
		db_array_time(&c[7], d->decided_at_ms);
		db_array_bytea(&c[8], d->is_claim ? columns_hash(entry->request.content,
		                                              sizeof entry->request.content)
		                                  : (struct text){NULL, 0});
		db_array_bytea(&c[9], d->reply);
		db_array_bytea(&c[10], d->events);
	}
	columns_close(&columns, writes, QUERY_WORKER_INSERT_DECISIONS, &partition);
}

bool store_writes_make(struct store_writes *writes, struct view *view, int32_t partition,
                       const struct batch *batch, size_t first, size_t count)
{
	struct seat **seats;
	size_t seat_count;

	*writes = (struct store_writes){0};
	seats = sort_seats(view, &seat_count);
	if (!seats)
		return false;
	write_halls(writes, view);
	insert_seats(writes, seats, seat_count);
	update_seats(writes, seats, seat_count);
	write_reservations(writes, view);
	insert_decisions(writes, partition, batch, first, count);
	for (int i = 0; i < writes->count; i++)
		if (writes->args[i].bytes.failed)
			return false;
	return true;
}

void store_writes_release(struct store_writes *writes)
{
	for (int i = 0; i < writes->count; i++)
		db_args_release(&writes->args[i]);
	for (int i = 0; i <= writes->count; i++)
		db_rows_release(&writes->calls[i].rows);
}
