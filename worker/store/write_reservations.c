#include "worker/store/write_reservations.h"

/* ---- reservations that were there ---- */

/* Of its places, those in areas: now, and as they were read. */
static int32_t area_places(const struct reservation *r)
{
	int32_t sum = 0;

	for (size_t i = 0; i < r->area_count; i++)
		sum += r->areas[i].count;
	return sum;
}

static int32_t seen_area_places(const struct reservation *r)
{
	int32_t sum = 0;

	for (size_t i = 0; i < r->area_count; i++)
		sum += r->areas[i].seen_count;
	return sum;
}

static void update_reservations(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_TIME, DB_TIME,
	                                 DB_TEXT, DB_TIME, DB_INT4, DB_INT4, DB_INT4};
	struct columns columns, changed;

	columns_open(&columns, types, 7);
	columns_open(&changed, types, 10);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed) {
		struct db_array *c = columns.list;

		if (!r->existed)
			continue;
		if (r->places != r->seen_places || area_places(r) != seen_area_places(r)) {
			c = changed.list;
			db_array_int4(&c[7], r->places);
			db_array_int4(&c[8], area_places(r));
			db_array_int4(&c[9], r->seen_places);
		}
		db_array_text(&c[0], r->show->show_id);
		db_array_uuid(&c[1], &r->id);
		db_array_text(&c[2], text_of(reservation_status_name(r->status)));
		db_array_time(&c[3], r->reserved_until_ms);
		columns_add_time(&c[4], r->status != RESERVATION_HELD, r->ended_at_ms);
		db_array_text(&c[5], text_of(reservation_status_name(r->seen_status)));
		db_array_time(&c[6], r->seen_reserved_until_ms);
	}
	columns_close(&columns, writes, QUERY_WORKER_UPDATE_RESERVATIONS, NULL);
	columns_close(&changed, writes, QUERY_WORKER_UPDATE_CHANGED_RESERVATIONS, NULL);
}

/* ---- new ones ---- */

/* Of a new one: where it was asked for, or came in later. */
static int32_t place_of(const struct reservation *r, size_t i)
{
	for (const struct moved_seat *moved = r->moved; moved; moved = moved->next)
		if (text_same(moved->seat_id, r->seat_ids[i]))
			return moved->place;
	return (int32_t)i;
}

static void insert_reservations(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_BYTEA,
	                                 DB_TIME, DB_TIME, DB_TIME, DB_INT8,
	                                 DB_TEXT, DB_BYTEA, DB_INT4, DB_INT4};
	static const uint32_t seat_types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_INT4};
	struct columns columns, seats;
	struct db_array *c = columns.list;

	columns_open(&columns, types, 12);
	columns_open(&seats, seat_types, 4);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed) {
		if (r->existed)
			continue;
		db_array_text(&c[0], r->show->show_id);
		db_array_uuid(&c[1], &r->id);
		db_array_text(&c[2], text_of(reservation_status_name(r->status)));
		db_array_bytea(&c[3], columns_hash(r->session_hash, SHA256_BYTES));
		db_array_time(&c[4], r->created_at_ms);
		db_array_time(&c[5], r->reserved_until_ms);
		columns_add_time(&c[6], r->status != RESERVATION_HELD, r->ended_at_ms);
		db_array_int8(&c[7], r->request_offset);
		db_array_text(&c[8], r->channel);
		columns_add_hash(&c[9], r->has_customer, r->customer_hash);
		db_array_int4(&c[10], r->places);
		db_array_int4(&c[11], area_places(r));
		for (size_t i = 0; i < r->seat_count; i++) {
			db_array_text(&seats.list[0], r->show->show_id);
			db_array_uuid(&seats.list[1], &r->id);
			db_array_text(&seats.list[2], r->seat_ids[i]);
			db_array_int4(&seats.list[3], place_of(r, i));
		}
	}
	columns_close(&columns, writes, QUERY_WORKER_INSERT_RESERVATIONS, NULL);
	columns_close(&seats, writes, QUERY_WORKER_INSERT_RESERVATION_SEATS, NULL);
}

/* ---- seats that came in later, or left ---- */

static void move_seats(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_INT4, DB_INT8};
	struct columns changed, returned;

	columns_open(&changed, types, 5);
	columns_open(&returned, types, 5);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		for (const struct moved_seat *moved = r->moved; moved; moved = moved->next) {
			struct db_array *c = moved->was_in ? changed.list : returned.list;

			if (!r->existed && moved->is_in)
				continue; /* its row was inserted with the reservation */
			db_array_text(&c[0], r->show->show_id);
			db_array_uuid(&c[1], &r->id);
			db_array_text(&c[2], moved->seat_id);
			columns_add_int4(&c[3], moved->place >= 0, moved->place);
			columns_add_int8(&c[4], !moved->is_in, moved->left_at);
		}
	columns_close(&changed, writes, QUERY_WORKER_UPDATE_RESERVATION_SEATS, NULL);
	columns_close(&returned, writes, QUERY_WORKER_RETURN_RESERVATION_SEATS, NULL);
}

/* ---- areas ---- */

static void write_areas(struct store_writes *writes, const struct view *view)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_INT4, DB_INT4, DB_INT4, DB_INT4};
	struct columns added, changed;

	columns_open(&added, types, 5);
	columns_open(&changed, types, 7);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		for (size_t i = 0; i < r->area_count; i++) {
			const struct reserved_area *area = &r->areas[i];
			struct db_array *c = area->existed ? changed.list : added.list;

			if (area->existed && area->count == area->seen_count && area->place == area->seen_place)
				continue;
			db_array_text(&c[0], r->show->show_id);
			db_array_uuid(&c[1], &r->id);
			db_array_text(&c[2], area->area_id);
			db_array_int4(&c[3], area->count);
			db_array_int4(&c[4], area->place);
			if (!area->existed)
				continue;
			db_array_int4(&c[5], area->seen_count);
			db_array_int4(&c[6], area->seen_place);
		}
	columns_close(&added, writes, QUERY_WORKER_INSERT_RESERVATION_AREAS, NULL);
	columns_close(&changed, writes, QUERY_WORKER_UPDATE_RESERVATION_AREAS, NULL);
}

void write_reservations(struct store_writes *writes, const struct view *view)
{
	/* Ended holds before new ones: a session has at most one held row at any moment. */
	update_reservations(writes, view);
	insert_reservations(writes, view);
	move_seats(writes, view);
	write_areas(writes, view);
}
