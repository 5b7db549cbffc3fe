#include "audit/fold/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "audit/fold/house_rows.h"

static void free_claim(struct claim *claim)
{
	free(claim->verdict.refusals);
	free(claim->verdict.area_refusals);
	free(claim);
}

static void drop_claim(struct claim *claim)
{
	HASH_DEL(claim->show->claims, claim);
	free_claim(claim);
}

void model_drop_claims(struct model *m, int64_t before_ms)
{
	while (m->oldest && m->oldest->t_ms < before_ms) {
		struct claim *next = m->oldest->next;

		drop_claim(m->oldest);
		m->oldest = next;
	}
	if (!m->oldest)
		m->youngest = NULL;
}

void model_release(struct model *m)
{
	struct show *show, *next;

	model_drop_claims(m, INT64_MAX);
	HASH_ITER(hh, m->shows, show, next) {
		assert(!show->house);
		HASH_CLEAR(hh, show->seats);
		HASH_CLEAR(hh, show->places);
		HASH_CLEAR(hh, show->areas);
		HASH_CLEAR(hh, show->reservations);
		HASH_CLEAR(hh, show->sessions);
		HASH_CLEAR(hh, show->buyers);
	}
	HASH_CLEAR(hh, m->shows);
	arena_release(&m->memory);
	*m = (struct model){0};
}

struct show *model_find_show(struct model *m, struct text id)
{
	struct show *show;

	HASH_FIND(hh, m->shows, id.data, id.bytes, show);
	return show;
}

struct show *model_take_show(struct model *m, struct text id)
{
	struct show *show = model_find_show(m, id);

	if (show || !(show = arena_take(&m->memory, sizeof *show)))
		return show;
	show->id = arena_copy(&m->memory, id);
	if (!show->id.data)
		return NULL;
	HASH_ADD_KEYPTR(hh, m->shows, show->id.data, show->id.bytes, show);
	return show->hh.tbl ? show : NULL;
}

struct seat *show_find_seat(const struct show *show, struct text id)
{
	struct seat *seat;

	HASH_FIND(hh, show->seats, id.data, id.bytes, seat);
	return seat;
}

struct claim *show_find_claim(const struct show *show, const struct uuid *request_id)
{
	struct claim *claim;

	HASH_FIND(hh, show->claims, request_id, sizeof *request_id, claim);
	return claim;
}

struct seat *show_add_seat(struct model *m, struct show *show, struct text id, int64_t offset)
{
	struct seat *seat = arena_take(&m->memory, sizeof *seat);

	if (!seat)
		return NULL;
	seat->show = show;
	seat->id = arena_copy(&m->memory, id);
	seat->version = offset;
	seat->number = (uint32_t)HASH_COUNT(show->seats);
	if (!seat->id.data)
		return NULL;
	HASH_ADD_KEYPTR(hh, show->seats, seat->id.data, seat->id.bytes, seat);
	if (!seat->hh.tbl)
		return NULL;
	show->seats_by_status[SEAT_AVAILABLE]++;
	return seat;
}

/* NULL: nothing, or out of memory. */
static void *copy_list(const void *list, size_t bytes)
{
	void *copy = bytes ? malloc(bytes) : NULL;

	return copy ? memcpy(copy, list, bytes) : NULL;
}

static struct claim *make_claim(const struct verdict *v)
{
	struct claim *claim = calloc(1, sizeof *claim);

	if (!claim)
		return NULL;
	claim->request_id = v->request_id;
	claim->verdict = *v;
	claim->verdict.refusals = copy_list(v->refusals, v->refusal_count * sizeof *v->refusals);
	claim->verdict.area_refusals =
	    copy_list(v->area_refusals, v->area_refusal_count * sizeof *v->area_refusals);
	if (!claim->verdict.refusals == !v->refusal_count &&
	    !claim->verdict.area_refusals == !v->area_refusal_count)
		return claim;
	free_claim(claim);
	return NULL;
}

struct claim *show_add_claim(struct model *m, struct show *show, const struct verdict *verdict,
                             const uint8_t content[16], int64_t offset, int64_t t_ms)
{
	struct claim *claim = make_claim(verdict);

	if (!claim)
		return NULL;
	assert(!show_find_claim(show, &verdict->request_id));
	memcpy(claim->content, content, sizeof claim->content);
	claim->show = show;
	claim->offset = offset;
	claim->t_ms = t_ms;
	HASH_ADD(hh, show->claims, request_id, sizeof claim->request_id, claim);
	if (!claim->hh.tbl) {
		free_claim(claim);
		return NULL;
	}
	if (m->youngest)
		m->youngest->next = claim;
	else
		m->oldest = claim;
	m->youngest = claim;
	return claim;
}

/* For who remembers what he found in its row. */
static void note_change(struct seat *seat)
{
	if (seat->row)
		seat->row->is_changed = seat->show->house->is_changed = true;
}

static void set_status(struct seat *seat, enum seat_status status)
{
	seat->show->seats_by_status[seat->status]--;
	seat->show->seats_by_status[status]++;
	seat->status = status;
	note_change(seat);
}

void seat_set_channel(struct seat *seat, struct text channel, int64_t offset)
{
	seat->channel = channel;
	seat->version = offset;
	note_change(seat);
}

void seat_give(struct seat *seat, struct reservation *to, enum seat_status status, int64_t offset,
               int64_t t_ms)
{
	assert(status != SEAT_AVAILABLE);
	assert(!seat->holder || seat->holder == to);
	if (!seat->holder) {
		seat->taken_at = offset;
		seat->taken_ms = t_ms;
	}
	seat->holder = to;
	seat->version = offset;
	set_status(seat, status);
}

void seat_free(struct seat *seat, int64_t offset)
{
	assert(seat->holder && seat->status != SEAT_AVAILABLE);
	seat->holder = NULL;
	seat->taken_at = seat->taken_ms = 0;
	seat->version = offset;
	set_status(seat, SEAT_AVAILABLE);
}

void seat_let_go(struct seat *seat, bool is_let_go)
{
	assert(seat->holder);
	seat->is_let_go = is_let_go;
	note_change(seat);
}
