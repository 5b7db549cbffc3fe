#include "audit/ask/what_if.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/message/name.h"

#define MAX_SEATS_MAX RESERVE_SEATS_MAX

/* ---- the policy asked for ---- */

static const struct rule {
	const char *name;
	size_t at; /* in struct other_policy */
	int32_t max; /* 0: it is no number, but allow or refuse */
	bool has_none; /* 0 is taken, too: it is kept as OTHER_LIMIT of it */
} rules[] = {
    {"hold_seconds", offsetof(struct other_policy, hold_seconds), HOLD_SECONDS_MAX, false},
    {"max_hold_seconds", offsetof(struct other_policy, max_hold_seconds), HOLD_SECONDS_MAX, false},
    {"max_seats", offsetof(struct other_policy, max_seats), MAX_SEATS_MAX, false},
    {"singles", offsetof(struct other_policy, singles), 0, false},
    {"max_customer_seats", offsetof(struct other_policy, max_customer_seats), CUSTOMER_SEATS_MAX, true},
    {"max_customer_holds", offsetof(struct other_policy, max_customer_holds), CUSTOMER_HOLDS_MAX, true},
};

static const struct rule *find_rule(const char *word, size_t name_bytes)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strlen(rules[i].name) == name_bytes && !memcmp(rules[i].name, word, name_bytes))
			return &rules[i];
	return NULL;
}

static enum rc read_singles(int32_t *value, struct text word, struct err *e)
{
	for (int s = SINGLES_ALLOW; s <= SINGLES_REFUSE; s++)
		if (text_same(word, text_of(singles_name((enum singles)s))))
			*value = OTHER_SINGLES(s);
	if (*value)
		return RC_OK;
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--what-if: singles must be allow or refuse, got \"%.*s\"", TEXT_ARGS(word));
}

static enum rc read_number(int32_t *value, const struct rule *rule, struct text word, struct err *e)
{
	size_t digits = strspn(word.data, "0123456789");
	int32_t least = rule->has_none ? 0 : 1, number = -1;

	if (digits >= 1 && digits <= 9 && digits == word.bytes)
		number = (int32_t)strtol(word.data, NULL, 10);
	if (number < least || number > rule->max)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--what-if: %s must be %d..%d, got \"%.*s\"",
		               rule->name, (int)least, (int)rule->max, TEXT_ARGS(word));
	*value = rule->has_none ? OTHER_LIMIT(number) : number;
	return RC_OK;
}

#define CAPACITY_OF "capacity."

/* capacity.AREA=N; the last = is the one, as names may have some. */
static enum rc read_capacity(struct other_policy *policy, struct text word, struct err *e)
{
	static const struct rule rule = {"a capacity", 0, AREA_CAPACITY_MAX, true};
	struct text area_id = {word.data + strlen(CAPACITY_OF), 0};
	size_t bytes = word.bytes;
	int32_t number;

	while (bytes > 0 && word.data[bytes - 1] != '=')
		bytes--;
	if (bytes > strlen(CAPACITY_OF))
		area_id.bytes = bytes - 1 - strlen(CAPACITY_OF);
	if (!name_is_well_formed(area_id))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--what-if takes capacity.AREA=0..%d, got \"%.*s\"", AREA_CAPACITY_MAX,
		               TEXT_ARGS(word));
	if (read_number(&number, &rule, (struct text){word.data + bytes, word.bytes - bytes}, e))
		return e->rc;
	for (size_t i = 0; i < policy->capacity_count; i++)
		if (text_same(policy->capacities[i].area_id, area_id))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--what-if has the capacity of %.*s twice",
			               TEXT_ARGS(area_id));
	if (policy->capacity_count == OTHER_CAPACITIES_MAX)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--what-if takes at most %d capacities",
		               OTHER_CAPACITIES_MAX);
	policy->capacities[policy->capacity_count++] =
	    (struct area_capacity){area_id, number - OTHER_LIMIT(0)};
	return RC_OK;
}

static enum rc read_rule(struct other_policy *policy, const char *word, size_t bytes, struct err *e)
{
	const char *equals = memchr(word, '=', bytes);
	const struct rule *rule = equals ? find_rule(word, (size_t)(equals - word)) : NULL;
	int32_t *value;
	struct text given;

	if (bytes >= strlen(CAPACITY_OF) && !memcmp(word, CAPACITY_OF, strlen(CAPACITY_OF)))
		return read_capacity(policy, (struct text){word, bytes}, e);
	if (!rule)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--what-if takes hold_seconds=1..%d, max_hold_seconds=1..%d, "
		               "max_seats=1..%d, singles=allow or refuse, max_customer_seats=0..%d, "
		               "max_customer_holds=0..%d and capacity.AREA=N, separated by commas; got "
		               "\"%.*s\"",
		               HOLD_SECONDS_MAX, HOLD_SECONDS_MAX, MAX_SEATS_MAX, CUSTOMER_SEATS_MAX,
		               CUSTOMER_HOLDS_MAX, (int)bytes, word);
	value = (int32_t *)((char *)policy + rule->at);
	if (*value)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--what-if has %s twice", rule->name);
	given = (struct text){equals + 1, (size_t)(word + bytes - equals - 1)};
	return rule->max ? read_number(value, rule, given, e) : read_singles(value, given, e);
}

enum rc what_if_read_policy(struct other_policy *policy, const char *text, struct err *e)
{
	*policy = (struct other_policy){0};
	for (;;) {
		size_t bytes = strcspn(text, ",");

		if (read_rule(policy, text, bytes, e))
			return e->rc;
		if (!text[bytes])
			break;
		text += bytes + 1;
		text += strspn(text, " ");
	}
	if (policy->max_hold_seconds && policy->hold_seconds > policy->max_hold_seconds)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--what-if: hold_seconds must be 1..max_hold_seconds, which is %d, got \"%d\"",
		               (int)policy->max_hold_seconds, (int)policy->hold_seconds);
	return RC_OK;
}

/* ---- counting ---- */

void figures_add_decision(struct figures *f, const struct fold *fold)
{
	const struct verdict *v = &fold->verdict;
	bool is_repeated = v->duplicate_of != NOT_A_DUPLICATE &&
	                   v->outcome != OUTCOME_IDEMPOTENCY_MISMATCH;

	f->list[FIGURE_REQUESTS]++;
	f->list[FIGURE_REPEATED] += is_repeated;
	f->list[FIGURE_EXPIRE] += v->type == REQUEST_EXPIRE;
	if (is_repeated || v->type == REQUEST_EXPIRE)
		return;
	f->list[FIGURE_OWN_LENGTH] += v->type == REQUEST_RESERVE && fold->request.hold_seconds > 0;
	if (v->outcome == OUTCOME_RESERVED) {
		f->list[FIGURE_HOLDS_GIVEN]++;
	} else if (v->outcome == OUTCOME_SEATS_TAKEN) {
		f->list[FIGURE_TAKEN]++;
		f->list[FIGURE_SEATS_REFUSED] += (int64_t)v->refusal_count;
	} else if (!outcome_is_accepted(v->outcome)) {
		f->list[FIGURE_OTHERS_REFUSED]++;
		f->refused[v->outcome]++;
	}
	for (size_t i = 0; i < v->area_refusal_count; i++)
		if (v->area_refusals[i].has_room)
			f->list[FIGURE_PLACES_REFUSED] += v->area_refusals[i].wanted - v->area_refusals[i].room;
}

static void add_reservation(struct figures *f, const struct reservation *r, int64_t t_ms)
{
	static const enum figure figure_of[] = {
	    [RESERVATION_HELD] = FIGURE_HELD,           [RESERVATION_RELEASED] = FIGURE_RELEASED,
	    [RESERVATION_EXPIRED] = FIGURE_LAPSED,      [RESERVATION_CONFIRMED] = FIGURE_SOLD,
	    [RESERVATION_CANCELLED] = FIGURE_CANCELLED,
	};

	f->list[reservation_has_lapsed(r, t_ms) ? FIGURE_LAPSED : figure_of[r->status]]++;
	if (r->status == RESERVATION_CONFIRMED && r->ended_ms >= r->until_ms)
		f->list[FIGURE_SEATS_REVIVED] += (int64_t)r->seat_count;
}

void figures_add_end(struct figures *f, const struct fold *fold)
{
	for (const struct show *show = fold->model.shows; show; show = show->hh.next) {
		f->list[FIGURE_SEATS_SOLD] += (int64_t)show->seats_by_status[SEAT_SOLD];
		for (const struct show_area *area = show->areas; area; area = area->hh.next)
			f->list[FIGURE_PLACES_SOLD] += area->sold;
		for (const struct reservation *r = show->reservations; r; r = r->hh.next)
			add_reservation(f, r, fold->t_ms);
	}
}
