/*
 * Sets channels of a show: each becomes what is given, all of it.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/channels_given.h"
#include "admin/organise.h"

static enum rc tell(const char *show_id, const struct channels_given *channels,
                    const struct organised *done, struct err *e)
{
	struct buf text = {0};
	enum rc rc = RC_OK;

	channels_given_describe(channels, &text);
	buf_print(&text, "So it stands for show %s now", show_id);
	organised_end(done, &text);
	if (text.failed)
		rc = err_out_of_memory(e);
	else
		fputs(text.data, stdout);
	buf_release(&text);
	return rc;
}

enum rc admin_show_channels(const struct settings *s, const struct named *named, struct err *e)
{
	struct channels_given channels = {0};
	struct organised done = {0};
	struct request request = {
	    .type = REQUEST_SET_CHANNELS,
	    .show_id = text_of(named->show_id),
	    .owner_key = text_of(s->owner_key),
	};
	enum rc rc = organise_check(s, ORGANISE_CHANNELS, named->show_id, e);

	if (!rc)
		rc = channels_given_read(&channels, s, e);
	if (!rc) {
		request.channels = channels.list;
		request.channel_count = channels.count;
		rc = organise(s, named->show_id, &request, &done, e);
	}
	if (!rc && !s->json)
		rc = tell(named->show_id, &channels, &done, e);
	organised_release(&done);
	channels_given_release(&channels);
	return rc;
}
