#include "worker/asked.h"

#include <string.h>

bool asked_is_apart(const struct settings *s)
{
	return s->rebuild || (s->accept_gap && s->accept_gap[0]);
}

enum rc asked_refuse_mixed(const struct settings *s, struct err *e)
{
	const struct {
		bool is_given;
		const char *flag, *why;
	} mixed[] = {
	    {s->rebuild, "rebuild", "a shadow fills its scratch database by itself"},
	    {s->accept_gap && s->accept_gap[0], "accept-gap",
	     "a gap is accepted for an installation, and a copy of its database has that"},
	    {s->reason && s->reason[0], "reason", "it belongs to --accept-gap"},
	    {strcmp(s->group_id, "holdfast-worker") != 0, "group-id", "a shadow joins no group"},
	};

	if (!s->shadow)
		return RC_OK;
	for (size_t i = 0; i < sizeof mixed / sizeof mixed[0]; i++)
		if (mixed[i].is_given && !pairs_has(&s->common.from_environment, mixed[i].flag))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--%s is not taken with --shadow: %s",
			               mixed[i].flag, mixed[i].why);
	if (s->json && !s->until_caught_up && !pairs_has(&s->common.from_environment, "json"))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--json with --shadow needs --until-caught-up, at whose end there is a report");
	return RC_OK;
}
