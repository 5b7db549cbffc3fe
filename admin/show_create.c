/*
 * Publishes a show and its seats.
 */
#include "admin/admin.h"
#include "admin/seat_list.h"
#include "admin/servers.h"
#include "common/base/log.h"
#include "common/message/request.h"
#include "common/pipeline/show_maker.h"
#include "common/program/bar.h"

#define SEATS_SHOWN_MAX 10 /* of those that exist already */

/* What is created. */
struct creating {
	const struct settings *s;
	const char *show_id;
	size_t seats_done;
	bool is_there; /* it was before; seats are added */
	struct bar bar;
};

/* The same id for the same show, policy and seats: repeating a load finishes it. */
static struct uuid derive_id(void *context, const struct request *request)
{
	const struct creating *c = context;
	const struct settings *s = c->s;
	struct buf name = {0};
	struct uuid id;

	buf_print(&name, "%s\n%s\n%s\n%llu %llu %llu\n", request_type_name(request->type), c->show_id,
	          s->title ? s->title : "", (unsigned long long)s->hold_seconds,
	          (unsigned long long)s->max_hold_seconds, (unsigned long long)s->max_seats);
	for (size_t i = 0; i < request->seat_count; i++)
		buf_print(&name, "%.*s\n", TEXT_ARGS(request->seat_ids[i]));
	id = uuid_derive(buf_text(&name));
	buf_release(&name);
	return id;
}

/* Nothing of the show itself is asked for: more seats for one that is there will do. */
static bool wants_seats_alone(const struct settings *s)
{
	return !s->title && s->hold_seconds == HOLD_SECONDS_DEFAULT &&
	       s->max_hold_seconds == MAX_HOLD_SECONDS_DEFAULT && s->max_seats == MAX_SEATS_DEFAULT;
}

/* What a refusal means, and what to do; false: the reply's words are all there is. */
static bool explain(const struct creating *c, const struct client_answer *answer,
                    enum outcome outcome, struct err *e)
{
	struct buf listed = {0};

	if (outcome == OUTCOME_SHOW_EXISTS) {
		(void)err_set(e, RC_REJECT, FROM_REPLY,
		              "409 SHOW_EXISTS: show %s is there already, with a title, policy or owner_key "
		              "of its own, which cannot be changed. To add seats to it leave --title, "
		              "--hold-seconds, --max-hold-seconds and --max-seats out", c->show_id);
	} else if (outcome == OUTCOME_SEAT_EXISTS) {
		size_t count = reply_list_unavailable(answer->reply, SEATS_SHOWN_MAX, &listed);

		(void)err_set(e, RC_REJECT, FROM_REPLY,
		              "409 SEAT_EXISTS: show %s has %zu of these seats already: %.200s%s. Of their "
		              "part of the list none was added: leave them out, and repeat", c->show_id, count,
		              listed.data ? listed.data : "", count > SEATS_SHOWN_MAX ? " ..." : "");
	} else if (outcome == OUTCOME_WRONG_OWNER || outcome == OUTCOME_IDEMPOTENCY_MISMATCH) {
		/* The owner_key is all that is in the content and not in the id. */
		(void)err_set(e, RC_REJECT, FROM_REPLY, "%d %s: show %s has another owner_key than %s",
		              outcome_code(outcome), outcome_reason(outcome), c->show_id,
		              c->s->owner_key ? "--owner-key" : "none; give it as HOLDFAST_OWNER_KEY");
	} else {
		return false;
	}
	buf_release(&listed);
	return true;
}

static enum rc judge(void *context, const struct client_answer *answer, size_t seats,
                     struct err *e)
{
	struct creating *c = context;
	enum outcome outcome = outcome_of(answer->view.code, answer->view.reason);
	bool is_show = seats == 0;

	if (is_show && wants_seats_alone(c->s) &&
	    (outcome == OUTCOME_SHOW_EXISTS || outcome == OUTCOME_IDEMPOTENCY_MISMATCH)) {
		c->is_there = true;
		return RC_OK;
	}
	if (explain(c, answer, outcome, e))
		return e->rc;
	if (!reply_is_accepted(&answer->view))
		return err_set(e, RC_REJECT, FROM_REPLY, "refused: %d %.*s (show %s, offset %lld)",
		               answer->view.code, TEXT_ARGS(answer->view.reason), c->show_id,
		               (long long)answer->offset);
	c->seats_done += seats;
	bar_add(&c->bar, seats);
	return RC_OK;
}

/* The seats only once the show is there. */
static enum rc create(struct show_maker *maker, const struct creating *c,
                      const struct seat_list *list, struct err *e)
{
	const struct settings *s = c->s;
	struct policy policy = {
	    .given = POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS |
	             (s->title ? POLICY_TITLE : 0),
	    .title = text_of(s->title),
	    .hold_seconds = (int32_t)s->hold_seconds,
	    .max_hold_seconds = (int32_t)s->max_hold_seconds,
	    .max_seats = (int32_t)s->max_seats,
	};
	const struct request show = {
	    .type = REQUEST_CREATE_SHOW,
	    .show_id = text_of(c->show_id),
	    .owner_key = text_of(s->owner_key),
	    .policy = &policy,
	};
	const struct request seats = {
	    .type = REQUEST_ADD_SEATS,
	    .show_id = text_of(c->show_id),
	    .owner_key = text_of(s->owner_key),
	    .seat_ids = list->seat_ids,
	    .seat_count = list->count,
	};

	if (show_maker_send(maker, &show, e) || show_maker_await(maker, e) ||
	    show_maker_send_seats(maker, &seats, e))
		return e->rc;
	return show_maker_await(maker, e);
}

static enum rc check_arguments(const struct settings *s, const char *show_id, struct err *e)
{
	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: a show_id is 1 to %d of A-Z a-z 0-9 . _ : / -",
		               SHOW_ID_BYTES_MAX);
	if (!s->seats)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "show create needs --seats=FILE, or - for stdin");
	if (s->hold_seconds > s->max_hold_seconds)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--hold-seconds must not be above --max-hold-seconds");
	if (s->owner_key && !id_is_well_formed(text_of(s->owner_key), SECRET_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--owner-key must be 1 to %d of A-Z a-z 0-9 . _ : / -", SECRET_BYTES_MAX);
	return RC_OK;
}

static enum rc load(const struct pipeline *pipeline, struct creating *c,
                    const struct seat_list *list, struct err *e)
{
	const struct show_maker_settings settings = {
	    .pipeline = pipeline,
	    .is_awaiting = true,
	    .timeout_ms = (int64_t)c->s->timeout_ms,
	    .make_id = derive_id,
	    .judge = judge,
	    .context = c,
	    .when_late = "no reply in time; is a worker running? Repeat the command to finish",
	    .when_stopped = "stopped before every reply was there",
	};
	struct show_maker maker = {0};
	enum rc rc = show_maker_open(&maker, &settings, e);

	if (!rc) {
		bar_open(&c->bar, "seats", list->count);
		rc = create(&maker, c, list, e);
		bar_close(&c->bar);
	}
	if (!rc && c->is_there)
		log_info("the show was there before: seats were added, all else is as it was",
		         F_STR("show_id", c->show_id), F_INT("seats", c->seats_done));
	else if (!rc)
		log_info("the show is there", F_STR("show_id", c->show_id), F_INT("seats", c->seats_done));
	show_maker_close(&maker);
	return rc;
}

enum rc admin_show_create(const struct settings *s, const char *show_id, struct err *e)
{
	struct creating c = {.s = s, .show_id = show_id};
	struct pipeline pipeline = {0};
	struct seat_list list = {0};
	enum rc rc = check_arguments(s, show_id, e);

	if (!rc)
		rc = seat_list_read(&list, s->seats, e);
	if (!rc)
		rc = servers_read(s, &pipeline, e);
	if (!rc)
		rc = servers_verify(s, &pipeline, PIPELINE_TOPICS, e);
	if (!rc) {
		pipeline_learn(&pipeline, &s->common);
		rc = load(&pipeline, &c, &list, e);
	}
	if (!rc && !c.is_there && !s->owner_key)
		log_warning("the show has no owner_key: nobody can cancel (refund) its sales, and whoever "
		            "writes requests can add seats", F_STR("show_id", show_id));
	seat_list_release(&list);
	pipeline_release(&pipeline);
	return rc;
}
