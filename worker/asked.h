/*
 * asked.h - what a worker is asked to do, by its options, and which of them do not go together.
 */
#ifndef HOLDFAST_WORKER_ASKED_H
#define HOLDFAST_WORKER_ASKED_H

#include "common/base/err.h"
#include "worker/settings.h"

/* Work that is done outside of the group, and then it ends. */
bool asked_is_apart(const struct settings *settings);

/*
 * Refuse by name what does not go with --shadow. A variable of the environment, which may be meant
 * for other programs, is passed over.
 *
 * RC_USAGE  one does not
 */
enum rc asked_refuse_mixed(const struct settings *settings, struct err *e) NODISCARD;

#endif
