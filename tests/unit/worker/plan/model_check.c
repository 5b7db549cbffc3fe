/* What must hold of the model's rows, and of two models that decided the same. */
#include "tests/unit/worker/plan/model_rows.h"

static bool lists_seat(const struct model_reservation *r, struct text seat_id)
{
	for (size_t i = 0; i < r->seat_count; i++)
		if (text_same(r->seat_ids[i], seat_id))
			return true;
	return false;
}

/* What left a reservation it does not list, and left it by a request behind its own. */
static void check_seat_rows(struct model *m, const struct model_reservation *r)
{
	size_t in = 0;

	for (size_t i = 0; i < r->seat_row_count; i++) {
		const struct model_reserved_seat *row = &r->seat_rows[i];

		in += !row->has_left;
		MODEL_CHECK(m, row->has_left == !lists_seat(r, row->seat_id));
		MODEL_CHECK(m, !row->has_left || row->left_at > r->request_offset);
	}
	MODEL_CHECK(m, in == r->seat_count);
}

void model_check_seats(struct model *m)
{
	for (size_t i = 0; i < m->seat_count; i++) {
		const struct model_seat *s = &m->seats[i];
		const struct model_reservation *r;

		MODEL_CHECK(m, model_row_is_allowed(&s->row));
		if (s->row.status == SEAT_AVAILABLE)
			continue;
		MODEL_CHECK(m, s->row.has_reserved_by && s->row.has_taken_at);
		MODEL_CHECK(m, s->row.taken_at_offset <= s->row.version);
		r = model_reservation(m, s->show_id, &s->row.reserved_by);
		MODEL_CHECK(m, r && lists_seat(r, s->seat_id));
		if (s->row.status == SEAT_RESERVED) {
			MODEL_CHECK(m, r->status == RESERVATION_HELD);
			MODEL_CHECK(m, s->row.reserved_until_ms == r->reserved_until_ms);
		} else {
			MODEL_CHECK(m, r->status == RESERVATION_CONFIRMED);
		}
	}
	for (size_t i = 0; i < m->reservation_count; i++) {
		const struct model_reservation *r = &m->reservations[i];
		enum seat_status status = r->status == RESERVATION_HELD ? SEAT_RESERVED : SEAT_SOLD;

		check_seat_rows(m, r);
		if (r->status != RESERVATION_HELD && r->status != RESERVATION_CONFIRMED)
			continue;
		for (size_t j = 0; j < r->seat_count; j++) {
			const struct model_seat *s = model_seat(m, r->show_id, r->seat_ids[j]);

			MODEL_CHECK(m, s && s->row.status == status);
			MODEL_CHECK(m, uuid_same(&s->row.reserved_by, &r->id));
			MODEL_CHECK(m, s->row.taken_at_offset >= r->request_offset);
		}
	}
}

void model_check_ends(struct model *m, const struct model_reservation *before, size_t count,
                      const struct record *record)
{
	const struct model_decision *d = &m->decisions[m->decision_count - 1];
	struct arena arena = {0};
	struct request request;
	uint8_t hash[SHA256_BYTES];

	MODEL_CHECK(m, m->decision_count < 2 || d->t_ms >= d[-1].t_ms);
	request_decode(record->value, &arena, &request);
	for (size_t i = 0; i < count; i++) {
		const struct model_reservation *is = &m->reservations[i], *was = &before[i];

		if (was->status != RESERVATION_HELD) {
			MODEL_CHECK(m, is->status == was->status || is->status == RESERVATION_CONFIRMED ||
			                   is->status == RESERVATION_CANCELLED);
			continue;
		}
		MODEL_CHECK(m, is->reserved_until_ms >= was->reserved_until_ms);
		if (is->status == RESERVATION_HELD)
			continue;
		MODEL_CHECK(m, is->ended_at_ms == d->t_ms);
		if (is->status == RESERVATION_EXPIRED) {
			MODEL_CHECK(m, was->reserved_until_ms <= d->t_ms);
			continue;
		}
		MODEL_CHECK(m, request.type == (is->status == RESERVATION_RELEASED ? REQUEST_RELEASE
		                                                                   : REQUEST_CONFIRM));
		secret_hash(request.show_id, request.session_id, hash);
		MODEL_CHECK(m, !memcmp(hash, was->session_hash, sizeof hash));
	}
	arena_release(&arena);
}

static void check_same_decision(struct model *m, const struct model_decision *a,
                                const struct model_decision *b)
{
	const struct decision *x = &a->decision, *y = &b->decision;

	MODEL_CHECK(m, a->offset == b->offset && a->t_ms == b->t_ms);
	MODEL_CHECK(m, x->outcome == y->outcome);
	MODEL_CHECK(m, x->decided_at_ms == y->decided_at_ms);
	MODEL_CHECK(m, x->duplicate_of == y->duplicate_of && x->is_claim == y->is_claim);
	MODEL_CHECK(m, x->type == y->type && x->has_request_id == y->has_request_id);
	MODEL_CHECK(m, uuid_same(&x->request_id, &y->request_id));
	MODEL_CHECK(m, text_same(x->show_id, y->show_id));
	MODEL_CHECK(m, text_same(x->reply, y->reply));
	MODEL_CHECK(m, !x->events.data == !y->events.data && text_same(x->events, y->events));
	MODEL_CHECK(m, x->seats_asked == y->seats_asked && x->seats_refused == y->seats_refused);
}

static void check_same_show(struct model *m, const struct model_show *a, const struct model_show *b)
{
	MODEL_CHECK(m, b && a->rules == b->rules && a->version == b->version &&
	                   model_same_policy(&a->policy, &b->policy));
	MODEL_CHECK(m, a->has_owner == b->has_owner &&
	                   !memcmp(a->owner_hash, b->owner_hash, SHA256_BYTES));
	MODEL_CHECK(m, a->created_at_ms == b->created_at_ms && a->created_offset == b->created_offset);
}

static void check_same_reservation(struct model *m, const struct model_reservation *a,
                                   const struct model_reservation *b)
{
	MODEL_CHECK(m, b && a->status == b->status);
	MODEL_CHECK(m, !memcmp(a->session_hash, b->session_hash, SHA256_BYTES));
	MODEL_CHECK(m, text_identical(a->channel, b->channel) && a->places == b->places &&
	                   a->has_customer == b->has_customer &&
	                   !memcmp(a->customer_hash, b->customer_hash, SHA256_BYTES));
	MODEL_CHECK(m, a->created_at_ms == b->created_at_ms &&
	                   a->reserved_until_ms == b->reserved_until_ms &&
	                   a->request_offset == b->request_offset);
	MODEL_CHECK(m, a->has_ended_at == b->has_ended_at && a->ended_at_ms == b->ended_at_ms);
	MODEL_CHECK(m, a->seat_row_count == b->seat_row_count);
	for (size_t i = 0; i < a->seat_row_count; i++) {
		const struct model_reserved_seat *x = &a->seat_rows[i];
		const struct model_reserved_seat *y = model_reserved_seat(b, x->seat_id);

		MODEL_CHECK(m, y && x->has_left == y->has_left && x->left_at == y->left_at &&
		                   x->place == y->place);
	}
	MODEL_CHECK(m, a->seat_count == b->seat_count);
	for (size_t i = 0; i < a->seat_count; i++)
		MODEL_CHECK(m, text_same(a->seat_ids[i], b->seat_ids[i]));
	model_check_same_reserved_areas(m, a, b);
}

void model_check_same(struct model *expected, struct model *found)
{
	MODEL_CHECK(found, expected->decision_count == found->decision_count);
	for (size_t i = 0; i < expected->decision_count; i++)
		check_same_decision(found, &expected->decisions[i], &found->decisions[i]);
	MODEL_CHECK(found, expected->t_ms == found->t_ms);
	MODEL_CHECK(found, expected->show_count == found->show_count &&
	                       expected->seat_count == found->seat_count &&
	                       expected->reservation_count == found->reservation_count &&
	                       expected->place_count == found->place_count &&
	                       expected->channel_count == found->channel_count);
	for (size_t i = 0; i < expected->show_count; i++)
		check_same_show(found, &expected->shows[i], model_show_row(found, expected->shows[i].show_id));
	for (size_t i = 0; i < expected->seat_count; i++) {
		const struct model_seat *a = &expected->seats[i];
		const struct model_seat *b = model_seat(found, a->show_id, a->seat_id);

		MODEL_CHECK(found, b && model_same_row(&a->row, &b->row));
	}
	for (size_t i = 0; i < expected->place_count; i++) {
		const struct model_place *a = &expected->places[i];
		const struct model_place *b = model_place(found, a->show_id, a->seat_id);

		MODEL_CHECK(found, b && a->version == b->version && model_same_place(&a->place, &b->place));
	}
	model_check_same_areas(expected, found);
	for (size_t i = 0; i < expected->channel_count; i++) {
		const struct model_channel *a = &expected->channels[i];
		const struct model_channel *b = model_channel(found, a->show_id, a->row.name);

		MODEL_CHECK(found, b && model_same_channel(&a->row, &b->row));
	}
	for (size_t i = 0; i < expected->reservation_count; i++) {
		const struct model_reservation *a = &expected->reservations[i];

		check_same_reservation(found, a, model_reservation(found, a->show_id, &a->id));
	}
}
