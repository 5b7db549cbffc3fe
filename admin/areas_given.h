/*
 * areas_given.h - the areas that `show areas` is given: by --area, or by --plan=FILE.
 */
#ifndef HOLDFAST_ADMIN_AREAS_GIVEN_H
#define HOLDFAST_ADMIN_AREAS_GIVEN_H

#include "admin/seats_given.h"
#include "admin/settings.h"
#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/message/area.h"

struct areas_given {
	const struct area *list; /* in the arena or the plan, or borrowed from the settings */
	size_t count;            /* 0: neither flag was given */
	struct arena arena;
	struct seats_given plan;
};

/*
 * areas  zeroed; release with areas_given_release whatever comes back
 *
 * RC_USAGE: both are given, or what is given is malformed or has no area
 */
enum rc areas_given_read(struct areas_given *areas, const struct settings *s,
                         struct err *e) NODISCARD;
void areas_given_release(struct areas_given *areas);

/* Append a line for each: its places, and who sells them. */
void areas_given_describe(const struct areas_given *areas, struct buf *to);

#endif
