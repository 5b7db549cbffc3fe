#include "producer/wish_flags.h"

#include <string.h>

/* Cut a list at its commas; spaces behind them are no part of a name. NULL: there is none. */
static const struct text *cut(const char *list, struct arena *arena, size_t *count)
{
	struct text *names;

	*count = 0;
	if (!list)
		return NULL;
	for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		++*count;
	names = arena_take(arena, *count * sizeof *names);
	for (size_t i = 0; names && i < *count; i++) {
		list += strspn(list, " ");
		names[i] = (struct text){list, strcspn(list, ",")};
		list += names[i].bytes + 1;
	}
	return names;
}

enum rc wish_of_flags(struct wish *wish, const struct settings *s, struct arena *arena,
                      struct err *e)
{
	const struct {
		const char *flag;
		bool is_given;
	} others[] = {
	    {"categories", s->categories}, {"sections", s->sections},   {"accessible", s->accessible},
	    {"together", !s->together},    {"restricted", s->restricted},
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (others[i].is_given && !s->best &&
		    !pairs_has(&s->common.from_environment, others[i].flag))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --%s is used with --best only",
			               others[i].flag);
	*wish = (struct wish){
	    .count = (int32_t)s->best,
	    .together = s->together,
	    .has_together = !s->together,
	    .restricted = s->restricted,
	    .has_restricted = s->restricted,
	    .accessible = (int32_t)s->accessible,
	};
	wish->categories = cut(s->categories, arena, &wish->category_count);
	wish->sections = cut(s->sections, arena, &wish->section_count);
	return arena->failed ? err_out_of_memory(e) : RC_OK;
}
