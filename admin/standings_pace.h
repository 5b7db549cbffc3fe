/*
 * standings_pace.h - how fast partitions are decided on which something waits, and how long it will
 * wait: by looks at their rows.
 */
#ifndef HOLDFAST_ADMIN_STANDINGS_PACE_H
#define HOLDFAST_ADMIN_STANDINGS_PACE_H

#include "admin/settings.h"
#include "admin/standing.h"
#include "common/pipeline/pipeline.h"

/*
 * Look at those that have an owner for two seconds, or until what waits now is decided; not at all
 * where nothing waits.
 *
 * has_looked  what was read of the partitions before is no longer so
 * Codes as of db_run and db_open.
 */
enum rc standings_look(struct standings *standings, const struct settings *s,
                       const struct pipeline *pipeline, bool *has_looked,
                       struct err *e) NODISCARD;

/* The request that is asked for: PARTITION-OFFSET. false: it is not that, or there is none. */
bool standings_ask(struct standings *standings, const char *at) NODISCARD;
/* What the looks come to, where the partitions stand as they have just been read again. */
void standings_reckon(struct standings *standings);

#endif
