#include "audit/letter/disputes.h"

#include <stdlib.h>

#include "audit/fold/body.h"
#include "audit/fold/channels.h"
#include "audit/letter/collect.h"

/* The request once more, in memory that lasts; what is secret of it goes. */
static bool keep_request(struct dispute *one, struct text value)
{
	struct request *q = &one->request;
	static const struct text none = {NULL, 0};
	struct channel *channels;

	request_decode(value, &one->arena, q);
	channels = arena_take(&one->arena, (q->channel_count + 1) * sizeof *channels);
	if (one->arena.failed)
		return false;
	for (size_t i = 0; i < q->channel_count; i++) {
		channels[i] = q->channels[i];
		channels[i].key = none;
	}
	q->channels = channels;
	q->session_id = q->owner_key = q->new_owner_key = q->channel_key = q->customer_id = none;
	return true;
}

static bool is_of_reservation(const struct request *q)
{
	return q->fault == REQUEST_READABLE &&
	       request_fields_of(q->type) & FIELD_BIT(RESERVATION_ID);
}

/* The reservation that the request made or is about, as it is behind it. */
static void keep_about(struct dispute *one, const struct fold *fold)
{
	const struct request *q = &fold->request;
	const struct reservation *r = fold->verdict.reservation;

	if (!r && is_of_reservation(q))
		r = show_find_reservation(fold->show, &q->reservation_id);
	one->about = r;
	if (!r)
		return;
	one->about_status = r->status;
	one->about_until_ms = r->until_ms;
	one->about_ended_ms = r->ended_ms;
	one->about_seats = r->seats;
	one->about_seat_count = r->seat_count;
	one->about_areas = r->areas;
	one->about_area_count = r->area_count;
	for (size_t i = 0; i < fold->change_count; i++)
		one->is_retaken = one->is_retaken || fold->changes[i].is_retaken;
}

/* The channel by which the request came, where its key is one's; of a hold that of its reserve. */
static void keep_channel(struct dispute *one, const struct fold *fold)
{
	const struct request *q = &fold->request;
	const struct show_channel *channel;
	uint8_t hash[SHA256_BYTES];

	if (!q->channel_key.data) {
		if (one->about && q->type != REQUEST_RESERVE)
			one->channel = one->about->channel;
		return;
	}
	secret_hash_as("channel", fold->show->id, q->channel_key, hash);
	channel = show_find_channel_by_key(fold->show, hash);
	if (channel)
		one->channel = channel->name;
}

/* Was the show there before the request, which may have made it? */
static bool had_show(const struct fold *fold)
{
	return fold->show && fold->show->is_created && fold->verdict.outcome != OUTCOME_SHOW_CREATED;
}

static bool keep_reply(struct dispute *one, const struct fold *fold, const struct record *request)
{
	const struct record_place place = {request->topic, request->partition, request->offset};
	struct buf body = {0};

	body_write_reply(&fold->verdict, &body);
	reply_encode_whole(&one->reply, buf_text(&body), fold->verdict.duplicate_of, &place);
	one->reply.failed = one->reply.failed || body.failed;
	buf_release(&body);
	return !one->reply.failed;
}

static bool fill_in(struct dispute *one, const struct disputes *d, const struct fold *fold,
                    const struct record *request)
{
	if (!keep_request(one, request->value) || !keep_reply(one, fold, request))
		return false;
	one->partition = request->partition;
	one->offset = request->offset;
	one->appended_ms = request->is_append_time ? request->timestamp_ms : -1;
	one->records_before = fold->records - 1;
	one->show = fold->show;
	one->has_show = had_show(fold);
	if (one->has_show)
		one->policy = fold_policy(fold, fold->show);
	if (fold->show) {
		keep_about(one, fold);
		keep_channel(one, fold);
		if (!before_collect(one, fold, d->takers))
			return false;
	}
	one->verdict = fold->verdict;
	one->verdict.show_id = one->request.show_id;
	one->verdict.refusals = NULL;
	one->verdict.refusal_count = 0;
	one->verdict.area_refusals = NULL;
	one->verdict.area_refusal_count = 0;
	return true;
}

static void release(struct dispute *one)
{
	buf_release(&one->reply);
	arena_release(&one->arena);
	free(one);
}

static bool open_one(struct disputes *d, const struct fold *fold, const struct record *request)
{
	struct dispute *one = calloc(1, sizeof *one);

	if (!one || !fill_in(one, d, fold, request)) {
		if (one)
			release(one);
		return false;
	}
	one->later_end = &one->later;
	one->repeats_end = &one->repeats;
	*d->end = one;
	d->end = &one->next;
	return true;
}

static bool add_repeat(struct dispute *one, const struct fold *fold, const struct record *request)
{
	struct repeat *repeat;

	if (one->repeat_count++ >= DISPUTE_REPEATS_MAX)
		return true;
	repeat = arena_take(&one->arena, sizeof *repeat);
	if (!repeat)
		return false;
	repeat->at = (struct point){request->offset, fold->t_ms};
	repeat->is_other = fold->verdict.outcome == OUTCOME_IDEMPOTENCY_MISMATCH;
	*one->repeats_end = repeat;
	one->repeats_end = &repeat->next;
	return true;
}

static bool is_asked_for(const struct disputes *d, const struct request *q)
{
	return q->has_request_id && uuid_same(&q->request_id, &d->id) &&
	       (!d->show_id.data || text_same(q->show_id, d->show_id)) &&
	       (!d->is_reservation || q->type == REQUEST_RESERVE);
}

bool disputes_add(struct disputes *d, const struct fold *fold, const struct record *request)
{
	struct dispute *repeated = NULL;

	if (!d->end)
		d->end = &d->first;
	for (struct dispute *one = d->first; one; one = one->next) {
		if (one->show && one->show == fold->show && !later_collect(one, fold, request->offset))
			return false;
		if (one->show == fold->show && one->offset == fold->verdict.duplicate_of)
			repeated = one;
	}
	if (is_asked_for(d, &fold->request) &&
	    !(repeated ? add_repeat(repeated, fold, request) : open_one(d, fold, request)))
		return false;
	return takers_note(&d->takers, fold, request->offset);
}

void disputes_release(struct disputes *d)
{
	struct dispute *one = d->first, *next;

	for (; one; one = next) {
		next = one->next;
		release(one);
	}
	takers_release(&d->takers);
	d->first = NULL;
	d->end = NULL;
}
