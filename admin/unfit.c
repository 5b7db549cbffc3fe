/* Which flags an organiser's commands have a use for. */
#include "admin/organise.h"

enum {
	POLICY_OF = ORGANISE_CREATE | ORGANISE_CHANGE,
	RANKED_OF = ORGANISE_CREATE | ORGANISE_SEATS,
	PLAN_OF = RANKED_OF | ORGANISE_AREAS,
	LIST_OF = ORGANISE_CREATE | ORGANISE_BLOCK | ORGANISE_UNBLOCK,
	REPEATED = ~ORGANISE_CREATE,
};

enum rc organise_refuse_unfit(const struct settings *s, enum organise_command command,
                              struct err *e)
{
	const struct {
		const char *flag;
		bool is_given;
		int commands;
	} flags[] = {
	    {"seats", s->seats, LIST_OF},
	    {"plan", s->plan, PLAN_OF},
	    {"focus", s->focus, RANKED_OF},
	    {"whole-house", s->whole_house, RANKED_OF},
	    {"seat-name", s->seat_name, RANKED_OF},
	    {"title", s->title, POLICY_OF},
	    {"hold-seconds", s->hold_seconds, POLICY_OF},
	    {"max-hold-seconds", s->max_hold_seconds, POLICY_OF},
	    {"max-seats", s->max_seats, POLICY_OF},
	    {"singles", s->singles, POLICY_OF},
	    {"max-customer-seats", s->max_customer_seats, POLICY_OF},
	    {"max-customer-holds", s->max_customer_holds, POLICY_OF},
	    {"on-sale-from", s->on_sale_from, POLICY_OF | ORGANISE_CHANNELS},
	    {"on-sale-until", s->on_sale_until, POLICY_OF | ORGANISE_CHANNELS},
	    {"closed", s->closed, POLICY_OF},
	    {"open", s->open, POLICY_OF},
	    {"new-owner-key", s->new_owner_key, ORGANISE_CHANGE},
	    {"area", s->area, ORGANISE_AREAS},
	    {"channel", s->channel, ORGANISE_CHANNELS | ORGANISE_BLOCK},
	    {"channel-key", s->channel_key, ORGANISE_CHANNELS},
	    {"opens", s->opens, ORGANISE_CHANNELS},
	    {"exempt", s->exempt, ORGANISE_CHANNELS},
	    {"channels", s->channels, ORGANISE_CHANNELS},
	    {"request-id", s->request_id, REPEATED},
	};

	/* Wherever it was said: who wants nothing to be done is not told that it was. */
	if (s->dry_run && !(PLAN_OF & (int)command))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --dry-run is for show create, seats, areas and prune");
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (flags[i].is_given && !(flags[i].commands & (int)command) &&
		    !pairs_has(&s->common.from_environment, flags[i].flag))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --%s is not used by this command",
			               flags[i].flag);
	return RC_OK;
}
