#define HASH_NONFATAL_OOM 1
#include "worker/plan/view.h"

#include <string.h>

#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) (view->failed = true)

void view_open(struct view *view, struct arena *arena)
{
	*view = (struct view){.arena = arena};
}

void view_close(struct view *view)
{
	struct show *show, *next;

	HASH_ITER(hh, view->shows, show, next) {
		HASH_CLEAR(hh, show->seats);
		HASH_CLEAR(hh, show->reservations);
		HASH_CLEAR(hh, show->sessions);
		HASH_CLEAR(hh, show->claims);
		HASH_CLEAR(hh, show->slots);
		HASH_CLEAR(hh, show->areas);
		HASH_CLEAR(hh, show->area_wants);
	}
	HASH_CLEAR(hh, view->shows);
	*view = (struct view){0};
}

static void *take(struct view *view, size_t bytes)
{
	void *taken = arena_take(view->arena, bytes);

	if (!taken)
		view->failed = true;
	return taken;
}

#define WANT(list, item) \
	do { \
		(item)->known = WANTED; \
		(item)->next_wanted = (list); \
		(list) = (item); \
	} while (0)

struct show *view_show(struct view *view, struct text show_id)
{
	struct show *show = NULL;

	HASH_FIND(hh, view->shows, show_id.data, show_id.bytes, show);
	if (show || !(show = take(view, sizeof *show)))
		return show;
	show->show_id = arena_copy(view->arena, show_id);
	if (!show->show_id.data)
		view->failed = true;
	HASH_ADD_KEYPTR(hh, view->shows, show->show_id.data, show->show_id.bytes, show);
	WANT(view->wanted_shows, show);
	return show;
}

struct seat *view_seat(struct view *view, struct show *show, struct text seat_id)
{
	struct seat *seat = NULL;

	HASH_FIND(hh, show->seats, seat_id.data, seat_id.bytes, seat);
	if (seat || !(seat = take(view, sizeof *seat)))
		return seat;
	seat->seat_id = arena_copy(view->arena, seat_id);
	if (!seat->seat_id.data)
		view->failed = true;
	seat->show = show;
	HASH_ADD_KEYPTR(hh, show->seats, seat->seat_id.data, seat->seat_id.bytes, seat);
	WANT(view->wanted_seats, seat);
	return seat;
}

struct reservation *view_find_reservation(const struct show *show, const struct uuid *id)
{
	struct reservation *reservation = NULL;

	HASH_FIND(hh, show->reservations, id, sizeof *id, reservation);
	return reservation;
}

struct reservation *view_new_reservation(struct view *view, struct show *show,
                                         const struct uuid *id)
{
	struct reservation *reservation = view_find_reservation(show, id);

	if (reservation || !(reservation = take(view, sizeof *reservation)))
		return reservation;
	reservation->id = *id;
	reservation->show = show;
	reservation->known = KNOWN;
	HASH_ADD(hh, show->reservations, id, sizeof reservation->id, reservation);
	return reservation;
}

struct reservation *view_reservation(struct view *view, struct show *show, const struct uuid *id)
{
	struct reservation *reservation = view_find_reservation(show, id);

	if (reservation || !(reservation = view_new_reservation(view, show, id)))
		return reservation;
	WANT(view->wanted_reservations, reservation);
	return reservation;
}

struct session *view_session(struct view *view, struct show *show,
                             const uint8_t hash[SHA256_BYTES])
{
	struct session *session = NULL;

	HASH_FIND_BYHASHVALUE(hh, show->sessions, hash, SHA256_BYTES, digest_hash(hash), session);
	if (session || !(session = take(view, sizeof *session)))
		return session;
	memcpy(session->hash, hash, SHA256_BYTES);
	session->show = show;
	HASH_ADD_BYHASHVALUE(hh, show->sessions, hash, SHA256_BYTES, digest_hash(hash), session);
	WANT(view->wanted_sessions, session);
	return session;
}

struct claim *view_claim(struct view *view, struct show *show, const struct uuid *request_id)
{
	struct claim *claim = NULL;

	HASH_FIND(hh, show->claims, request_id, sizeof *request_id, claim);
	if (claim || !(claim = take(view, sizeof *claim)))
		return claim;
	claim->request_id = *request_id;
	claim->show = show;
	HASH_ADD(hh, show->claims, request_id, sizeof claim->request_id, claim);
	WANT(view->wanted_claims, claim);
	return claim;
}

void view_learn_show(struct view *view, struct show *show)
{
	show->known = KNOWN;
	show->existed = show->exists;
	if (show->area_wants)
		view_learn_area_wants(view, show);
}

void view_learn_seat(struct view *view, struct seat *seat, int64_t until_ms)
{
	const struct seat_row *row = &seat->row;

	seat->known = KNOWN;
	seat->existed = seat->exists;
	seat->seen = *row;
	if (seat->exists && row->status == SEAT_RESERVED && row->has_reserved_by &&
	    row->has_reserved_until && row->reserved_until_ms <= until_ms)
		view_reservation(view, seat->show, &row->reserved_by);
}

void view_learn_reservation(struct view *view, struct reservation *reservation,
                            struct text *seat_ids, size_t seat_count)
{
	reservation->known = KNOWN;
	reservation->existed = reservation->exists;
	reservation->seen_status = reservation->status;
	reservation->seen_reserved_until_ms = reservation->reserved_until_ms;
	reservation->seen_places = reservation->places;
	if (!reservation->exists)
		return;
	if (reservation->has_customer)
		view_want_limit(view, reservation);
	if (reservation->area_count)
		view_learn_reserved_areas(view, reservation);
	reservation->seats = take(view, (seat_count + 1) * sizeof(struct seat *));
	if (!reservation->seats)
		return;
	reservation->seat_ids = seat_ids;
	reservation->seat_count = seat_count;
	for (size_t i = 0; i < seat_count; i++)
		reservation->seats[i] = view_seat(view, reservation->show, seat_ids[i]);
}

void view_learn_session(struct view *view, struct session *session, const struct uuid *held)
{
	session->known = KNOWN;
	session->held = held ? view_reservation(view, session->show, held) : NULL;
}

void view_learn_claim(struct claim *claim)
{
	claim->known = KNOWN;
}

bool view_is_complete(const struct view *view)
{
	return !view->wanted_shows && !view->wanted_seats && !view->wanted_reservations &&
	       !view->wanted_sessions && !view->wanted_customers && !view->wanted_claims &&
	       !view->wanted_places && !view->wanted_slots && !view->wanted_whole &&
	       !view->wanted_lapsing;
}

void view_touch_seat(struct view *view, struct seat *seat)
{
	if (seat->is_changed)
		return;
	seat->is_changed = true;
	seat->next_changed = view->changed_seats;
	view->changed_seats = seat;
}

void view_touch_reservation(struct view *view, struct reservation *reservation)
{
	if (reservation->is_changed)
		return;
	reservation->is_changed = true;
	reservation->next_changed = view->changed_reservations;
	view->changed_reservations = reservation;
}
