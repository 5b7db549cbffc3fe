#include "audit/fold/reservations.h"

#include <assert.h>
#include <string.h>

#include "audit/fold/areas.h"
#include "audit/fold/lapses.h"

struct reservation *show_find_reservation(const struct show *show, const struct uuid *id)
{
	struct reservation *r;

	HASH_FIND(hh, show->reservations, id, sizeof *id, r);
	return r;
}

struct reservation *show_find_held(const struct show *show, const uint8_t session_hash[SHA256_BYTES])
{
	struct session *session;

	HASH_FIND(hh, show->sessions, session_hash, SHA256_BYTES, session);
	return session ? session->held : NULL;
}

static struct session *take_session(struct model *m, struct show *show,
                                    const uint8_t hash[SHA256_BYTES])
{
	struct session *session;

	HASH_FIND(hh, show->sessions, hash, SHA256_BYTES, session);
	if (session || !(session = arena_take(&m->memory, sizeof *session)))
		return session;
	memcpy(session->hash, hash, SHA256_BYTES);
	HASH_ADD(hh, show->sessions, hash, SHA256_BYTES, session);
	return session->hh.tbl ? session : NULL;
}

struct reservation *show_add_reservation(struct model *m, struct show *show, const struct uuid *id,
                                         const uint8_t session_hash[SHA256_BYTES])
{
	struct session *session = take_session(m, show, session_hash);
	struct reservation *r = arena_take(&m->memory, sizeof *r);

	if (!session || !r)
		return NULL;
	assert(!session->held);
	session->held = r;
	r->show = show;
	r->id = *id;
	r->number = (uint32_t)HASH_COUNT(show->reservations);
	r->status = RESERVATION_HELD;
	memcpy(r->session_hash, session_hash, SHA256_BYTES);
	HASH_ADD(hh, show->reservations, id, sizeof r->id, r);
	return r->hh.tbl ? r : NULL;
}

bool reservation_has_lapsed(const struct reservation *r, int64_t t_ms)
{
	return r->status == RESERVATION_HELD && r->until_ms <= t_ms;
}

/* ---- what the area knows of it: between both, anything of the reservation may change ---- */

static void step_out(struct share *share)
{
	if (share->count == 0)
		return;
	if (share->reservation->status == RESERVATION_HELD)
		lapses_remove(&share->area->held, share);
	else if (share->reservation->status == RESERVATION_CONFIRMED)
		share->area->sold -= share->count;
	assert(share->area->sold >= 0);
}

static void step_in(struct share *share)
{
	if (share->count == 0)
		return;
	if (share->reservation->status == RESERVATION_HELD)
		lapses_add(&share->area->held, share);
	else if (share->reservation->status == RESERVATION_CONFIRMED)
		share->area->sold += share->count;
	assert(show_area_taken(share->area) <= share->area->capacity);
}

/* ---- status and time ---- */

static void leave_session(struct reservation *r)
{
	struct session *session;

	HASH_FIND(hh, r->show->sessions, r->session_hash, SHA256_BYTES, session);
	assert(session && session->held == r);
	session->held = NULL;
}

void reservation_set(struct reservation *r, enum reservation_status status, int64_t offset,
                     int64_t t_ms)
{
	assert(status != RESERVATION_HELD && status != r->status);
	if (r->status == RESERVATION_HELD)
		leave_session(r);
	for (struct share *share = r->shares; share; share = share->next)
		step_out(share);
	if (r->buyer && r->status == RESERVATION_CONFIRMED)
		r->buyer->places_bought -= r->places;
	if (r->buyer && status == RESERVATION_CONFIRMED)
		r->buyer->places_bought += r->places;
	r->status = status;
	r->ended_ms = t_ms;
	for (struct share *share = r->shares; share; share = share->next) {
		step_in(share);
		if (share->count)
			share->area->version = offset;
	}
}

void reservation_set_until(struct reservation *r, int64_t until_ms)
{
	for (struct share *share = r->shares; share; share = share->next)
		step_out(share);
	r->until_ms = until_ms;
	for (struct share *share = r->shares; share; share = share->next)
		step_in(share);
}

/* ---- what is in it ---- */

static void set_places(struct reservation *r, int64_t places)
{
	assert(places >= 0);
	if (r->buyer && r->status == RESERVATION_CONFIRMED)
		r->buyer->places_bought += places - r->places;
	r->places = places;
}

static bool is_among(const struct seat *seat, struct seat *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == seat)
			return true;
	return false;
}

static bool note_left(struct arena *memory, struct reservation *r, const struct seat *seat,
                      int64_t offset)
{
	struct seat_left *left = arena_take(memory, sizeof *left);

	if (!left)
		return false;
	*left = (struct seat_left){.seat = seat, .left_at = offset, .next = r->left};
	r->left = left;
	return true;
}

static void forget_left(struct reservation *r, const struct seat *seat)
{
	struct seat_left **at = &r->left;

	while (*at && (*at)->seat != seat)
		at = &(*at)->next;
	if (*at)
		*at = (*at)->next;
}

bool reservation_move_seats(struct arena *memory, struct reservation *r, struct seat *const *out,
                            size_t out_count, struct seat *const *in, size_t in_count,
                            int64_t offset)
{
	struct seat **seats;
	size_t count = 0;

	if (out_count == 0 && in_count == 0)
		return true;
	seats = arena_take(memory, (r->seat_count + in_count + 1) * sizeof *seats);
	if (!seats)
		return false;
	for (size_t i = 0; i < r->seat_count; i++) {
		if (!is_among(r->seats[i], out, out_count))
			seats[count++] = r->seats[i];
		else if (!note_left(memory, r, r->seats[i], offset))
			return false;
	}
	assert(count == r->seat_count - out_count);
	for (size_t i = 0; i < in_count; i++) {
		forget_left(r, in[i]);
		seats[count++] = in[i];
	}
	set_places(r, r->places + (int64_t)in_count - (int64_t)out_count);
	r->seats = seats;
	r->seat_count = count;
	return true;
}

/* Where it is on the list; where it is not, where it would be hung up: at the end. */
static struct share **find_share(struct reservation *r, const struct show_area *area)
{
	struct share **at = &r->shares;

	while (*at && (*at)->area != area)
		at = &(*at)->next;
	return at;
}

/* Its last one: new, or with no places any more, which counts as new. NULL: out of memory. */
static struct share *take_last_share(struct arena *memory, struct reservation *r,
                                     struct show_area *area)
{
	struct share **at = find_share(r, area), *share = *at;

	if (share && share->count)
		return share;
	if (share)
		*at = share->next; /* it comes in anew */
	else if (!(share = arena_take(memory, sizeof *share)))
		return NULL;
	share->reservation = r;
	share->area = area;
	share->next = NULL;
	while (*at)
		at = &(*at)->next;
	*at = share;
	return share;
}

static bool move_places(struct arena *memory, struct reservation *r, struct text area_id,
                        int32_t more, int64_t offset)
{
	struct show_area *area = show_find_area(r->show, area_id);
	struct share *share;

	assert(area);
	share = take_last_share(memory, r, area);
	if (!share)
		return false;
	step_out(share);
	share->count += more;
	assert(share->count >= 0);
	step_in(share);
	area->version = offset;
	set_places(r, r->places + more);
	return true;
}

static bool list_areas(struct arena *memory, struct reservation *r)
{
	struct area_count *areas;
	size_t count = 0;

	for (const struct share *share = r->shares; share; share = share->next)
		count += share->count > 0;
	areas = arena_take(memory, (count + 1) * sizeof *areas);
	if (!areas)
		return false;
	count = 0;
	for (const struct share *share = r->shares; share; share = share->next)
		if (share->count > 0)
			areas[count++] = (struct area_count){share->area->id, share->count};
	r->areas = areas;
	r->area_count = count;
	return true;
}

bool reservation_move_places(struct arena *memory, struct reservation *r,
                             const struct area_count *out, size_t out_count,
                             const struct area_count *in, size_t in_count, int64_t offset)
{
	if (out_count == 0 && in_count == 0)
		return true;
	for (size_t i = 0; i < out_count; i++)
		if (!move_places(memory, r, out[i].area_id, -out[i].count, offset))
			return false;
	for (size_t i = 0; i < in_count; i++)
		if (!move_places(memory, r, in[i].area_id, in[i].count, offset))
			return false;
	return list_areas(memory, r);
}
