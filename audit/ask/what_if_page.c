#include "audit/ask/what_if_page.h"

#include <inttypes.h>
#include <stdlib.h>

#include "audit/page/files.h"
#include "audit/page/page.h"
#include "common/base/instant.h"
#include "common/base/json.h"
#include "common/base/log.h"

static const char *const sides[SIDES] = {[SIDE_REAL] = "real", [SIDE_WHAT_IF] = "what_if"};

/* ---- the data ---- */

static void write_column(struct json *j, const char *key, const struct time_list *list,
                         const int64_t *first)
{
	json_open_array(j, key);
	for (size_t i = 0; i < list->count; i++)
		json_write_integer(j, NULL, *(const int64_t *)(const void *)((const char *)first +
		                                                            i * sizeof list->rows[0]));
	json_close_array(j);
}

static void write_times(struct json *j, const char *key, const struct time_list *list)
{
	const struct time_row *first = list->rows;

	json_open_object(j, key);
	write_column(j, "start", list, &first->start_ms);
	for (int side = 0; side < SIDES; side++) {
		json_open_object(j, sides[side]);
		write_column(j, "given", list, &first->given[side]);
		write_column(j, "refused", list, &first->refused[side]);
		write_column(j, "sold", list, &first->sold[side]);
		json_close_object(j);
	}
	json_close_object(j);
}

static void write_data(const struct what_if *w, const struct time_list *minutes,
                       const struct time_list *seconds, int64_t opening_ms, struct buf *b)
{
	struct json j = {.to = b};
	struct buf asked = {0};

	json_open_object(&j, NULL);
	json_write_integer(&j, "format", 1);
	what_if_print_policy(&w->policy, &asked);
	json_write_text(&j, "asked", buf_text(&asked));
	json_write_string(&j, "show_id", w->show_id);
	what_if_write_rows(w, &j);
	json_write_integer(&j, "opening_at", opening_ms);
	write_times(&j, "minutes", minutes);
	write_times(&j, "seconds", seconds);
	json_close_object(&j);
	b->failed = b->failed || asked.failed;
	buf_release(&asked);
}

bool what_if_page_data(const struct what_if *w, struct buf *b)
{
	struct time_list minutes, seconds;
	int64_t opening_ms = 0;

	if (!what_if_times_list(&w->times, &minutes, &seconds, &opening_ms))
		return false;
	write_data(w, &minutes, &seconds, opening_ms, b);
	free(minutes.rows);
	free(seconds.rows);
	return !b->failed;
}

/* ---- files ---- */

static void print_csv(const struct time_list *list, struct buf *b)
{
	buf_add_string(b, "start,real_given,real_refused,real_sold,what_if_given,what_if_refused,"
	               "what_if_sold\r\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct time_row *row = &list->rows[i];
		char start[INSTANT_TEXT_BYTES];

		instant_print(row->start_ms, start);
		buf_add_string(b, start);
		for (int side = 0; side < SIDES; side++)
			buf_print(b, ",%" PRId64 ",%" PRId64 ",%" PRId64, row->given[side], row->refused[side],
			          row->sold[side]);
		buf_add_string(b, "\r\n");
	}
}

static enum rc write_csv(const char *folder, const char *name, const struct time_list *list,
                         struct err *e)
{
	struct buf path = {0}, csv = {0};
	enum rc rc;

	buf_print(&path, "%s/what-if/%s.csv", folder, name);
	print_csv(list, &csv);
	rc = path.failed ? err_out_of_memory(e) : file_write(path.data, &csv, e);
	buf_release(&path);
	buf_release(&csv);
	return rc;
}

static enum rc write_page(const struct what_if *w, const char *folder, const struct buf *data,
                          struct err *e)
{
	struct buf path = {0}, html = {0};
	enum rc rc;

	buf_print(&path, "%s/what-if.html", folder);
	page_write(&html, "what-if", text_of(w->show_id ? w->show_id : "all shows"), buf_text(data));
	rc = path.failed ? err_out_of_memory(e) : file_write(path.data, &html, e);
	if (!rc)
		log_info("a page was written", F_STR("path", path.data));
	buf_release(&html);
	buf_release(&path);
	return rc;
}

static enum rc make_folders(const char *folder, struct err *e)
{
	struct buf path = {0};
	enum rc rc = folder_make(folder, e);

	buf_print(&path, "%s/what-if", folder);
	if (!rc)
		rc = path.failed ? err_out_of_memory(e) : folder_make(path.data, e);
	buf_release(&path);
	return rc;
}

enum rc what_if_page_write(const struct what_if *w, const char *folder, struct err *e)
{
	struct time_list minutes, seconds;
	struct buf data = {0};
	int64_t opening_ms = 0;
	enum rc rc;

	if (!what_if_times_list(&w->times, &minutes, &seconds, &opening_ms))
		return err_out_of_memory(e);
	write_data(w, &minutes, &seconds, opening_ms, &data);
	rc = data.failed ? err_out_of_memory(e) : make_folders(folder, e);
	if (!rc)
		rc = write_page(w, folder, &data, e);
	if (!rc)
		rc = write_csv(folder, "minutes", &minutes, e);
	if (!rc)
		rc = write_csv(folder, "seconds", &seconds, e);
	buf_release(&data);
	free(minutes.rows);
	free(seconds.rows);
	return rc;
}
