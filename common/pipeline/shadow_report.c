#include "common/pipeline/shadow_report.h"

#include <inttypes.h>

#include "common/base/instant.h"

/* Columns of shadow_read_progress.sql and shadow_read_differences.sql. */
enum { PARTITION, STARTED_AT, COMPARED, SAME, REWORDED, DIFFERENT, UNSEEN, SAVED_AT, DECIDED, SHOWS };
enum { OF_PARTITION, SHOW_ID, OFFSET, APPENDED_AT, WHAT, DECIDED_HERE, PUBLISHED };

void shadow_report_open(struct shadow_report *r, bool is_json)
{
	*r = (struct shadow_report){.is_json = is_json};
	r->partition_list.to = &r->partitions;
	r->difference_list.to = &r->differences;
	if (!is_json)
		return;
	json_open_array(&r->partition_list, NULL);
	json_open_array(&r->difference_list, NULL);
}

void shadow_report_release(struct shadow_report *r)
{
	buf_release(&r->partitions);
	buf_release(&r->differences);
}

static void add_partition(struct shadow_report *r, const struct db_rows *rows, int row)
{
	static const struct {
		const char *name;
		int column;
	} numbers[] = {{"started_at", STARTED_AT}, {"decided", DECIDED}, {"compared", COMPARED},
	               {"same", SAME}, {"reworded", REWORDED}, {"different", DIFFERENT},
	               {"unseen", UNSEEN}, {"shows", SHOWS}};
	struct json *j = &r->partition_list;

	r->same += db_int8(rows, row, SAME);
	r->reworded += db_int8(rows, row, REWORDED);
	r->different += db_int8(rows, row, DIFFERENT);
	r->unseen += db_int8(rows, row, UNSEEN);
	r->shows += db_int8(rows, row, SHOWS);
	if (r->is_json) {
		json_open_object(j, NULL);
		json_write_integer(j, "partition", db_int4(rows, row, PARTITION));
		for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
			json_write_integer(j, numbers[i].name, db_int8(rows, row, numbers[i].column));
		json_write_time(j, "saved_at", db_time_ms(rows, row, SAVED_AT));
		json_close_object(j);
		return;
	}
	buf_print(&r->partitions, "%9d", (int)db_int4(rows, row, PARTITION));
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		buf_print(&r->partitions, " %11" PRId64, db_int8(rows, row, numbers[i].column));
	buf_add_string(&r->partitions, "\n");
}

/* A text of the installation's: control bytes and quotes as JSON has them. */
static void add_line(struct buf *b, const char *name, struct text t)
{
	buf_print(b, "    %s ", name);
	if (t.bytes)
		json_add_safe_text(b, t);
	else
		buf_add_string(b, "nothing");
	buf_add_string(b, "\n");
}

static void add_difference(struct shadow_report *r, const struct db_rows *rows, int row)
{
	struct text show = db_text(rows, row, SHOW_ID), what = db_text(rows, row, WHAT);
	struct text decided = db_text(rows, row, DECIDED_HERE);
	struct text published = db_text(rows, row, PUBLISHED);
	struct json *j = &r->difference_list;
	char time[INSTANT_TEXT_BYTES];

	r->listed++;
	if (r->is_json) {
		json_open_object(j, NULL);
		json_write_integer(j, "partition", db_int4(rows, row, OF_PARTITION));
		json_write_text(j, "show_id", show.bytes ? show : (struct text){NULL, 0});
		json_write_integer(j, "offset", db_int8(rows, row, OFFSET));
		json_write_time(j, "appended_at", db_time_ms(rows, row, APPENDED_AT));
		json_write_text(j, "what", what);
		json_write_text(j, "decided", decided.bytes ? decided : (struct text){NULL, 0});
		json_write_text(j, "published", published.bytes ? published : (struct text){NULL, 0});
		json_close_object(j);
		return;
	}
	instant_print(db_time_ms(rows, row, APPENDED_AT), time);
	buf_print(&r->differences, "%s%.*s, partition %d, offset %" PRId64 ", %s: ",
	          show.bytes ? "show " : "no show", TEXT_ARGS(show),
	          (int)db_int4(rows, row, OF_PARTITION), db_int8(rows, row, OFFSET), time);
	json_add_safe_text(&r->differences, what);
	buf_add_string(&r->differences, "\n");
	add_line(&r->differences, "decided here:", decided);
	add_line(&r->differences, "published:   ", published);
}

enum rc shadow_report_read(struct shadow_report *r, struct db *db, struct err *e)
{
	struct db_args all = {0}, most = {0};
	struct db_call calls[] = {{.query = QUERY_SHADOW_READ_PROGRESS, .args = &all},
	                          {.query = QUERY_SHADOW_READ_DIFFERENCES, .args = &most}};
	enum rc rc;

	db_arg_null(&all, DB_INT4);
	db_arg_int4(&most, SHADOW_REPORT_SHOWS_MAX);
	rc = db_run(db, calls, 2, e);
	db_args_release(&all);
	db_args_release(&most);
	if (rc)
		return rc;
	for (int row = 0; row < calls[0].rows.count; row++)
		add_partition(r, &calls[0].rows, row);
	for (int row = 0; row < calls[1].rows.count; row++)
		add_difference(r, &calls[1].rows, row);
	db_rows_release(&calls[0].rows);
	db_rows_release(&calls[1].rows);
	return RC_OK;
}

static void print_json(struct shadow_report *r, struct buf *to)
{
	struct json j = {.to = to};

	json_close_array(&r->partition_list);
	json_close_array(&r->difference_list);
	json_open_object(&j, NULL);
	json_write_bool(&j, "shadow", true);
	json_write_integer(&j, "same", r->same);
	json_write_integer(&j, "reworded", r->reworded);
	json_write_integer(&j, "different", r->different);
	json_write_integer(&j, "unseen", r->unseen);
	json_write_integer(&j, "differing_shows", r->shows);
	json_write_made(&j, "partitions", buf_text(&r->partitions));
	json_write_made(&j, "first_differences", buf_text(&r->differences));
	json_close_object(&j);
	buf_add_string(to, "\n");
}

void shadow_report_print(struct shadow_report *r, struct buf *to)
{
	to->failed = to->failed || r->partitions.failed || r->differences.failed;
	if (r->is_json) {
		print_json(r, to);
		return;
	}
	buf_add_string(to, "a shadow's scratch database, not an installation's\n"
	                   "partition  started_at     decided    compared        same    reworded"
	                   "   different      unseen       shows\n");
	buf_add_text(to, buf_text(&r->partitions));
	buf_print(to, "%" PRId64 " requests the same, %" PRId64 " the same but for the wording, %" PRId64
	          " different in %" PRId64 " shows, %" PRId64 " not to be compared\n", r->same, r->reworded,
	          r->different, r->shows, r->unseen);
	if (r->listed)
		buf_add_string(to, "the first difference of each show; what comes after it may follow from "
		                   "it:\n");
	buf_add_text(to, buf_text(&r->differences));
	if ((int64_t)r->listed < r->shows)
		buf_print(to, "and %" PRId64 " shows more\n", r->shows - (int64_t)r->listed);
}
