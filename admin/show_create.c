/*
 * Publishes a show, its seats and its areas.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/organise.h"
#include "admin/policy_flags.h"
#include "admin/seats_given.h"
#include "admin/servers.h"
#include "common/base/json.h"
#include "common/base/log.h"
#include "common/pipeline/show_maker.h"
#include "common/program/bar.h"

/* What is created. */
struct creating {
	const struct settings *s;
	const char *show_id;
	bool wants_seats_alone; /* nothing of the show itself is asked for: one that is there will do */
	struct policy policy;
	struct request show, seats, areas; /* create_show, add_seats, set_areas */
	bool is_show_done;      /* what is answered now is of seats or areas */
	size_t seats_done;
	bool is_there;          /* it was before; seats are added */
	bool was_created;       /* by this command before: it is repeated, or seats are added */
	bool ranks_are_of_a_part; /* if seats are added: they were counted within the plan */
	struct bar bar;
};

/* The content of a request but for the owner key, which is a secret. */
static void add_content(struct buf *name, const struct request *request)
{
	struct request open = *request;

	open.owner_key = (struct text){NULL, 0};
	request_encode(name, &open);
	buf_add_string(name, "\n");
}

/* The same id for the same show, policy and seats: repeating a load finishes it. */
static struct uuid derive_id(void *context, const struct request *request)
{
	const struct creating *c = context;
	struct buf name = {0};
	struct uuid id;

	add_content(&name, &c->show);
	add_content(&name, request);
	id = uuid_derive(buf_text(&name));
	buf_release(&name);
	return id;
}

static enum rc judge(void *context, const struct client_answer *answer, size_t seats,
                     struct err *e)
{
	struct creating *c = context;
	enum outcome outcome = outcome_of(answer->view.code, answer->view.reason);
	bool is_show = !c->is_show_done;

	if (is_show && c->wants_seats_alone &&
	    (outcome == OUTCOME_SHOW_EXISTS || outcome == OUTCOME_IDEMPOTENCY_MISMATCH)) {
		c->is_there = true;
		return RC_OK;
	}
	/* The owner_key is all that is in the content and not in the id. */
	if (outcome == OUTCOME_IDEMPOTENCY_MISMATCH)
		return err_set(e, RC_REJECT, FROM_REPLY, "422 IDEMPOTENCY_MISMATCH: this very list was "
		               "published for show %s before, with %s: repeat it as it was then", c->show_id,
		               c->s->owner_key ? "another owner_key or none"
		                               : "an owner_key (HOLDFAST_OWNER_KEY)");
	c->was_created |= is_show && answer->view.duplicate_of != NOT_A_DUPLICATE;
	if (refusal_explain(answer, c->show_id, c->s->owner_key != NULL, e))
		return e->rc;
	c->seats_done += seats;
	bar_add(&c->bar, seats);
	return RC_OK;
}

/* The seats only once the show is there, and the areas behind them. */
static enum rc create(struct show_maker *maker, struct creating *c, struct err *e)
{
	if (show_maker_send(maker, &c->show, e) || show_maker_await(maker, e))
		return e->rc;
	if (c->is_there && c->ranks_are_of_a_part)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: show %s is there already, so these are some of its seats, and the plan "
		               "has no rank: " SEATS_GIVEN_RANK_THEM, c->show_id);
	if (c->was_created && c->ranks_are_of_a_part)
		log_warning("the show was created before, and the plan has no rank: where this is not the same "
		            "load again but more seats, they rank as if their first row were the first of the "
		            "house; --whole-house says that it is the whole one",
		            F_STR("show_id", c->show_id));
	c->is_show_done = true;
	if (show_maker_send_seats(maker, &c->seats, e) || show_maker_await(maker, e) ||
	    show_maker_send_areas(maker, &c->areas, e))
		return e->rc;
	return show_maker_await(maker, e);
}

static enum rc load(const struct pipeline *pipeline, struct creating *c, struct err *e)
{
	const struct show_maker_settings settings = {
	    .pipeline = pipeline,
	    .is_awaiting = true,
	    .timeout_ms = (int64_t)c->s->timeout_ms,
	    .make_id = derive_id,
	    .judge = judge,
	    .context = c,
	    .when_late = "no reply in time; is a worker running? Repeat the command to finish",
	    .when_stopped = "stopped before every reply was there. Repeat the command to finish",
	};
	struct show_maker maker = {0};
	enum rc rc = show_maker_open(&maker, &settings, e);

	if (!rc) {
		bar_open(&c->bar, "seats", c->seats.seat_count);
		rc = create(&maker, c, e);
		bar_close(&c->bar);
	}
	show_maker_close(&maker);
	return rc;
}

static enum rc read_flags(struct creating *c, struct err *e)
{
	const struct settings *s = c->s;

	if (organise_check(s, ORGANISE_CREATE, c->show_id, e) || policy_read(&c->policy, s, e))
		return e->rc;
	if (s->closed || s->open)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --closed and --open are for show change; a new show is open. To "
		               "sell nothing yet give --on-sale-from");
	if (!s->seats && !s->plan)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: show create needs --plan=FILE or --seats=FILE; - is standard "
		               "input");
	c->wants_seats_alone = !c->policy.given;
	if (policy_complete(&c->policy, e))
		return e->rc;
	c->show = (struct request){.type = REQUEST_CREATE_SHOW, .policy = &c->policy};
	c->seats = (struct request){.type = REQUEST_ADD_SEATS};
	c->areas = (struct request){.type = REQUEST_SET_AREAS};
	c->show.show_id = c->seats.show_id = c->areas.show_id = text_of(c->show_id);
	c->show.owner_key = c->seats.owner_key = c->areas.owner_key = text_of(s->owner_key);
	return request_check(&c->show, e);
}

/* What was understood, before anything is published. */
static enum rc describe(const struct creating *c, const struct seats_given *seats, struct err *e)
{
	struct buf text = {0};
	enum rc rc = RC_OK;

	buf_print(&text, "show %s%s: ", c->show_id, c->wants_seats_alone ? ", if it is new" : "");
	policy_describe(&c->policy, &text);
	buf_add_string(&text, "\n");
	seats_given_describe(seats, &text);
	if (text.failed)
		rc = err_out_of_memory(e);
	else
		fputs(text.data, stdout);
	fflush(stdout);
	buf_release(&text);
	return rc;
}

/* "with 72 seats and 2 areas of this list", "72 seats were added and 2 areas set" */
static void add_counts(const struct creating *c, struct buf *to)
{
	size_t areas = c->areas.set_area_count;
	bool is_one = c->seats_done == 1;

	buf_print(to, "%zu seat%s", c->seats_done, is_one ? "" : "s");
	if (c->is_there)
		buf_print(to, " %s added", is_one ? "was" : "were");
	if (areas)
		buf_print(to, " and %zu area%s%s", areas, areas == 1 ? "" : "s", c->is_there ? " set" : "");
}

static enum rc tell(const struct creating *c, struct err *e)
{
	struct buf text = {0};
	struct json j = {.to = &text};
	enum rc rc = RC_OK;

	if (c->s->json) {
		json_open_object(&j, NULL);
		json_write_string(&j, "show_id", c->show_id);
		json_write_bool(&j, "published", !c->s->dry_run);
		json_write_bool(&j, "was_there", c->is_there);
		json_write_integer(&j, "seats",
		                   (int64_t)(c->s->dry_run ? c->seats.seat_count : c->seats_done));
		json_write_integer(&j, "areas", (int64_t)c->areas.set_area_count);
		json_close_object(&j);
		buf_add_string(&text, "\n");
	} else if (c->s->dry_run) {
		buf_add_string(&text, "Nothing was published (--dry-run).\n");
	} else if (c->is_there) {
		buf_print(&text, "Show %s was there before: ", c->show_id);
		add_counts(c, &text);
		buf_add_string(&text, ", all else is as it was.\n");
	} else {
		buf_print(&text, "Show %s is there, with ", c->show_id);
		add_counts(c, &text);
		buf_add_string(&text, " of this list.\n");
	}
	if (text.failed)
		rc = err_out_of_memory(e);
	else
		fputs(text.data, stdout);
	buf_release(&text);
	return rc;
}

static enum rc publish(struct creating *c, struct err *e)
{
	struct pipeline pipeline = {0};
	enum rc rc = servers_read(c->s, &pipeline, e);

	if (!rc)
		rc = servers_verify(c->s, &pipeline, PIPELINE_TOPICS, e);
	if (!rc) {
		pipeline_learn(&pipeline, &c->s->common);
		rc = load(&pipeline, c, e);
	}
	pipeline_release(&pipeline);
	return rc;
}

enum rc admin_show_create(const struct settings *s, const struct named *named, struct err *e)
{
	struct creating c = {.s = s, .show_id = named->show_id};
	struct seats_given seats = {0};
	enum rc rc = read_flags(&c, e);

	if (!rc)
		rc = seats_given_read(&seats, s, e);
	if (!rc) {
		seats_given_put(&seats, &c.seats);
		seats_given_put_areas(&seats, &c.areas);
		c.ranks_are_of_a_part = seats_given_lack_ranks(&seats, s);
		rc = s->json ? RC_OK : describe(&c, &seats, e);
	}
	if (!rc && !s->dry_run)
		rc = publish(&c, e);
	if (!rc)
		rc = tell(&c, e);
	if (!rc && !s->dry_run && !c.is_there && !s->owner_key)
		log_warning("the show has no owner_key: nobody can cancel (refund) its sales, and whoever "
		            "writes requests can change it; show change --new-owner-key gives it one",
		            F_STR("show_id", c.show_id));
	seats_given_release(&seats);
	return rc;
}
