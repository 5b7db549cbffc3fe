#include "audit/letter/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"

#define MS_OF_DAY INT64_C(86400000)
#define MS_OF_HOUR INT64_C(3600000)
#define MS_OF_MINUTE INT64_C(60000)
#define MS_OF_SECOND INT64_C(1000)

static int64_t day_of(int64_t t_ms)
{
	return (t_ms - (t_ms % MS_OF_DAY + MS_OF_DAY) % MS_OF_DAY) / MS_OF_DAY;
}

/* "24 November 2026"; the rest of the instant behind it. */
static void add_day(struct buf *b, const char *instant)
{
	static const char *const months[] = {
	    "January", "February", "March",     "April",   "May",      "June",
	    "July",    "August",   "September", "October", "November", "December",
	};
	int month = (instant[5] - '0') * 10 + instant[6] - '0';
	int day = (instant[8] - '0') * 10 + instant[9] - '0';

	buf_print(b, "%d %s %.4s", day, months[(month + 11) % 12], instant);
}

void words_add_day_and_time(struct buf *b, int64_t t_ms)
{
	char instant[INSTANT_TEXT_BYTES];

	instant_print(t_ms, instant);
	add_day(b, instant);
	buf_print(b, " at %.12s UTC", instant + 11);
}

void words_add_time(struct buf *b, int64_t t_ms, int64_t day_ms)
{
	char instant[INSTANT_TEXT_BYTES];

	instant_print(t_ms, instant);
	if (day_of(t_ms) != day_of(day_ms)) {
		add_day(b, instant);
		buf_add_string(b, ", ");
	}
	buf_print(b, "%.12s", instant + 11);
}

void words_add_count(struct buf *b, int64_t count, const char *one, const char *many)
{
	buf_print(b, "%" PRId64 " %s", count, count == 1 ? one : many);
}

/* Two units, the second one only where there is some of it. */
static void add_units(struct buf *b, int64_t large, const char *one, const char *many, int64_t small,
                      const char *small_one, const char *small_many)
{
	words_add_count(b, large, one, many);
	if (small) {
		buf_add_string(b, " ");
		words_add_count(b, small, small_one, small_many);
	}
}

void words_add_length(struct buf *b, int64_t ms)
{
	if (ms < MS_OF_SECOND)
		words_add_count(b, ms, "millisecond", "milliseconds");
	else if (ms < MS_OF_MINUTE && ms % MS_OF_SECOND)
		buf_print(b, "%" PRId64 ".%03" PRId64 " seconds", ms / MS_OF_SECOND, ms % MS_OF_SECOND);
	else if (ms < MS_OF_MINUTE)
		words_add_count(b, ms / MS_OF_SECOND, "second", "seconds");
	else if (ms < MS_OF_HOUR)
		add_units(b, ms / MS_OF_MINUTE, "minute", "minutes", ms % MS_OF_MINUTE / MS_OF_SECOND, "second",
		          "seconds");
	else if (ms < MS_OF_DAY)
		add_units(b, ms / MS_OF_HOUR, "hour", "hours", ms % MS_OF_HOUR / MS_OF_MINUTE, "minute",
		          "minutes");
	else
		add_units(b, ms / MS_OF_DAY, "day", "days", ms % MS_OF_DAY / MS_OF_HOUR, "hour", "hours");
}

void words_add_uuid(struct buf *b, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	buf_add_string(b, text);
}

void words_add_name(struct buf *b, struct text name)
{
	bool is_odd = memchr(name.data, ',', name.bytes) || memchr(name.data, '"', name.bytes);

	buf_print(b, is_odd ? "\"%.*s\"" : "%.*s", TEXT_ARGS(name));
}

const char *words_between(size_t i, size_t count)
{
	return i == 0 ? "" : i + 1 == count ? " and " : ", ";
}

void words_add_names(struct buf *b, const struct text *names, size_t count, size_t stride)
{
	size_t shown = count <= WORDS_NAMES_MAX ? count : WORDS_NAMES_MAX - 1;
	size_t parts = shown < count ? shown + 1 : shown;

	for (size_t i = 0; i < shown; i++) {
		buf_add_string(b, words_between(i, parts));
		words_add_name(b, *(const struct text *)(const void *)((const char *)names + i * stride));
	}
	if (shown < count)
		buf_print(b, "%s%zu others", words_between(shown, parts), count - shown);
}

void words_add_seats(struct buf *b, const char *seat, const struct text *names, size_t count,
                     size_t stride)
{
	buf_print(b, "%s%s ", seat, count == 1 ? "" : "s");
	words_add_names(b, names, count, stride);
}

void words_add_areas(struct buf *b, const struct area_count *areas, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_add_string(b, words_between(i, count));
		words_add_count(b, areas[i].count, "place", "places");
		buf_add_string(b, " in the area ");
		words_add_name(b, areas[i].area_id);
	}
}

static void add_alternatives(struct buf *b, const char *before, const struct text *names,
                             size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_add_string(b, i == 0 ? before : i + 1 == count ? " or " : ", ");
		words_add_name(b, names[i]);
	}
}

void words_add_wish(struct buf *b, const struct wish *wish)
{
	if (wish->count == 1)
		buf_add_string(b, "the best seat");
	else
		buf_print(b, "the best %d seats%s", (int)wish->count,
		          wish->together ? " side by side" : " (side by side or not)");
	add_alternatives(b, " of the category ", wish->categories, wish->category_count);
	add_alternatives(b, " in the section ", wish->sections, wish->section_count);
	if (wish->accessible)
		buf_print(b, ", %d of them accessible by wheelchair", (int)wish->accessible);
	if (wish->restricted)
		buf_add_string(b, ", with a restricted view or not");
}
