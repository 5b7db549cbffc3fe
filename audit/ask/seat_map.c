#include "audit/ask/seat_map.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/requests.h"
#include "common/base/partitioner.h"
#include "common/program/bar.h"
#include "common/base/clock.h"
#include "common/base/moment_text.h"
#include "common/program/terminal.h"

enum rc moment_read(struct moment *at, const char *text, struct err *e)
{
	bool is_number = *text && strspn(text, "0123456789") == strlen(text);

	*at = (struct moment){.is_time = !is_number};
	errno = 0;
	if (is_number)
		at->offset = strtoll(text, NULL, 10);
	if (errno || (!is_number && moment_text_read(text, &at->t_ms)))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--at must be an offset, 0 or more, or " MOMENT_TEXT_FORMS "; got \"%.60s\"",
		               text);
	return RC_OK;
}

struct look {
	const struct audit_settings *settings;
	struct seat_map map;
	struct fold fold;
	struct bar bar;
	int64_t from;          /* the log begins there; above 0 what was before is gone */
	int64_t visible, end;  /* of the log when the look began */
	int64_t last_of_show;  /* offset of the last record with the show's key; NO_OFFSET: none */
	bool is_beyond;        /* a record behind the moment was met */
};

__attribute__((format(printf, 2, 3))) static void add_note(struct seat_map *map, const char *format,
                                                            ...)
{
	va_list args;

	assert(map->note_count < SEAT_MAP_NOTES_MAX);
	va_start(args, format);
	vsnprintf(map->notes[map->note_count++], SEAT_MAP_NOTE_BYTES, format, args);
	va_end(args);
}

static enum rc on_request(void *context, const struct record *request, struct err *e)
{
	struct look *look = context;
	struct seat_map *map = &look->map;

	if (map->at.is_time && fold_time_of(&look->fold, request) > map->at.t_ms) {
		look->is_beyond = true;
		return err_set(e, RC_REJECT, FROM_PROGRAM, "the moment is over");
	}
	bar_add(&look->bar, 1);
	map->last = request->offset;
	if (!request->key.data || !text_same(request->key, map->show_id)) {
		fold_pass(&look->fold, request);
		return RC_OK;
	}
	look->last_of_show = request->offset;
	return fold_decide(&look->fold, request) ? RC_OK : err_out_of_memory(e);
}

/* How far to read; the offset asked for must lie within what can be seen. */
static enum rc find_bound(struct look *look, int64_t *until, struct err *e)
{
	const struct moment *at = &look->map.at;
	int32_t partition = look->map.partition;

	if (requests_end(look->settings, partition, &look->visible, &look->end, e))
		return e->rc;
	*until = look->visible;
	if (at->is_time)
		return RC_OK;
	if (at->offset >= look->end)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--at=%" PRId64 " is beyond the end of the log: partition %d, which has the "
		               "show %s, has offsets below %" PRId64, at->offset, (int)partition,
		               look->map.show_id.data, look->end);
	if (at->offset >= look->visible)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--at=%" PRId64 " cannot be seen yet: a transaction is open on partition %d, "
		               "which has the show %s; to be seen are offsets below %" PRId64, at->offset,
		               (int)partition, look->map.show_id.data, look->visible);
	*until = at->offset + 1;
	return RC_OK;
}

static enum rc read_requests(struct look *look, struct err *e)
{
	int64_t until = 0;
	enum rc rc = find_bound(look, &until, e);

	if (rc)
		return rc;
	bar_open(&look->bar, "requests", (uint64_t)until);
	rc = requests_read(look->settings, look->map.partition, until, on_request, look, &look->from, e);
	bar_close(&look->bar);
	return look->is_beyond ? RC_OK : rc;
}

/* What may still change the map, or has not reached the rows and the customers yet. */
static void note_what_is_open(struct look *look)
{
	const struct audit_settings *s = look->settings;
	struct seat_map *map = &look->map;
	int64_t *committed = calloc((size_t)s->pipeline->partition_count, sizeof *committed);
	struct err e = {.text = "out of memory"};

	if (look->from > 0)
		add_note(map, "requests are kept from offset %" PRId64 " on only: this is right where the show "
		         "was not there before", look->from);
	if (map->at.is_time && map->at.t_ms > clock_wall_ms())
		add_note(map, "that time is still to come: later requests may change this");
	if (map->at.is_time && !look->is_beyond && look->visible < look->end)
		add_note(map, "a transaction is open: what lies from offset %" PRId64 " on cannot be seen yet",
		         look->visible);
	if (look->last_of_show == NO_OFFSET)
		goto out;
	if (!committed || requests_committed(s, committed, &e))
		add_note(map, "how far group %s has answered is not known: %s", s->pipeline->group_id, e.text);
	else if (committed[map->partition] < 0)
		add_note(map, "group %s has committed nothing of partition %d: none of this was answered yet",
		         s->pipeline->group_id, (int)map->partition);
	else if (committed[map->partition] <= look->last_of_show)
		add_note(map, "not answered yet by group %s: what the show was asked from offset %" PRId64
		         " on", s->pipeline->group_id, committed[map->partition]);
out:
	free(committed);
}

static enum rc print(const struct look *look, struct err *e)
{
	struct buf b = {0};
	enum rc rc = RC_OK;

	if (look->settings->is_json)
		seat_map_print_json(&look->map, &b);
	else
		seat_map_print(&look->map, terminal_columns(), &b);
	if (b.failed)
		rc = err_out_of_memory(e);
	else if (fwrite(b.data, 1, b.bytes, stdout) < b.bytes || fflush(stdout))
		rc = err_set(e, RC_FATAL, FROM_PROGRAM, "standard output: %s", strerror(errno));
	buf_release(&b);
	return rc;
}

static void fill_in(struct look *look)
{
	struct seat_map *map = &look->map;
	const struct show *show = model_find_show(&look->fold.model, map->show_id);

	map->show = show && show->is_created ? show : NULL;
	map->has_t = map->at.is_time || map->last != NO_OFFSET;
	map->t_ms = map->at.is_time ? map->at.t_ms : look->fold.t_ms;
	note_what_is_open(look);
}

enum rc seat_map_report(const struct audit_settings *settings, const char *show_id,
                     const struct moment *at, struct err *e)
{
	int32_t partition_count = settings->pipeline->partition_count;
	int32_t partition = partition_of_key(show_id, strlen(show_id), partition_count);
	struct look look = {
	    .settings = settings,
	    .map =
	        {
	            .show_id = text_of(show_id),
	            .at = *at,
	            .partition = partition,
	            .last = NO_OFFSET,
	        },
	    .fold = {.partition = partition, .partition_count = partition_count},
	    .last_of_show = NO_OFFSET,
	};
	enum rc rc = read_requests(&look, e);

	if (!rc)
		fill_in(&look);
	if (!rc && look.from > 0 && !look.map.show)
		rc = requests_are_gone(settings, partition, look.from, e);
	if (!rc)
		rc = print(&look, e);
	fold_release(&look.fold);
	return rc;
}
