#include "common/pipeline/show_load.h"

#include "common/base/stop.h"

#define POLL_MS 100

static void on_answer(void *context, const struct client_answer *answer)
{
	struct show_load *load = context;
	const struct show_load_settings *s = &load->settings;
	struct err e = {.rc = RC_OK};

	load->answered++;
	if (answer->how == CLIENT_UNSENT)
		(void)err_set(&e, RC_RETRY, FROM_KAFKA, "not delivered: %s",
		              answer->why ? answer->why : "");
	else if (answer->how == CLIENT_TIMED_OUT)
		(void)err_set(&e, RC_RETRY, FROM_REPLY, "%s", s->when_late);
	else if (s->is_awaiting && !s->judge(s->context, answer, (size_t)(uintptr_t)answer->token, &e))
		return;
	if (e.rc && !load->first_error.rc)
		load->first_error = e;
}

enum rc show_load_open(struct show_load *load, const struct show_load_settings *settings,
                       struct err *e)
{
	*load = (struct show_load){.settings = *settings};
	return client_open(&load->client,
	                   &(struct client_settings){.pipeline = settings->pipeline,
	                                             .is_awaiting = settings->is_awaiting,
	                                             .timeout_ms = settings->timeout_ms,
	                                             .answered = on_answer, .context = load}, e);
}

void show_load_close(struct show_load *load)
{
	client_close(load->client);
	*load = (struct show_load){0};
}

static enum rc send(struct show_load *load, const struct request *without_id, struct err *e)
{
	struct request request = *without_id;
	struct buf value = {0};
	enum rc rc;

	request.has_request_id = true;
	request.request_id = load->settings.make_id(load->settings.context, without_id);
	request_encode(&value, &request);
	/* Its id, too, may have been made in memory. */
	rc = value.failed || text_memory_ran_out()
	         ? err_out_of_memory(e)
	         : client_send_when_room(load->client, request.show_id, buf_text(&value),
	                                 (void *)(uintptr_t)request.seat_count, e);
	buf_release(&value);
	load->sent += rc == RC_OK;
	return rc;
}

enum rc show_load_send_show(struct show_load *load, const struct request *create_show,
                            struct err *e)
{
	return send(load, create_show, e);
}

/* How many of the seats fit in one request. */
static size_t count_slice(const struct text *seat_ids, size_t count)
{
	size_t bytes = 0, fit = 0;

	while (fit < count && fit < ADD_SEATS_MAX) {
		bytes += seat_ids[fit].bytes + sizeof "\"\"," - 1;
		if (bytes > SHOW_LOAD_SLICE_BYTES_MAX)
			break;
		fit++;
	}
	return fit;
}

enum rc show_load_send_seats(struct show_load *load, const struct request *add_seats,
                             struct err *e)
{
	size_t left = add_seats->seat_count;
	struct request slice = *add_seats;
	enum rc rc = RC_OK;

	while (!rc && left && !load->first_error.rc) {
		slice.seat_count = count_slice(slice.seat_ids, left);
		rc = send(load, &slice, e);
		slice.seat_ids += slice.seat_count;
		left -= slice.seat_count;
	}
	return rc;
}

enum rc show_load_await(struct show_load *load, struct err *e)
{
	while (load->answered < load->sent && !stop_is_asked())
		if (client_poll(load->client, POLL_MS, e))
			return e->rc;
	if (load->first_error.rc) {
		*e = load->first_error;
		return e->rc;
	}
	if (load->answered < load->sent)
		return err_set(e, RC_RETRY, FROM_REPLY, "%s", load->settings.when_stopped);
	return RC_OK;
}
