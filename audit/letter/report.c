#include "audit/letter/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/letter/compose.h"
#include "audit/letter/disputes.h"
#include "audit/letter/find_reply.h"
#include "audit/page/files.h"
#include "audit/page/page.h"
#include "audit/places.h"
#include "audit/requests.h"
#include "common/base/log.h"
#include "common/base/partitioner.h"
#include "common/program/bar.h"

#define COLUMNS 80

struct run {
	const struct audit_settings *settings;
	const struct letter_asked *asked;
	int32_t first, behind;    /* the partitions that are read */
	int64_t *until, *committed;
	bool is_committed_known;
	struct fold fold;         /* of the partition at hand */
	struct disputes disputes;
	int64_t next, kept_from;  /* of it */
	int32_t cut;              /* partitions whose head is gone */
	bool has_show;            /* the show that is asked for was created */
	struct letter letter;
	struct buf out, html;
	struct json json;
	size_t letter_count, other_count;
	struct bar bar;
};

static enum rc on_request(void *context, const struct record *request, struct err *e)
{
	struct run *run = context;
	struct dispute **new_one = run->disputes.end ? run->disputes.end : &run->disputes.first;

	if (!fold_decide(&run->fold, request) || !disputes_add(&run->disputes, &run->fold, request))
		return err_out_of_memory(e);
	if (*new_one)
		(*new_one)->reply_topic = place_asked_for(run->settings, request, request->partition,
		                                          &(*new_one)->reply_partition);
	run->next = request->offset + 1;
	bar_add(&run->bar, 1);
	return RC_OK;
}

static enum rc prepare(struct run *run, struct err *e)
{
	const struct audit_settings *s = run->settings;
	struct text show_id = run->asked->show_id;
	size_t count = (size_t)s->pipeline->partition_count;
	uint64_t total = 0;
	struct err ignored;

	run->behind = s->pipeline->partition_count;
	if (show_id.data) {
		run->first = partition_of_key(show_id.data, show_id.bytes, s->pipeline->partition_count);
		run->behind = run->first + 1;
	}
	run->until = calloc(count, sizeof *run->until);
	run->committed = calloc(count, sizeof *run->committed);
	if (!run->until || !run->committed)
		return err_out_of_memory(e);
	for (int32_t p = run->first; p < run->behind; p++) {
		int64_t end;

		if (requests_end(s, p, &run->until[p], &end, e))
			return e->rc;
		total += (uint64_t)run->until[p];
	}
	/* Behind the ends: what is read and answered is known to be. */
	run->is_committed_known = !requests_committed(s, run->committed, &ignored);
	bar_open(&run->bar, "requests", total);
	return RC_OK;
}

/* ---- one letter ---- */

/* A show that was made before the log begins is not known, and nothing of it can be told. */
static bool rests_on_what_is_gone(const struct run *run, const struct dispute *one)
{
	return run->kept_from > 0 && one->show && !one->show->is_created;
}

static enum rc add_letter(struct run *run, const struct dispute *one, struct err *e)
{
	const struct letter_source source = {
	    .topic = run->settings->pipeline->topics.requests,
	    .next_offset = run->next,
	    .kept_from = run->kept_from,
	    .t_ms = run->fold.t_ms,
	    .is_of_reservation = run->asked->is_reservation,
	};
	struct answer answer;

	if (rests_on_what_is_gone(run, one))
		return requests_are_gone(run->settings, one->partition, run->kept_from, e);
	if (find_reply(run->settings, one,
	               run->is_committed_known ? run->committed[one->partition] : INT64_MAX, &answer, e))
		return e->rc;
	letter_write(&run->letter, one, &answer, &source);
	if (run->settings->is_json) {
		letter_print_json(&run->letter, one, &answer, &run->json);
	} else {
		if (run->letter_count)
			buf_add_string(&run->out, "\n----\n\n");
		letter_print(&run->letter, COLUMNS, &run->out);
	}
	letter_print_html(&run->letter, &run->html);
	run->letter_count++;
	run->other_count += answer.is_other;
	if (run->letter.text.failed || run->out.failed || run->html.failed)
		return err_out_of_memory(e);
	return RC_OK;
}

static void note_show(struct run *run)
{
	const struct show *show =
	    run->asked->show_id.data ? model_find_show(&run->fold.model, run->asked->show_id) : NULL;

	run->has_show = run->has_show || (show && show->is_created);
}

static enum rc read_partition(struct run *run, int32_t partition, struct err *e)
{
	enum rc rc;

	run->fold = (struct fold){
	    .partition = partition, .partition_count = run->settings->pipeline->partition_count};
	run->disputes = (struct disputes){
	    .id = run->asked->id,
	    .is_reservation = run->asked->is_reservation,
	    .show_id = run->asked->show_id,
	};
	run->next = 0;
	rc = requests_read(run->settings, partition, run->until[partition], on_request, run,
	                   &run->kept_from, e);
	run->cut += !rc && run->kept_from > 0;
	note_show(run);
	for (const struct dispute *one = run->disputes.first; !rc && one; one = one->next)
		rc = add_letter(run, one, e);
	disputes_release(&run->disputes);
	fold_release(&run->fold);
	return rc;
}

/* ---- all of them ---- */

static enum rc say_not_found(const struct run *run, struct err *e)
{
	const struct pipeline *p = run->settings->pipeline;
	const char *what = run->asked->is_reservation ? "reservation" : "request";
	struct text show_id = run->asked->show_id;

	if (run->cut)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "there is no %s of this id in what is kept of %s, but requests are gone "
		               "from the head of %d partition%s: it may have been among them", what,
		               p->topics.requests, (int)run->cut, run->cut > 1 ? "s" : "");
	if (!show_id.data)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "there is no %s of this id in %s: all %d partitions were read to their "
		               "ends", what, p->topics.requests, (int)p->partition_count);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "there is no %s of this id for the show %.*s%s: partition %d of %s was read to "
	               "its end", what, TEXT_ARGS(show_id), run->has_show ? "" : ", which does not exist",
	               (int)run->first, p->topics.requests);
}

static enum rc write_page(const struct run *run, struct err *e)
{
	const char *what = run->asked->is_reservation ? "reservation" : "request";
	struct buf path = {0}, html = {0}, title = {0};
	char id[UUID_TEXT_CHARS + 1];
	enum rc rc;

	uuid_encode(&run->asked->id, id);
	buf_print(&title, "%s %s", run->asked->is_reservation ? "Reservation" : "Request", id);
	buf_print(&path, "%s/%s-%s.html", run->asked->folder, what, id);
	page_write_text(&html, "letter", buf_text(&title), buf_text(&run->html));
	html.failed = html.failed || title.failed;
	rc = path.failed ? err_out_of_memory(e) : folder_make(run->asked->folder, e);
	if (!rc)
		rc = file_write(path.data, &html, e);
	if (!rc)
		log_info("a page was written", F_STR("path", path.data));
	buf_release(&title);
	buf_release(&html);
	buf_release(&path);
	return rc;
}

static enum rc print(struct run *run, struct err *e)
{
	if (run->asked->folder && write_page(run, e))
		return e->rc;
	if (run->settings->is_json) {
		json_close_array(&run->json);
		json_close_object(&run->json);
		buf_add_string(&run->out, "\n");
	}
	if (run->out.failed)
		return err_out_of_memory(e);
	if (fwrite(run->out.data, 1, run->out.bytes, stdout) < run->out.bytes || fflush(stdout))
		return err_set(e, RC_FATAL, FROM_PROGRAM, "standard output: %s", strerror(errno));
	if (run->other_count)
		return err_set(e, RC_REJECT, FROM_AUDIT, "a reply is not the one that must be there");
	return RC_OK;
}

static enum rc read_all(struct run *run, struct err *e)
{
	enum rc rc = prepare(run, e);

	run->json = (struct json){.to = &run->out};
	if (run->settings->is_json) {
		json_open_object(&run->json, NULL);
		json_open_array(&run->json, "letters");
	}
	for (int32_t p = run->first; !rc && p < run->behind; p++)
		rc = read_partition(run, p, e);
	bar_close(&run->bar);
	if (rc)
		return rc;
	return run->letter_count ? print(run, e) : say_not_found(run, e);
}

enum rc letter_report(const struct audit_settings *settings, const struct letter_asked *asked,
                      struct err *e)
{
	struct run *run = calloc(1, sizeof *run); /* a fold is much for a stack */
	enum rc rc;

	if (!run)
		return err_out_of_memory(e);
	run->settings = settings;
	run->asked = asked;
	rc = read_all(run, e);
	letter_release(&run->letter);
	buf_release(&run->out);
	buf_release(&run->html);
	free(run->until);
	free(run->committed);
	free(run);
	return rc;
}
