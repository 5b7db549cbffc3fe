#include "worker/shadow/shadow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/pipeline/shadow_report.h"
#include "common/service/health.h"
#include "common/service/notify.h"
#include "worker/shadow/follow.h"

#define ROUND_MS 50
#define TELL_MS 250
#define FIGURES_EVERY_MS 60000

struct shadow {
	const struct lane_settings *settings;
	struct follow *follows; /* by partition */
	int32_t opened, started;
	int64_t tell_ms, figures_ms; /* when the next time is */
};

static int print_page(struct buf *body)
{
	tally_print_page(body);
	return PAGES_OK;
}

const struct page shadow_page = {"/status", "text/plain; charset=utf-8", print_page};

/* ---- how it stands ---- */

static void say_figures(void)
{
	struct tally all = tally_all();

	log_info("figures", F_INT("same", all.counts.same), F_INT("reworded", all.counts.reworded),
	         F_INT("different", all.counts.different), F_INT("differing_shows", all.shows),
	         F_INT("unseen", all.counts.unseen), F_INT("not_compared_yet", all.end));
}

static void tell(struct shadow *shadow)
{
	int64_t now_ms = clock_monotonic_ms();
	struct buf why = {0};

	health_tend();
	if (now_ms < shadow->tell_ms)
		return;
	shadow->tell_ms = now_ms + TELL_MS;
	if (stop_is_asked())
		buf_add_string(&why, "stopping\n");
	tally_explain(&why);
	health_say(HEALTH_PROGRAM, why.failed ? "out of memory\n" : why.data ? why.data : "");
	buf_release(&why);
	if (now_ms < shadow->figures_ms)
		return;
	shadow->figures_ms = now_ms + FIGURES_EVERY_MS;
	say_figures();
}

/* true: there is nothing more to wait for. is_refused: of a partition that cannot go on */
static bool look_after(const struct shadow *shadow, bool *is_refused, const struct follow **unfit)
{
	bool is_caught_up = true;

	*is_refused = false;
	for (int32_t p = 0; p < shadow->started; p++) {
		struct follow *f = &shadow->follows[p];

		if (atomic_load(&f->is_unfit)) {
			*unfit = f;
			return true;
		}
		*is_refused |= atomic_load(&f->is_refused);
		is_caught_up &= atomic_load(&f->is_caught_up) || atomic_load(&f->is_refused);
	}
	return is_caught_up;
}

/* ---- the report ---- */

static enum rc read_report(const struct pipeline *pipeline, struct shadow_report *report,
                           struct err *e)
{
	for (size_t i = 0; i < pipeline->databases.count; i++) {
		const struct database *database = &pipeline->databases.list[i];
		struct db *db = NULL;
		enum rc rc = db_open(&db, &database->settings, e);

		if (!rc)
			rc = shadow_report_read(report, db, e);
		db_close(db);
		if (rc) {
			database_blame(database, e);
			return rc;
		}
	}
	return RC_OK;
}

static enum rc report(const struct pipeline *pipeline, bool is_json, struct err *e)
{
	struct shadow_report found;
	struct buf text = {0};
	enum rc rc;

	shadow_report_open(&found, is_json);
	rc = read_report(pipeline, &found, e);
	if (!rc) {
		shadow_report_print(&found, &text);
		if (text.failed)
			rc = err_out_of_memory(e);
		else
			fputs(buf_text(&text).data, stdout);
	}
	if (!rc && found.different)
		rc = err_set(e, RC_REJECT, FROM_AUDIT, "%" PRId64 " requests were decided otherwise, in %"
		             PRId64 " shows", found.different, found.shows);
	buf_release(&text);
	shadow_report_release(&found);
	if (rc)
		log_err(LOG_ERROR, rc == RC_REJECT ? "this program decides otherwise" : "no report", e);
	return rc;
}

/* ---- the threads ---- */

static enum rc start(struct shadow *shadow, struct err *e)
{
	int32_t count = shadow->settings->pipeline->partition_count;

	shadow->follows = calloc((size_t)count, sizeof shadow->follows[0]);
	if (!shadow->follows)
		return err_out_of_memory(e);
	for (int32_t p = 0; p < count; p++) {
		shadow->opened++;
		if (follow_open(&shadow->follows[p], shadow->settings, p, e))
			return e->rc;
	}
	for (int32_t p = 0; p < count; p++) {
		if (pthread_create(&shadow->follows[p].thread, NULL, follow_work, &shadow->follows[p]))
			return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread");
		shadow->started++;
	}
	notify_ready("a shadow follows");
	return RC_OK;
}

static void stop(struct shadow *shadow)
{
	notify_stopping();
	for (int32_t p = 0; p < shadow->started; p++)
		state_ask_to_stop(&shadow->follows[p].state);
	for (int32_t p = 0; p < shadow->started; p++)
		pthread_join(shadow->follows[p].thread, NULL);
	for (int32_t p = 0; p < shadow->opened; p++)
		follow_close(&shadow->follows[p]);
	free(shadow->follows);
}

enum rc shadow_run(const struct lane_settings *settings, bool is_until_caught_up, bool is_json,
                   struct err *e)
{
	struct shadow shadow = {.settings = settings};
	const struct follow *unfit = NULL;
	bool is_refused = false, is_done = false;
	enum rc rc = start(&shadow, e);

	shadow.figures_ms = clock_monotonic_ms() + FIGURES_EVERY_MS;
	if (rc)
		log_err(LOG_ERROR, "cannot follow", e);
	while (!rc && !stop_is_asked() && !is_done) {
		tell(&shadow);
		is_done = look_after(&shadow, &is_refused, &unfit) && (is_until_caught_up || unfit);
		if (!is_done)
			(void)stop_wait_ms(ROUND_MS);
	}
	if (unfit) {
		*e = unfit->end_why;
		rc = e->rc;
	}
	stop(&shadow);
	if (!rc)
		say_figures();
	if (rc || !is_until_caught_up)
		return rc;
	if (!is_done)
		return err_set(e, RC_RETRY, FROM_PROGRAM, "stopped before it was caught up");
	if (is_refused)
		return err_set(e, RC_FATAL, FROM_PIPELINE, "a partition cannot be followed");
	return report(settings->pipeline, is_json, e);
}
