#include "audit/ask/what_if_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/ask/what_if_page.h"
#include "audit/requests.h"
#include "common/base/partitioner.h"
#include "common/program/bar.h"

struct folding {
	const struct audit_settings *settings;
	struct what_if what_if;
	struct bar bar;
	struct fold folds[SIDES]; /* of the partition at hand */
	int64_t committed;        /* of it; -1: nothing; INT64_MAX: not known */
};

static int64_t refused_of(const struct figures *f)
{
	return f->list[FIGURE_TAKEN] + f->list[FIGURE_OTHERS_REFUSED];
}

/* To the sums, and what that adds to them to its second. */
static bool add_decision(struct what_if *w, enum side side, const struct fold *fold)
{
	struct figures *f = &w->figures[side];
	int64_t given = f->list[FIGURE_HOLDS_GIVEN], refused = refused_of(f);

	figures_add_decision(f, fold);
	return what_if_times_add(&w->times, side, fold, f->list[FIGURE_HOLDS_GIVEN] - given,
	                         refused_of(f) - refused);
}

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
		if (!fold_decide(fold, request) || !add_decision(w, (enum side)side, fold))
			return err_out_of_memory(e);
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
		if (w->has_show && show->policy.on_sale.has_from)
			w->times.on_sale_from_ms = show->policy.on_sale.from_ms;
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
                       const struct other_policy *policy, const char *folder, struct err *e)
{
	struct folding *folding = calloc(1, sizeof *folding); /* two folds are much for a stack */
	enum rc rc;

	if (!folding)
		return err_out_of_memory(e);
	folding->settings = settings;
	folding->what_if.policy = *policy;
	folding->what_if.show_id = show_id;
	folding->what_if.times.on_sale_from_ms = NO_OPENING;
	rc = fold_all(folding, e);
	if (!rc && folder)
		rc = what_if_page_write(&folding->what_if, folder, e);
	if (!rc)
		rc = print(folding, e);
	what_if_times_release(&folding->what_if.times);
	free(folding);
	return rc;
}
