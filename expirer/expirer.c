#include "expirer/expirer.h"

#include <stdlib.h>
#include <string.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/msg_request.h"
#include "common/stop.h"
#include "expirer/memory.h"

#define DELIVERY_TIMEOUT_MS 30000
#define FLUSH_MS 30000
#define FIGURES_MS 60000

struct expirer {
	const struct expirer_settings *settings;
	struct db *db;          /* NULL: no session */
	struct kafka_sender *sender;
	struct memory *memory;
	bool is_leader;
	int64_t announced, undelivered; /* since the last line of figures */
	int64_t figures_at_ms;
};

/* Where a look stands: the last hold that was read. */
struct cursor {
	int64_t reserved_until_ms;
	char show_id[SHOW_ID_BYTES_MAX + 1];
	struct uuid reservation_id;
};

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	struct expirer *x = context;
	struct uuid *id = delivery->token;

	if (!delivery->is_delivered) {
		x->undelivered++;
		memory_undo(x->memory, id);
	}
	free(id);
}

/* The lock's number: the beginning of a hash of the topic's name. */
static int64_t lock_number(const char *topic)
{
	const struct text parts[] = {text_of("holdfast-expirer "), text_of(topic)};
	uint8_t digest[SHA256_BYTES];
	uint64_t number = 0;

	sha256(digest, parts, 2);
	for (int i = 0; i < 8; i++)
		number = number << 8 | digest[i];
	return (int64_t)number;
}

static void lose_session(struct expirer *x, const struct err *why)
{
	if (x->db)
		log_err(LOG_WARNING, x->is_leader ? "session lost; not the leader any more"
		                                  : "session lost", why);
	db_close(x->db);
	x->db = NULL;
	x->is_leader = false;
}

/* Ask for the lock; also the standby's sign of life. */
static enum rc try_lock(struct expirer *x, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_EXPIRER_TRY_LOCK, .args = &args};
	enum rc rc;

	db_arg_int8(&args, lock_number(x->settings->requests_topic));
	rc = db_run(x->db, &call, 1, NULL, e);
	if (!rc && db_bool(&call.rows, 0, 0)) {
		x->is_leader = true;
		log_info("leader");
	}
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

static enum rc announce(struct expirer *x, struct text show_id, const struct uuid *reservation_id,
                        struct err *e)
{
	const struct request request = {
	    .type = REQUEST_EXPIRE,
	    .has_request_id = true,
	    .request_id = uuid_make(),
	    .show_id = show_id,
	    .reservation_id = *reservation_id,
	};
	struct uuid *token = malloc(sizeof *token);
	struct buf value = {0};
	enum rc rc = RC_RETRY;

	if (!token)
		return err_out_of_memory(e);
	*token = *reservation_id;
	request_encode(&value, &request);
	while (rc == RC_RETRY && !stop_is_asked()) {
		rc = kafka_sender_send(x->sender, x->settings->requests_topic, KAFKA_BY_KEY, show_id,
		                       buf_text(&value), NULL, 0, token, e);
		if (rc == RC_RETRY)
			kafka_sender_poll(x->sender, EXPIRER_HEARTBEAT_MS);
	}
	buf_release(&value);
	if (rc)
		free(token);
	x->announced += rc == RC_OK;
	return rc;
}

/* One page of due holds. is_ended: there is no further one, or nothing more is remembered. */
static enum rc look_at_page(struct expirer *x, struct cursor *cursor, bool *is_ended,
                            struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_EXPIRER_READ_DUE, .args = &args};
	enum rc rc;

	db_arg_time(&args, cursor->reserved_until_ms);
	db_arg_text(&args, text_of(cursor->show_id));
	db_arg_uuid(&args, &cursor->reservation_id);
	db_arg_int8(&args, x->settings->batch_max);
	rc = db_run(x->db, &call, 1, NULL, e);
	*is_ended = rc || call.rows.count < x->settings->batch_max;
	for (int i = 0; !rc && i < call.rows.count; i++) {
		struct text show_id = db_text(&call.rows, i, 0);
		enum memory_answer answer;

		if (show_id.bytes > SHOW_ID_BYTES_MAX)
			continue; /* no show of ours: a row made by hand */
		memcpy(cursor->show_id, show_id.data, show_id.bytes);
		cursor->show_id[show_id.bytes] = '\0';
		cursor->reservation_id = db_uuid(&call.rows, i, 1);
		cursor->reserved_until_ms = db_time_ms(&call.rows, i, 2);
		answer = memory_ask(x->memory, &cursor->reservation_id, clock_monotonic_ms());
		if (answer == MEMORY_FULL) {
			*is_ended = true;
			break;
		}
		if (answer == MEMORY_ANNOUNCE)
			rc = announce(x, show_id, &cursor->reservation_id, e);
	}
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

/* Announce what is due and may be announced, oldest first, page by page. */
static enum rc look(struct expirer *x, struct err *e)
{
	struct cursor cursor = {.reserved_until_ms = 0};
	bool is_ended = false;
	enum rc rc = RC_OK;

	memory_begin(x->memory);
	while (!rc && !is_ended && !stop_is_asked()) {
		rc = look_at_page(x, &cursor, &is_ended, e);
		kafka_sender_poll(x->sender, 0);
	}
	if (!rc)
		memory_sweep(x->memory);
	return rc;
}

static void say_figures(struct expirer *x)
{
	int64_t now_ms = clock_monotonic_ms();

	if (now_ms < x->figures_at_ms)
		return;
	x->figures_at_ms = now_ms + FIGURES_MS;
	log_info("figures", F_STR("role", x->is_leader ? "leader" : "standby"),
	         F_INT("announced", x->announced), F_INT("undelivered", x->undelivered),
	         F_INT("remembered", memory_count(x->memory)));
	x->announced = 0;
	x->undelivered = 0;
}

/* One turn: a session, then the lock, then a look. */
static enum rc turn(struct expirer *x, struct err *e)
{
	bool was_leader = x->is_leader;
	enum rc rc = RC_OK;

	if (!x->db) {
		rc = db_open(&x->db, &x->settings->database, e);
		if (!rc)
			log_info("session open; standby until the lock is free");
	}
	if (!rc && !was_leader)
		rc = try_lock(x, e);
	if (!rc && x->is_leader)
		rc = look(x, e);
	return rc;
}

/* Sleep, with a sign of life where the pause is longer than the server bears. */
static void rest(struct expirer *x, int64_t ms)
{
	int64_t until_ms = clock_monotonic_ms() + ms;

	while (!stop_is_asked()) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		struct db_call alive = {.query = QUERY_EXPIRER_PING};
		struct err e;

		if (left_ms <= 0)
			break;
		kafka_sender_poll(x->sender, 0);
		stop_wait_ms(left_ms < EXPIRER_HEARTBEAT_MS ? left_ms : EXPIRER_HEARTBEAT_MS);
		if (left_ms > EXPIRER_HEARTBEAT_MS && x->db && db_run(x->db, &alive, 1, NULL, &e))
			lose_session(x, &e);
		db_rows_release(&alive.rows);
	}
}

static enum exit_code run_on(struct expirer *x)
{
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};

	while (!stop_is_asked()) {
		struct err e;
		enum rc rc = turn(x, &e);

		if (rc == RC_OK) {
			backoff_reset(&backoff);
			say_figures(x);
			/* A standby asks often, so that it takes over soon, whatever its own interval. */
			rest(x, x->is_leader ? x->settings->interval_ms : EXPIRER_HEARTBEAT_MS);
			continue;
		}
		if (rc == RC_FATAL && e.exit_code != EXIT_DATABASE_LOST) {
			log_err(LOG_ERROR, "cannot go on", &e);
			return e.exit_code;
		}
		lose_session(x, &e);
		stop_wait_ms(backoff_next_ms(&backoff));
	}
	return EXIT_DONE;
}

static enum rc flush(struct expirer *x, int64_t wait_ms, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

	while (kafka_sender_waiting(x->sender) && clock_monotonic_ms() < until_ms)
		kafka_sender_poll(x->sender, EXPIRER_HEARTBEAT_MS);
	if (kafka_sender_waiting(x->sender) || x->undelivered)
		return err_set(e, RC_RETRY, EXIT_KAFKA_LOST, "not everything was delivered");
	return RC_OK;
}

/* One look, whoever is leader: announcing twice does no harm. */
static enum exit_code run_once(struct expirer *x)
{
	struct err e = {0};
	enum rc rc = db_open(&x->db, &x->settings->database, &e);

	if (!rc)
		rc = look(x, &e);
	if (!rc)
		rc = flush(x, FLUSH_MS, &e);
	if (rc) {
		log_err(LOG_ERROR, "not done", &e);
		return e.exit_code;
	}
	log_info("announced", F_INT("count", x->announced));
	return EXIT_DONE;
}

enum exit_code expirer_run(const struct expirer_settings *settings, bool is_once)
{
	struct expirer x = {.settings = settings};
	enum exit_code exit_code;
	struct err e;

	x.memory = memory_open(is_once ? SIZE_MAX : settings->remember_max);
	x.figures_at_ms = clock_monotonic_ms() + FIGURES_MS;
	if (!x.memory)
		return EXIT_INTERNAL;
	if (kafka_sender_open(&x.sender, &settings->kafka, DELIVERY_TIMEOUT_MS, on_delivered, &x, &e)) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = e.exit_code;
	} else {
		exit_code = is_once ? run_once(&x) : run_on(&x);
	}
	/* What is not delivered within a second is announced again by the next leader. */
	if (x.sender)
		(void)!flush(&x, 1000, &e);
	db_close(x.db);
	kafka_sender_close(x.sender);
	memory_close(x.memory);
	return exit_code;
}
