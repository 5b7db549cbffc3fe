/* The arguments of a wave: read_wave.h. */
#include "worker/store/read_wave.h"

#include "worker/store/read_rows.h"

static void add_keys(struct wave *wave, enum kind kind)
{
	wave->show_ids.type = DB_TEXT;
	db_arg_array(&wave->args[kind], &wave->show_ids);
	if (kind != SHOWS && kind != CHANNELS && kind != AREAS)
		db_arg_array(&wave->args[kind], &wave->keys);
}

static void write_show_keys(struct wave *wave, enum kind kind)
{
	for (const struct show *s = wave->shows; s; s = s->next_wanted)
		db_array_text(&wave->show_ids, s->show_id);
	add_keys(wave, kind);
}

static void write_place_keys(struct wave *wave)
{
	wave->keys.type = DB_TEXT;
	for (const struct place_row *p = wave->places; p; p = p->next_wanted) {
		db_array_text(&wave->show_ids, p->seat->show->show_id);
		db_array_text(&wave->keys, p->seat->seat_id);
	}
	add_keys(wave, PLACES);
	slots_write_keys(wave->slots, &wave->args[SLOTS]);
}

/* Those that end by then, as many of each area as are wanted. */
static void write_lapsing_keys(struct wave *wave, int64_t until_ms)
{
	struct db_array rows = {.type = DB_INT8};

	wave->keys.type = DB_TEXT;
	for (const struct area_row *area = wave->lapsing; area; area = area->next_wanted) {
		db_array_text(&wave->show_ids, area->show->show_id);
		db_array_text(&wave->keys, area->area_id);
		db_array_int8(&rows, (int64_t)area->rows_wanted);
	}
	add_keys(wave, LAPSING);
	db_arg_array(&wave->args[LAPSING], &rows);
	db_arg_time(&wave->args[LAPSING], until_ms);
	db_array_release(&rows);
}

/* A show that is not known yet may have areas. */
static bool has_areas(const struct show *show)
{
	return show->known != KNOWN || show->areas;
}

static void write_reservation_keys(struct wave *wave)
{
	wave->keys.type = DB_UUID;
	wave->flags.type = DB_BOOL;
	for (const struct reservation *r = wave->reservations; r; r = r->next_wanted) {
		db_array_text(&wave->show_ids, r->show->show_id);
		db_array_uuid(&wave->keys, &r->id);
		db_array_bool(&wave->flags, has_areas(r->show));
	}
	add_keys(wave, RESERVATIONS);
	db_arg_array(&wave->args[RESERVATIONS], &wave->flags);
}

void wave_write_keys(struct wave *wave, int64_t until_ms)
{
	write_show_keys(wave, SHOWS);
	write_show_keys(wave, CHANNELS);
	write_show_keys(wave, AREAS);
	wave->keys.type = DB_TEXT;
	for (const struct seat *s = wave->seats; s; s = s->next_wanted) {
		db_array_text(&wave->show_ids, s->show->show_id);
		db_array_text(&wave->keys, s->seat_id);
	}
	add_keys(wave, SEATS);
	write_reservation_keys(wave);
	wave->keys.type = DB_BYTEA;
	for (const struct session *s = wave->sessions; s; s = s->next_wanted) {
		db_array_text(&wave->show_ids, s->show->show_id);
		db_array_bytea(&wave->keys, (struct text){(const char *)s->hash, SHA256_BYTES});
	}
	add_keys(wave, SESSIONS);
	for (const struct customer *c = wave->customers; c; c = c->next_wanted) {
		db_array_text(&wave->show_ids, c->show->show_id);
		db_array_bytea(&wave->keys, (struct text){(const char *)c->hash, SHA256_BYTES});
	}
	add_keys(wave, CUSTOMERS);
	wave->keys.type = DB_UUID;
	for (const struct claim *c = wave->claims; c; c = c->next_wanted) {
		db_array_text(&wave->show_ids, c->show->show_id);
		db_array_uuid(&wave->keys, &c->request_id);
	}
	add_keys(wave, CLAIMS);
	if (wave->places || wave->slots)
		write_place_keys(wave);
	if (wave->lapsing)
		write_lapsing_keys(wave, until_ms);
	if (wave->whole) {
		db_arg_text(&wave->args[WHOLE_SEATS], wave->whole->show_id);
		db_arg_text(&wave->args[WHOLE_PLACES], wave->whole->show_id);
	}
	if (wave->held_of.data) {
		db_arg_text(&wave->args[HELD], wave->held_of);
		db_arg_int8(&wave->args[HELD], (int64_t)wave->held_max + 1);
	}
	if (wave->sold_of.data) {
		db_arg_text(&wave->args[SOLD], wave->sold_of);
		db_arg_int8(&wave->args[SOLD], (int64_t)wave->sold_max + 1);
	}
}
