#include "tests/unit/gateway/live/viewer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/arena.h"
#include "common/message/tree.h"

static void set(struct buf *b, struct text t)
{
	buf_clear(b);
	buf_add_text(b, t);
}

/* The object behind a key that stands once, as it is written. */
static struct text raw_object(struct text json, const char *key)
{
	const char *at = strstr(json.data, key), *start;
	int depth = 0;
	bool is_quoted = false;

	assert_non_null(at);
	start = at + strlen(key);
	assert_int_equal(*start, '{');
	for (at = start;; at++) {
		assert_int_not_equal(*at, '\0');
		if (is_quoted && *at == '\\')
			at++;
		else if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && *at == '{')
			depth++;
		else if (!is_quoted && *at == '}' && --depth == 0)
			return (struct text){start, (size_t)(at + 1 - start)};
	}
}

static void copy_string(const struct cJSON *value, char *to, size_t room)
{
	struct text t = json_text(value);

	assert_non_null(t.data);
	assert_true(t.bytes < room);
	memcpy(to, t.data, t.bytes + 1);
}

static struct viewer_area read_area(const struct cJSON *element)
{
	struct viewer_area area = {.has_channel = false};
	const struct cJSON *part = json_first(element);

	copy_string(part, area.id, sizeof area.id);
	part = json_next(part);
	assert_true(json_integer(part, 0, 1000000, &area.free));
	part = json_next(part);
	assert_true(json_integer(part, 0, 1000000, &area.capacity));
	part = json_next(part);
	area.has_channel = part != NULL;
	assert_true(!part || text_same(json_text(part), text_of("b")));
	return area;
}

static void take_areas(struct viewer *v, const struct cJSON *list, bool is_whole)
{
	if (is_whole)
		v->area_count = 0;
	for (const struct cJSON *element = json_first(list); element; element = json_next(element)) {
		struct viewer_area area = read_area(element);
		size_t i = 0;

		while (i < v->area_count && strcmp(v->areas[i].id, area.id))
			i++;
		assert_true(is_whole ? i == v->area_count : i < v->area_count);
		assert_true(i < VIEWER_AREAS_MAX);
		v->areas[i] = area;
		v->area_count += is_whole;
		v->areas_told++;
	}
}

static void take_seats(struct viewer *v, const struct cJSON *list)
{
	for (const struct cJSON *pair = json_first(list); pair; pair = json_next(pair)) {
		const struct cJSON *index = json_first(pair);
		struct text as = json_text(json_next(index));
		int64_t at;

		assert_true(json_integer(index, 0, (int64_t)v->seats.bytes - 1, &at));
		assert_int_equal(as.bytes, 1);
		v->seats.data[at] = as.data[0];
		v->seats_told++;
	}
}

static void take_tree(struct viewer *v, const struct cJSON *tree, struct text json)
{
	bool is_snap = text_same(json_text(json_member(tree, "t")), text_of("snap"));
	struct text all = json_text(json_member(tree, "s"));
	int64_t o;

	assert_true(json_integer(json_member(tree, "o"), 0, JSON_INTEGER_MAX, &o));
	if (is_snap) {
		copy_string(json_member(tree, "epoch"), v->epoch, sizeof v->epoch);
		copy_string(json_member(tree, "layout"), v->layout, sizeof v->layout);
	} else {
		assert_true(text_same(json_text(json_member(tree, "t")), text_of("d")));
		assert_true(o >= v->o);
	}
	v->o = o;
	v->seats_told = v->areas_told = 0;
	v->is_whole_told = all.data;
	v->is_show_told = json_member(tree, "show");
	assert_true(!is_snap || (all.data && v->is_show_told));
	assert_true(is_snap || !all.data || all.bytes == v->seats.bytes);
	if (all.data)
		set(&v->seats, all);
	take_seats(v, json_member(tree, "c"));
	take_areas(v, json_member(tree, is_snap ? "areas" : "a"), is_snap);
	if (v->is_show_told)
		set(&v->show, raw_object(json, ",\"show\":"));
}

void viewer_take(struct viewer *v, struct text json)
{
	struct arena arena = {0};
	const char *why = "";
	struct cJSON *tree = json_parse(json, &arena, &why);

	if (!tree)
		fail_msg("%s: %s", why, json.data);
	take_tree(v, tree, json);
	arena_release(&arena);
}

bool viewer_sees_same(const struct viewer *a, const struct viewer *b)
{
	bool is_same = a->area_count == b->area_count && !strcmp(a->epoch, b->epoch) &&
	               !strcmp(a->layout, b->layout) &&
	               text_same(buf_text(&a->seats), buf_text(&b->seats)) &&
	               text_same(buf_text(&a->show), buf_text(&b->show));

	for (size_t i = 0; is_same && i < a->area_count; i++)
		is_same = !strcmp(a->areas[i].id, b->areas[i].id) &&
		          a->areas[i].free == b->areas[i].free &&
		          a->areas[i].capacity == b->areas[i].capacity &&
		          a->areas[i].has_channel == b->areas[i].has_channel;
	return is_same;
}

bool viewer_same(const struct viewer *a, const struct viewer *b)
{
	return a->o == b->o && viewer_sees_same(a, b);
}

void viewer_copy(struct viewer *to, const struct viewer *from)
{
	struct buf seats = to->seats, show = to->show;

	*to = *from;
	to->seats = seats;
	to->show = show;
	set(&to->seats, buf_text(&from->seats));
	set(&to->show, buf_text(&from->show));
}

void viewer_release(struct viewer *v)
{
	buf_release(&v->seats);
	buf_release(&v->show);
}
