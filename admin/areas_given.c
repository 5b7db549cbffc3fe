#include "admin/areas_given.h"

#include <string.h>

#include "common/base/json.h"
#include "common/message/limits.h"
#include "common/message/name.h"

#define FORM "--area must be NAME:CAPACITY or NAME:CAPACITY:CHANNEL of each area, comma-separated"

/* Take what is behind the last colon off a text; false: there is none. */
static bool cut_end(struct text *given, struct text *end)
{
	size_t at = given->bytes;

	while (at && given->data[at - 1] != ':')
		at--;
	if (!at)
		return false;
	*end = (struct text){given->data + at, given->bytes - at};
	given->bytes = at - 1;
	return true;
}

/* Digits alone, up to the largest capacity. */
static bool read_capacity(struct text given, int32_t *capacity)
{
	*capacity = 0;
	for (size_t i = 0; i < given.bytes; i++) {
		if (given.data[i] < '0' || given.data[i] > '9')
			return false;
		*capacity = *capacity * 10 + (given.data[i] - '0');
		if (*capacity > AREA_CAPACITY_MAX)
			return false;
	}
	return given.bytes > 0;
}

/* The last number is the capacity, so that a name may have colons itself. */
static bool read_area(struct text given, struct area *area)
{
	struct text end;

	if (!cut_end(&given, &end))
		return false;
	if (!read_capacity(end, &area->capacity)) {
		area->channel = end;
		if (!name_is_well_formed(end) || text_same(end, text_of("public")) ||
		    !cut_end(&given, &end) || !read_capacity(end, &area->capacity))
			return false;
	}
	area->area_id = given;
	return name_is_well_formed(given);
}

static bool is_named_before(const struct area *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(list[i].area_id, list[count].area_id))
			return true;
	return false;
}

static enum rc read_flag(struct areas_given *areas, const char *flag, struct err *e)
{
	struct area *list;
	size_t count = 1;

	for (const char *at = flag; *at; at++)
		count += *at == ',';
	list = arena_take(&areas->arena, count * sizeof *list);
	if (!list)
		return err_out_of_memory(e);
	memset(list, 0, count * sizeof *list);
	for (size_t i = 0; i < count; i++) {
		struct text given = {flag, strcspn(flag, ",")};

		if (!read_area(given, &list[i]))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: " FORM);
		if (is_named_before(list, i))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --area has %.*s twice",
			               TEXT_ARGS(list[i].area_id));
		flag += given.bytes + 1;
	}
	areas->list = list;
	areas->count = count;
	return RC_OK;
}

enum rc areas_given_read(struct areas_given *areas, const struct settings *s, struct err *e)
{
	if (s->area && s->plan)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --area and --plan; areas come from one of them");
	if (s->area)
		return read_flag(areas, s->area, e);
	if (!s->plan)
		return RC_OK;
	if (seats_given_read(&areas->plan, s, e))
		return e->rc;
	areas->list = areas->plan.areas;
	areas->count = areas->plan.area_count;
	return areas->count ? RC_OK
	                    : err_set(e, RC_USAGE, FROM_SETTINGS,
	                              "--plan: it has no areas; they have area_id and capacity in place of "
	                              "seat_id");
}

void areas_given_release(struct areas_given *areas)
{
	seats_given_release(&areas->plan);
	arena_release(&areas->arena);
	*areas = (struct areas_given){0};
}

void areas_given_describe(const struct areas_given *areas, struct buf *to)
{
	for (size_t i = 0; i < areas->count; i++) {
		const struct area *area = &areas->list[i];

		buf_add_string(to, "Area ");
		json_add_text(to, area->area_id);
		buf_print(to, ": %d place%s", area->capacity, area->capacity == 1 ? "" : "s");
		if (area->category.data) {
			buf_add_string(to, ", category ");
			json_add_text(to, area->category);
		}
		buf_add_string(to, area->channel.data ? ", of channel " : ", public");
		if (area->channel.data)
			json_add_text(to, area->channel);
		buf_add_string(to, ".\n");
	}
}
