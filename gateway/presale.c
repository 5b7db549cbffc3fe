/* What the key of a channel opens, for a page that has been told one. docs/map.md. */
#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/message/limits.h"
#include "common/message/tree.h"
#include "gateway/pieces.h"

#define JSON_TYPE "application/json"

static bool refuse(struct asker *asker, const char *detail)
{
	asker_refuse(asker, 400, "INVALID_REQUEST", detail);
	return true;
}

/* ---- what is asked ---- */

static bool is_refused_body(struct asker *asker, const struct cJSON *tree)
{
	struct text show_id = json_text(json_member(tree, "show_id"));
	struct text key = json_text(json_member(tree, "channel_key"));

	if (!tree)
		return refuse(asker, "The body is not one JSON object by RFC 8259.");
	if (!id_is_well_formed(show_id, SHOW_ID_BYTES_MAX))
		return refuse(asker, "show_id must be 1 to 64 characters of A-Z a-z 0-9 . _ : / -");
	if (!id_is_well_formed(key, SECRET_BYTES_MAX))
		return refuse(asker, "channel_key must be 1 to 128 characters of A-Z a-z 0-9 . _ : / -");
	asker->show_id = arena_copy(&asker->memory.arena, show_id);
	asker->channel_key = arena_copy(&asker->memory.arena, key);
	asker->has_channel_key = true;
	return false;
}

static bool is_refused_request(struct asker *asker, const struct http_request *request)
{
	const char *why;
	struct arena parsed = {0};
	bool is_refused;

	if (asker_is_refused_type(asker, request))
		return true;
	is_refused = is_refused_body(asker, json_parse(request->body, &parsed, &why));
	asker->memory.arena.failed = asker->memory.arena.failed || parsed.failed;
	arena_release(&parsed);
	return is_refused;
}

/* ---- what it opens ---- */

static void write_open(struct json *j, const struct show_open *open)
{
	json_open_object(j, NULL);
	json_open_array(j, "seats");
	for (size_t i = 0; i < open->seat_count; i++)
		json_write_integer(j, NULL, open->indices[i]);
	json_close_array(j);
	json_open_array(j, "areas");
	for (size_t i = 0; i < open->area_count; i++)
		json_write_text(j, NULL, open->area_ids[i]);
	json_close_array(j);
	if (open->on_sale.has_from)
		json_write_time(j, "on_sale_from", open->on_sale.from_ms);
	if (open->on_sale.has_until)
		json_write_time(j, "on_sale_until", open->on_sale.until_ms);
	json_write_time(j, "now", clock_wall_ms());
	json_close_object(j);
}

static enum rc read_open(struct desk_job *job, struct db *db, struct err *e)
{
	struct asker *asker = asker_of_job(job);

	return show_load_open(db, asker->show_id, asker->channel_key, &asker->memory.arena, &asker->open,
	                      e);
}

static void on_open(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct asker *asker = asker_of_job(job);
	struct buf body = {0};
	struct json j = {.to = &body};

	(void)e;
	if (rc) {
		asker_refuse_rows(asker);
	} else if (!asker->open.show_exists) {
		asker_refuse(asker, 404, "UNKNOWN_SHOW", "There is no such show.");
	} else if (!asker->open.exists) {
		asker_count_wrong_key(asker);
		asker_refuse(asker, 403, "WRONG_CHANNEL", "No channel of this show has that key.");
	} else {
		write_open(&j, &asker->open);
		asker_answer(asker, 200, JSON_TYPE, buf_text(&body), NULL);
	}
	buf_release(&body);
}

void asker_open_channel(struct asker *asker, const struct http_request *request)
{
	if (is_refused_request(asker, request) || asker_is_refused_by_key(asker) ||
	    asker_is_guessing(asker))
		return;
	asker->job.read = read_open;
	asker->job.done = on_open;
	asker_give(asker, asker_partition(asker));
}
