/*
 * What is done to seats of a show: places set anew, seats kept for a channel, or public again.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/organise.h"
#include "admin/seats_given.h"
#include "common/base/json.h"

/* What is published of the seats, and the sentence that says it was done. */
struct doing {
	enum request_type type;
	const char *channel; /* NULL: none */
	enum organise_command command;
	bool needs_plan;     /* else a list is needed */
};

static void tell(const struct doing *doing, const char *show_id, const struct organised *done,
                 struct buf *to)
{
	bool is_one = done->seats == 1;

	buf_print(to, "%zu seat%s of show %s ", done->seats, is_one ? "" : "s", show_id);
	if (doing->type == REQUEST_CHANGE_SEATS) {
		buf_add_string(to, is_one ? "has" : "have");
		buf_print(to, " the place%s of this plan now", is_one ? "" : "s");
	} else if (doing->type == REQUEST_BLOCK_SEATS) {
		buf_add_string(to, is_one ? "belongs to channel " : "belong to channel ");
		json_add_text(to, text_of(doing->channel));
		buf_add_string(to, " now");
	} else {
		buf_add_string(to, is_one ? "is public now" : "are public now");
	}
	if (done->listed)
		buf_print(to, "; %zu of them %s held or sold, which goes on: %s%s", done->listed,
		          done->listed > 1 ? "are" : "is", buf_text(&done->names).data,
		          done->listed > ORGANISED_NAMES_MAX ? " ..." : "");
	organised_end(done, to);
}

/* The same for --dry-run: what was understood. */
static void tell_plan(const struct seats_given *seats, struct buf *to)
{
	seats_given_describe(seats, to);
	buf_add_string(to, "Nothing was published (--dry-run).\n");
}

static enum rc check(const struct settings *s, const struct doing *doing, struct err *e)
{
	if (doing->needs_plan && !s->plan)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: show seats needs --plan=FILE; - is standard input");
	if (!doing->needs_plan && !s->seats)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: seats are needed: --seats=FILE, a name a line; - is standard "
		               "input");
	if (doing->type == REQUEST_BLOCK_SEATS && !doing->channel)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: show block needs --channel=NAME, as house or press");
	return RC_OK;
}

static enum rc run(const struct settings *s, const char *show_id, const struct doing *doing,
                   struct err *e)
{
	struct request request = {
	    .type = doing->type,
	    .show_id = text_of(show_id),
	    .owner_key = text_of(s->owner_key),
	    .channel = text_of(doing->channel),
	};
	struct seats_given seats = {0};
	struct organised done = {0};
	struct buf text = {0};
	bool is_dry;
	enum rc rc = organise_check(s, doing->command, show_id, e);

	if (!rc)
		rc = check(s, doing, e);
	if (!rc)
		rc = seats_given_read(&seats, s, e);
	if (!rc && !seats.count)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--plan: it has no seats, only areas, which show areas sets");
	if (!rc && doing->needs_plan && seats_given_lack_ranks(&seats, s))
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--plan: it has no rank, and some seats of a house cannot be ranked by their "
		             "rows: " SEATS_GIVEN_RANK_THEM);
	is_dry = s->dry_run && doing->needs_plan;
	if (!rc && !is_dry) {
		seats_given_put(&seats, &request);
		rc = organise(s, show_id, &request, &done, e);
	}
	if (!rc && is_dry)
		tell_plan(&seats, &text);
	else if (!rc && !s->json)
		tell(doing, show_id, &done, &text);
	if (!rc && !s->json && seats.area_count)
		buf_add_string(&text, "The areas of the plan are left as they are; show areas sets them.\n");
	if (!rc)
		rc = text.failed ? err_out_of_memory(e) : RC_OK;
	if (!rc)
		fputs(buf_text(&text).data, stdout);
	buf_release(&text);
	organised_release(&done);
	seats_given_release(&seats);
	return rc;
}

enum rc admin_show_seats(const struct settings *s, const struct named *named, struct err *e)
{
	const struct doing doing = {
	    .type = REQUEST_CHANGE_SEATS, .command = ORGANISE_SEATS, .needs_plan = true};

	return run(s, named->show_id, &doing, e);
}

enum rc admin_show_block(const struct settings *s, const struct named *named, struct err *e)
{
	const struct doing doing = {
	    .type = REQUEST_BLOCK_SEATS, .command = ORGANISE_BLOCK, .channel = s->channel};

	return run(s, named->show_id, &doing, e);
}

enum rc admin_show_unblock(const struct settings *s, const struct named *named, struct err *e)
{
	const struct doing doing = {.type = REQUEST_UNBLOCK_SEATS, .command = ORGANISE_UNBLOCK};

	return run(s, named->show_id, &doing, e);
}
