#include "audit/report/stories.h"

#include <stdlib.h>

#include "audit/page/files.h"
#include "audit/page/page.h"
#include "audit/report/story.h"
#include "audit/report/story_json.h"
#include "common/base/log.h"
#include "common/base/partitioner.h"
#include "common/message/limits.h"

/* ---- looking on ---- */

static bool is_meant(const struct stories *stories, const struct fold *fold, struct text key)
{
	return id_is_well_formed(key, SHOW_ID_BYTES_MAX) &&
	       (!stories->show_id.data || text_same(stories->show_id, key)) &&
	       partition_of_key(key.data, key.bytes, fold->partition_count) == fold->partition;
}

/* Find, or begin. NULL: out of memory */
static struct story *take_story(struct stories *stories, struct text show_id, int32_t partition)
{
	struct story *story = stories->last;

	if (story && text_same(story->show_id, show_id))
		return story;
	HASH_FIND(hh, stories->list, show_id.data, show_id.bytes, story);
	if (!story && (story = story_open(show_id, partition))) {
		HASH_ADD_KEYPTR(hh, stories->list, story->show_id.data, story->show_id.bytes, story);
		if (!story->hh.tbl) {
			story_release(story);
			return NULL;
		}
	}
	stories->last = story;
	return story;
}

static enum rc on_request(void *context, const struct fold *fold, const struct record *request,
                          int64_t replied_ms, struct err *e)
{
	struct stories *stories = context;
	struct story *story;

	if (!request->key.data || !is_meant(stories, fold, request->key))
		return RC_OK;
	story = take_story(stories, request->key, fold->partition);
	return story && story_add(story, fold, request, replied_ms) ? RC_OK : err_out_of_memory(e);
}

/* ---- writing ---- */

static enum rc write_page(const struct figures *f, const struct compared *compared, const char *path,
                          struct err *e)
{
	struct buf json = {0}, html = {0};
	enum rc rc;

	story_write(f, compared, &json);
	page_write(&html, "report", f->outline.story->show_id, buf_text(&json));
	html.failed |= json.failed;
	rc = file_write(path, &html, e);
	if (!rc)
		log_debug("report written", F_STR("file", path), F_INT("bytes", (int64_t)html.bytes));
	buf_release(&json);
	buf_release(&html);
	return rc;
}

/* Every table as a file of its own, in a folder beside the page. */
static enum rc write_tables(const struct figures *f, const char *folder, struct err *e)
{
	const struct table *tables[FIGURES_TABLES];
	struct buf path = {0}, csv = {0};
	enum rc rc = folder_make(folder, e);

	figures_list(f, tables);
	for (size_t i = 0; !rc && tables[i]; i++) {
		buf_clear(&path);
		buf_clear(&csv);
		buf_print(&path, "%s/%s.csv", folder, tables[i]->name);
		table_write_csv(tables[i], &csv);
		rc = path.failed ? err_out_of_memory(e) : file_write(path.data, &csv, e);
	}
	buf_release(&path);
	buf_release(&csv);
	return rc;
}

static enum rc write_report(const struct stories *stories, const struct story *story,
                            const struct compared *compared, struct err *e)
{
	struct figures figures;
	struct buf folder = {0}, page = {0};
	enum rc rc;

	buf_print(&folder, "%s/", stories->folder);
	file_add_name(&folder, story->show_id);
	buf_add_text(&page, buf_text(&folder));
	buf_add_string(&page, ".html");
	if (!figures_make(&figures, story) || folder.failed || page.failed)
		rc = err_out_of_memory(e);
	else if (!(rc = write_tables(&figures, folder.data, e)))
		rc = write_page(&figures, compared, page.data, e);
	figures_release(&figures);
	buf_release(&folder);
	buf_release(&page);
	return rc;
}

static bool is_wanted(const struct stories *stories, const struct story *story)
{
	const struct story_request *last = &story->requests[story->request_extent.count - 1];

	return story->show && story->show->is_created && last->at_ms >= stories->since_ms;
}

static int by_show_id(const struct story *a, const struct story *b)
{
	return text_compare(a->show_id, b->show_id);
}

static enum rc on_end(void *context, const struct compared *compared, struct err *e)
{
	struct stories *stories = context;
	int64_t written = 0;

	if (folder_make(stories->folder, e))
		return e->rc;
	HASH_SORT(stories->list, by_show_id);
	for (const struct story *story = stories->list; story; story = story->hh.next) {
		if (!is_wanted(stories, story))
			continue;
		if (write_report(stories, story, compared, e))
			return e->rc;
		written++;
	}
	if (written)
		log_info("reports written", F_INT("shows", written), F_STR("folder", stories->folder));
	else
		log_warning("no such show was created in what was read", F_TEXT("show_id", stories->show_id));
	return RC_OK;
}

enum rc stories_report(struct stories *stories, const struct audit_settings *settings, struct err *e)
{
	const struct compare_observer observer = {on_request, on_end, stories};
	struct story *story, *next;
	enum rc rc = compare_report(settings, &observer, e);

	HASH_ITER(hh, stories->list, story, next) {
		HASH_DEL(stories->list, story);
		story_release(story);
	}
	return rc;
}
