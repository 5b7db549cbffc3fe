/*
 * channels_given.h - the channels that `show channels` is given: one by flags, or several by
 * --channels=FILE.
 */
#ifndef HOLDFAST_ADMIN_CHANNELS_GIVEN_H
#define HOLDFAST_ADMIN_CHANNELS_GIVEN_H

#include "admin/settings.h"
#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/message/channel.h"

struct channels_given {
	const struct channel *list; /* in the arena, or borrowed from the settings */
	size_t count;
	struct arena arena;
};

/*
 * channels  zeroed; release with channels_given_release whatever comes back
 *
 * RC_USAGE: neither or both are given, or what is given is malformed
 */
enum rc channels_given_read(struct channels_given *channels, const struct settings *s,
                            struct err *e) NODISCARD;
void channels_given_release(struct channels_given *channels);

/* Append a line for each: what it may sell, when, by whom. Keys are not shown. */
void channels_given_describe(const struct channels_given *channels, struct buf *to);

#endif
