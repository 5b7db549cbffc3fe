#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/seat_list.h"
#include "common/program/bar.h"
#include "common/pipeline/client.h"
#include "common/base/log.h"
#include "common/message/request.h"
#include "common/pipeline/setup.h"
#include "common/base/stop.h"

#define CHUNK_BYTES_MAX 60000 /* of seat ids and their quotes; the rest of 64 KiB is the frame */
#define POLL_MS 100

/* What became of the requests so far. */
struct loading {
	const struct settings *s;
	const char *show_id;
	struct client *client;
	size_t sent, answered;
	size_t seats_done;
	struct err first_error; /* rc RC_OK: none */
	struct bar bar;
};

static void on_answer(void *context, const struct client_answer *answer)
{
	struct loading *l = context;

	l->answered++;
	if (answer->how == CLIENT_REPLIED && reply_is_accepted(&answer->view)) {
		l->seats_done += (size_t)(uintptr_t)answer->token;
		bar_add(&l->bar, (size_t)(uintptr_t)answer->token);
		return;
	}
	if (l->first_error.rc)
		return;
	if (answer->how == CLIENT_REPLIED)
		(void)err_set(&l->first_error, RC_REJECT, EXIT_REJECTED,
		              "refused: %d %.*s (show %s, offset %lld)", answer->view.code,
		              TEXT_ARGS(answer->view.reason), l->show_id, (long long)answer->offset);
	else if (answer->how == CLIENT_TIMED_OUT)
		(void)err_set(&l->first_error, RC_RETRY, EXIT_NO_REPLY,
		              "no reply in time; is a worker running? Repeat the command to finish");
	else
		(void)err_set(&l->first_error, RC_RETRY, EXIT_KAFKA_LOST, "not delivered: %s",
		              answer->why ? answer->why : "");
}

/* The same id for the same show, policy and seats: repeating a load finishes it. */
static struct uuid derive_id(const struct loading *l, const char *type, const struct text *seat_ids,
                             size_t count)
{
	struct buf name = {0};
	struct uuid id;

	buf_print(&name, "%s\n%s\n%s\n%llu %llu %llu\n", type, l->show_id,
	          l->s->title ? l->s->title : "", (unsigned long long)l->s->hold_seconds,
	          (unsigned long long)l->s->max_hold_seconds, (unsigned long long)l->s->max_seats);
	for (size_t i = 0; i < count; i++)
		buf_print(&name, "%.*s\n", TEXT_ARGS(seat_ids[i]));
	id = uuid_derive(buf_text(&name));
	buf_release(&name);
	return id;
}

static enum rc send(struct loading *l, const struct request *request, struct err *e)
{
	struct buf value = {0};
	enum rc rc;

	request_encode(&value, request);
	/* Its id, too, was made in memory. */
	if (text_memory_ran_out()) {
		buf_release(&value);
		return err_out_of_memory(e);
	}
	do {
		rc = client_send(l->client, request->show_id, buf_text(&value), NULL, 0,
		                 (void *)(uintptr_t)request->seat_count, e);
		if (rc == RC_RETRY && client_poll(l->client, POLL_MS, e))
			rc = e->rc;
	} while (rc == RC_RETRY && !stop_is_asked());
	buf_release(&value);
	l->sent += rc == RC_OK;
	return rc;
}

static enum rc await_all(struct loading *l, struct err *e)
{
	while (l->answered < l->sent && !stop_is_asked())
		if (client_poll(l->client, POLL_MS, e))
			return e->rc;
	if (l->first_error.rc) {
		*e = l->first_error;
		return e->rc;
	}
	if (l->answered < l->sent)
		return err_set(e, RC_RETRY, EXIT_NO_REPLY, "stopped before every reply was there");
	return RC_OK;
}

static enum rc send_show(struct loading *l, struct err *e)
{
	const struct settings *s = l->s;
	struct request request = {
	    .type = REQUEST_CREATE_SHOW,
	    .has_request_id = true,
	    .request_id = derive_id(l, "create_show", NULL, 0),
	    .show_id = text_of(l->show_id),
	    .owner_key = text_of(s->owner_key),
	    .title = text_of(s->title),
	    .hold_seconds = (int32_t)s->hold_seconds,
	    .max_hold_seconds = (int32_t)s->max_hold_seconds,
	    .max_seats = (int32_t)s->max_seats,
	};

	if (send(l, &request, e))
		return e->rc;
	return await_all(l, e);
}

static enum rc send_seats(struct loading *l, const struct seat_list *list, struct err *e)
{
	for (size_t first = 0, count; first < list->count && !l->first_error.rc; first += count) {
		struct request request = {
		    .type = REQUEST_ADD_SEATS,
		    .has_request_id = true,
		    .show_id = text_of(l->show_id),
		    .owner_key = text_of(l->s->owner_key),
		    .seat_ids = &list->seat_ids[first],
		};
		size_t bytes = 0;

		for (count = 0; first + count < list->count && count < ADD_SEATS_MAX; count++) {
			bytes += list->seat_ids[first + count].bytes + sizeof "\"\"," - 1;
			if (bytes > CHUNK_BYTES_MAX)
				break;
		}
		request.seat_count = count;
		request.request_id = derive_id(l, "add_seats", request.seat_ids, count);
		if (send(l, &request, e))
			return e->rc;
	}
	return await_all(l, e);
}

static enum rc check_arguments(const struct settings *s, const char *show_id, struct err *e)
{
	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_REJECT, EXIT_USAGE,
		               "command line: a show_id is 1 to %d of A-Z a-z 0-9 . _ : / -",
		               SHOW_ID_BYTES_MAX);
	if (!s->seats)
		return err_set(e, RC_REJECT, EXIT_USAGE, "show create needs --seats=FILE, or - for stdin");
	if (s->hold_seconds > s->max_hold_seconds)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--hold-seconds must not be above --max-hold-seconds");
	if (s->owner_key && !id_is_well_formed(text_of(s->owner_key), SECRET_BYTES_MAX))
		return err_set(e, RC_REJECT, EXIT_USAGE,
		               "--owner-key must be 1 to %d of A-Z a-z 0-9 . _ : / -", SECRET_BYTES_MAX);
	return RC_OK;
}

enum rc admin_show_create(const struct settings *s, const char *show_id, struct err *e)
{
	const struct kafka_settings kafka = admin_kafka(s);
	const struct topic_names names = admin_topics(s);
	struct loading l = {.s = s, .show_id = show_id};
	struct setup setup = {0};
	struct seat_list list = {0};
	enum rc rc = check_arguments(s, show_id, e);

	if (!rc)
		rc = seat_list_read(&list, s->seats, e);
	if (!rc)
		rc = setup_verify_topics(&setup, &kafka, &names, (int64_t)s->timeout_ms, e);
	if (!rc)
		rc = client_open(&l.client, &kafka, s->requests_topic, s->replies_topic, true,
		                 (int64_t)s->timeout_ms, on_answer, &l, e);
	if (!rc) {
		bar_open(&l.bar, "seats", list.count);
		rc = send_show(&l, e);
		if (!rc)
			rc = send_seats(&l, &list, e);
		bar_close(&l.bar);
	}
	if (!rc)
		log_info("the show is there", F_STR("show_id", show_id), F_INT("seats", l.seats_done));
	client_close(l.client);
	seat_list_release(&list);
	setup_release(&setup);
	return rc;
}
