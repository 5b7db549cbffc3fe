#include "worker/plan/changes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"

bool seat_is_free(const struct seat *seat, int64_t t_ms)
{
	return seat->row.status == SEAT_AVAILABLE ||
	       (seat->row.status == SEAT_RESERVED && seat->row.has_reserved_until &&
	        seat->row.reserved_until_ms <= t_ms);
}

bool seat_is_held_by(const struct seat *seat, const struct reservation *r)
{
	return seat->exists && seat->row.status != SEAT_AVAILABLE && seat->row.has_reserved_by &&
	       uuid_same(&seat->row.reserved_by, &r->id);
}

enum reservation_status reservation_status_now(const struct reservation *r)
{
	if (r->status != RESERVATION_HELD)
		return r->status;
	for (size_t i = 0; i < r->seat_count; i++)
		if (!seat_is_held_by(r->seats[i], r) || r->seats[i]->row.status != SEAT_RESERVED)
			return RESERVATION_EXPIRED;
	return r->seat_count ? RESERVATION_HELD : RESERVATION_EXPIRED;
}

/* ---- events ---- */

static void tell(struct turn *turn, const struct event *event)
{
	struct told *told = arena_take(turn->view->arena, sizeof *told);

	if (!told) {
		turn->view->failed = true;
		return;
	}
	told->event = *event;
	if (turn->last_event)
		turn->last_event->next = told;
	else
		turn->events = told;
	turn->last_event = told;
}

static void tell_of(struct turn *turn, enum event_kind kind, const struct reservation *r)
{
	tell(turn, &(struct event){
	               .kind = kind,
	               .show_id = turn->show->show_id,
	               .reservation_id = r->id,
	               .seat_ids = r->seat_ids,
	               .seat_count = r->seat_count,
	               .reserved_until_ms = r->reserved_until_ms,
	               .at_ms = turn->t_ms,
	           });
}

/* ---- seats ---- */

static void set_seat(struct turn *turn, struct seat *seat, struct seat_row row)
{
	view_touch_seat(turn->view, seat);
	row.version = turn->offset;
	seat->row = row;
}

static void free_seat(struct turn *turn, struct seat *seat)
{
	set_seat(turn, seat,
	         (struct seat_row){.status = SEAT_AVAILABLE, .channel = seat->row.channel});
}

static void free_seats_of(struct turn *turn, struct reservation *r)
{
	for (size_t i = 0; i < r->seat_count; i++)
		if (seat_is_held_by(r->seats[i], r))
			free_seat(turn, r->seats[i]);
}

/* ---- reservations ---- */

static void set_status(struct turn *turn, struct reservation *r, enum reservation_status status)
{
	view_touch_reservation(turn->view, r);
	if (r->status == RESERVATION_HELD && status != RESERVATION_HELD) {
		struct session *session = NULL;

		/* If the view does not have the session, no request of this batch asks for it. */
		HASH_FIND(hh, r->show->sessions, r->session_hash, SHA256_BYTES, session);
		if (session && session->held == r)
			session->held = NULL;
	}
	r->status = status;
	r->ended_at_ms = turn->t_ms;
}

void change_end_hold(struct turn *turn, struct reservation *r, enum reservation_status status)
{
	free_seats_of(turn, r);
	set_status(turn, r, status);
	turn->holds_expired += status == RESERVATION_EXPIRED;
	tell_of(turn, status == RESERVATION_RELEASED ? EVENT_RELEASED : EVENT_EXPIRED, r);
}

static int by_offset(const void *a, const void *b)
{
	const struct reservation *const *left = a, *const *right = b;

	return ((*left)->request_offset > (*right)->request_offset) -
	       ((*left)->request_offset < (*right)->request_offset);
}

static void add_once(struct reservation **list, size_t *count, struct reservation *r)
{
	for (size_t i = 0; i < *count; i++)
		if (list[i] == r)
			return;
	list[(*count)++] = r;
}

/*
 * End every lapsed hold that owns one of the seats, and `also` (may be NULL), in the order of
 * their reservations' offsets; `spared` keeps its seats (may be NULL).
 */
static bool end_lapsed(struct turn *turn, struct seat *const *seats, size_t count,
                       struct reservation *also, const struct reservation *spared)
{
	struct reservation **ending = arena_take(turn->view->arena, (count + 1) * sizeof *ending);
	size_t ending_count = 0;

	if (!ending) {
		turn->view->failed = true;
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const struct seat_row *row = &seats[i]->row;
		struct reservation *holder;

		if (row->status != SEAT_RESERVED || !row->has_reserved_by ||
		    fault_has_bug(FAULT_BUG_FORGET_LAPSED))
			continue;
		holder = view_reservation(turn->view, turn->show, &row->reserved_by);
		if (!holder)
			return false;
		if (holder != spared && holder->exists && holder->status == RESERVATION_HELD)
			add_once(ending, &ending_count, holder);
	}
	if (also)
		add_once(ending, &ending_count, also);
	qsort(ending, ending_count, sizeof ending[0], by_offset);
	for (size_t i = 0; i < ending_count; i++)
		change_end_hold(turn, ending[i], RESERVATION_EXPIRED);
	return true;
}

/* ---- the changes ---- */

void change_create_show(struct turn *turn)
{
	const struct request *request = turn->request;
	struct show *show = turn->show;
	struct policy *told = arena_take(turn->view->arena, sizeof *told);

	if (!told) {
		turn->view->failed = true;
		return;
	}
	show->exists = true;
	show->policy = *request->policy;
	if (show->policy.title.data)
		show->policy.title = arena_copy(turn->view->arena, show->policy.title);
	if (!show->policy.hold_seconds)
		show->policy.hold_seconds = HOLD_SECONDS_DEFAULT;
	if (!show->policy.max_hold_seconds)
		show->policy.max_hold_seconds = MAX_HOLD_SECONDS_DEFAULT;
	if (!show->policy.max_seats)
		show->policy.max_seats = MAX_SEATS_DEFAULT;
	show->has_owner = request->owner_key.data != NULL;
	memcpy(show->owner_hash, turn->secret, SHA256_BYTES);
	show->created_at_ms = turn->t_ms;
	show->created_offset = turn->offset;
	show->rules = RULES_KNOWN;
	show->version = turn->offset;
	*told = show->policy;
	told->given = request->policy->given | POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS |
	              POLICY_MAX_SEATS;
	tell(turn, &(struct event){
	               .kind = EVENT_SHOW_CREATED,
	               .show_id = show->show_id,
	               .at_ms = turn->t_ms,
	               .rules = RULES_KNOWN,
	               .policy = told,
	           });
}

void change_add_seats(struct turn *turn)
{
	for (size_t i = 0; i < turn->request->seat_count; i++) {
		turn->seats[i]->exists = true;
		free_seat(turn, turn->seats[i]);
	}
	tell(turn, &(struct event){
	               .kind = EVENT_SEATS_ADDED,
	               .show_id = turn->show->show_id,
	               .seat_ids = turn->request->seat_ids,
	               .seat_count = turn->request->seat_count,
	               .at_ms = turn->t_ms,
	           });
}

struct reservation *change_reserve(struct turn *turn, int64_t reserved_until_ms)
{
	const struct request *request = turn->request;
	struct reservation *r = view_new_reservation(turn->view, turn->show, &request->request_id);

	if (!r || !end_lapsed(turn, turn->seats, request->seat_count, turn->session->held, NULL))
		return NULL;
	assert(r->known == KNOWN && !r->exists);
	r->exists = true;
	r->status = RESERVATION_HELD;
	r->created_at_ms = turn->t_ms;
	r->reserved_until_ms = reserved_until_ms;
	r->request_offset = turn->offset;
	memcpy(r->session_hash, turn->secret, SHA256_BYTES);
	r->seats = turn->seats;
	r->seat_ids = request->seat_ids;
	r->seat_count = request->seat_count;
	view_touch_reservation(turn->view, r);
	turn->session->held = r;
	for (size_t i = 0; i < r->seat_count; i++)
		set_seat(turn, r->seats[i],
		         (struct seat_row){
		             .status = SEAT_RESERVED,
		             .channel = r->seats[i]->row.channel,
		             .has_reserved_until = true,
		             .reserved_until_ms = reserved_until_ms,
		             .has_reserved_by = true,
		             .reserved_by = r->id,
		             .has_taken_at = true,
		             .taken_at_offset = turn->offset,
		         });
	tell_of(turn, EVENT_RESERVED, r);
	return r;
}

void change_extend(struct turn *turn, struct reservation *r, int64_t reserved_until_ms)
{
	view_touch_reservation(turn->view, r);
	r->reserved_until_ms = reserved_until_ms;
	for (size_t i = 0; i < r->seat_count; i++) {
		struct seat_row row = r->seats[i]->row;

		row.reserved_until_ms = reserved_until_ms;
		set_seat(turn, r->seats[i], row);
	}
	tell_of(turn, EVENT_EXTENDED, r);
}

static void sell_seats(struct turn *turn, struct reservation *r, bool is_taken_again)
{
	for (size_t i = 0; i < r->seat_count; i++) {
		struct seat_row row = r->seats[i]->row;

		row.status = SEAT_SOLD;
		row.has_reserved_until = false;
		row.reserved_until_ms = 0;
		row.has_reserved_by = true;
		row.reserved_by = r->id;
		if (is_taken_again) {
			row.has_taken_at = true;
			row.taken_at_offset = turn->offset;
		}
		set_seat(turn, r->seats[i], row);
	}
	set_status(turn, r, RESERVATION_CONFIRMED);
	tell_of(turn, EVENT_SOLD, r);
}

void change_sell(struct turn *turn, struct reservation *r)
{
	sell_seats(turn, r, false);
}

void change_sell_again(struct turn *turn, struct reservation *r)
{
	if (end_lapsed(turn, r->seats, r->seat_count, NULL, r))
		sell_seats(turn, r, true);
}

void change_cancel(struct turn *turn, struct reservation *r)
{
	free_seats_of(turn, r);
	set_status(turn, r, RESERVATION_CANCELLED);
	tell_of(turn, EVENT_CANCELLED, r);
}
