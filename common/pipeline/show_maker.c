#include "common/pipeline/show_maker.h"

#include "common/base/json.h"
#include "common/base/stop.h"

#define POLL_MS 100

static void on_answer(void *context, const struct client_answer *answer)
{
	struct show_maker *maker = context;
	const struct show_maker_settings *s = &maker->settings;
	struct err e = {.rc = RC_OK};

	maker->answered++;
	if (answer->how == CLIENT_UNSENT)
		(void)err_set(&e, answer->why->rc, answer->why->origin, "not delivered: %s",
		              answer->why->text);
	else if (answer->how == CLIENT_TIMED_OUT)
		(void)err_set(&e, RC_RETRY, FROM_REPLY, "%s", s->when_late);
	else if (s->is_awaiting && !s->judge(s->context, answer, (size_t)(uintptr_t)answer->token, &e))
		return;
	if (e.rc && !maker->first_error.rc)
		maker->first_error = e;
}

enum rc show_maker_open(struct show_maker *maker, const struct show_maker_settings *settings,
                       struct err *e)
{
	*maker = (struct show_maker){.settings = *settings};
	return client_open(&maker->client,
	                   &(struct client_settings){.pipeline = settings->pipeline,
	                                             .is_awaiting = settings->is_awaiting,
	                                             .timeout_ms = settings->timeout_ms,
	                                             .answered = on_answer, .context = maker}, e);
}

void show_maker_close(struct show_maker *maker)
{
	client_close(maker->client);
	*maker = (struct show_maker){0};
}

static enum rc send(struct show_maker *maker, const struct request *without_id, struct err *e)
{
	struct request request = *without_id;
	struct buf value = {0};
	enum rc rc;

	request.has_request_id = true;
	request.request_id = maker->settings.make_id(maker->settings.context, without_id);
	request_encode(&value, &request);
	/* Its id, too, may have been made in memory. */
	rc = value.failed || text_memory_ran_out()
	         ? err_out_of_memory(e)
	         : client_send_when_room(maker->client, request.show_id, buf_text(&value),
	                                 (void *)(uintptr_t)request.seat_count, e);
	buf_release(&value);
	maker->sent += rc == RC_OK;
	return rc;
}

enum rc show_maker_send(struct show_maker *maker, const struct request *request, struct err *e)
{
	return send(maker, request, e);
}

/* Append what a seat is in JSON: a string, or with its place an object. */
static void add_seat(struct buf *b, const struct request *r, size_t seat)
{
	if (r->place_count)
		place_encode(b, r->seat_ids[seat], &r->places[seat]);
	else
		json_add_text(b, r->seat_ids[seat]);
}

/* How many of the seats fit in one request; places, where there are any, are those of all. */
static size_t count_slice(const struct request *r, struct buf *seat)
{
	size_t bytes = 0, fit = 0;

	while (fit < r->seat_count && fit < ADD_SEATS_MAX) {
		buf_clear(seat);
		add_seat(seat, r, fit);
		bytes += seat->bytes + sizeof "," - 1;
		if (bytes > SHOW_MAKER_SLICE_BYTES_MAX || seat->failed)
			break;
		fit++;
	}
	return fit;
}

/* The seats from `first` on, all of them with a place or none. */
static enum rc send_slices(struct show_maker *maker, struct request left, struct err *e)
{
	struct buf seat = {0};
	enum rc rc = RC_OK;

	while (!rc && left.seat_count && !maker->first_error.rc) {
		struct request slice = left;

		slice.seat_count = count_slice(&left, &seat);
		if (!slice.seat_count) {
			rc = err_out_of_memory(e);
			break;
		}
		if (left.place_count) {
			slice.place_count = slice.seat_count;
			left.places += slice.seat_count;
			left.place_count -= slice.seat_count;
		}
		left.seat_ids += slice.seat_count;
		left.seat_count -= slice.seat_count;
		rc = send(maker, &slice, e);
	}
	buf_release(&seat);
	return rc;
}

enum rc show_maker_send_seats(struct show_maker *maker, const struct request *request,
                              struct err *e)
{
	size_t plain = request->seat_count - request->place_count;
	struct request without = *request, with = *request;

	without.places = NULL;
	without.place_count = 0;
	without.seat_count = plain;
	with.seat_ids += plain;
	with.seat_count -= plain;
	if (send_slices(maker, without, e))
		return e->rc;
	return with.seat_count ? send_slices(maker, with, e) : RC_OK;
}

/* As many as one request may have fit in it, however long their names are. */
enum rc show_maker_send_areas(struct show_maker *maker, const struct request *request,
                              struct err *e)
{
	struct request slice = *request;
	size_t left = request->set_area_count;

	for (; left && !maker->first_error.rc; left -= slice.set_area_count) {
		slice.set_areas = request->set_areas + (request->set_area_count - left);
		slice.set_area_count = left < SET_AREAS_MAX ? left : SET_AREAS_MAX;
		if (send(maker, &slice, e))
			return e->rc;
	}
	return RC_OK;
}

enum rc show_maker_await(struct show_maker *maker, struct err *e)
{
	while (maker->answered < maker->sent && !stop_is_asked())
		if (client_poll(maker->client, POLL_MS, e))
			return e->rc;
	if (maker->first_error.rc) {
		*e = maker->first_error;
		return e->rc;
	}
	if (maker->answered < maker->sent)
		return err_set(e, RC_RETRY, FROM_REPLY, "%s", maker->settings.when_stopped);
	return RC_OK;
}
