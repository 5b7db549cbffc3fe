#include "worker/plan/changes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "worker/plan/areas.h"
#include "worker/plan/layout.h"

/* ---- events ---- */

struct event change_event(struct turn *turn, enum event_kind kind, const struct reservation *r)
{
	size_t area_count;
	const struct area_count *areas = turn_list_areas(turn, r, &area_count);

	return (struct event){
	    .kind = kind,
	    .show_id = turn->show->show_id,
	    .reservation_id = r->id,
	    .seat_ids = r->seat_ids,
	    .seat_count = r->seat_count,
	    .areas = areas,
	    .area_count = area_count,
	    .reserved_until_ms = r->reserved_until_ms,
	    .at_ms = turn->t_ms,
	};
}

static void tell_of(struct turn *turn, enum event_kind kind, const struct reservation *r)
{
	const struct event event = change_event(turn, kind, r);

	turn_tell(turn, &event);
}

/* ---- seats ---- */

/* One that is new has no number: whoever made the layout makes it anew, behind this batch. */
static void tell_layout(struct turn *turn, const struct seat *seat, const struct seat_row *row)
{
	struct layout *layout = seat->show->layout;

	layout_set_status(layout, seat->number, row->status,
	                  row->has_reserved_until ? row->reserved_until_ms : INT64_MAX);
	if (!text_identical(row->channel, seat->row.channel) &&
	    !layout_set_channel(layout, seat->number, row->channel))
		turn->view->failed = true;
}

void change_seat(struct turn *turn, struct seat *seat, struct seat_row row)
{
	view_touch_seat(turn->view, seat);
	row.version = turn->offset;
	if (seat->show->layout && seat->existed)
		tell_layout(turn, seat, &row);
	seat->row = row;
}

void change_free_seat(struct turn *turn, struct seat *seat)
{
	change_seat(turn, seat,
	            (struct seat_row){.status = SEAT_AVAILABLE, .channel = seat->row.channel});
}

void change_take_seat(struct turn *turn, struct seat *seat, const struct reservation *r)
{
	change_seat(turn, seat,
	            (struct seat_row){
	                .status = SEAT_RESERVED,
	                .channel = seat->row.channel,
	                .has_reserved_until = true,
	                .reserved_until_ms = r->reserved_until_ms,
	                .has_reserved_by = true,
	                .reserved_by = r->id,
	                .has_taken_at = true,
	                .taken_at_offset = turn->offset,
	            });
}

static void free_seats_of(struct turn *turn, struct reservation *r)
{
	for (size_t i = 0; i < r->seat_count; i++)
		if (seat_is_held_by(r->seats[i], r))
			change_free_seat(turn, r->seats[i]);
}

/* ---- reservations ---- */

/* Before the status changes: what the customer has is counted where the view knows him. */
static void count_for_customer(const struct reservation *r, enum reservation_status status)
{
	struct customer *customer = view_find_customer(r->show, r->customer_hash);

	if (!customer || customer->known != KNOWN)
		return;
	if (r->status == RESERVATION_CONFIRMED)
		customer->sold -= r->places;
	if (status == RESERVATION_CONFIRMED)
		customer->sold += r->places;
}

static void set_status(struct turn *turn, struct reservation *r, enum reservation_status status)
{
	view_touch_reservation(turn->view, r);
	if (r->status == RESERVATION_HELD && status != RESERVATION_HELD) {
		struct session *session = NULL;

		/* If the view does not have the session, no request of this batch asks for it. */
		HASH_FIND_BYHASHVALUE(hh, r->show->sessions, r->session_hash, SHA256_BYTES,
		                      digest_hash(r->session_hash), session);
		if (session && session->held == r)
			session->held = NULL;
	}
	if (r->has_customer)
		count_for_customer(r, status);
	r->status = status;
	r->ended_at_ms = turn->t_ms;
}

void change_end_hold(struct turn *turn, struct reservation *r, enum reservation_status status)
{
	free_seats_of(turn, r);
	areas_give_back(turn, r);
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

bool change_end_lapsed(struct turn *turn, struct seat *const *seats, size_t count,
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

static void set_customer(struct turn *turn, struct reservation *r)
{
	struct customer *customer = turn->about->customer;

	r->has_customer = true;
	if (!customer) {
		secret_hash_as("customer", turn->show->show_id, turn->request->customer_id,
		               r->customer_hash);
		return;
	}
	memcpy(r->customer_hash, customer->hash, SHA256_BYTES);
	r->next_of_customer = customer->held;
	customer->held = r;
}

struct reservation *change_reserve(struct turn *turn, int64_t reserved_until_ms)
{
	struct reservation *r =
	    view_new_reservation(turn->view, turn->show, &turn->request->request_id);

	if (!r || !change_end_lapsed(turn, turn->seats, turn->seat_count, turn->about->session->held,
	                             NULL))
		return NULL;
	change_end_lapsed_of_areas(turn, turn->request->areas, turn->request->area_count);
	assert(r->known == KNOWN && !r->exists);
	r->exists = true;
	r->status = RESERVATION_HELD;
	r->created_at_ms = turn->t_ms;
	r->reserved_until_ms = reserved_until_ms;
	r->request_offset = turn->offset;
	memcpy(r->session_hash, turn->about->secret, SHA256_BYTES);
	if (turn->channel)
		r->channel = turn->channel->name;
	if (turn->request->customer_id.data)
		set_customer(turn, r);
	r->seats = turn->seats;
	r->seat_ids = turn->seat_ids;
	r->seat_count = turn->seat_count;
	r->next_place = (int32_t)turn->seat_count;
	r->places = (int32_t)turn->seat_count;
	areas_take(turn, r, turn->request->areas, turn->request->area_count);
	view_touch_reservation(turn->view, r);
	turn->about->session->held = r;
	for (size_t i = 0; i < r->seat_count; i++)
		change_take_seat(turn, r->seats[i], r);
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
		change_seat(turn, r->seats[i], row);
	}
	areas_extend(turn, r);
	tell_of(turn, EVENT_EXTENDED, r);
}

static void sell(struct turn *turn, struct reservation *r, bool is_taken_again)
{
	struct event sold;

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
		change_seat(turn, r->seats[i], row);
	}
	areas_sell(turn, r);
	set_status(turn, r, RESERVATION_CONFIRMED);
	sold = change_event(turn, EVENT_SOLD, r);
	sold.is_retaken = is_taken_again;
	turn_tell(turn, &sold);
}

void change_sell(struct turn *turn, struct reservation *r)
{
	areas_give_back(turn, r);
	sell(turn, r, false);
}

void change_sell_again(struct turn *turn, struct reservation *r)
{
	const struct area_count *areas;
	size_t area_count;

	if (!change_end_lapsed(turn, r->seats, r->seat_count, NULL, r))
		return;
	areas_give_back(turn, r);
	areas = turn_list_areas(turn, r, &area_count);
	change_end_lapsed_of_areas(turn, areas, area_count);
	sell(turn, r, true);
}

void change_cancel(struct turn *turn, struct reservation *r)
{
	free_seats_of(turn, r);
	areas_give_back(turn, r);
	set_status(turn, r, RESERVATION_CANCELLED);
	tell_of(turn, EVENT_CANCELLED, r);
}
