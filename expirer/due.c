#include "expirer/due.h"

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/message/request.h"
#include "common/base/stop.h"

#define DELIVERY_TIMEOUT_MS 30000

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	struct due *due = context;
	struct err e;
	bool is_delivered = delivery->is_delivered && !fault_at(FAULT_PUBLISHED, &e);

	if (due->memory)
		memory_delivered(delivery->token, is_delivered);
	if (is_delivered)
		due->delivered++;
	else
		due->undelivered++;
	/* While one partition of several fails, its own wait: said once, not with every other one. */
	if (!is_delivered && !due->is_undelivering) {
		due->is_undelivering = true;
		if (delivery->why)
			due->why = *delivery->why;
		log_warning("announcements are not delivered", F_STR("why", due->why.text));
	} else if (due->is_undelivering && is_delivered &&
	           kafka_sender_waiting(due->sender) == 0) {
		due->is_undelivering = false;
		log_info("announcements are delivered again");
	}
}

enum rc due_open(struct due *due, const struct due_settings *settings, struct err *e)
{
	*due = (struct due){.settings = settings};
	if (settings->remember_max > 0) {
		due->memory = memory_open(settings->remember_max, settings->pipeline->partition_count);
		if (!due->memory)
			return err_out_of_memory(e);
	}
	return kafka_sender_open(&due->sender, &settings->pipeline->kafka, DELIVERY_TIMEOUT_MS,
	                         on_delivered, due, e);
}

void due_close(struct due *due)
{
	kafka_sender_close(due->sender); /* first: what it sends is remembered */
	memory_close(due->memory);
	buf_release(&due->show_id);
	*due = (struct due){0};
}

void due_restart(struct due *due)
{
	due->is_in_round = false;
}

/* RC_RETRY: the sender takes no more now. */
static enum rc announce(struct due *due, const struct hold *hold, void *token, struct err *e)
{
	const struct request request = {
	    .type = REQUEST_EXPIRE,
	    .has_request_id = true,
	    .request_id = uuid_make(),
	    .show_id = hold->show_id,
	    .reservation_id = hold->reservation_id,
	};
	struct buf value = {0};
	enum rc rc;

	request_encode(&value, &request);
	if (value.failed)
		rc = err_out_of_memory(e);
	else
		rc = kafka_sender_send(due->sender, due->settings->pipeline->topics.requests,
		                       pipeline_place(due->settings->pipeline, hold->show_id), hold->show_id,
		                       buf_text(&value), NULL, 0, token, e);
	buf_release(&value);
	due->announced += rc == RC_OK;
	return rc;
}

/* What became of the holds of a page. */
struct page {
	int announced, without_room;
};

/* Announce one hold if it is time. RC_RETRY: it was, but must wait. */
static enum rc consider(struct due *due, const struct hold *hold, struct page *page, struct err *e)
{
	enum memory_answer answer = MEMORY_ANNOUNCE;
	struct announced *announced = NULL;
	enum rc rc;

	if (kafka_sender_waiting(due->sender) >= DUE_SENDING_MAX)
		return RC_RETRY;
	if (due->memory)
		answer = memory_ask(due->memory, hold, clock_monotonic_ms(), &announced);
	page->without_room += answer == MEMORY_FULL;
	if (answer != MEMORY_ANNOUNCE)
		return RC_OK; /* the page goes on: a hold of another partition may have room */
	rc = announce(due, hold, announced, e);
	page->announced += rc == RC_OK;
	if (rc && announced)
		memory_delivered(announced, false);
	return rc;
}

static void move_to(struct due *due, const struct hold *hold)
{
	buf_clear(&due->show_id);
	buf_add_text(&due->show_id, hold->show_id);
	due->reservation_id = hold->reservation_id;
	due->reserved_until_us = hold->reserved_until_us;
}

static void begin_round(struct due *due)
{
	due->is_in_round = true;
	due->reserved_until_us = 0;
	buf_clear(&due->show_id);
	buf_add_string(&due->show_id, "");
	due->reservation_id = (struct uuid){{0}};
	if (due->memory)
		memory_begin(due->memory);
}

/* One page. is_stuck: the sender takes no more; the next look goes on from there. */
static enum rc look_at_page(struct due *due, struct leader *leader, struct page *page,
                            bool *is_stuck, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_EXPIRER_READ_DUE, .args = &args};
	enum rc rc;

	db_arg_int8(&args, due->reserved_until_us);
	db_arg_text(&args, buf_text(&due->show_id));
	db_arg_uuid(&args, &due->reservation_id);
	db_arg_int8(&args, due->settings->page_rows);
	rc = leader_run(leader, &call, e);
	if (!rc && call.rows.count)
		rc = fault_at(FAULT_SELECTED, e);
	if (!rc && call.rows.count < due->settings->page_rows)
		due->is_in_round = false;
	for (int i = 0; !rc && i < call.rows.count; i++) {
		const struct hold hold = {db_text(&call.rows, i, 0), db_uuid(&call.rows, i, 1),
		                          db_int8(&call.rows, i, 2)};

		if (leader_is_doubtful(leader)) {
			due->is_in_round = true;
			break;
		}
		/* Another one is no show of ours: a row made by hand. */
		if (id_is_well_formed(hold.show_id, SHOW_ID_BYTES_MAX))
			rc = consider(due, &hold, page, e);
		if (rc == RC_OK)
			move_to(due, &hold);
	}
	if (!rc && due->show_id.failed)
		rc = err_out_of_memory(e);
	*is_stuck = rc == RC_RETRY && call.rows.count > 0;
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

static bool must_cut(const struct due *due, const struct page *page)
{
	return due->is_in_round && !page->announced && page->without_room &&
	       clock_monotonic_ms() - due->whole_ms < DUE_WHOLE_MS;
}

/* The end of a round, or where it is cut short. */
static void end_round(struct due *due, bool is_whole)
{
	if (due->memory)
		memory_sweep(due->memory, is_whole ? MEMORY_ALL : due->reserved_until_us);
	if (is_whole)
		due->whole_ms = clock_monotonic_ms();
	due->is_in_round = false;
}

enum rc due_look(struct due *due, struct leader *leader, bool *is_round_over, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + DUE_LOOK_MS;
	bool is_stuck = false, is_cut = false;
	enum rc rc = RC_OK;

	if (!due->is_in_round)
		begin_round(due);
	do {
		struct page page = {0};

		rc = look_at_page(due, leader, &page, &is_stuck, e);
		kafka_sender_poll(due->sender, 0);
		is_cut = !rc && must_cut(due, &page);
	} while (!rc && due->is_in_round && !is_cut && !stop_is_asked() &&
	         clock_monotonic_ms() < until_ms);
	if (is_stuck) {
		due->is_in_round = true;
		rc = RC_OK;
	}
	*is_round_over = !rc && !due->is_in_round;
	if (*is_round_over || is_cut)
		end_round(due, !is_cut);
	return rc;
}
