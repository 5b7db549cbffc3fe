#include "admin/organise.h"

#include <stdio.h>

#include "admin/servers.h"
#include "common/base/log.h"
#include "common/pipeline/show_maker.h"
#include "common/program/bar.h"

#define ID_NAME_BYTES 80

struct organising {
	const struct settings *s;
	const char *show_id;
	size_t sent;        /* requests */
	size_t replies, repeated;
	struct organised *done;
	struct bar bar;
};

/* --request-id; one in the environment is another program's, or of another command. */
static const char *request_id_of(const struct settings *s)
{
	return pairs_has(&s->common.from_environment, "request-id") ? NULL : s->request_id;
}

enum rc organise_check(const struct settings *s, enum organise_command command,
                       const char *show_id, struct err *e)
{
	const struct {
		const char *flag, *key;
	} keys[] = {
	    {"owner-key", s->owner_key}, {"new-owner-key", s->new_owner_key},
	    {"channel-key", s->channel_key},
	};
	const char *request_id = request_id_of(s);
	struct uuid id;

	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: a show_id is 1 to %d of A-Z a-z 0-9 . _ : / -",
		               SHOW_ID_BYTES_MAX);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].key && !id_is_well_formed(text_of(keys[i].key), SECRET_BYTES_MAX))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--%s must be 1 to %d of A-Z a-z 0-9 . _ : / -",
			               keys[i].flag, SECRET_BYTES_MAX);
	if (request_id && !uuid_decode(text_of(request_id), &id))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --request-id must be a UUID of 36 characters, not nil");
	return organise_refuse_unfit(s, command, e);
}

/* The first request has the command's own id; what comes behind it, one that follows from it. */
static struct uuid make_id(void *context, const struct request *request)
{
	struct organising *o = context;
	char text[UUID_TEXT_CHARS + 1], name[ID_NAME_BYTES];
	size_t number = o->sent++;

	(void)request;
	if (!number)
		return o->done->id;
	uuid_encode(&o->done->id, text);
	snprintf(name, sizeof name, "%s %zu", text, number);
	return uuid_derive(text_of(name));
}

static enum rc judge(void *context, const struct client_answer *answer, size_t seats,
                     struct err *e)
{
	struct organising *o = context;
	struct organised *done = o->done;

	if (o->s->json)
		printf("%.*s\n", TEXT_ARGS(answer->reply));
	if (refusal_explain(answer, o->show_id, o->s->owner_key != NULL, e))
		return e->rc;
	done->seats += seats;
	if (done->listed < ORGANISED_NAMES_MAX && done->names.bytes)
		buf_add_string(&done->names, ", ");
	done->listed += reply_list_unavailable(
	    answer->reply, done->listed < ORGANISED_NAMES_MAX ? ORGANISED_NAMES_MAX - done->listed : 0,
	    &done->names);
	o->replies++;
	o->repeated += answer->view.duplicate_of != NOT_A_DUPLICATE;
	bar_add(&o->bar, seats);
	return RC_OK;
}

static enum rc run(struct organising *o, const struct pipeline *pipeline,
                   const struct request *request, struct err *e)
{
	char id[UUID_TEXT_CHARS + 1], late[200], stopped[200];
	const struct show_maker_settings settings = {
	    .pipeline = pipeline,
	    .is_awaiting = true,
	    .timeout_ms = (int64_t)o->s->timeout_ms,
	    .make_id = make_id,
	    .judge = judge,
	    .context = o,
	    .when_late = late,
	    .when_stopped = stopped,
	};
	struct show_maker maker = {0};
	enum rc rc;

	uuid_encode(&o->done->id, id);
	snprintf(late, sizeof late, "no reply in time; is a worker running? It may be done yet: the same "
	         "command with --request-id=%s does nothing twice", id);
	snprintf(stopped, sizeof stopped, "stopped before every reply was there; the same command with "
	         "--request-id=%s does nothing twice", id);
	rc = show_maker_open(&maker, &settings, e);
	if (!rc) {
		bar_open(&o->bar, "seats", request->seat_count);
		rc = request->seat_count       ? show_maker_send_seats(&maker, request, e)
		     : request->set_area_count ? show_maker_send_areas(&maker, request, e)
		                               : show_maker_send(&maker, request, e);
		if (!rc)
			rc = show_maker_await(&maker, e);
		bar_close(&o->bar);
	}
	show_maker_close(&maker);
	return rc;
}

/*
 * What the flags say must be readable, or the worker could only refuse it. Of seats one will do, of
 * areas one slice: whoever read them looked at each.
 */
enum rc request_check(const struct request *request, struct err *e)
{
	struct request whole = *request, read;
	struct arena arena = {0};
	struct buf value = {0};
	enum rc rc = RC_OK;

	whole.has_request_id = true;
	whole.request_id = uuid_make();
	whole.seat_count = request->seat_count > 0;
	whole.place_count = request->place_count > 0;
	if (whole.set_area_count > SET_AREAS_MAX)
		whole.set_area_count = SET_AREAS_MAX;
	request_encode(&value, &whole);
	request_decode(buf_text(&value), &arena, &read);
	if (value.failed || arena.failed)
		rc = err_out_of_memory(e);
	else if (read.fault != REQUEST_READABLE)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "command line: %s", read.fault_text);
	arena_release(&arena);
	buf_release(&value);
	return rc;
}

enum rc organise(const struct settings *s, const char *show_id, const struct request *request,
                 struct organised *done, struct err *e)
{
	struct organising o = {.s = s, .show_id = show_id, .done = done};
	struct pipeline pipeline = {0};
	const char *request_id = request_id_of(s);
	enum rc rc = request_check(request, e);

	if (!request_id || !uuid_decode(text_of(request_id), &done->id))
		done->id = uuid_make();
	if (!rc)
		rc = servers_read(s, &pipeline, e);
	if (!rc)
		rc = servers_verify(s, &pipeline, PIPELINE_TOPICS, e);
	if (!rc) {
		pipeline_learn(&pipeline, &s->common);
		rc = run(&o, &pipeline, request, e);
	}
	if (!rc && done->names.failed)
		rc = err_out_of_memory(e);
	done->is_repeated = o.replies && o.repeated == o.replies;
	pipeline_release(&pipeline);
	return rc;
}

void organised_end(const struct organised *done, struct buf *to)
{
	char id[UUID_TEXT_CHARS + 1];

	uuid_encode(&done->id, id);
	buf_print(to, " (request %s%s).\n", id, done->is_repeated ? ", done before" : "");
}

void organised_release(struct organised *done)
{
	buf_release(&done->names);
	*done = (struct organised){0};
}
