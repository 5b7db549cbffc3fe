/*
 * Changes what a show is: its policy, when it is on sale, its owner key.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/organise.h"
#include "admin/policy_flags.h"

/* Of a window that was given one end, the other is what it was, which is not known here. */
static void tell_sale(const struct policy *policy, struct buf *to)
{
	if (policy->given & POLICY_ON_SALE_FROM && policy->given & POLICY_ON_SALE_UNTIL)
		return;
	if (policy->given & POLICY_ON_SALE_FROM)
		buf_add_string(to, "; the end of the sale is as it was");
	if (policy->given & POLICY_ON_SALE_UNTIL)
		buf_add_string(to, "; the beginning of the sale is as it was");
}

static void tell(const char *show_id, const struct policy *policy, bool has_new_key,
                 const struct organised *done, struct buf *to)
{
	buf_print(to, "Show %s is changed: ", show_id);
	policy_describe(policy, to);
	if (has_new_key)
		buf_print(to, "%sit has another owner_key", policy->given ? ", " : "");
	tell_sale(policy, to);
	organised_end(done, to);
}

enum rc admin_show_change(const struct settings *s, const struct named *named, struct err *e)
{
	struct policy policy;
	struct organised done = {0};
	struct buf text = {0};
	struct request request = {
	    .type = REQUEST_CHANGE_SHOW,
	    .show_id = text_of(named->show_id),
	    .owner_key = text_of(s->owner_key),
	    .new_owner_key = text_of(s->new_owner_key),
	    .policy = &policy,
	};
	enum rc rc = organise_check(s, ORGANISE_CHANGE, named->show_id, e);

	if (!rc)
		rc = policy_read(&policy, s, e);
	if (!rc && !policy.given && !s->new_owner_key)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "command line: show change needs something to change: --title, --hold-seconds, "
		             "--max-hold-seconds, --max-seats, --on-sale-from, --on-sale-until, --closed, "
		             "--open, --singles, --max-customer-seats, --max-customer-holds or a new "
		             "owner key");
	if (!rc)
		rc = organise(s, named->show_id, &request, &done, e);
	if (!rc && !s->json) {
		tell(named->show_id, &policy, s->new_owner_key, &done, &text);
		rc = text.failed ? err_out_of_memory(e) : RC_OK;
		if (!rc)
			fputs(text.data, stdout);
	}
	buf_release(&text);
	organised_release(&done);
	return rc;
}
