/* What organisers ask of a show as a whole, and refunds: section 4.1 of docs/protocol.md. */
#include "audit/fold/part.h"
#include "audit/fold/ruling.h"

static void set_owner(struct show *show, struct text key)
{
	show->has_owner = key.data != NULL;
	if (show->has_owner)
		secret_hash(show->id, key, show->owner_hash);
}

bool decide_create_show(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	const struct policy *given = q->policy;
	struct show *show = fold->show;
	struct policy *policy = &show->policy;

	if (show->is_created)
		return say(fold, OUTCOME_SHOW_EXISTS);
	*policy = *given;
	if (given->title.data && !(policy->title = arena_copy(&fold->model.memory, given->title)).data)
		return false;
	if (!policy->hold_seconds)
		policy->hold_seconds = HOLD_SECONDS_DEFAULT;
	if (!policy->max_hold_seconds)
		policy->max_hold_seconds = MAX_HOLD_SECONDS_DEFAULT;
	if (!policy->max_seats)
		policy->max_seats = MAX_SEATS_DEFAULT;
	show->is_created = true;
	show->rules = q->rules ? q->rules : RULES_KNOWN;
	set_owner(show, q->owner_key);
	show->created_ms = fold->t_ms;
	show->created_offset = show->version = offset;
	fold->told = *policy;
	fold->told.given |= POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS;
	note(fold, EVENT_SHOW_CREATED, NULL)->policy = &fold->told;
	return say(fold, OUTCOME_SHOW_CREATED);
}

/* The fields given replace, others stay. Returns the bits of those that differ now. */
static unsigned merge(struct policy *now, const struct policy *given)
{
	struct policy before = *now;
	unsigned differ = 0;

	if (given->given & POLICY_TITLE)
		now->title = given->title;
	if (given->given & POLICY_HOLD_SECONDS)
		now->hold_seconds = given->hold_seconds;
	if (given->given & POLICY_MAX_HOLD_SECONDS)
		now->max_hold_seconds = given->max_hold_seconds;
	if (given->given & POLICY_MAX_SEATS)
		now->max_seats = given->max_seats;
	if (given->given & POLICY_ON_SALE_FROM) {
		now->on_sale.has_from = true;
		now->on_sale.from_ms = given->on_sale.from_ms;
	}
	if (given->given & POLICY_ON_SALE_UNTIL) {
		now->on_sale.has_until = true;
		now->on_sale.until_ms = given->on_sale.until_ms;
	}
	if (given->given & POLICY_CLOSED)
		now->closed = given->closed;
	if (given->given & POLICY_SINGLES)
		now->singles = given->singles;
	if (given->given & POLICY_MAX_CUSTOMER_SEATS)
		now->max_customer_seats = given->max_customer_seats;
	if (given->given & POLICY_MAX_CUSTOMER_HOLDS)
		now->max_customer_holds = given->max_customer_holds;

	if (!text_identical(now->title, before.title))
		differ |= POLICY_TITLE;
	if (now->hold_seconds != before.hold_seconds)
		differ |= POLICY_HOLD_SECONDS;
	if (now->max_hold_seconds != before.max_hold_seconds)
		differ |= POLICY_MAX_HOLD_SECONDS;
	if (now->max_seats != before.max_seats)
		differ |= POLICY_MAX_SEATS;
	if (now->on_sale.has_from != before.on_sale.has_from ||
	    now->on_sale.from_ms != before.on_sale.from_ms)
		differ |= POLICY_ON_SALE_FROM;
	if (now->on_sale.has_until != before.on_sale.has_until ||
	    now->on_sale.until_ms != before.on_sale.until_ms)
		differ |= POLICY_ON_SALE_UNTIL;
	if (now->closed != before.closed)
		differ |= POLICY_CLOSED;
	if (now->singles != before.singles)
		differ |= POLICY_SINGLES;
	if (now->max_customer_seats != before.max_customer_seats)
		differ |= POLICY_MAX_CUSTOMER_SEATS;
	if (now->max_customer_holds != before.max_customer_holds)
		differ |= POLICY_MAX_CUSTOMER_HOLDS;
	return differ;
}

/* Does it become another owner's, or somebody's at all? */
static bool takes_owner(const struct fold *fold, struct text key)
{
	const struct show *show = fold->show;

	return key.data && !(show->has_owner && ruling_secret_is(fold, key, show->owner_hash));
}

bool decide_change_show(struct fold *fold, int64_t offset)
{
	const struct request *q = &fold->request;
	struct show *show = fold->show;
	struct policy now;
	unsigned differ;

	if (is_not_its_owners(fold))
		return true;
	now = show->policy;
	differ = merge(&now, q->policy);
	if (now.hold_seconds > now.max_hold_seconds)
		return say(fold, OUTCOME_HOLD_TOO_LONG);
	if ((differ & POLICY_TITLE) &&
	    !(now.title = arena_copy(&fold->model.memory, now.title)).data)
		return false;
	if (!(differ & POLICY_TITLE))
		now.title = show->policy.title;
	if (differ || takes_owner(fold, q->new_owner_key))
		show->version = offset;
	if (q->new_owner_key.data)
		set_owner(show, q->new_owner_key);
	show->policy = now;
	if (differ) {
		fold->told = now;
		fold->told.given = differ;
		note(fold, EVENT_SHOW_CHANGED, NULL)->policy = &fold->told;
	}
	return say(fold, OUTCOME_SHOW_CHANGED);
}

/* ---- refunds ---- */

/* What stays, as the reply has it. NULL: out of memory. */
static const struct kept *keep(struct fold *fold, const struct reservation *r)
{
	struct kept *kept = arena_take(&fold->model.memory, sizeof *kept);

	if (kept)
		*kept = (struct kept){r->seats, r->seat_count, r->areas, r->area_count};
	return kept;
}

/* The reply's lists last as long as the claim. false: out of memory */
static bool say_part(struct fold *fold, const struct reservation *r, const struct part *part)
{
	struct part *given_back = arena_take(&fold->model.memory, sizeof *given_back);

	if (!given_back)
		return false;
	*given_back = *part;
	say_of(fold, OUTCOME_PARTLY_CANCELLED, r);
	fold->verdict.seats = given_back->seats;
	fold->verdict.seat_count = given_back->seat_count;
	fold->verdict.areas = given_back->areas;
	fold->verdict.area_count = given_back->area_count;
	fold->verdict.kept = keep(fold, r);
	return fold->verdict.kept;
}

static bool cancel_part(struct fold *fold, struct reservation *r, const struct part *part,
                        int64_t offset)
{
	return part_give_back(fold, r, part, offset) && part_note(fold, EVENT_CANCELLED, r, part) &&
	       say_part(fold, r, part);
}

bool decide_cancel(struct fold *fold, struct reservation *r, int64_t offset)
{
	const struct request *q = &fold->request;
	const struct named_part named = {q->seat_ids, q->seat_count, q->areas, q->area_count};
	const struct show *show = fold->show;
	struct part part;

	if (!show->is_created)
		return say(fold, OUTCOME_UNKNOWN_SHOW);
	if (!show->has_owner || !ruling_secret_is(fold, q->owner_key, show->owner_hash))
		return say(fold, OUTCOME_WRONG_OWNER);
	if (!r)
		return say(fold, OUTCOME_UNKNOWN_RESERVATION);
	if (r->status != RESERVATION_CONFIRMED)
		return say(fold, OUTCOME_NOT_CONFIRMED);
	if (!part_find(fold, r, &named, &part))
		return false;
	if (fold->verdict.refusal_count || fold->verdict.area_refusal_count)
		return say(fold, OUTCOME_NOT_IN_RESERVATION);
	if (part.places && part.places < r->places)
		return cancel_part(fold, r, &part, offset);
	end_reservation(fold, r, RESERVATION_CANCELLED, EVENT_CANCELLED, offset);
	return say_of(fold, OUTCOME_CANCELLED, r);
}
