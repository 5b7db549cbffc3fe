#include "producer/load/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/big_endian.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "producer/load/asking.h"
#include "producer/load/report.h"
#include "producer/load/stock.h"

#define US_PER_MS 1000
#define US_PER_S 1000000
#define LAST_POLL_MS 100
#define NAP_US 100       /* while the next request is due within a millisecond */
#define AT_ONCE_MAX 256  /* sent before replies are looked at again */
#define SECONDS_DEFAULT 10

/* A request under way. */
struct sent {
	int64_t due_us;
	bool is_again;
	enum request_type type;
	struct load_hold hold; /* as it is when the request is granted */
};

struct recent {
	struct buf value;
	uint32_t show;
};

struct load {
	const struct settings *settings;
	const struct load_settings *how;
	struct load_plan *plan;
	struct client *client;
	struct load_report report;
	struct err unsent; /* why a request was not delivered */
	uint64_t random;  /* ids and sessions: another one in each run */
	uint64_t made;    /* requests that were no repetitions */
	struct recent recent[LOAD_RECENT];
	struct load_stock stock;
	struct load_asking asking;
	struct load_step step;
};

static struct uuid make_id(struct load *l)
{
	uint64_t now_ms = (uint64_t)clock_wall_ms();
	bool is_ordered = strcmp(l->settings->ids, "v4") != 0;
	struct uuid id;

	for (int i = 0; i < 16; i += 8) {
		uint64_t n = load_random(&l->random);

		memcpy(&id.bytes[i], &n, sizeof n);
	}
	if (is_ordered)
		big_endian_write(id.bytes, now_ms, 6);
	id.bytes[6] = (uint8_t)((is_ordered ? 0x70 : 0x40) | (id.bytes[6] & 0x0f));
	id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
	return id;
}

static bool wants_granted(const struct load *l)
{
	return l->how->mix.confirm || l->how->mix.release || l->how->mix.change;
}

/* What is there now that the request was answered. */
static void keep_hold(struct load *l, const struct sent *sent, enum outcome outcome)
{
	struct load_hold hold = sent->hold;

	if (sent->is_again || !wants_granted(l))
		return;
	if (outcome == OUTCOME_RESERVED || outcome == OUTCOME_HOLD_CHANGED) {
		load_stock_put(&l->stock, &hold);
	} else if (sent->type == REQUEST_CHANGE_HOLD &&
	           (outcome == OUTCOME_SEATS_TAKEN || outcome == OUTCOME_AREA_FULL ||
	            outcome == OUTCOME_TOO_MANY_SEATS || outcome == OUTCOME_NO_SEATS_TOGETHER ||
	            outcome == OUTCOME_NOT_ENOUGH_SEATS || outcome == OUTCOME_CUSTOMER_LIMIT)) {
		/* As it was; seats that the worker chooses are not asked for again. */
		hold.turns -= hold.wish != WISH_BEST;
		load_stock_put(&l->stock, &hold);
	}
}

static void count_reply(struct load *l, const struct sent *sent, const struct client_answer *answer,
                        int64_t now_us)
{
	struct load_report *r = &l->report;
	enum outcome outcome = outcome_of(answer->view.code, answer->view.reason);

	if (outcome != OUTCOME_COUNT)
		r->outcomes[outcome]++;
	histogram_add(&r->due_to_reply, (uint64_t)(now_us - sent->due_us));
	/* A duplicate's reply has the time of the first one's decision. */
	if (answer->view.duplicate_of == NOT_A_DUPLICATE && answer->reply_ms >= answer->view.decided_at_ms)
		histogram_add(&r->append_to_reply,
		              (uint64_t)(answer->reply_ms - answer->view.decided_at_ms) * US_PER_MS);
	keep_hold(l, sent, outcome);
}

static void on_answer(void *context, const struct client_answer *answer)
{
	struct load *l = context;
	struct load_report *r = &l->report;
	struct sent *sent = answer->token;
	int64_t now_us = clock_monotonic_us();

	if (answer->how == CLIENT_REPLIED) {
		r->answered++;
		r->last_answered_us = now_us;
		if (r->is_awaiting)
			count_reply(l, sent, answer, now_us);
	} else if (answer->how == CLIENT_TIMED_OUT) {
		r->unanswered++;
	} else if (!r->undelivered++) {
		l->unsent = *answer->why;
		log_err(LOG_ERROR, "request not delivered", answer->why);
	}
	free(sent);
}

static bool encode_new(struct load *l, struct buf *value, struct sent *sent)
{
	const struct load_step *step = &l->step;
	const struct uuid id = make_id(l);

	sent->type = step->type;
	if (step->type != REQUEST_RESERVE && l->stock.count) {
		sent->hold = load_stock_take(&l->stock, step->draw);
	} else {
		sent->type = REQUEST_RESERVE;
		sent->hold = (struct load_hold){
		    .id = id, .show = step->show, .session = l->made, .wish = step->wish,
		    .first_seat = step->first_seat, .seat_count = step->seat_count};
	}
	load_ask(&l->asking, sent->type, &id, &sent->hold, step->customer, value);
	return !value->failed;
}

/* Make the value of the step in the ring of recent ones, or find it there. */
static struct recent *find_or_make(struct load *l, struct sent *sent)
{
	struct recent *recent;

	sent->is_again = l->step.is_again;
	if (l->step.is_again)
		return &l->recent[(l->made - l->step.back) % LOAD_RECENT];
	recent = &l->recent[l->made % LOAD_RECENT];
	buf_clear(&recent->value);
	if (!encode_new(l, &recent->value, sent))
		return NULL;
	recent->show = sent->hold.show;
	l->made++;
	return recent;
}

static enum rc send_next(struct load *l, int64_t due_us, struct err *e)
{
	struct load_report *r = &l->report;
	struct sent *sent = calloc(1, sizeof *sent);
	struct recent *recent;
	struct load_hold hold;
	enum request_type type;

	if (!sent)
		return err_out_of_memory(e);
	load_plan_next(l->plan, &l->step);
	recent = find_or_make(l, sent);
	sent->due_us = due_us;
	if (!recent) {
		free(sent);
		return err_out_of_memory(e);
	}
	/* The answer may be there, and `sent` gone, before this comes back. */
	hold = sent->hold;
	type = sent->type;
	if (client_send_when_room(l->client, text_of(load_plan_show_id(l->plan, recent->show)),
	                          buf_text(&recent->value), sent, e)) {
		free(sent);
		return e->rc;
	}
	/* Replies that nobody waits for are taken to grant it. */
	if (!r->is_awaiting && !l->step.is_again && wants_granted(l) &&
	    (type == REQUEST_RESERVE || type == REQUEST_CHANGE_HOLD))
		load_stock_put(&l->stock, &hold);
	r->sent++;
	r->sent_again += l->step.is_again;
	r->last_sent_us = clock_monotonic_us();
	if (r->last_sent_us - due_us > r->behind_us)
		r->behind_us = r->last_sent_us - due_us;
	return RC_OK;
}

/* How many to send at all, and until when. */
static void read_end(const struct settings *s, uint64_t *count, int64_t *length_us)
{
	uint64_t seconds = s->seconds || s->requests ? s->seconds : SECONDS_DEFAULT;

	*count = s->requests ? s->requests : UINT64_MAX;
	*length_us = seconds ? (int64_t)seconds * US_PER_S : INT64_MAX;
	if (!s->rate || s->no_wait || !seconds)
		return;
	/* Whole: the last one is due within the time. */
	if (s->rate * seconds < *count)
		*count = s->rate * seconds;
	*length_us = INT64_MAX;
}

static void nap(int64_t us)
{
	struct timespec wait = {.tv_nsec = (long)(us < NAP_US ? us : NAP_US) * 1000};

	nanosleep(&wait, NULL);
}

/* Work until the next request is due, or answers came. */
static enum rc idle(struct load *l, int64_t left_us, struct err *e)
{
	int64_t wait_ms = left_us / US_PER_MS;
	enum rc rc = client_poll(l->client, wait_ms < LAST_POLL_MS ? wait_ms : LAST_POLL_MS, e);

	if (!rc && wait_ms == 0 && left_us > 0)
		nap(left_us);
	return rc;
}

static enum rc send_all(struct load *l, struct err *e)
{
	uint64_t rate = l->settings->no_wait ? 0 : l->settings->rate;
	struct load_report *r = &l->report;
	uint64_t count;
	int64_t length_us, now_us = clock_monotonic_us();
	enum rc rc = RC_OK;

	read_end(l->settings, &count, &length_us);
	r->rate_asked = (double)rate;
	r->start_us = r->last_sent_us = now_us;
	while (!rc && r->sent < count && now_us - r->start_us < length_us && !stop_is_asked()) {
		int64_t due_us = now_us;

		for (int i = 0; !rc && i < AT_ONCE_MAX && r->sent < count; i++) {
			if (rate)
				due_us = r->start_us + (int64_t)((double)r->sent * US_PER_S / (double)rate);
			if (due_us > now_us)
				break;
			rc = send_next(l, due_us, e);
		}
		if (!rc)
			rc = idle(l, due_us - clock_monotonic_us(), e);
		now_us = clock_monotonic_us();
	}
	return rc;
}

static enum rc await_all(struct load *l, struct err *e)
{
	while (client_waiting(l->client))
		if (client_poll(l->client, LAST_POLL_MS, e))
			return e->rc;
	return RC_OK;
}

static enum rc run(struct load *l, const struct pipeline *pipeline, struct err *e)
{
	const struct settings *s = l->settings;
	const struct client_settings settings = {
	    .pipeline = pipeline,
	    .is_awaiting = !s->no_wait,
	    .timeout_ms = (int64_t)s->timeout_ms,
	    .answered = on_answer,
	    .context = l,
	};
	struct uuid seed = uuid_make();
	enum rc rc;

	memcpy(&l->random, &seed.bytes[8], sizeof l->random);
	l->asking = (struct load_asking){.plan = l->plan, .run = load_random(&l->random),
	                                 .hold_seconds = (int32_t)s->hold_seconds,
	                                 .has_customers = l->how->customers > 0};
	l->report.is_awaiting = !s->no_wait;
	rc = client_open(&l->client, &settings, e);
	if (!rc)
		rc = send_all(l, e);
	if (l->client) {
		struct err waiting;

		if (await_all(l, &waiting) && !rc) {
			*e = waiting;
			rc = e->rc;
		}
	}
	client_close(l->client);
	for (int i = 0; i < LOAD_RECENT; i++)
		buf_release(&l->recent[i].value);
	return rc;
}

static enum rc judge(const struct load *l, struct err *e)
{
	const struct load_report *r = &l->report;

	if (r->undelivered) {
		*e = l->unsent;
		return e->rc;
	}
	if (r->unanswered)
		return err_set(e, RC_RETRY, FROM_REPLY, "a request has no reply");
	return RC_OK;
}

enum rc load_run(const struct settings *s, const struct pipeline *pipeline,
                 struct load_settings *how, struct err *e)
{
	struct load *l = calloc(1, sizeof *l);
	enum rc rc = l ? RC_OK : err_out_of_memory(e);

	if (!rc) {
		l->settings = s;
		l->how = how;
		how->partition_count = pipeline->partition_count;
		rc = load_plan_open(&l->plan, how, e);
	}
	if (!rc && s->create)
		rc = load_create(s, pipeline, how, l->plan, e);
	if (!rc)
		rc = run(l, pipeline, e);
	if (rc)
		log_err(LOG_ERROR, "the load ended early", e);
	else
		rc = judge(l, e);
	if (l && l->report.sent && !s->json) {
		load_report_print(&l->report);
	} else if (l && l->report.sent && !load_report_print_json(&l->report)) {
		rc = err_out_of_memory(e);
		log_error("no report", F_STR("error", "out of memory"));
	}
	if (l)
		load_plan_close(l->plan);
	free(l);
	return rc;
}
