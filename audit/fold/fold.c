#include "audit/fold/fold.h"

#include <string.h>

#include "audit/fold/house.h"
#include "audit/fold/limits.h"
#include "audit/fold/rules.h"
#include "common/base/partitioner.h"
#include "common/base/record.h"

void fold_release(struct fold *fold)
{
	for (struct show *show = fold->model.shows; show; show = show->hh.next)
		house_close(show);
	model_release(&fold->model);
	arena_release(&fold->arena);
}

/* t of the contract: the append time, never below the one before. */
int64_t fold_time_of(const struct fold *fold, const struct record *record)
{
	if (record->is_append_time && (fold->records == 0 || record->timestamp_ms > fold->t_ms))
		return record->timestamp_ms;
	return fold->t_ms;
}

void fold_pass(struct fold *fold, const struct record *record)
{
	fold->t_ms = fold_time_of(fold, record);
	fold->has_foreign_clock = !record->is_append_time;
	fold->records++;
}

/* Row 1, for what request_decode does not see: the key. */
static const char *why_unreadable(const struct fold *fold, const struct record *record)
{
	const struct request *q = &fold->request;

	if (q->fault == REQUEST_UNREADABLE)
		return "its value";
	if (!record->key.data || record->key.bytes != q->show_id.bytes ||
	    memcmp(record->key.data, q->show_id.data, q->show_id.bytes) != 0)
		return "its key";
	return NULL;
}

static void open_verdict(struct fold *fold)
{
	const struct request *q = &fold->request;

	fold->change_count = 0;
	fold->show = NULL;
	fold->is_claim = false;
	fold->verdict = (struct verdict){
	    .type = q->type,
	    .has_request_id = q->has_request_id,
	    .request_id = q->request_id,
	    .show_id = q->show_id,
	    .refusals = fold->refusals,
	    .area_refusals = fold->area_refusals,
	    .decided_ms = fold->t_ms,
	    .duplicate_of = NOT_A_DUPLICATE,
	};
}

/* Rows 4 and 5. true: it is decided. */
static bool decide_repeated(struct fold *fold)
{
	const struct request *q = &fold->request;
	struct verdict *v = &fold->verdict;
	const struct claim *claim = show_find_claim(fold->show, &q->request_id);
	const struct reservation *reserved;

	if (claim && !memcmp(claim->content, q->content, sizeof claim->content)) {
		*v = claim->verdict;
		v->duplicate_of = claim->offset;
		return true;
	}
	if (claim) {
		v->duplicate_of = claim->offset;
		v->outcome = OUTCOME_IDEMPOTENCY_MISMATCH;
		return true;
	}
	reserved = q->type == REQUEST_RESERVE ? show_find_reservation(fold->show, &q->request_id) : NULL;
	if (!reserved)
		return false;
	v->duplicate_of = reserved->offset;
	v->outcome = OUTCOME_IDEMPOTENCY_MISMATCH;
	return true;
}

static bool decide_readable(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;

	fold->show = model_take_show(&fold->model, q->show_id);
	if (!fold->show)
		return false;
	fold->verdict.show_id = fold->show->id;
	if (q->type != REQUEST_EXPIRE) {
		model_drop_claims(&fold->model, fold->t_ms - CLAIM_LASTS_MS + 1);
		if (decide_repeated(fold))
			return true;
	}
	if (!rules_find_verdict(fold, offset))
		return false;
	if (q->type == REQUEST_EXPIRE)
		return true;
	fold->is_claim = true;
	return show_add_claim(&fold->model, fold->show, &fold->verdict, q->content, offset, fold->t_ms);
}

bool fold_decide(struct fold *fold, const struct record *record)
{
	arena_clear(&fold->arena);
	request_decode(record->value, &fold->arena, &fold->request);
	if (fold->arena.failed)
		return false;
	fold_pass(fold, record);
	open_verdict(fold);
	fold->verdict.dead_letter = why_unreadable(fold, record);
	if (fold->verdict.dead_letter) {
		fold->verdict.outcome = OUTCOME_INVALID_REQUEST;
		return true;
	}
	if (partition_of_key(record->key.data, record->key.bytes, fold->partition_count) !=
	    fold->partition) {
		fold->verdict.outcome = OUTCOME_WRONG_PARTITION;
		return true;
	}
	if (fold->request.fault == REQUEST_MALFORMED) {
		fold->verdict.outcome = OUTCOME_INVALID_REQUEST;
		return true;
	}
	return decide_readable(fold, record->offset);
}
