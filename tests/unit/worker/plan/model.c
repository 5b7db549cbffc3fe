#include "tests/unit/worker/plan/model_rows.h"

void model_check(const struct model *m, bool is_fine, const char *what, const char *file, int line)
{
	if (is_fine)
		return;
	print_error("%s: %s\n", m->note ? m->note : "model", what);
	_fail(file, line);
}

static void *room(size_t count, size_t bytes)
{
	void *taken = calloc(count, bytes);

	assert_non_null(taken);
	return taken;
}

static struct model *open(const struct plan_place *place, size_t seats, size_t reservations,
                          size_t decisions)
{
	struct model *m = room(1, sizeof *m);

	m->place = *place;
	m->settings_max = MODEL_SETTINGS_MAX + decisions / 16;
	m->shows = room(m->settings_max, sizeof m->shows[0]);
	m->channels = room(m->settings_max, sizeof m->channels[0]);
	m->areas = room(m->settings_max, sizeof m->areas[0]);
	m->seats = room(seats, sizeof m->seats[0]);
	m->places = room(seats, sizeof m->places[0]);
	m->seats_max = seats;
	m->reservations = room(reservations, sizeof m->reservations[0]);
	m->reservations_max = reservations;
	m->decisions = room(decisions, sizeof m->decisions[0]);
	m->decisions_max = decisions;
	return m;
}

struct model *model_open(const struct plan_place *place)
{
	return open(place, MODEL_SEATS_MAX, MODEL_RESERVATIONS_MAX, MODEL_DECISIONS_MAX);
}

struct model *model_open_small(const struct plan_place *place, size_t seats, size_t others)
{
	return open(place, seats, others, others);
}

void model_close(struct model *m)
{
	if (!m)
		return;
	batch_release(&m->batch);
	arena_release(&m->arena);
	for (size_t i = 0; i < m->reservation_count; i++)
		free(m->reservations[i].seat_rows);
	free(m->slots);
	free(m->shows);
	free(m->channels);
	free(m->areas);
	free(m->seats);
	free(m->places);
	free(m->reservations);
	free(m->decisions);
	free(m);
}

/* ---- rows ---- */

struct model_show *model_show_row(struct model *m, struct text show_id)
{
	size_t row = model_find(m, MODEL_SHOW, show_id, text_of(""));

	return row == SIZE_MAX ? NULL : &m->shows[row];
}

struct model_seat *model_seat(struct model *m, struct text show_id, struct text seat_id)
{
	size_t row = model_find(m, MODEL_SEAT, show_id, seat_id);

	return row == SIZE_MAX ? NULL : &m->seats[row];
}

struct model_place *model_place(struct model *m, struct text show_id, struct text seat_id)
{
	size_t row = model_find(m, MODEL_PLACE, show_id, seat_id);

	return row == SIZE_MAX ? NULL : &m->places[row];
}

struct model_channel *model_channel(struct model *m, struct text show_id, struct text name)
{
	for (size_t i = 0; i < m->channel_count; i++)
		if (text_same(m->channels[i].row.name, name) &&
		    text_same(m->channels[i].show_id, show_id))
			return &m->channels[i];
	return NULL;
}

struct model_reservation *model_reservation(struct model *m, struct text show_id,
                                            const struct uuid *id)
{
	size_t row = model_find(m, MODEL_RESERVATION, show_id, model_id(id));

	return row == SIZE_MAX ? NULL : &m->reservations[row];
}

struct model_reserved_seat *model_reserved_seat(const struct model_reservation *r,
                                                struct text seat_id)
{
	for (size_t i = 0; i < r->seat_row_count; i++)
		if (text_same(r->seat_rows[i].seat_id, seat_id))
			return &r->seat_rows[i];
	return NULL;
}

const struct model_decision *model_find_claim(const struct model *m, struct text show_id,
                                              const struct uuid *request_id)
{
	size_t row = model_find(m, MODEL_CLAIM, show_id, model_id(request_id));

	return row == SIZE_MAX ? NULL : &m->decisions[row];
}

struct model_reservation *model_find_held(struct model *m, struct text show_id,
                                          const uint8_t hash[SHA256_BYTES])
{
	struct model_reservation *found = NULL;

	for (size_t i = 0; i < m->reservation_count; i++) {
		struct model_reservation *r = &m->reservations[i];

		if (r->status != RESERVATION_HELD || memcmp(r->session_hash, hash, SHA256_BYTES) != 0 ||
		    !text_same(r->show_id, show_id))
			continue;
		MODEL_CHECK(m, !found);
		found = r;
	}
	return found;
}

static bool same_window(const struct sale_window *a, const struct sale_window *b)
{
	return a->has_from == b->has_from && a->has_until == b->has_until &&
	       a->from_ms == b->from_ms && a->until_ms == b->until_ms;
}

bool model_same_policy(const struct policy *a, const struct policy *b)
{
	return text_identical(a->title, b->title) && a->hold_seconds == b->hold_seconds &&
	       a->max_hold_seconds == b->max_hold_seconds && a->max_seats == b->max_seats &&
	       same_window(&a->on_sale, &b->on_sale) && a->closed == b->closed &&
	       a->singles == b->singles && a->max_customer_seats == b->max_customer_seats &&
	       a->max_customer_holds == b->max_customer_holds;
}

bool model_same_slot(const struct place *a, const struct place *b)
{
	return a->row.data && b->row.data && text_same(a->row, b->row) && a->pos == b->pos &&
	       text_identical(a->section, b->section);
}

bool model_same_place(const struct place *a, const struct place *b)
{
	return text_identical(a->section, b->section) && text_identical(a->row, b->row) &&
	       text_identical(a->category, b->category) && a->pos == b->pos && a->rank == b->rank &&
	       a->flags == b->flags && a->has_point == b->has_point && a->x == b->x && a->y == b->y;
}

bool model_same_channel(const struct channel_row *a, const struct channel_row *b)
{
	bool is_same = text_same(a->name, b->name) && a->has_key == b->has_key &&
	               !memcmp(a->key_hash, b->key_hash, SHA256_BYTES) &&
	               a->is_exempt == b->is_exempt && a->version == b->version &&
	               same_window(&a->on_sale, &b->on_sale) &&
	               a->opens_count == b->opens_count;

	for (size_t i = 0; is_same && i < a->opens_count; i++)
		is_same = text_same(a->opens[i], b->opens[i]);
	return is_same;
}

static bool same_until(const struct seat_row *a, const struct seat_row *b)
{
	return a->has_reserved_until == b->has_reserved_until &&
	       (!a->has_reserved_until || a->reserved_until_ms == b->reserved_until_ms);
}

bool model_same_row(const struct seat_row *a, const struct seat_row *b)
{
	return a->status == b->status && same_until(a, b) && text_identical(a->channel, b->channel) &&
	       a->has_reserved_by == b->has_reserved_by &&
	       (!a->has_reserved_by || uuid_same(&a->reserved_by, &b->reserved_by)) &&
	       a->has_taken_at == b->has_taken_at &&
	       (!a->has_taken_at || a->taken_at_offset == b->taken_at_offset) &&
	       a->version == b->version;
}

bool model_row_is_allowed(const struct seat_row *row)
{
	switch (row->status) {
	case SEAT_AVAILABLE:
		return !row->has_reserved_until && !row->has_reserved_by && !row->has_taken_at;
	case SEAT_RESERVED:
		return row->has_reserved_until;
	case SEAT_SOLD:
		return !row->has_reserved_until;
	case SEAT_STATUS_COUNT:
		break;
	}
	return false;
}

/* ---- deciding ---- */

void model_reserve(struct model *m, size_t count)
{
	if (count <= m->entries_max)
		return;
	m->batch.entries = realloc(m->batch.entries, count * sizeof m->batch.entries[0]);
	assert_non_null(m->batch.entries);
	m->entries_max = count;
}

static bool decode(struct model *m, const struct record *records, size_t count)
{
	struct batch *batch = &m->batch;

	assert_true(count > 0);
	model_reserve(m, count);
	for (size_t i = 0; i < count; i++)
		batch->entries[i] = (struct entry){.record = records[i]};
	batch->count = count;
	return batch_decode(batch, m->t_ms);
}

/* Load and plan entries that may be decided together. false: out of memory. */
static bool plan(struct model *m, size_t first, size_t count, struct view *view)
{
	struct batch *batch = &m->batch;
	int64_t until_ms = batch->entries[first + count - 1].t_ms;

	model_open_view(m, view, until_ms);
	plan_want(view, &m->place, batch, first, count);
	cache_fill(m->cache, view, until_ms);
	model_fill_shows(m, view);
	plan_want_ids(view, &m->place, batch, first, count);
	model_fill(m, view, until_ms);
	if (view->failed || batch->plan.failed)
		return false;
	model_check_as_read(m, view);
	return plan_batch(view, &m->place, batch, first, count);
}

bool model_try(struct model *m, const struct record *records, size_t count)
{
	struct view view = {0};
	bool is_planned = decode(m, records, count) && plan(m, 0, count, &view);

	model_close_view(m, &view);
	batch_clear(&m->batch);
	arena_release(&m->batch.requests); /* the next try takes its memory anew */
	arena_release(&m->batch.plan);
	return is_planned;
}

void model_refuse(struct model *m, const struct record *records, size_t count)
{
	struct view view;

	assert_true(decode(m, records, count));
	assert_true(plan(m, 0, batch_together(&m->batch, 0, count), &view));
	model_close_view(m, &view);
	cache_drop(m->cache);
	batch_clear(&m->batch);
}

static void decide_together(struct model *m, size_t first, size_t count)
{
	struct view view;

	assert_true(plan(m, first, count, &view));
	/* A plan that looks at what it did not ask for decides without knowing. */
	MODEL_CHECK(m, view_is_complete(&view));
	model_apply(m, &view, first, count);
	cache_learn(m->cache, &view);
	m->t_ms = m->batch.entries[first + count - 1].t_ms;
	model_close_view(m, &view);
}

void model_decide(struct model *m, const struct record *records, size_t count)
{
	assert_true(decode(m, records, count));
	m->has_wrong_clock = m->batch.has_wrong_clock;
	for (size_t first = 0, some; first < count; first += some) {
		some = batch_together(&m->batch, first, count - first);
		decide_together(m, first, some);
	}
	batch_clear(&m->batch);
	assert_false(m->arena.failed);
}
