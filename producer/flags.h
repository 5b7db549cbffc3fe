/*
 * flags.h - the one request that the flags of a command line say.
 */
#ifndef HOLDFAST_PRODUCER_FLAGS_H
#define HOLDFAST_PRODUCER_FLAGS_H

#include "common/base/err.h"
#include "common/base/text.h"
#include "producer/settings.h"

/*
 * Append the request that the flags say; nothing where there is no --type, and then no flag of a
 * request may be there. RC_USAGE: names the flag.
 */
enum rc request_of_flags(const struct settings *s, struct buf *value, struct err *e) NODISCARD;

#endif
