#include "common/message/place.h"

#include "common/base/json.h"

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

static void add_flags(struct json *j, const struct place *p)
{
	json_open_array(j, "flags");
	for (int i = 0; i < p->flag_count; i++)
		json_write_string(j, NULL, flag_names[p->flag_list[i]]);
	json_close_array(j);
}

void place_encode(struct buf *b, struct text seat_id, const struct place *p)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	json_write_text(&j, "seat_id", seat_id);
	if (p->section.data)
		json_write_text(&j, "section", p->section);
	if (p->row.data) {
		json_write_text(&j, "row", p->row);
		json_write_integer(&j, "pos", p->pos);
	}
	if (p->category.data)
		json_write_text(&j, "category", p->category);
	if (p->rank)
		json_write_integer(&j, "rank", p->rank);
	if (p->has_flags)
		add_flags(&j, p);
	if (p->has_point) {
		json_write_integer(&j, "x", p->x);
		json_write_integer(&j, "y", p->y);
	}
	json_close_object(&j);
}
