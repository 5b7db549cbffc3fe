/*
 * policy_flags.h - what flags say of a show's policy, and of when something is on sale.
 */
#ifndef HOLDFAST_ADMIN_POLICY_FLAGS_H
#define HOLDFAST_ADMIN_POLICY_FLAGS_H

#include "admin/settings.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/message/policy.h"

/*
 * What --title, --hold-seconds, ... --open say; texts are borrowed from the settings. `given` is 0
 * where nothing was.
 *
 * RC_USAGE: one is malformed, or two do not go together
 */
enum rc policy_read(struct policy *policy, const struct settings *s, struct err *e) NODISCARD;

/*
 * --on-sale-from and --on-sale-until alone. "always" is the first or the last instant there is, as
 * requests have nothing else to lift a bound by.
 */
enum rc sale_window_read(struct sale_window *window, const struct settings *s,
                         struct err *e) NODISCARD;

/* Fill in the numbers that a new show always says. RC_USAGE: they do not go together. */
enum rc policy_complete(struct policy *policy, struct err *e) NODISCARD;

/* Append "from 2026-11-24T09:00:00.000Z until ...", or "always". */
void sale_window_describe(const struct sale_window *window, struct buf *to);
/* Append what is given, " title "Evening", holds of 600 s" and so on, with commas between. */
void policy_describe(const struct policy *policy, struct buf *to);

#endif
