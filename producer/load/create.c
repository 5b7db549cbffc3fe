/*
 * Makes the shows of a load, their seats and their areas.
 */
#include "producer/load/load.h"

#include <stdlib.h>

#include "common/base/ids.h"
#include "common/pipeline/show_maker.h"

static struct uuid make_id(void *context, const struct request *request)
{
	(void)context, (void)request;
	return uuid_make();
}

/* What is there already will do. */
static enum rc judge(void *context, const struct client_answer *answer, size_t seats,
                     struct err *e)
{
	enum outcome outcome = outcome_of(answer->view.code, answer->view.reason);

	(void)context, (void)seats;
	if (reply_is_accepted(&answer->view) || outcome == OUTCOME_SHOW_EXISTS ||
	    outcome == OUTCOME_SEAT_EXISTS)
		return RC_OK;
	return err_set(e, RC_REJECT, FROM_REPLY, "creating a show was refused: %d %.*s",
	               answer->view.code, TEXT_ARGS(answer->view.reason));
}

/* The seats of one request, and what their texts are written in. */
struct some_seats {
	char names[ADD_SEATS_MAX][LOAD_SEAT_ID_BYTES];
	struct text seat_ids[ADD_SEATS_MAX];
	struct load_place_texts texts[ADD_SEATS_MAX];
	struct place places[ADD_SEATS_MAX];
};

static enum rc send_seats(struct show_maker *maker, const struct settings *s,
                          const struct load_settings *load, const char *show_id, struct err *e)
{
	struct some_seats *seats = calloc(1, sizeof *seats);
	enum rc rc = seats ? RC_OK : err_out_of_memory(e);

	for (uint32_t first = 0; !rc && first < s->seats_per_show; first += ADD_SEATS_MAX) {
		struct request request = {
		    .type = REQUEST_ADD_SEATS,
		    .show_id = text_of(show_id),
		    .owner_key = text_of(s->owner_key),
		    .seat_ids = seats->seat_ids,
		    .places = load->row_seats ? seats->places : NULL,
		};

		while (request.seat_count < ADD_SEATS_MAX && first + request.seat_count < s->seats_per_show) {
			size_t i = request.seat_count++;
			uint32_t seat = first + (uint32_t)i;

			load_seat_id(seat, seats->names[i]);
			seats->seat_ids[i] = text_of(seats->names[i]);
			if (load->row_seats)
				seats->places[request.place_count++] =
				    load_place(seat, load->row_seats, &seats->texts[i]);
		}
		rc = show_maker_send_seats(maker, &request, e);
	}
	free(seats);
	return rc;
}

static enum rc send_show(struct show_maker *maker, const struct settings *s,
                         const struct load_settings *load, const char *show_id, struct err *e)
{
	uint64_t hold_seconds = s->hold_seconds ? s->hold_seconds : HOLD_SECONDS_DEFAULT;
	struct policy policy = {
	    .given = POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS,
	    .hold_seconds = (int32_t)(hold_seconds < s->max_hold_seconds ? hold_seconds
	                                                                 : s->max_hold_seconds),
	    .max_hold_seconds = (int32_t)s->max_hold_seconds,
	    .max_seats = (int32_t)s->max_seats,
	    .max_customer_seats = load->max_customer_seats,
	    .max_customer_holds = load->max_customer_holds,
	};
	const struct area area = {.area_id = text_of(LOAD_AREA_ID),
	                          .capacity = (int32_t)load->area_capacity};
	const struct request areas = {
	    .type = REQUEST_SET_AREAS,
	    .show_id = text_of(show_id),
	    .owner_key = text_of(s->owner_key),
	    .set_areas = &area,
	    .set_area_count = 1,
	};
	const struct request request = {
	    .type = REQUEST_CREATE_SHOW,
	    .show_id = text_of(show_id),
	    .owner_key = text_of(s->owner_key),
	    .policy = &policy,
	};

	if (load->max_customer_seats)
		policy.given |= POLICY_MAX_CUSTOMER_SEATS;
	if (load->max_customer_holds)
		policy.given |= POLICY_MAX_CUSTOMER_HOLDS;
	if (show_maker_send(maker, &request, e) || send_seats(maker, s, load, show_id, e))
		return e->rc;
	return load->area_capacity ? show_maker_send_areas(maker, &areas, e) : RC_OK;
}

enum rc load_create(const struct settings *s, const struct pipeline *pipeline,
                    const struct load_settings *load, const struct load_plan *plan, struct err *e)
{
	const struct show_maker_settings settings = {
	    .pipeline = pipeline,
	    .is_awaiting = !s->no_wait,
	    .timeout_ms = (int64_t)s->timeout_ms,
	    .make_id = make_id,
	    .judge = judge,
	    .when_late = "no reply in time; is a worker running?",
	    .when_stopped = "stopped before every show was there",
	};
	struct show_maker maker = {0};
	enum rc rc = show_maker_open(&maker, &settings, e);

	for (uint32_t i = 0; !rc && !maker.first_error.rc && i < load->shows; i++)
		rc = send_show(&maker, s, load, load_plan_show_id(plan, i), e);
	if (!rc)
		rc = show_maker_await(&maker, e);
	show_maker_close(&maker);
	return rc;
}
