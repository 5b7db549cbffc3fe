#include "tests/fuzz/fold_oracle.h"

#include <stdlib.h>

#include "audit/fold/body.h"
#include "audit/fold/channels.h"
#include "audit/fold/fold.h"

struct fold_oracle {
	struct fold fold;
	struct buf reply, events;
};

struct fold_oracle *fold_oracle_open(int32_t partition, int32_t partition_count)
{
	struct fold_oracle *o = calloc(1, sizeof *o);

	if (o) {
		o->fold.partition = partition;
		o->fold.partition_count = partition_count;
	}
	return o;
}

void fold_oracle_close(struct fold_oracle *o)
{
	if (!o)
		return;
	fold_release(&o->fold);
	buf_release(&o->reply);
	buf_release(&o->events);
	free(o);
}

bool fold_oracle_decide(struct fold_oracle *o, const struct record *record, struct fold_said *said)
{
	struct fold *fold = &o->fold;

	if (!fold_decide(fold, record))
		return false;
	buf_clear(&o->reply);
	buf_clear(&o->events);
	body_write_reply(&fold->verdict, &o->reply);
	for (size_t i = 0; i < fold->change_count; i++) {
		if (i)
			buf_add(&o->events, "\n", 1);
		body_write_event(&fold->verdict, fold->show, &fold->changes[i], &o->events);
	}
	*said = (struct fold_said){
	    .t_ms = fold->t_ms,
	    .outcome = fold->verdict.outcome,
	    .duplicate_of = fold->verdict.duplicate_of,
	    .is_claim = fold->is_claim,
	    .is_dead_letter = fold->verdict.dead_letter != NULL,
	    .reply = buf_text(&o->reply),
	    .events = buf_text(&o->events),
	};
	return !o->reply.failed && !o->events.failed;
}

bool fold_oracle_show(struct fold_oracle *o, struct text show_id, struct fold_show *show)
{
	const struct show *found = model_find_show(&o->fold.model, show_id);

	if (!found || !found->is_created)
		return false;
	*show = (struct fold_show){
	    .rules = found->rules,
	    .policy = &found->policy,
	    .owner_hash = found->has_owner ? found->owner_hash : NULL,
	    .created_ms = found->created_ms,
	    .created_offset = found->created_offset,
	    .version = found->version,
	};
	return true;
}

bool fold_oracle_channel(struct fold_oracle *o, struct text show_id, struct text name,
                         struct fold_channel *channel)
{
	const struct show *show = model_find_show(&o->fold.model, show_id);
	const struct show_channel *found = show ? show_find_channel(show, name) : NULL;

	if (!found)
		return false;
	*channel = (struct fold_channel){
	    .key_hash = found->has_key ? found->key_hash : NULL,
	    .on_sale = &found->on_sale,
	    .opens = found->opens,
	    .opens_count = found->opens_count,
	    .is_exempt = found->is_exempt,
	    .version = found->version,
	};
	return true;
}

bool fold_oracle_seat(struct fold_oracle *o, struct text show_id, struct text seat_id,
                      struct fold_seat *seat)
{
	const struct show *show = model_find_show(&o->fold.model, show_id);
	const struct seat *found = show ? show_find_seat(show, seat_id) : NULL;

	if (!found)
		return false;
	*seat = (struct fold_seat){
	    .status = found->status,
	    .channel = found->channel,
	    .place = found->place ? &found->place->place : NULL,
	    .place_version = found->place ? found->place->version : 0,
	    .has_holder = found->holder != NULL,
	    .taken_at = found->taken_at,
	    .version = found->version,
	};
	if (found->holder) {
		seat->holder = found->holder->id;
		seat->until_ms = found->holder->until_ms;
	}
	return true;
}

bool fold_oracle_reservation(struct fold_oracle *o, struct text show_id, const struct uuid *id,
                             struct fold_reservation *reservation)
{
	const struct show *show = model_find_show(&o->fold.model, show_id);
	const struct reservation *found = show ? show_find_reservation(show, id) : NULL;

	if (!found)
		return false;
	*reservation = (struct fold_reservation){
	    .status = found->status,
	    .created_ms = found->created_ms,
	    .until_ms = found->until_ms,
	    .ended_ms = found->ended_ms,
	    .offset = found->offset,
	    .session_hash = found->session_hash,
	    .customer_hash = found->buyer ? found->buyer->hash : NULL,
	    .channel = found->channel,
	    .seat_count = found->seat_count,
	};
	return true;
}

void fold_oracle_count(const struct fold_oracle *o, struct fold_counts *counts)
{
	*counts = (struct fold_counts){0};
	for (const struct show *s = o->fold.model.shows; s; s = s->hh.next) {
		counts->shows += s->is_created;
		counts->seats += HASH_COUNT(s->seats);
		counts->reservations += HASH_COUNT(s->reservations);
		for (const struct seat *seat = s->seats; seat; seat = seat->hh.next)
			counts->places += seat->place != NULL;
		for (const struct show_channel *c = s->channels; c; c = c->next)
			counts->channels++;
	}
}
