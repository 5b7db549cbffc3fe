#include "worker/lane/witness.h"

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "worker/lane/look_back.h"

/* How long an assignment waits for a lane that has much to read back. */
struct patience {
	const struct owner *owner;
	struct state *state;
	int64_t until_ms; /* from then on the assignment goes on without it */
};

static bool may_read_on(void *context)
{
	struct patience *patience = context;

	if (patience->owner->answered >= 0 && clock_monotonic_ms() >= patience->until_ms)
		state_leaves_assignment(patience->state, NEEDS_KAFKA, owner_start(patience->owner));
	return !state_is_asked_to_stop(patience->state);
}

static void look_from(struct look_back *look, struct patience *patience, const struct hearing *h)
{
	*patience = (struct patience){h->owner, h->state, clock_monotonic_ms() + LANE_ACQUIRE_MS / 4};
	*look = (struct look_back){
	    .reader = h->reader,
	    .pipeline = h->owner->settings->pipeline,
	    .partition = h->owner->partition,
	    .goes_on = may_read_on,
	    .context = patience,
	};
}

static enum rc commit_only(struct owner *owner, const struct kafka_commit *commit, struct err *e)
{
	enum rc rc = kafka_txn_begin(owner->txn, e);

	if (!rc)
		rc = kafka_txn_commit(owner->txn, owner->membership,
		                      owner->settings->pipeline->topics.requests, owner->partition, commit,
		                      e);
	/*
	 * An EndTxn of it that is still under way could end the next transaction, which has answers:
	 * the caller tries again with another producer.
	 */
	if (!rc && kafka_txn_is_tainted(owner->txn))
		rc = err_set(e, RC_RETRY, FROM_KAFKA, "a transport error while offset %lld was committed",
		             (long long)commit->offset);
	if (!rc)
		owner->committed = *commit;
	return rc;
}

enum rc witness_replace_offset(const struct hearing *h, struct err *e)
{
	struct kafka_commit commit = {.is_marked = true};
	struct patience patience;
	struct look_back look;
	int64_t last;

	look_from(&look, &patience, h);
	if (look_back_for_reply(&look, &last, e))
		return e->rc;
	h->owner->answered = commit.offset = last >= 0 ? last + 1 : h->first;
	return last < 0 && look.is_cut ? RC_OK : commit_only(h->owner, &commit, e);
}

/*
 * Replies to what the rows do not have decided: 1 + the last of them; 0: there is none. Where
 * nothing waits behind the rows nothing is read. Else it costs a look at the first request that
 * waits, and at what was answered since.
 */
static enum rc look_beyond(struct look_back *look, const struct hearing *h, int64_t *answered,
                           struct err *e)
{
	int64_t decided = store_progress(h->owner->store)->next_offset, last;
	int64_t from = decided > h->first ? decided : h->first;

	*answered = 0;
	if (from >= h->end)
		return RC_OK;
	if (look_back_for_reply_since(look, from, &last, e))
		return e->rc;
	if (last >= from)
		*answered = last + 1;
	return RC_OK;
}

/*
 * A worker committed it, in one transaction with its replies, and what lies below it is answered.
 * What is decided and lies behind it is answered now. Where there are replies to that already, these
 * count: the group's coordinator may have lost the offset. Behind the fence no transaction is open,
 * so all replies can be read.
 */
static enum rc hear_mark(struct look_back *look, const struct hearing *h, struct err *e)
{
	struct owner *owner = h->owner;
	int64_t last;

	if (owner->answered >= store_progress(owner->store)->next_offset || owner->answered < h->first)
		return RC_OK;
	if (look_back_for_reply_since(look, owner->answered, &last, e))
		return e->rc;
	if (last >= owner->answered)
		owner->answered = last + 1;
	return RC_OK;
}

/* Replies to what is decided and lies behind an offset that a hand has set, and gaps between them. */
static enum rc hear_behind(struct look_back *look, const struct hearing *h, int64_t *last,
                           struct err *e)
{
	struct owner *owner = h->owner;
	struct replied *replied = &owner->doubt.replied;
	int64_t from = owner->answered;
	struct look_back_gaps gaps;
	enum rc rc;

	replied_begin(replied, from, owner->doubt.below);
	look->replied = replied;
	rc = look_back_for_reply_since(look, from, last, e);
	if (rc || *last < from)
		return rc;
	if (look->whole_from > from)
		from = look->whole_from;
	rc = look_back_for_gaps(look, from, *last, &gaps, e);
	if (rc)
		return rc;
	owner->answered = gaps.count ? gaps.first : *last + 1;
	if (gaps.count)
		log_warning("requests before the last reply have none; they are answered now",
		            F_INT("requests", gaps.count), F_INT("first", gaps.first),
		            F_INT("last", gaps.last), F_INT("last_reply", *last));
	return RC_OK;
}

/*
 * A hand has set it, or a worker of a version that left no mark: it is not believed, and the replies
 * tell. Where none are kept that could tell, it has to be.
 */
static enum rc hear_replies(struct look_back *look, const struct hearing *h, struct err *e)
{
	struct owner *owner = h->owner;
	int64_t decided = store_progress(owner->store)->next_offset, last = -1;

	owner->doubt.below = decided;
	if (owner->answered < decided && owner->answered >= h->first) {
		if (hear_behind(look, h, &last, e))
			return e->rc;
		if (last >= owner->committed.offset)
			return RC_OK;
		look->replied = NULL;
	}
	if (look_back_for_reply(look, &last, e))
		return e->rc;
	if (last >= 0 || !look->is_cut)
		owner->answered = last >= 0 ? last + 1 : h->first;
	else if (owner->answered > decided)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the group's offset %lld was set by hand beyond what is decided, below %lld, "
		               "and no reply is kept that tells what is answered: set it to the first "
		               "request without a reply", (long long)owner->answered, (long long)decided);
	return RC_OK;
}

static void forget_doubt(struct owner *owner)
{
	replied_release(&owner->doubt.replied);
	owner->doubt.below = 0;
}

enum rc witness_hear_again(const struct hearing *h, struct err *e)
{
	struct patience patience;
	struct look_back look;

	forget_doubt(h->owner);
	if (fault_breaks(FAULT_RULE_REPLIES_READ))
		return RC_OK;
	look_from(&look, &patience, h);
	return h->owner->committed.is_marked ? hear_mark(&look, h, e) : hear_replies(&look, h, e);
}

enum rc witness_hear(const struct hearing *h, struct err *e)
{
	struct owner *owner = h->owner;
	struct patience patience;
	struct look_back look;
	int64_t answered;

	forget_doubt(owner);
	if (fault_breaks(FAULT_RULE_REPLIES_READ))
		return RC_OK;
	look_from(&look, &patience, h);
	if (look_beyond(&look, h, &answered, e))
		return e->rc;
	if (answered) {
		owner->answered = answered;
		/* Where they are a rival's, the rows are his, too. */
		return store_still_owns(owner->store, e);
	}
	if (owner->committed.offset >= 0)
		return witness_hear_again(h, e);
	if (store_progress(owner->store)->last_offset >= 0)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the group has no committed offset, and no reply is kept that tells what is "
		               "answered: set it to the first request without a reply");
	return RC_OK;
}

enum rc witness_commit(struct owner *owner, struct err *e)
{
	const struct kafka_commit found = owner->committed;
	const struct kafka_commit commit = {owner->answered, owner->answered >= owner->doubt.below};

	if (found.offset == commit.offset && found.is_marked == commit.is_marked)
		return RC_OK;
	if (commit_only(owner, &commit, e))
		return e->rc; /* RC_FENCED: the replies were those of a rival */
	if (found.offset >= 0 && commit.offset > found.offset)
		log_warning("there are replies beyond the committed offset; they count",
		            F_INT("committed", found.offset), F_INT("answered", commit.offset));
	else if (commit.offset < found.offset)
		log_warning("the committed offset was set by hand, beyond the last reply; the replies count",
		            F_INT("committed", found.offset), F_INT("answered", commit.offset));
	return RC_OK;
}
