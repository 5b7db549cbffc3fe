#include "producer/load/load.h"

#include <stdlib.h>

#include "common/base/stop.h"

#define POLL_MS 100

struct creating {
	uint64_t sent, answered;
	bool is_awaiting;
	struct err first_error; /* rc RC_OK: none */
};

static void on_answer(void *context, const struct client_answer *answer)
{
	struct creating *c = context;
	enum outcome outcome;

	c->answered++;
	if (c->first_error.rc || (answer->how == CLIENT_REPLIED && !c->is_awaiting))
		return;
	if (answer->how == CLIENT_UNSENT) {
		(void)err_set(&c->first_error, RC_RETRY, EXIT_KAFKA_LOST, "not delivered: %s",
		              answer->why ? answer->why : "");
	} else if (answer->how == CLIENT_TIMED_OUT) {
		(void)err_set(&c->first_error, RC_RETRY, EXIT_NO_REPLY,
		              "no reply in time; is a worker running?");
	} else {
		outcome = outcome_of(answer->view.code, answer->view.reason);
		if (!reply_is_accepted(&answer->view) && outcome != OUTCOME_SHOW_EXISTS &&
		    outcome != OUTCOME_SEAT_EXISTS)
			(void)err_set(&c->first_error, RC_REJECT, EXIT_REJECTED,
			              "creating a show was refused: %d %.*s", answer->view.code,
			              TEXT_ARGS(answer->view.reason));
	}
}

static enum rc send(struct creating *c, struct client *client, struct request *request,
                    struct err *e)
{
	struct buf value = {0};
	enum rc rc;

	request->has_request_id = true;
	request->request_id = uuid_make();
	request_encode(&value, request);
	rc = value.failed ? err_out_of_memory(e)
	                  : load_send(client, request->show_id, buf_text(&value), NULL, e);
	buf_release(&value);
	c->sent += rc == RC_OK;
	return rc;
}

static enum rc send_seats(struct creating *c, struct client *client, const struct settings *s,
                          const char *show_id, struct err *e)
{
	char names[ADD_SEATS_MAX][LOAD_SEAT_ID_BYTES];
	struct text seat_ids[ADD_SEATS_MAX];
	enum rc rc = RC_OK;

	for (uint32_t first = 0; !rc && first < s->seats; first += ADD_SEATS_MAX) {
		struct request request = {
		    .type = REQUEST_ADD_SEATS,
		    .show_id = text_of(show_id),
		    .owner_key = text_of(s->owner_key),
		    .seat_ids = seat_ids,
		};

		while (request.seat_count < ADD_SEATS_MAX && first + request.seat_count < s->seats) {
			char *name = names[request.seat_count];

			load_seat_id(first + (uint32_t)request.seat_count, name);
			seat_ids[request.seat_count++] = text_of(name);
		}
		rc = send(c, client, &request, e);
	}
	return rc;
}

static enum rc send_show(struct creating *c, struct client *client, const struct settings *s,
                         const char *show_id, struct err *e)
{
	uint64_t hold_seconds = s->hold_seconds ? s->hold_seconds : HOLD_SECONDS_DEFAULT;
	struct request request = {
	    .type = REQUEST_CREATE_SHOW,
	    .show_id = text_of(show_id),
	    .owner_key = text_of(s->owner_key),
	    .hold_seconds = (int32_t)(hold_seconds < s->max_hold_seconds ? hold_seconds
	                                                                 : s->max_hold_seconds),
	    .max_hold_seconds = (int32_t)s->max_hold_seconds,
	    .max_seats = (int32_t)s->max_seats,
	};

	if (send(c, client, &request, e))
		return e->rc;
	return send_seats(c, client, s, show_id, e);
}

enum rc load_create(const struct settings *s, const struct kafka_settings *kafka,
                    const struct load_settings *load, const struct load_plan *plan, struct err *e)
{
	struct creating c = {.is_awaiting = !s->no_wait};
	struct client *client = NULL;
	enum rc rc = client_open(&client, kafka, s->requests_topic, s->replies_topic, c.is_awaiting,
	                         (int64_t)s->timeout_ms, on_answer, &c, e);

	for (uint32_t i = 0; !rc && !c.first_error.rc && i < load->shows; i++)
		rc = send_show(&c, client, s, load_plan_show_id(plan, i), e);
	while (!rc && !c.first_error.rc && c.answered < c.sent && !stop_is_asked())
		rc = client_poll(client, POLL_MS, e);
	client_close(client);
	if (!rc && c.first_error.rc) {
		*e = c.first_error;
		rc = e->rc;
	}
	if (!rc && c.answered < c.sent)
		rc = err_set(e, RC_RETRY, EXIT_NO_REPLY, "stopped before every show was there");
	return rc;
}
