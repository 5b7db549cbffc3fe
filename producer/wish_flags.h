/*
 * wish_flags.h - what flags say of best available: --best and what goes with it.
 */
#ifndef HOLDFAST_PRODUCER_WISH_FLAGS_H
#define HOLDFAST_PRODUCER_WISH_FLAGS_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/message/wish.h"
#include "producer/settings.h"

/*
 * RC_USAGE: --best is not there, and a flag is that goes with it
 *
 * arena  takes the lists; their texts are borrowed from the settings
 */
enum rc wish_of_flags(struct wish *wish, const struct settings *s, struct arena *arena,
                      struct err *e) NODISCARD;

#endif
