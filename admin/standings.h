/*
 * standings.h - how each partition stands: what is decided, answered and waiting, for how long, who
 * has it, and whether and why it is halted.
 */
#ifndef HOLDFAST_ADMIN_STANDINGS_H
#define HOLDFAST_ADMIN_STANDINGS_H

#include "admin/settings.h"
#include "admin/standing.h"
#include "common/base/text.h"

/*
 * standings: zeroed; release with standings_release whatever comes back. Where something waits it is
 * looked at for two seconds. Codes as of pipeline_verify.
 */
enum rc standings_read(struct standings *standings, const struct settings *s,
                       struct err *e) NODISCARD;
void standings_print(const struct standings *standings, bool is_json, struct buf *to);
void standings_release(struct standings *standings);

#endif
