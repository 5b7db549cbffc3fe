#include "admin/prunable.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/base/json.h"
#include "common/base/log.h"
#include "common/base/moment_text.h"

enum rc prune_age_read(struct prune_age *age, const char *before, uint64_t keep_days,
                       struct err *e)
{
	*age = (struct prune_age){.has_before = before && before[0], .keep_days = keep_days};
	if (age->has_before == (keep_days > 0))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "prune needs --before=DATE or --keep-days=N, and not both");
	if (!age->has_before && keep_days < PRUNE_DAYS_MIN)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--keep-days must be %u or more: duplicates are answered for so long",
		               PRUNE_DAYS_MIN);
	if (!age->has_before)
		return RC_OK;
	if (moment_text_read(before, &age->before_ms))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--before must be " MOMENT_TEXT_FORMS "; got \"%.40s\"", before);
	return RC_OK;
}

enum rc prune_age_apply(const struct prune_age *age, struct prunable *list, int32_t count,
                        struct err *e)
{
	char time[INSTANT_TEXT_BYTES];
	int64_t latest_ms = age->before_ms;

	for (int32_t i = 0; i < count; i++) {
		struct prunable *p = &list[i];
		int64_t allowed_ms = p->decided_until_ms - PRUNE_DAYS_MIN * PRUNE_DAY_MS;

		p->state = p->decided_until_ms < 0 ? PRUNE_UNDECIDED
		           : p->answered < 0       ? PRUNE_UNANSWERED
		           : !p->is_marked         ? PRUNE_UNMARKED
		                                   : PRUNE_UNFINISHED;
		if (p->state != PRUNE_UNFINISHED)
			continue;
		p->before_ms = age->has_before ? age->before_ms
		                               : p->decided_until_ms - (int64_t)age->keep_days * PRUNE_DAY_MS;
		if (p->before_ms <= allowed_ms)
			continue;
		instant_print(allowed_ms, time);
		log_error("--before is too late for a partition", F_INT("partition", i),
		          F_STR("latest", time));
		latest_ms = allowed_ms < latest_ms ? allowed_ms : latest_ms;
	}
	if (!age->has_before || latest_ms == age->before_ms)
		return RC_OK;
	instant_print(latest_ms, time);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--before must be %s or earlier: %u days of each partition's time are kept, as "
	               "duplicates are answered from them; --keep-days goes by each partition's own time",
	               time, PRUNE_DAYS_MIN);
}

/* ---- printing ---- */

static const char *const words[][2] = {
    [PRUNE_UNDECIDED] = {"undecided", "nothing was decided yet"},
    [PRUNE_UNANSWERED] = {"unanswered", "left as it is: the group has no committed offset"},
    [PRUNE_UNMARKED] = {"unmarked", "left as it is: no worker has set the group's offset"},
    [PRUNE_UNFINISHED] = {"unfinished", "not finished"},
    [PRUNE_DONE] = {"done", "done"},
};

static bool has_before(const struct prunable *p)
{
	return p->state == PRUNE_UNFINISHED || p->state == PRUNE_DONE;
}

static void write_json(struct json *j, int32_t partition, const struct prunable *p)
{
	json_open_object(j, NULL);
	json_write_integer(j, "partition", partition);
	if (has_before(p))
		json_write_time(j, "before", p->before_ms);
	else
		json_write_null(j, "before");
	json_write_integer(j, "committed", p->answered);
	json_write_integer(j, "rows", (int64_t)p->rows);
	json_write_string(j, "state", words[p->state][0]);
	json_close_object(j);
}

static void add_line(struct buf *to, int32_t partition, const struct prunable *p)
{
	char time[INSTANT_TEXT_BYTES] = "-";

	if (has_before(p))
		instant_print(p->before_ms, time);
	buf_print(to, "%9d  %-24s  %11" PRId64 "  %11" PRIu64 "  %s\n", (int)partition, time, p->answered,
	          p->rows, words[p->state][1]);
}

void prunable_print(const struct prunable *list, int32_t count, bool is_dry_run, bool is_json,
                    struct buf *to)
{
	struct json j = {.to = to};

	if (!is_json) {
		buf_print(to, "partition  before                      committed  %11s  state\n",
		          is_dry_run ? "to delete" : "deleted");
		for (int32_t i = 0; i < count; i++)
			add_line(to, i, &list[i]);
		return;
	}
	json_open_object(&j, NULL);
	json_write_bool(&j, "is_dry_run", is_dry_run);
	json_open_array(&j, "partitions");
	for (int32_t i = 0; i < count; i++)
		write_json(&j, i, &list[i]);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_string(to, "\n");
}
