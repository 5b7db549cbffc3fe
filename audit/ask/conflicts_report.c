#include "audit/ask/conflicts_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/requests.h"
#include "common/base/partitioner.h"
#include "common/program/bar.h"
#include "common/base/log.h"
#include "common/base/moment_text.h"

struct run {
	const struct audit_settings *settings;
	const struct conflicts_asked *asked;
	int32_t first, behind;  /* the partitions that are read */
	int64_t *committed;     /* of each; -1: to the end */
	int64_t *next;          /* of each: offset behind the last record read */
	int64_t *from;          /* of each: where it begins; above 0 what was before is gone */
	struct fold *folds;
	struct fold *fold;      /* of the partition at hand */
	struct conflicts conflicts;
	struct bar bar;
	uint64_t foreign_clocks; /* records not on LogAppendTime */
};

enum rc conflicts_asked_read(struct conflicts_asked *asked, const char *show_id, const char *since,
                      const char *by, struct err *e)
{
	*asked = (struct conflicts_asked){.show_id = text_of(show_id), .since_ms = INT64_MIN};
	if (since && moment_text_read(since, &asked->since_ms))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--since must be " MOMENT_TEXT_FORMS);
	if (!strcmp(by, "hour"))
		asked->by = CONFLICTS_BY_HOUR;
	else if (!strcmp(by, "seat"))
		asked->by = CONFLICTS_BY_SEAT;
	else if (!strcmp(by, "wish"))
		asked->by = CONFLICTS_BY_WISH;
	else if (!strcmp(by, "area"))
		asked->by = CONFLICTS_BY_AREA;
	return RC_OK;
}

static enum rc on_request(void *context, const struct record *request, struct err *e)
{
	struct run *run = context;

	if (!fold_decide(run->fold, request) || !conflicts_add(&run->conflicts, run->fold, request))
		return err_out_of_memory(e);
	run->foreign_clocks += run->fold->has_foreign_clock;
	run->next[request->partition] = request->offset + 1;
	bar_add(&run->bar, 1);
	return RC_OK;
}

static enum rc prepare(struct run *run, struct err *e)
{
	const struct audit_settings *s = run->settings;
	struct text show_id = run->asked->show_id;
	size_t count = (size_t)s->pipeline->partition_count;
	uint64_t request_count = 0;

	run->behind = s->pipeline->partition_count;
	if (show_id.data) {
		run->first = partition_of_key(show_id.data, show_id.bytes, s->pipeline->partition_count);
		run->behind = run->first + 1;
	}
	run->folds = calloc(count, sizeof *run->folds);
	run->committed = calloc(count, sizeof *run->committed);
	run->next = calloc(count, sizeof *run->next);
	run->from = calloc(count, sizeof *run->from);
	if (!run->folds || !run->committed || !run->next || !run->from)
		return err_out_of_memory(e);
	if (requests_committed(s, run->committed, e))
		return e->rc;
	for (int32_t p = run->first; p < run->behind; p++) {
		if (run->committed[p] < 0)
			return RC_OK; /* no bar, as there is no bound */
		request_count += (uint64_t)run->committed[p];
	}
	bar_open(&run->bar, "requests", request_count);
	return RC_OK;
}

static enum rc read_all(struct run *run, struct err *e)
{
	for (int32_t p = run->first; p < run->behind; p++) {
		int64_t until = run->committed[p];

		run->fold = &run->folds[p];
		run->fold->partition = p;
		run->fold->partition_count = run->settings->pipeline->partition_count;
		if (requests_read(run->settings, p, until < 0 ? REQUESTS_TO_THE_END : until, on_request,
		                  run, &run->from[p], e))
			return e->rc;
	}
	return RC_OK;
}

/* Was the show that is asked for created in what was read? */
static bool has_show(const struct run *run)
{
	const struct show *show =
	    model_find_show(&run->folds[run->first].model, run->asked->show_id);

	return show && show->is_created;
}

/* What the reader of the list must know, beside it. */
static void say_notes(struct run *run)
{
	struct text id = run->asked->show_id;
	int32_t unbounded = 0;

	for (int32_t p = run->first; p < run->behind; p++)
		unbounded += run->committed[p] < 0;
	if (unbounded)
		log_warning("the group has committed nothing there: read to the end",
		            F_STR("group", run->settings->pipeline->group_id), F_INT("partitions", unbounded));
	if (run->foreign_clocks)
		log_warning("records not on LogAppendTime have the time of the one before",
		            F_INT("count", run->foreign_clocks));
	for (int32_t p = run->first; p < run->behind; p++)
		if (run->from[p] > 0)
			log_warning("requests are gone from the head: shows made before are left out, and what was "
			            "made anew since may have been there before", F_INT("partition", p),
			            F_INT("kept_from_offset", run->from[p]));
	if (id.data && !has_show(run))
		log_warning("no such show was created in what was read", F_TEXT("show_id", id),
		            F_INT("partition", run->first), F_INT("next_offset", run->next[run->first]));
}

static enum rc print_json(const struct run *run, struct err *e)
{
	struct buf b = {0};
	struct json j = {.to = &b};
	enum rc rc;

	json_open_object(&j, NULL);
	rc = conflicts_write(&run->conflicts, run->asked->by, &j, stdout, e);
	json_end_line(&j);
	json_open_array(&j, "partitions");
	for (int32_t p = run->first; p < run->behind; p++) {
		json_open_object(&j, NULL);
		json_write_integer(&j, "partition", p);
		if (run->from[p] > 0)
			json_write_integer(&j, "kept_from", run->from[p]);
		json_write_integer(&j, "next_offset", run->next[p]);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_string(&b, "\n");
	if (!rc && b.failed)
		rc = err_out_of_memory(e);
	if (!rc)
		json_print(&j, stdout);
	buf_release(&b);
	return rc;
}

static void print_totals(const struct run *run)
{
	const struct conflicts *c = &run->conflicts;
	int64_t places = 0;

	for (const struct lost_place *place = c->places; place; place = place->hh.next)
		places += place->refused;
	printf("refused seats: %zu, refused requests: %zu, ", c->count, c->request_count);
	if (places)
		printf("refused places of areas: %" PRId64 ", ", places);
	printf("requests read: %" PRIu64, run->bar.done);
	if (run->asked->show_id.data)
		printf(", of partition %d\n", (int)run->first);
	else
		printf(", of %d partitions\n", (int)run->behind);
}

static enum rc print(const struct run *run, struct err *e)
{
	enum listing_form form = run->asked->form;

	if (form == LISTING_JSON ? print_json(run, e)
	                         : conflicts_print(&run->conflicts, run->asked->by, form == LISTING_CSV,
	                                           stdout, e))
		return e->rc;
	if (form == LISTING_TABLE)
		print_totals(run);
	if (fflush(stdout) || ferror(stdout))
		return err_set(e, RC_FATAL, FROM_PROGRAM, "standard output cannot be written");
	return RC_OK;
}

enum rc conflicts_report(const struct audit_settings *settings, const struct conflicts_asked *asked,
                      struct err *e)
{
	struct run run = {
	    .settings = settings,
	    .asked = asked,
	    .conflicts = {.show_id = asked->show_id, .since_ms = asked->since_ms,
	                  .seat_id = asked->seat_id, .has_request_id = asked->has_request_id,
	                  .request_id = asked->request_id},
	};
	enum rc rc = prepare(&run, e);

	if (!rc)
		rc = read_all(&run, e);
	bar_close(&run.bar);
	if (!rc && asked->show_id.data && run.from[run.first] > 0 && !has_show(&run))
		rc = requests_are_gone(settings, run.first, run.from[run.first], e);
	if (!rc) {
		say_notes(&run);
		rc = print(&run, e);
	}
	conflicts_release(&run.conflicts);
	for (int32_t p = 0; run.folds && p < settings->pipeline->partition_count; p++)
		fold_release(&run.folds[p]);
	free(run.folds);
	free(run.committed);
	free(run.next);
	free(run.from);
	return rc;
}
