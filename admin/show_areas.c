/*
 * Sets areas of a show: each becomes what is given, all of it. Without any, lists them.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/areas.h"
#include "admin/areas_given.h"
#include "admin/organise.h"
#include "admin/show_rows.h"

enum { SHOW, AREAS, CALL_COUNT };

static enum rc list(const struct settings *s, const char *show_id, struct err *e)
{
	struct db_args args = {0};
	struct db_call calls[CALL_COUNT] = {
	    [SHOW] = {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args},
	    [AREAS] = {.query = QUERY_ADMIN_READ_AREAS, .args = &args},
	};
	struct buf text = {0};
	struct json j = {.to = &text};
	enum rc rc;

	db_arg_text(&args, text_of(show_id));
	rc = show_rows_read(s, show_id, calls, CALL_COUNT, e);
	if (!rc && !calls[SHOW].rows.count)
		rc = err_set(e, RC_REJECT, FROM_REPLY, "there is no show %s", show_id);
	if (!rc && s->json) {
		areas_write(&calls[AREAS].rows, NULL, &j);
		buf_add_string(&text, "\n");
	} else if (!rc && !calls[AREAS].rows.count) {
		buf_print(&text, "Show %s has no areas.\n", show_id);
	} else if (!rc) {
		areas_print(&calls[AREAS].rows, &text);
	}
	if (!rc)
		rc = show_rows_print(&text, e);
	for (int i = 0; i < CALL_COUNT; i++)
		db_rows_release(&calls[i].rows);
	buf_release(&text);
	db_args_release(&args);
	return rc;
}

static enum rc tell(const struct settings *s, const char *show_id, const struct areas_given *areas,
                    const struct organised *done, struct err *e)
{
	struct buf text = {0};
	enum rc rc;

	areas_given_describe(areas, &text);
	if (s->dry_run) {
		buf_add_string(&text, "Nothing was published (--dry-run).\n");
	} else {
		buf_print(&text, "So it stands for show %s now", show_id);
		organised_end(done, &text);
	}
	rc = show_rows_print(&text, e);
	buf_release(&text);
	return rc;
}

static enum rc set(const struct settings *s, const char *show_id, const struct areas_given *areas,
                   struct err *e)
{
	struct organised done = {0};
	const struct request request = {
	    .type = REQUEST_SET_AREAS,
	    .show_id = text_of(show_id),
	    .owner_key = text_of(s->owner_key),
	    .set_areas = areas->list,
	    .set_area_count = areas->count,
	};
	enum rc rc = s->dry_run ? request_check(&request, e)
	                        : organise(s, show_id, &request, &done, e);

	if (!rc && !s->json)
		rc = tell(s, show_id, areas, &done, e);
	organised_release(&done);
	return rc;
}

enum rc admin_show_areas(const struct settings *s, const struct named *named, struct err *e)
{
	struct areas_given areas = {0};
	enum rc rc = organise_check(s, ORGANISE_AREAS, named->show_id, e);

	if (!rc)
		rc = areas_given_read(&areas, s, e);
	if (!rc)
		rc = areas.count ? set(s, named->show_id, &areas, e) : list(s, named->show_id, e);
	areas_given_release(&areas);
	return rc;
}
