/*
 * scratch.h - the scratch databases of a shadow (holdfast-worker --shadow): made of empty ones, and
 * what the shadow has found, as they have it.
 */
#ifndef HOLDFAST_ADMIN_SCRATCH_H
#define HOLDFAST_ADMIN_SCRATCH_H

#include "admin/servers.h"

/*
 * init --shadow: schema and tables of a shadow in the pipeline's databases, which were read, bound to
 * its topic. Topics must be there. Safe to repeat.
 *
 * RC_FATAL  FROM_PIPELINE: a database serves an installation; nothing of it was changed
 */
enum rc scratch_init(const struct settings *s, struct pipeline *pipeline, struct err *e) NODISCARD;

/* Do the settings name scratch databases? By the first of them; where it is not there: no. */
enum rc scratch_find(const struct settings *s, bool *is_scratch, struct err *e) NODISCARD;
/* status: what the shadow has compared and found, on stdout. */
enum rc scratch_print(const struct settings *s, struct err *e) NODISCARD;

#endif
