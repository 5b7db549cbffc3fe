#include "worker/lane/intake.h"

#include <assert.h>
#include <stdlib.h>

#define DECODE_STEP 64 /* requests, between two looks at what is to be sent */

bool intake_open(struct intake *intake, struct kafka_group *group, int32_t partition,
                 size_t batch_max, struct batch *ahead)
{
	*intake = (struct intake){
	    .queue = kafka_group_queue(group, partition),
	    .batch_max = batch_max,
	    .taken = calloc(batch_max, sizeof intake->taken[0]),
	    .ahead = ahead,
	};
	return intake->queue && intake->taken;
}

void intake_close(struct intake *intake)
{
	kafka_queue_close(intake->queue);
	free(intake->taken);
}

/* Add what is queued, or comes within wait_ms. */
static enum rc add(struct intake *intake, struct batch *batch, int64_t wait_ms, struct err *e)
{
	size_t count, room = intake->batch_max - batch->count;
	bool is_ended;
	enum rc rc;

	if (!room)
		return RC_OK;
	rc = kafka_queue_take(intake->queue, intake->taken, room, &count, wait_ms, &is_ended, e);
	for (size_t i = 0; i < count; i++) {
		batch->entries[batch->count++] = (struct entry){.record = intake->taken[i]};
		intake->taken[i] = (struct record){0};
	}
	if (count || rc)
		intake->is_at_end = false;
	intake->is_at_end = intake->is_at_end || is_ended;
	intake->has_heard = intake->has_heard || count || is_ended;
	return rc;
}

/* What comes before the end of all reading is decided; the next take says what ended it. */
static enum rc put_off(struct intake *intake, const struct batch *batch, enum rc rc, struct err *e)
{
	if (rc != RC_FATAL || e->origin != FROM_PIPELINE || !batch->count)
		return rc;
	intake->ahead_err = *e;
	return e->rc = RC_OK;
}

enum rc intake_take(struct intake *intake, struct batch **batch, int64_t wait_ms, struct err *e)
{
	struct batch *empty = *batch;
	enum rc before = intake->ahead_err.rc;

	assert(empty->count == 0);
	*batch = intake->ahead;
	intake->ahead = empty;
	if (before) {
		*e = intake->ahead_err;
		intake->ahead_err.rc = RC_OK;
		return put_off(intake, *batch, before, e);
	}
	return put_off(intake, *batch, add(intake, *batch, (*batch)->count ? 0 : wait_ms, e), e);
}

bool intake_look_ahead(struct intake *intake, int64_t until_ms)
{
	struct batch *ahead = intake->ahead;

	if (!ahead->count && !intake->ahead_err.rc)
		(void)add(intake, ahead, 0, &intake->ahead_err);
	return batch_decode_some(ahead, until_ms, DECODE_STEP) && ahead->decoded < ahead->count;
}

bool intake_is_at_end(const struct intake *intake)
{
	return intake->is_at_end && !intake->ahead->count;
}

bool intake_has_heard(struct intake *intake)
{
	bool has_heard = intake->has_heard;

	intake->has_heard = false;
	return has_heard;
}

void intake_wake(struct intake *intake)
{
	kafka_queue_wake(intake->queue);
}
