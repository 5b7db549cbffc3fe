#include "audit/ask/what_if.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/requests.h"
#include "common/message/name.h"
#include "common/base/partitioner.h"
#include "common/program/bar.h"

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

/* ---- folding twice ---- */

struct folding {
	const struct audit_settings *settings;
	struct what_if what_if;
	struct bar bar;
	struct fold folds[SIDES]; /* of the partition at hand */
	int64_t committed;        /* of it; -1: nothing; INT64_MAX: not known */
};

static enum rc on_request(void *context, const struct record *request, struct err *e)
{
	struct folding *folding = context;
	struct what_if *w = &folding->what_if;
	bool is_asked = !w->show_id ||
	                (request->key.data && text_same(request->key, text_of(w->show_id)));

	bar_add(&folding->bar, 1);
	for (int side = 0; side < SIDES; side++) {
		struct fold *fold = &folding->folds[side];

		if (!is_asked) {
			fold_pass(fold, request);
			continue;
		}
		if (!fold_decide(fold, request))
			return err_out_of_memory(e);
		figures_add_decision(&w->figures[side], fold);
	}
	w->unanswered += is_asked && request->offset >= folding->committed;
	return RC_OK;
}

static void note_policy(struct other_policy *noted, struct policy policy)
{
	*noted = (struct other_policy){
	    .hold_seconds = policy.hold_seconds,
	    .max_hold_seconds = policy.max_hold_seconds,
	    .max_seats = policy.max_seats,
	    .singles = OTHER_SINGLES(policy.singles),
	    .max_customer_seats = OTHER_LIMIT(policy.max_customer_seats),
	    .max_customer_holds = OTHER_LIMIT(policy.max_customer_holds),
	};
}

static void note_policies(struct folding *folding)
{
	struct what_if *w = &folding->what_if;

	for (int side = 0; side < SIDES; side++) {
		const struct show *show =
		    model_find_show(&folding->folds[side].model, text_of(w->show_id));

		w->has_show = show && show->is_created;
		if (w->has_show)
			note_policy(&w->policies[side], fold_policy(&folding->folds[side], show));
	}
}

static enum rc fold_partition(struct folding *folding, int32_t partition, int64_t until,
                              int64_t committed, struct err *e)
{
	struct what_if *w = &folding->what_if;
	int64_t from = 0;
	enum rc rc;

	folding->committed = committed;
	for (int side = 0; side < SIDES; side++)
		folding->folds[side] = (struct fold){
		    .partition = partition,
		    .partition_count = folding->settings->pipeline->partition_count,
		    .policy = side == SIDE_WHAT_IF ? w->policy : (struct other_policy){0},
		};
	rc = requests_read(folding->settings, partition, until, on_request, folding, &from, e);
	w->cut += !rc && from > 0;
	for (int side = 0; side < SIDES; side++)
		figures_add_end(&w->figures[side], &folding->folds[side]);
	if (w->show_id)
		note_policies(folding);
	if (!rc && w->show_id && from > 0 && !w->has_show)
		rc = requests_are_gone(folding->settings, partition, from, e);
	for (int side = 0; side < SIDES; side++)
		fold_release(&folding->folds[side]);
	return rc;
}

static enum rc fold_all(struct folding *folding, struct err *e)
{
	const struct audit_settings *s = folding->settings;
	const char *show_id = folding->what_if.show_id;
	int32_t count = s->pipeline->partition_count;
	int32_t first = show_id ? partition_of_key(show_id, strlen(show_id), count) : 0;
	int32_t behind = show_id ? first + 1 : count;
	int64_t *until = calloc((size_t)count, sizeof *until);
	int64_t *committed = calloc((size_t)count, sizeof *committed);
	enum rc rc = until && committed ? RC_OK : err_out_of_memory(e);
	bool is_known = !rc && !requests_committed(s, committed, e);
	uint64_t total = 0;

	for (int32_t p = first; !rc && p < behind; p++) {
		int64_t end;

		rc = requests_end(s, p, &until[p], &end, e);
		total += rc ? 0 : (uint64_t)until[p];
	}
	bar_open(&folding->bar, "requests", total);
	for (int32_t p = first; !rc && p < behind; p++)
		rc = fold_partition(folding, p, until[p], is_known ? committed[p] : INT64_MAX, e);
	if (!is_known)
		folding->what_if.unanswered = -1;
	bar_close(&folding->bar);
	free(until);
	free(committed);
	return rc;
}

static enum rc print(const struct folding *folding, struct err *e)
{
	struct buf b = {0};
	enum rc rc = RC_OK;

	if (folding->settings->is_json)
		what_if_print_json(&folding->what_if, &b);
	else
		what_if_print(&folding->what_if, &b);
	if (b.failed)
		rc = err_out_of_memory(e);
	else if (fwrite(b.data, 1, b.bytes, stdout) < b.bytes || fflush(stdout))
		rc = err_set(e, RC_FATAL, FROM_PROGRAM, "standard output: %s", strerror(errno));
	buf_release(&b);
	return rc;
}

enum rc what_if_report(const struct audit_settings *settings, const char *show_id,
                    const struct other_policy *policy, struct err *e)
{
	struct folding *folding = calloc(1, sizeof *folding); /* two folds are much for a stack */
	enum rc rc;

	if (!folding)
		return err_out_of_memory(e);
	folding->settings = settings;
	folding->what_if.policy = *policy;
	folding->what_if.show_id = show_id;
	rc = fold_all(folding, e);
	if (!rc)
		rc = print(folding, e);
	free(folding);
	return rc;
}
