#include "producer/wish_flags.h"

#include "producer/list_flags.h"

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
	wish->categories = list_cut(s->categories, arena, &wish->category_count);
	wish->sections = list_cut(s->sections, arena, &wish->section_count);
	return arena->failed ? err_out_of_memory(e) : RC_OK;
}
