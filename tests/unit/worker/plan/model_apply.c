/* A plan becomes rows of the model. */
#include "tests/unit/worker/plan/model_rows.h"

static void insert_show(struct model *m, const struct show *show)
{
	struct model_show *row;

	MODEL_CHECK(m, !model_show_row(m, show->show_id));
	MODEL_CHECK(m, m->show_count < MODEL_SHOWS_MAX);
	row = &m->shows[m->show_count++];
	row->show_id = arena_copy(&m->arena, show->show_id);
	row->title = show->policy.title.data ? arena_copy(&m->arena, show->policy.title)
	                                     : (struct text){NULL, 0};
	row->hold_seconds = show->policy.hold_seconds;
	row->max_hold_seconds = show->policy.max_hold_seconds;
	row->max_seats = show->policy.max_seats;
	row->has_owner = show->has_owner;
	memcpy(row->owner_hash, show->owner_hash, SHA256_BYTES);
	row->created_at_ms = show->created_at_ms;
	row->created_offset = show->created_offset;
}

static void write_seat(struct model *m, const struct seat *seat)
{
	struct model_seat *row = model_seat(m, seat->show->show_id, seat->seat_id);

	MODEL_CHECK(m, seat->exists && seat->known == KNOWN);
	MODEL_CHECK(m, model_row_is_allowed(&seat->row));
	MODEL_CHECK(m, seat->existed == (row != NULL));
	if (row) {
		MODEL_CHECK(m, model_same_row(&row->row, &seat->seen)); /* the guard */
	} else {
		MODEL_CHECK(m, m->seat_count < m->seats_max);
		row = &m->seats[m->seat_count++];
		row->show_id = arena_copy(&m->arena, seat->show->show_id);
		row->seat_id = arena_copy(&m->arena, seat->seat_id);
	}
	row->row = seat->row;
}

static void set_reservation(struct model *m, struct model_reservation *row,
                            const struct reservation *r)
{
	row->status = r->status;
	row->reserved_until_ms = r->reserved_until_ms;
	row->has_ended_at = r->status != RESERVATION_HELD;
	row->ended_at_ms = row->has_ended_at ? r->ended_at_ms : 0;
	MODEL_CHECK(m, row->reserved_until_ms > row->created_at_ms);
	MODEL_CHECK(m, !row->has_ended_at || row->ended_at_ms >= row->created_at_ms);
	model_find_held(m, row->show_id, row->session_hash); /* one at most, at any moment */
}

static void update_reservation(struct model *m, const struct reservation *r)
{
	struct model_reservation *row = model_reservation(m, r->show->show_id, &r->id);

	MODEL_CHECK(m, row != NULL);
	MODEL_CHECK(m, row->status == r->seen_status); /* the guard */
	MODEL_CHECK(m, row->reserved_until_ms == r->seen_reserved_until_ms);
	set_reservation(m, row, r);
}

static void insert_reservation(struct model *m, const struct reservation *r)
{
	struct model_reservation *row;

	MODEL_CHECK(m, !model_reservation(m, r->show->show_id, &r->id));
	MODEL_CHECK(m, r->exists && r->known == KNOWN);
	MODEL_CHECK(m, m->reservation_count < m->reservations_max);
	row = &m->reservations[m->reservation_count++];
	row->show_id = arena_copy(&m->arena, r->show->show_id);
	row->id = r->id;
	memcpy(row->session_hash, r->session_hash, SHA256_BYTES);
	row->created_at_ms = r->created_at_ms;
	row->request_offset = r->request_offset;
	row->seat_ids = arena_take(&m->arena, (r->seat_count + 1) * sizeof *row->seat_ids);
	assert_non_null(row->seat_ids);
	row->seat_count = r->seat_count;
	for (size_t i = 0; i < r->seat_count; i++)
		row->seat_ids[i] = arena_copy(&m->arena, r->seat_ids[i]);
	set_reservation(m, row, r);
}

/* What the plan did not announce as changed must be as it was read. */
static void check_unchanged(struct model *m, const struct view *view)
{
	for (const struct show *show = view->shows; show; show = show->hh.next) {
		for (const struct seat *s = show->seats; s; s = s->hh.next)
			if (!s->is_changed)
				MODEL_CHECK(m, s->exists == s->existed && model_same_row(&s->row, &s->seen));
		for (const struct reservation *r = show->reservations; r; r = r->hh.next)
			if (!r->is_changed)
				MODEL_CHECK(m, r->exists == r->existed && r->status == r->seen_status &&
				                   r->reserved_until_ms == r->seen_reserved_until_ms);
	}
}

static struct text keep(struct model *m, struct text t)
{
	return t.data ? arena_copy(&m->arena, t) : t;
}

/* As they are answered. */
static void expand(struct model *m, struct model_decision *row)
{
	const struct decision *d = &row->decision;
	struct reply reply = decision_head(d);
	struct packed_events left = packed_open_events(d->events);
	struct buf bodies = {0};

	MODEL_CHECK(m, packed_expand_reply(&bodies, d->reply, &reply, &m->arena));
	row->reply = keep(m, buf_text(&bodies));
	buf_clear(&bodies);
	while (packed_expand_event(&bodies, &left, &reply, &m->arena))
		if (left.left.bytes)
			buf_add(&bodies, "\n", 1);
	MODEL_CHECK(m, !left.failed && !bodies.failed);
	row->events = d->events.data ? keep(m, buf_text(&bodies)) : d->events;
	buf_release(&bodies);
}

static void insert_decision(struct model *m, const struct entry *entry)
{
	struct model_decision *row;

	MODEL_CHECK(m, m->decision_count < m->decisions_max);
	row = &m->decisions[m->decision_count++];
	row->decision = entry->decision;
	row->decision.show_id = keep(m, entry->decision.show_id);
	row->decision.reply = keep(m, entry->decision.reply);
	row->decision.events = keep(m, entry->decision.events);
	row->offset = entry->record.offset;
	row->t_ms = entry->t_ms;
	memcpy(row->content, entry->request.content, sizeof row->content);
	expand(m, row);
}

/* In the order of the statements. */
void model_apply(struct model *m, const struct view *view, size_t first, size_t count)
{
	check_unchanged(m, view);
	for (const struct show *s = view->shows; s; s = s->hh.next)
		if (s->exists && !s->existed)
			insert_show(m, s);
	for (const struct seat *s = view->changed_seats; s; s = s->next_changed)
		write_seat(m, s);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		if (r->existed)
			update_reservation(m, r);
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed)
		if (!r->existed)
			insert_reservation(m, r);
	for (size_t i = first; i < first + count; i++)
		insert_decision(m, &m->batch.entries[i]);
}
