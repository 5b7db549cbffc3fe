#include "common/message/place.h"

static const char *const flag_names[] = {
	[PLACE_ACCESSIBLE] = "accessible",
	[PLACE_COMPANION] = "companion",
	[PLACE_RESTRICTED] = "restricted",
};

_Static_assert(sizeof flag_names / sizeof flag_names[0] == PLACE_FLAG_COUNT,
               "every flag has a name");

const char *place_flag_name(enum place_flag flag)
{
	return flag_names[flag];
}

bool place_flag_of(struct text name, enum place_flag *flag)
{
	for (int f = 0; f < PLACE_FLAG_COUNT; f++) {
		if (!text_same(name, text_of(flag_names[f])))
			continue;
		*flag = (enum place_flag)f;
		return true;
	}
	return false;
}
