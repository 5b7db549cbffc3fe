#include "worker/plan/plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/base/partitioner.h"
#include "common/message/packed.h"
#include "worker/plan/rules.h"

/* Rows 1 to 3 of the table, which need nothing but the record. */
#define MESSAGE_BYTES 240

enum row { ROW_UNREADABLE, ROW_WRONG_PARTITION, ROW_MALFORMED, ROW_READABLE };

const char *plan_dead_letter_reason(const struct entry *entry)
{
	if (entry->request.fault == REQUEST_UNREADABLE)
		return entry->request.fault_text;
	if (!entry->record.key.data)
		return "The record has no key; it must be the show_id.";
	if (!text_same(entry->record.key, entry->request.show_id))
		return "The record's key is not the show_id.";
	return NULL;
}

static enum row row_of(const struct plan_place *place, const struct entry *entry)
{
	const struct text key = entry->record.key;

	if (plan_dead_letter_reason(entry))
		return ROW_UNREADABLE;
	if (partition_of_key(key.data, key.bytes, place->partition_count) != place->partition)
		return ROW_WRONG_PARTITION;
	return entry->request.fault == REQUEST_MALFORMED ? ROW_MALFORMED : ROW_READABLE;
}

static void hash_secret(const struct request *request, uint8_t hash[SHA256_BYTES])
{
	struct text secret = request->session_id.data ? request->session_id : request->owner_key;

	memset(hash, 0, SHA256_BYTES);
	if (secret.data)
		secret_hash(request->show_id, secret, hash);
}

static struct seat **look_up_seats(struct view *view, const struct request *request,
                                   struct show *show)
{
	struct seat **seats = arena_take(view->arena, request->seat_count * sizeof(struct seat *));

	for (size_t i = 0; seats && i < request->seat_count; i++)
		seats[i] = view_seat(view, show, request->seat_ids[i]);
	return seats;
}

/* Where the seats are going to be, and of those that are there already, where they are. */
static struct slot **look_up_places(struct view *view, const struct request *request,
                                    const struct subject *about)
{
	struct slot **slots = arena_take(view->arena, request->place_count * sizeof(struct slot *));
	size_t first = request->seat_count - request->place_count;

	for (size_t i = 0; slots && i < request->place_count && !view->failed; i++) {
		slots[i] = request->places[i].row.data
		               ? view_slot(view, about->show, &request->places[i])
		               : NULL;
		if (request->type == REQUEST_CHANGE_SEATS)
			view_place(view, about->seats[first + i]);
	}
	return slots;
}

/* For `best`, and for singles that named seats may leave. */
static void look_up_house(struct view *view, const struct request *request, struct show *show)
{
	if (request->best || (request->seat_count && show->whole == NOT_ASKED))
		view_want_whole(view, show, !request->best);
}

/* What a record asks of a reservation before that is known. */
static void look_ahead(struct reservation *r, const struct entry *entry)
{
	const struct request *request = &entry->request;

	if (request->type == REQUEST_CONFIRM)
		r->confirm_ms = entry->t_ms;
	if (request->type == REQUEST_CHANGE_HOLD)
		r->is_added_to |= request->seat_count || request->best || request->area_count;
}

/* Find in the view, or make wanted, what a readable request is about. NULL: out of memory. */
static struct subject *look_up(struct view *view, const struct request *request)
{
	struct subject *about = arena_take(view->arena, sizeof *about);

	/* One that found no room in the view is nobody's to release. */
	if (!about || !(about->show = view_show(view, request->show_id)) || view->failed) {
		view->failed = true;
		return NULL;
	}
	hash_secret(request, about->secret);
	if (request_fields_of(request->type) & FIELD_BIT(RESERVATION_ID))
		about->reservation = view_reservation(view, about->show, &request->reservation_id);
	if (request->type == REQUEST_RESERVE)
		about->session = view_session(view, about->show, about->secret);
	if (request->type == REQUEST_RESERVE || request->type == REQUEST_CHANGE_HOLD)
		look_up_house(view, request, about->show);
	if (request->seat_count && request->type != REQUEST_CANCEL) {
		about->seats = look_up_seats(view, request, about->show);
		view->failed = view->failed || !about->seats;
	}
	if (request->place_count && !view->failed) {
		about->slots = look_up_places(view, request, about);
		view->failed = view->failed || !about->slots;
	}
	if (request_type_claims(request->type))
		about->claim = view_claim(view, about->show, &request->request_id);
	return view->failed ? NULL : about;
}

void plan_want(struct view *view, const struct plan_place *place, struct batch *batch,
               size_t first, size_t count)
{
	view->until_ms = batch->entries[first + count - 1].t_ms;
	for (size_t i = first; i < first + count && !view->failed; i++) {
		struct entry *entry = &batch->entries[i];

		entry->about =
		    row_of(place, entry) == ROW_READABLE ? look_up(view, &entry->request) : NULL;
		if (entry->about && entry->about->reservation)
			look_ahead(entry->about->reservation, entry);
	}
}

/* At t every reservation of the show has a claim that counts: none is older than the show. */
static bool every_id_is_claimed(const struct show *show, int64_t t_ms)
{
	return show->known == KNOWN && show->exists &&
	       t_ms - show->created_at_ms < CLAIM_MS;
}

/* Of a show that may have limits. */
static void want_customer(struct view *view, struct subject *about, const struct request *request)
{
	const struct show *show = about->show;
	uint8_t hash[SHA256_BYTES];

	if (show->known == KNOWN && !(show->exists && policy_limits_customers(&show->policy)))
		return;
	secret_hash_as("customer", show->show_id, request->customer_id, hash);
	about->customer = view_customer(view, about->show, hash);
}

void plan_want_ids(struct view *view, const struct plan_place *place, struct batch *batch,
                   size_t first, size_t count)
{
	for (size_t i = first; i < first + count && !view->failed; i++) {
		const struct entry *entry = &batch->entries[i];
		const struct request *request = &entry->request;
		struct show *show;

		if (request_sender_of(request->type) != SENDER_CUSTOMER ||
		    row_of(place, entry) != ROW_READABLE)
			continue;
		for (size_t k = 0; k < request->area_count; k++)
			view_want_places(view, entry->about->show, request->areas[k].area_id,
			                 request->areas[k].count);
		if (request->type != REQUEST_RESERVE)
			continue;
		show = view_show(view, request->show_id);
		if (show && !every_id_is_claimed(show, entry->t_ms))
			view_reservation(view, show, &request->request_id);
		if (request->customer_id.data)
			want_customer(view, entry->about, request);
	}
}

/* Pack the reply and the events of a decision that is not a duplicate's. */
static void write_down(struct arena *arena, struct entry *entry, struct reply *reply,
                       const struct told *events, struct buf *packed)
{
	const struct request *request = &entry->request;
	struct decision *d = &entry->decision;

	reply->type = request->type;
	reply->has_request_id = request->has_request_id;
	reply->request_id = request->request_id;
	reply->show_id = request->show_id;
	reply->decided_at_ms = entry->t_ms;
	buf_clear(packed);
	packed_add_reply(packed, reply);
	d->outcome = reply->outcome;
	d->decided_at_ms = entry->t_ms;
	d->reply = arena_copy(arena, buf_text(packed));
	arena->failed |= packed->failed;
	if (!events)
		return;
	buf_clear(packed);
	for (const struct told *told = events; told; told = told->next)
		packed_add_event(packed, &told->event, reply);
	d->events = arena_copy(arena, buf_text(packed));
	arena->failed |= packed->failed;
}

/* Rows 4 and 5: the id was used before. */
static bool decide_again(struct turn *turn, struct entry *entry, const struct claim *claim,
                         struct buf *packed)
{
	const struct request *request = turn->request;
	struct decision *d = &entry->decision;
	bool is_claimed = claim->exists && entry->t_ms - claim->decided_at_ms < CLAIM_MS;
	struct reply reply = {.outcome = OUTCOME_IDEMPOTENCY_MISMATCH};

	if (is_claimed && !memcmp(claim->content, request->content, sizeof claim->content)) {
		d->outcome = claim->outcome;
		d->decided_at_ms = claim->decided_at_ms;
		d->duplicate_of = fault_has_bug(FAULT_BUG_WRONG_DUPLICATE) ? entry->record.offset
		                                                           : claim->offset;
		d->reply = claim->reply;
		return true;
	}
	if (is_claimed) {
		d->duplicate_of = claim->offset;
	} else if (request->type == REQUEST_RESERVE) {
		const struct reservation *r =
		    every_id_is_claimed(turn->show, entry->t_ms)
		        ? view_find_reservation(turn->show, &request->request_id)
		        : view_reservation(turn->view, turn->show, &request->request_id);

		if (!r || !r->exists)
			return false;
		d->duplicate_of = r->request_offset;
	} else {
		return false;
	}
	write_down(turn->view->arena, entry, &reply, NULL, packed);
	return true;
}

static void remember(struct claim *claim, const struct entry *entry)
{
	claim->exists = true;
	claim->offset = entry->record.offset;
	claim->decided_at_ms = entry->t_ms;
	claim->outcome = entry->decision.outcome;
	claim->reply = entry->decision.reply;
	memcpy(claim->content, entry->request.content, sizeof claim->content);
}

/* For the log: a change_hold asks for what it has not. */
static void note_refused(struct decision *d, const struct turn *turn)
{
	const struct wish *best = turn->request->best;

	d->seats_asked = turn->seat_count + (best ? (size_t)best->count : 0);
	d->seats_refused = turn->reply.unavailable_count;
}

static bool decide_readable(struct view *view, struct entry *entry, struct buf *packed)
{
	const struct request *request = &entry->request;
	struct decision *d = &entry->decision;
	struct turn turn = {
	    .view = view,
	    .request = request,
	    .about = entry->about,
	    .show = entry->about->show,
	    .reservation = entry->about->reservation,
	    .seats = entry->about->seats,
	    .seat_ids = request->seat_ids,
	    .seat_count = request->seat_count,
	    .t_ms = entry->t_ms,
	    .offset = entry->record.offset,
	};
	struct claim *claim = entry->about->claim;

	if (claim && decide_again(&turn, entry, claim, packed))
		return true;
	if (!rules_decide(&turn))
		return false;
	write_down(view->arena, entry, &turn.reply, turn.events, packed);
	if (request->type == REQUEST_RESERVE)
		d->seats_asked = request->seat_count + (request->best ? (size_t)request->best->count : 0);
	if (d->outcome == OUTCOME_SEATS_TAKEN)
		note_refused(d, &turn);
	d->holds_expired = turn.holds_expired;
	if (d->outcome == OUTCOME_EXPIRED)
		d->late_ms = entry->t_ms - turn.reservation->reserved_until_ms;
	if (claim) {
		d->is_claim = true;
		remember(claim, entry);
	}
	return true;
}

/* With N: a sender that goes by a topic with partitions added by mistake cannot know it. */
static void explain_partition(const struct plan_place *place, const struct entry *entry,
                              char message[MESSAGE_BYTES])
{
	const struct text key = entry->record.key;

	snprintf(message, MESSAGE_BYTES,
	         "The record is on partition %d and belongs on %d: murmur2 of the show_id modulo %d, the "
	         "number of partitions that the database was made for, whatever the topic has now.",
	         (int)place->partition,
	         (int)partition_of_key(key.data, key.bytes, place->partition_count),
	         (int)place->partition_count);
}

static bool decide(struct view *view, const struct plan_place *place, struct entry *entry,
                   struct buf *packed)
{
	struct reply reply = {.outcome = OUTCOME_INVALID_REQUEST};
	char message[MESSAGE_BYTES];

	entry->decision = (struct decision){
	    .duplicate_of = NOT_A_DUPLICATE,
	    .type = entry->request.type,
	    .has_request_id = entry->request.has_request_id,
	    .request_id = entry->request.request_id,
	    .show_id = entry->request.show_id,
	};
	switch (row_of(place, entry)) {
	case ROW_READABLE:
		return decide_readable(view, entry, packed);
	case ROW_WRONG_PARTITION:
		reply.outcome = OUTCOME_WRONG_PARTITION;
		explain_partition(place, entry, message);
		reply.message = message;
		break;
	case ROW_MALFORMED:
		reply.message = entry->request.fault_text;
		break;
	case ROW_UNREADABLE:
		reply.message = plan_dead_letter_reason(entry);
		break;
	}
	write_down(view->arena, entry, &reply, NULL, packed);
	return true;
}

bool plan_batch(struct view *view, const struct plan_place *place, struct batch *batch,
                size_t first, size_t count)
{
	struct buf packed = {0};
	bool is_fine = !view->failed;

	assert(view_is_complete(view));
	for (size_t i = first; is_fine && i < first + count; i++)
		is_fine = decide(view, place, &batch->entries[i], &packed);
	is_fine = is_fine && !view->failed && !view->arena->failed;
	buf_release(&packed);
	return is_fine;
}
