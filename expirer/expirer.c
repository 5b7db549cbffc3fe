#include "expirer/expirer.h"

#include <stdio.h>
#include <string.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/service/health.h"
#include "common/base/log.h"
#include "common/service/service.h"
#include "common/base/stop.h"

#define ONCE_DELIVERY_MS 31000 /* a little more than the sender tries */
#define LAST_DELIVERY_MS 300   /* what is not delivered by then the next leader announces */
#define SENDER_BUSY_MS 50
#define REACH_EVERY_MS 5000
#define REACH_WAIT_MS 200 /* far below what the session may be silent for */
#define REACH_SILENT_MS 10000 /* a broker that was slow once is not gone */
#define TROUBLE_FIRST_MS 100
#define TROUBLE_LIMIT_MS 1500

/* Is a broker there? Asked only where somebody can ask us. */
static void look_for_broker(struct expirer *x)
{
	int64_t now_ms = clock_monotonic_ms();
	struct buf line = {0};
	struct err e;

	/* One asks for all. */
	if (!x->is_first || !service_has_pages() || now_ms < x->reach_at_ms)
		return;
	x->reach_at_ms = now_ms + REACH_EVERY_MS;
	if (kafka_sender_reach(x->due.sender, REACH_WAIT_MS, &e))
		buf_print(&line, "Kafka: %s\n", e.text);
	else
		x->reached_ms = clock_monotonic_ms();
	if (!line.bytes || now_ms - x->reached_ms > REACH_SILENT_MS)
		health_say(HEALTH_KAFKA, buf_text(&line).data);
	buf_release(&line);
}

/* What the last turn came to; the main thread tells it. */
static void keep(struct expirer *x, enum rc rc, const struct err *e)
{
	bool is_leader = x->leader.state == LEADER_ACTIVE;
	const char *why = rc ? e->text : "";

	wait_lock(x->wait);
	if (!x->has_turned || is_leader != x->is_leader || strcmp(why, x->why) != 0)
		wait_wake(x->wait);
	x->has_turned = true;
	x->is_leader = is_leader;
	snprintf(x->why, sizeof x->why, "%s", why);
	wait_unlock(x->wait);
}

static void say_figures(struct expirer *x)
{
	int64_t now_ms = clock_monotonic_ms();

	if (now_ms < x->figures_at_ms)
		return;
	x->figures_at_ms = now_ms + EXPIRER_FIGURES_MS;
	log_info("figures",
	         {.name = x->database->name[0] ? "of" : NULL, .string = x->database->name,
	          .string_bytes = SIZE_MAX},
	         F_STR("role", x->leader.state == LEADER_ACTIVE ? "leader" : "standby"),
	         F_INT("announced", x->due.announced), F_INT("delivered", x->due.delivered),
	         F_INT("undelivered", x->due.undelivered),
	         F_INT("remembered", memory_count(x->due.memory)));
	x->due.announced = x->due.delivered = x->due.undelivered = 0;
}

/* One turn: a session, then the lock, then a look. */
static enum rc turn(struct expirer *x, bool *is_round_over, struct err *e)
{
	const struct pipeline *pipeline = x->settings->pipeline;
	bool was_leader = x->leader.state == LEADER_ACTIVE;
	enum rc rc = RC_OK;

	*is_round_over = true;
	if (!x->leader.db && !pipeline_has_verified(pipeline, x->database))
		rc = pipeline_verify_database(pipeline, x->database, PIPELINE_DATABASES, e);
	if (!rc)
		rc = leader_campaign(&x->leader, e);
	if (rc || x->leader.state != LEADER_ACTIVE)
		return rc;
	if (!was_leader)
		due_restart(&x->due);
	return due_look(&x->due, &x->leader, is_round_over, e);
}

/* Sleep, with a sign of life where the pause is longer than the server bears. */
static void rest(struct expirer *x, int64_t ms)
{
	int64_t until_ms = clock_monotonic_ms() + ms;

	while (!stop_is_asked()) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		int64_t nap_ms = left_ms < EXPIRER_HEARTBEAT_MS ? left_ms : EXPIRER_HEARTBEAT_MS;
		struct err e;

		kafka_sender_poll(x->due.sender, 0);
		say_figures(x);
		look_for_broker(x);
		if (left_ms <= 0 || stop_wait_ms(nap_ms))
			break;
		if (nap_ms == left_ms || !x->leader.db)
			continue;
		if (leader_ping(&x->leader, &e) > RC_RETRY) {
			leader_lose(&x->leader, &e);
			break;
		}
	}
}

/* The pause before the next turn. A standby asks often, whatever its own interval. */
static int64_t pause_ms(const struct expirer *x, bool is_round_over, int64_t turn_ms)
{
	if (x->leader.state != LEADER_ACTIVE)
		return EXPIRER_HEARTBEAT_MS;
	/* Never busy for more than half of the time, however much is due. */
	if (!is_round_over)
		return turn_ms > SENDER_BUSY_MS ? turn_ms : SENDER_BUSY_MS;
	return turn_ms > x->settings->interval_ms ? turn_ms : x->settings->interval_ms;
}

static enum rc run_on(struct expirer *x, struct err *e)
{
	struct backoff backoff = {.first_ms = TROUBLE_FIRST_MS, .limit_ms = TROUBLE_LIMIT_MS};

	while (!stop_is_asked()) {
		int64_t begun_ms = clock_monotonic_ms();
		bool is_round_over;
		enum rc rc = turn(x, &is_round_over, e);

		if (rc)
			database_blame(x->database, e);
		keep(x, rc, e);
		if (rc == RC_OK) {
			x->is_in_trouble = false;
			backoff_reset(&backoff);
			rest(x, pause_ms(x, is_round_over, clock_monotonic_ms() - begun_ms));
			continue;
		}
		if (rc_is_final(rc) && e->origin != FROM_DATABASE) {
			log_err(LOG_ERROR, "cannot go on", e);
			return rc;
		}
		if (rc != RC_RETRY)
			leader_lose(&x->leader, e);
		else if (!x->is_in_trouble)
			log_err(LOG_WARNING, "the database asks to come again", e);
		x->is_in_trouble = true;
		rest(x, backoff_next_ms(&backoff));
	}
	return RC_OK;
}

static void await_delivery(struct expirer *x, int64_t wait_ms, bool is_ended_by_stop)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

	while (kafka_sender_waiting(x->due.sender) && clock_monotonic_ms() < until_ms &&
	       !(is_ended_by_stop && stop_is_asked()))
		kafka_sender_poll(x->due.sender, 50);
}

/* One round, whoever is leader: announcing twice does no harm. */
static enum rc round_once(struct expirer *x, struct err *e)
{
	bool is_round_over = false;
	enum rc rc = leader_connect(&x->leader, e);

	while (!rc && !is_round_over && !stop_is_asked()) {
		rc = due_look(&x->due, &x->leader, &is_round_over, e);
		if (!rc && !is_round_over)
			kafka_sender_poll(x->due.sender, 10);
	}
	if (rc)
		return rc;
	await_delivery(x, ONCE_DELIVERY_MS, true);
	if (stop_is_asked())
		return RC_OK;
	if (x->due.undelivered && x->due.why.rc)
		return *e = x->due.why, e->rc;
	if (kafka_sender_waiting(x->due.sender) || x->due.undelivered)
		return err_set(e, RC_RETRY, FROM_KAFKA, "not everything was delivered");
	return RC_OK;
}

static enum rc run_once(struct expirer *x, struct err *e)
{
	enum rc rc = round_once(x, e);

	if (rc) {
		database_blame(x->database, e);
		log_err(LOG_ERROR, "not done", e);
	}
	return rc;
}

enum rc expirer_serve(struct expirer *x, struct err *e)
{
	enum rc rc;

	leader_open(&x->leader, x->database, x->settings->pipeline->topics.requests);
	rc = due_open(&x->due, &x->settings->due, e);
	if (rc) {
		log_err(LOG_ERROR, "cannot start", e);
	} else {
		rc = x->settings->is_once ? run_once(x, e) : run_on(x, e);
		wait_wake(x->wait); /* it may be a stop */
		/* The lock first, so that another one goes on at once. */
		leader_close(&x->leader);
		await_delivery(x, LAST_DELIVERY_MS, false);
	}
	leader_close(&x->leader);
	x->announced = x->due.delivered;
	due_close(&x->due);
	return rc;
}
