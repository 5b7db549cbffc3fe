#include "worker/rebuild/answered.h"

#include "common/base/log.h"

static bool may_read_on(void *context)
{
	struct looking *looking = context;

	if (looking->back.read > looking->seen)
		looking->step(looking->context);
	looking->seen = looking->back.read;
	return !state_is_asked_to_stop(looking->state);
}

void answered_look_from(struct looking *looking, struct kafka_reader *reader)
{
	const struct owner *owner = looking->owner;

	looking->seen = 0;
	looking->back = (struct look_back){
	    .reader = reader,
	    .pipeline = owner->settings->pipeline,
	    .partition = owner->partition,
	    .goes_on = may_read_on,
	    .context = looking,
	};
}

enum rc answered_find(struct looking *looking, struct err *e)
{
	struct owner *owner = looking->owner;
	int64_t last;

	if (look_back_for_reply(&looking->back, &last, e))
		return e->rc;
	if (last < 0)
		return RC_OK;
	owner->answered = last + 1;
	log_warning("the group has no committed offset; the place is that of the last reply",
	            F_STR("group_id", owner->settings->pipeline->group_id),
	            F_INT("answered", owner->answered));
	return RC_OK;
}

/* By the last reply (-1: none beyond the rows) and who set the offset. */
static void decide_on(const struct looking *looking, int64_t last)
{
	struct owner *owner = looking->owner;
	int64_t decided = store_progress(owner->store)->next_offset;

	if (last >= 0 && (last >= owner->answered || !owner->committed.is_marked))
		owner->answered = last + 1;
	else if (last < 0 && !owner->committed.is_marked && owner->answered > decided &&
	         !looking->back.whole_from) /* else replies may be gone, and nothing speaks against it */
		owner->answered = decided;
	if (owner->committed.offset >= 0 && owner->answered != owner->committed.offset)
		log_warning("the committed offset is not that of the last reply; the replies count",
		            F_INT("committed", owner->committed.offset),
		            F_INT("answered", owner->answered));
}

enum rc answered_weigh(struct looking *looking, struct replied *replied, int64_t first, int64_t end,
                       struct err *e)
{
	int64_t decided = store_progress(looking->owner->store)->next_offset, last = -1;

	looking->first = first;
	looking->back.replied = replied;
	replied_begin(replied, decided, end);
	if (decided < first) /* it cannot be rebuilt, whatever the replies say */
		return RC_OK;
	if (decided < end &&
	    look_back_for_reply_since(&looking->back, decided, &last, e))
		return e->rc;
	decide_on(looking, last >= decided ? last : -1);
	return RC_OK;
}

/* Does the next worker look at each request from the first gap on? (hear_behind in witness.c) */
static bool looks_again(const struct looking *looking, const struct look_back_gaps *gaps)
{
	const struct kafka_commit *commit = &looking->owner->committed;

	return !commit->is_marked && commit->offset >= looking->first && commit->offset <= gaps->first;
}

enum rc answered_refuse_gaps(struct looking *looking, struct err *e)
{
	int64_t from = looking->back.replied->from, until = looking->owner->answered;
	struct look_back_gaps gaps;

	if (looking->back.whole_from > from)
		from = looking->back.whole_from;
	if (look_back_for_gaps(&looking->back, from, until, &gaps, e))
		return e->rc;
	if (!gaps.count)
		return RC_OK;
	if (looks_again(looking, &gaps)) {
		log_warning("requests below the last reply have none; the next worker answers them",
		            F_INT("requests", gaps.count), F_INT("first", gaps.first),
		            F_INT("last", gaps.last), F_INT("partition", looking->owner->partition));
		return RC_OK;
	}
	return err_set(e, RC_FATAL, FROM_PIPELINE,
	               "%lld requests from offset %lld to %lld, below what is answered, %lld, have no "
	               "reply, and would never get one: is each reply topic in --reply-topics?",
	               (long long)gaps.count, (long long)gaps.first, (long long)gaps.last,
	               (long long)until);
}
