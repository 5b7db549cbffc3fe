#include "audit/compare/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/compare/answers.h"
#include "audit/requests.h"
#include "audit/compare/decisions.h"
#include "audit/compare/summary.h"
#include "audit/compare/tables.h"
#include "common/program/bar.h"

/* What one database has. */
struct rows {
	struct snapshot snapshot;
	struct decisions decisions;
};

struct run {
	const struct audit_settings *settings;
	const struct compare_observer *observer; /* NULL: none */
	struct report report;
	struct bar bar;
	struct rows *rows;      /* of each database; NULL: --no-database */
	struct fold *folds;
	struct part *parts;
	struct certificate *certificates;
	const struct kafka_reader *uncommitted;

	/* The partition at hand. */
	struct fold *fold;
	struct part *part;
	struct answers *answers;
	bool is_answers_end;
};

/* Of the database that serves the partition. */
static struct rows *rows_of(const struct run *run, int32_t partition)
{
	const struct database_map *databases = &run->settings->pipeline->databases;

	return &run->rows[database_of(databases, partition) - databases->list];
}

/* Where the partition stood in the snapshot. */
static struct progress *progress_of(const struct run *run, int32_t partition)
{
	return &rows_of(run, partition)->snapshot.progress[partition];
}

/* replied_ms: returned, the timestamp of the reply, or NOT_REPLIED */
static enum rc compare_answers(struct run *run, const struct record *request, int64_t *replied_ms,
                               struct err *e)
{
	struct part *part = run->part;
	bool is_answered = request->offset < part->committed, is_end = false;
	/* Without rows what is there is compared, whatever the group has committed. */
	bool is_open = part->committed < 0 || !run->rows;

	if (!run->is_answers_end && (is_answered || is_open)) {
		if (answers_compare(run->answers, run->fold, request, is_answered, &is_end,
		                    &run->certificates[request->partition], e))
			return e->rc;
		*replied_ms = answers_replied_ms(run->answers);
		run->is_answers_end = is_end;
		if (!is_end)
			part->answered = request->offset + 1;
	} else {
		run->is_answers_end = true;
	}
	part->unanswered += run->is_answers_end;
	return RC_OK;
}

static enum rc on_request(void *context, const struct record *request, struct err *e)
{
	struct run *run = context;
	struct part *part = run->part;
	int64_t replied_ms = NOT_REPLIED;

	if (!fold_decide(run->fold, request))
		return err_out_of_memory(e);
	if (run->fold->has_foreign_clock && part->odd_clocks++ == 0)
		part->odd_clock = request->offset;
	bar_add(&run->bar, 1);
	if (compare_answers(run, request, &replied_ms, e) ||
	    (run->observer && run->observer->on_request(run->observer->context, run->fold, request,
	                                                replied_ms, e)))
		return e->rc;
	if (!run->rows && run->is_answers_end)
		return RC_OK; /* nobody says that it was decided */
	part->counts[run->fold->verdict.outcome]++;
	part->last = request->offset;
	if (!run->rows)
		return RC_OK;
	if (request->offset + 1 == part->bound ||
	    request->offset == progress_of(run, request->partition)->last_offset)
		record_digest(request, part->last_digest);
	return decisions_compare(&rows_of(run, request->partition)->decisions, run->fold, request, e);
}

static void tell_rest(struct run *run, int32_t partition)
{
	const struct part *part = &run->parts[partition];

	if (part->odd_clocks)
		report_note(&run->report, partition, "records not on LogAppendTime: %" PRIu64 ", the first at "
		            "offset %" PRId64 "; each has the time of the one before", part->odd_clocks,
		            part->odd_clock);
	if (part->committed < 0 && part->last >= 0)
		report_note(&run->report, partition, "group %s has committed no offset: answers are compared "
		            "as far as there are replies", run->settings->pipeline->group_id);
	if (part->unanswered && run->rows)
		report_note(&run->report, partition, "%" PRIu64 " decided, not yet answered: from offset "
		            "%" PRId64 " on", part->unanswered, part->answered);
}

static enum rc audit_partition(struct run *run, int32_t partition, struct err *e)
{
	struct part *part = &run->parts[partition];
	struct progress *progress = run->rows ? progress_of(run, partition) : NULL;
	int64_t from;
	enum rc rc;

	run->part = part;
	run->fold = &run->folds[partition];
	run->fold->partition = partition;
	run->fold->partition_count = run->settings->pipeline->partition_count;
	run->is_answers_end = false;
	part->last = -1;
	if (requests_kept_from(run->settings, partition, &part->kept_from, e))
		return e->rc;
	if (part->kept_from > 0) {
		part->latest.offset = NO_OFFSET;
		if (progress)
			progress->is_left_out = true;
		return RC_OK;
	}
	part->bound = progress ? progress_bound(progress, part->committed, &run->report, partition)
	                       : REQUESTS_TO_THE_END;
	rc = answers_open(&run->answers, run->settings, partition, run->uncommitted, &run->report, e);
	if (!rc)
		rc = requests_read(run->settings, partition, part->bound, on_request, run, &from, e);
	if (!rc && from > 0) /* meanwhile */
		rc = requests_are_gone(run->settings, partition, from, e);
	if (!rc)
		rc = answers_finish(run->answers, &part->latest, e);
	answers_close(run->answers);
	run->answers = NULL;
	if (!rc)
		tell_rest(run, partition);
	if (rc || !progress)
		return rc;
	if (decisions_finish(&rows_of(run, partition)->decisions, partition, e))
		return e->rc;
	progress_compare(progress, &run->report, partition, run->fold->t_ms, part->last,
	                 part->last_digest);
	return RC_OK;
}

/* What must not run ahead of `bound`, which is called `name`. */
static void compare_ahead(struct run *run, int32_t partition, int64_t bound, const char *name)
{
	const struct part *part = &run->parts[partition];
	char expected[80], found[24];

	if (part->committed > bound) {
		snprintf(expected, sizeof expected, "at most %" PRId64 ", %s", bound, name);
		snprintf(found, sizeof found, "%" PRId64, part->committed);
		report_differs(&run->report, partition, part->committed - 1, expected, found,
		               "committed offset of the group");
	}
	if (part->latest.offset >= bound) {
		snprintf(expected, sizeof expected, "none from %" PRId64 " on, %s", bound, name);
		report_differs(&run->report, partition, part->latest.offset, expected, part->latest.what,
		               "answer to a request");
	}
}

/* rc as it is; where it is an error, that says of which database. */
static enum rc blamed(const struct database *database, enum rc rc, struct err *e)
{
	if (rc)
		database_blame(database, e);
	return rc;
}

/*
 * I1 of docs/architecture.md: no answer and no committed offset is ahead of the database as it is
 * now. Without a database: of the end of the requests.
 */
static enum rc compare_order(struct run *run, struct err *e)
{
	const struct database_map *databases = &run->settings->pipeline->databases;
	int32_t count = run->settings->pipeline->partition_count;
	struct progress *now = calloc((size_t)count, sizeof *now);
	int64_t *ends = calloc((size_t)count, sizeof *ends);
	enum rc rc = now && ends ? RC_OK : err_out_of_memory(e);

	for (size_t i = 0; !rc && run->rows && i < databases->count; i++)
		rc = blamed(&databases->list[i], progress_read_now(&databases->list[i], now, e), e);
	if (!rc && !run->rows)
		rc = requests_ends(run->settings, ends, e);
	for (int32_t p = 0; !rc && p < count; p++) {
		if (!run->rows)
			compare_ahead(run, p, ends[p], "the end of the requests");
		else if (!progress_of(run, p)->is_wrong)
			compare_ahead(run, p, now[p].next_offset, "next_offset");
	}
	free(now);
	free(ends);
	return rc;
}

/* A snapshot in each database. */
static enum rc open_rows(struct run *run, struct err *e)
{
	const struct audit_settings *s = run->settings;
	enum rc rc = RC_OK;

	run->rows = calloc(s->pipeline->databases.count, sizeof run->rows[0]);
	if (!run->rows)
		return err_out_of_memory(e);
	for (size_t i = 0; !rc && i < s->pipeline->databases.count; i++) {
		const struct database *database = &s->pipeline->databases.list[i];
		struct rows *rows = &run->rows[i];

		rc = blamed(database, snapshot_open(&rows->snapshot, database, s->pipeline->group_id,
		                                    s->pipeline->partition_count, &run->report, e), e);
		decisions_open(&rows->decisions, &rows->snapshot, &run->report);
	}
	return rc;
}

static enum rc prepare(struct run *run, struct err *e)
{
	const struct audit_settings *s = run->settings;
	size_t count = (size_t)s->pipeline->partition_count;
	int64_t *committed = calloc(count, sizeof *committed), *ends = calloc(count, sizeof *ends);
	uint64_t request_count = 0;
	enum rc rc = RC_OK;

	run->folds = calloc(count, sizeof *run->folds);
	run->parts = calloc(count, sizeof *run->parts);
	run->certificates = calloc(count, sizeof *run->certificates);
	if (!committed || !ends || !run->folds || !run->parts || !run->certificates)
		rc = err_out_of_memory(e);
	if (!rc && s->has_database)
		rc = open_rows(run, e);
	if (!rc)
		rc = requests_committed(s, committed, e);
	if (!rc)
		rc = requests_ends(s, ends, e);
	if (!rc)
		rc = kafka_pool_lend_reader(s->pipeline->pool, false, &run->uncommitted, e);
	for (size_t p = 0; !rc && p < count; p++) {
		run->parts[p].committed = committed[p];
		request_count += (uint64_t)ends[p];
	}
	bar_open(&run->bar, "requests", request_count);
	free(committed);
	free(ends);
	return rc;
}

static enum rc compare_all(struct run *run, struct err *e)
{
	const struct database_map *databases = &run->settings->pipeline->databases;

	for (int32_t p = 0; p < run->settings->pipeline->partition_count; p++)
		if (audit_partition(run, p, e))
			return e->rc;
	for (size_t i = 0; run->rows && i < databases->count; i++)
		if (blamed(&databases->list[i], tables_compare(&run->rows[i].snapshot, run->folds,
		                                               &run->report, e), e))
			return e->rc;
	return compare_order(run, e);
}

/* The summary, and behind it who looked on; rc: of the summary. */
static enum rc tell_observer(struct run *run, enum rc rc, struct err *e)
{
	const struct compared compared = {
	    .settings = run->settings,
	    .folds = run->folds,
	    .parts = run->parts,
	    .certificates = run->certificates,
	    .differences = run->report.differences,
	    .notes = buf_text(&run->report.kept_notes),
	};
	struct err other;

	if (!run->observer || !run->observer->on_end(run->observer->context, &compared, &other))
		return rc;
	*e = other;
	return e->rc;
}

enum rc compare_report(const struct audit_settings *settings,
                       const struct compare_observer *observer, struct err *e)
{
	struct run run = {.settings = settings, .observer = observer};
	enum rc rc;

	report_open(&run.report, settings->is_json, settings->differences_max);
	rc = prepare(&run, e);
	if (!rc)
		rc = compare_all(&run, e);
	if (!rc && text_memory_ran_out())
		rc = err_out_of_memory(e);
	bar_close(&run.bar);
	if (!rc)
		rc = tell_observer(&run, summary_print(settings, run.parts, run.certificates, &run.report, e),
		                   e);
	else if (settings->is_json)
		report_break_off(&run.report, e);
	for (size_t i = 0; run.rows && i < settings->pipeline->databases.count; i++) {
		decisions_close(&run.rows[i].decisions);
		snapshot_close(&run.rows[i].snapshot);
	}
	kafka_pool_return_reader(settings->pipeline->pool, run.uncommitted, RC_OK);
	for (int32_t p = 0; p < settings->pipeline->partition_count; p++) {
		if (run.folds)
			fold_release(&run.folds[p]);
		if (run.certificates)
			certificate_release(&run.certificates[p]);
	}
	free(run.rows);
	free(run.folds);
	free(run.parts);
	free(run.certificates);
	report_close(&run.report);
	return rc;
}
