/*
 * Says how the partitions do.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/scratch.h"
#include "admin/standings.h"

enum rc admin_status(const struct settings *s, const struct named *named, struct err *e)
{
	struct standings standings = {0};
	struct buf text = {0};
	bool is_scratch = false;
	enum rc rc = scratch_find(s, &is_scratch, e);

	(void)named;
	if (rc || is_scratch)
		return rc ? rc : scratch_print(s, e);
	rc = standings_read(&standings, s, e);
	if (!rc) {
		standings_print(&standings, s->json, &text);
		if (text.failed)
			rc = err_out_of_memory(e);
		else
			fputs(buf_text(&text).data, stdout);
	}
	buf_release(&text);
	standings_release(&standings);
	return rc;
}
