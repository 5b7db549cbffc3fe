#include "tests/integration/selling.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/json.h"

#define ROW_SEATS 10
#define AISLE_BEHIND 6 /* seats of a row */
#define NEW_SEATS 40   /* that add_seats may add to the hall */
#define KEYS 4
#define CUSTOMERS 12
#define AREAS 3

#define HALL_NAME "Pl\xc3\xa4tze "
#define TERRACE_NAME "\xd9\x85\xd8\xaf\xd8\xb1\xd8\xac "

static unsigned below(const struct selling *s, unsigned limit)
{
	return s->below(s->of, limit);
}

static bool one_in(const struct selling *s, unsigned n)
{
	return below(s, n) == 0;
}

/* ---- seats ---- */

void selling_add_name(struct buf *b, const struct selling *s, unsigned seat)
{
	static const char *const words[9] = {"", "", "", "", "", "", "", HALL_NAME, TERRACE_NAME};

	buf_print(b, "\"%s%s%u\"", words[seat % 9], s->prefix, seat);
}

static bool has_place(unsigned seat)
{
	return seat % 8 != 5;
}

/* The place that the hall has for a seat of that number, ranked from the middle of its row. */
static void add_place(struct buf *b, const struct selling *s, unsigned seat)
{
	unsigned in_row = seat % ROW_SEATS, row = seat / ROW_SEATS;

	if (row % 2)
		buf_add_string(b, ",\"section\":\"Rang \xc3\x84\"");
	buf_print(b, ",\"row\":\"%u\",\"pos\":%u,\"category\":\"%s\"", row,
	          1 + in_row + (in_row >= AISLE_BEHIND), row % 3 ? "B" : "A\xe2\x82\xac");
	buf_print(b, ",\"rank\":%u", 10 * row + 1 + (in_row < 5 ? 5 - in_row : in_row - 4));
	if (in_row < 2)
		buf_print(b, ",\"flags\":[\"%s\"]", in_row ? "companion" : "accessible");
	else if (one_in(s, 12))
		buf_add_string(b, ",\"flags\":[\"restricted\"],\"x\":7,\"y\":0");
}

static void add_placed(struct buf *b, const struct selling *s, unsigned seat, unsigned place)
{
	buf_add_string(b, "{\"seat_id\":");
	selling_add_name(b, s, seat);
	add_place(b, s, place);
	buf_add_string(b, "}");
}

void selling_add_hall(struct buf *b, const struct selling *s)
{
	unsigned named = 0, placed = 0;

	for (unsigned i = 0; i < s->seats; i++)
		if (!has_place(i)) {
			buf_add_string(b, named++ ? "," : ",\"seat_ids\":[");
			selling_add_name(b, s, i);
		}
	buf_add_string(b, named ? "]" : "");
	for (unsigned i = 0; i < s->seats; i++)
		if (has_place(i)) {
			buf_add_string(b, placed++ ? "," : ",\"seats\":[");
			add_placed(b, s, i, i);
		}
	buf_add_string(b, placed ? "]" : "");
}

static void add_seats(struct buf *b, const struct selling *s)
{
	unsigned count = 1 + below(s, 3), first = below(s, s->seats + one_in(s, 12));

	buf_add_string(b, ",\"seat_ids\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(b, i ? "," : "");
		selling_add_name(b, s, first + i < s->seats ? first + i : first - i);
	}
	buf_add_string(b, "]");
}

/* Mostly ones that are not there, where their number has its place; else at another's. */
static void add_new_seats(struct buf *b, const struct selling *s)
{
	unsigned seat = (one_in(s, 6) ? 0 : s->seats) + below(s, NEW_SEATS);

	buf_add_string(b, ",\"seats\":[");
	add_placed(b, s, seat, one_in(s, 6) ? below(s, s->seats) : seat);
	buf_add_string(b, "]");
}

/* Two change places, one takes whichever, or one becomes another kind of seat where it is. */
static void add_changed_seats(struct buf *b, const struct selling *s)
{
	unsigned one = below(s, s->seats + one_in(s, 12)), other = below(s, s->seats);

	buf_add_string(b, ",\"seats\":[");
	switch (below(s, 4)) {
	case 0:
		add_placed(b, s, one, other);
		if (one != other) {
			buf_add_string(b, ",");
			add_placed(b, s, other, one);
		}
		break;
	case 1:
		add_placed(b, s, one, other);
		break;
	case 2:
		buf_add_string(b, "{\"seat_id\":");
		selling_add_name(b, s, one);
		buf_add_string(b, "}");
		break;
	default:
		add_placed(b, s, one, one);
	}
	buf_add_string(b, "]");
}

/* ---- policies and channels ---- */

/* Now and then something about now, else a bound that is none. */
static void add_window(struct buf *b, const struct selling *s)
{
	static const char *const keys[] = {"on_sale_from", "on_sale_until"};
	static const char *const always[] = {"1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"};

	for (int i = 0; i < 2; i++) {
		buf_print(b, ",\"%s\":", keys[i]);
		if (!s->is_timeless && one_in(s, 6))
			json_add_time(b, clock_wall_ms() + (int64_t)below(s, 3000) - 1000);
		else
			buf_print(b, "\"%s\"", always[i]);
	}
}

static void add_policy(struct buf *b, const struct selling *s)
{
	buf_print(b, ",\"closed\":%s", one_in(s, 8) ? "true" : "false");
	add_window(b, s);
	if (one_in(s, 2))
		buf_print(b, ",\"singles\":\"%s\"", one_in(s, 2) ? "allow" : "refuse");
	if (one_in(s, 3))
		buf_print(b, ",\"title\":\"\xc3\x89t\xc3\xa9 \\\"%u\\\"\"", below(s, 3));
	if (one_in(s, 4))
		buf_print(b, ",\"max_seats\":%u", 9 + below(s, 2));
	if (one_in(s, 4))
		buf_print(b, ",\"max_hold_seconds\":%u", one_in(s, 4) ? 1u : 1800u);
	if (one_in(s, 3))
		buf_print(b, ",\"max_customer_seats\":%u,\"max_customer_holds\":%u", 12 * below(s, 2),
		          3 * below(s, 2));
	if (one_in(s, 4))
		buf_print(b, ",\"new_owner_key\":\"%s\"", s->owner);
}

static void add_channel_name(struct buf *b, unsigned which)
{
	static const char *const names[] = {"house", "F\xc3\xb6rderer", "kill"};

	buf_print(b, "\"%s\"", names[which % 3]);
}

static void add_channels(struct buf *b, const struct selling *s)
{
	static const char *const opens[] = {"", "\"public\"", "\"kill\",\"house\"",
	                                    "\"public\",\"house\",\"nowhere\""};
	unsigned count = 1 + below(s, 2), first = below(s, 3);

	buf_add_string(b, ",\"channels\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(b, i ? ",{\"channel\":" : "{\"channel\":");
		add_channel_name(b, first + i);
		if (!one_in(s, 6))
			buf_print(b, ",\"channel_key\":\"key-%u\"", below(s, KEYS));
		if (!one_in(s, 4))
			buf_print(b, ",\"opens\":[%s]", opens[below(s, 4)]);
		if (one_in(s, 2))
			add_window(b, s);
		if (one_in(s, 2))
			buf_print(b, ",\"exempt\":%s", one_in(s, 2) ? "true" : "false");
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

static void add_area_id(struct buf *b, unsigned which)
{
	static const char *const names[AREAS] = {"Stehpl\xc3\xa4tze", "floor", "\xd8\xb3\xd8\xb7\xd8\xad"};

	buf_print(b, "{\"area_id\":\"%s\"", names[which % AREAS]);
}

/* About as large as what is taken of them; of some only those with a key may have any. */
static void add_set_areas(struct buf *b, const struct selling *s)
{
	unsigned count = 1 + below(s, AREAS), first = below(s, AREAS);

	buf_add_string(b, ",\"areas\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(b, i ? "," : "");
		add_area_id(b, first + i);
		buf_print(b, ",\"capacity\":%u", below(s, one_in(s, 4) ? 8 : 30));
		if (one_in(s, 8)) {
			buf_add_string(b, ",\"channel\":");
			add_channel_name(b, below(s, 3));
		}
		if (one_in(s, 3))
			buf_print(b, ",\"category\":\"%s\"", one_in(s, 2) ? "B" : "stehend");
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

const char *selling_type(const struct selling *s)
{
	static const char *const types[] = {
	    "change_show", "change_seats", "set_channels", "block_seats", "unblock_seats",
	    "unblock_seats", "add_seats", "set_areas", "set_areas",
	};

	return types[below(s, sizeof types / sizeof types[0])];
}

void selling_add_fields(struct buf *b, const struct selling *s, const char *type)
{
	if (!one_in(s, 12))
		buf_print(b, ",\"owner_key\":\"%s\"", one_in(s, 12) ? "nobody" : s->owner);
	if (!strcmp(type, "change_show"))
		add_policy(b, s);
	else if (!strcmp(type, "change_seats"))
		add_changed_seats(b, s);
	else if (!strcmp(type, "set_channels"))
		add_channels(b, s);
	else if (!strcmp(type, "set_areas"))
		add_set_areas(b, s);
	else if (!strcmp(type, "add_seats"))
		add_new_seats(b, s);
	else
		add_seats(b, s);
	if (!strcmp(type, "block_seats")) {
		buf_add_string(b, ",\"channel\":");
		add_channel_name(b, below(s, 3));
	}
}

/* ---- wishes ---- */

void selling_add_best(struct buf *b, const struct selling *s)
{
	unsigned count = 1 + below(s, one_in(s, 8) ? 9 : 3);

	buf_print(b, ",\"best\":{\"count\":%u", count);
	if (one_in(s, 2))
		buf_print(b, ",\"together\":%s", one_in(s, 4) ? "true" : "false");
	else if (one_in(s, 4))
		buf_print(b, ",\"accessible\":%u", 1 + below(s, count));
	if (one_in(s, 4))
		buf_add_string(b, ",\"restricted\":true");
	if (one_in(s, 5))
		buf_print(b, ",\"categories\":[\"%s\",\"none\"]", one_in(s, 2) ? "B" : "A\xe2\x82\xac");
	if (one_in(s, 8))
		buf_add_string(b, ",\"sections\":[\"Rang \xc3\x84\"]");
	buf_add_string(b, "}");
}

void selling_add_key(struct buf *b, const struct selling *s)
{
	if (one_in(s, 6))
		buf_print(b, ",\"channel_key\":\"key-%u\"", below(s, KEYS));
}

void selling_add_customer(struct buf *b, const struct selling *s)
{
	if (!one_in(s, CUSTOMERS))
		buf_print(b, ",\"customer_id\":\"c-%u\"", below(s, CUSTOMERS));
}

static void add_areas(struct buf *b, const struct selling *s, const char *key)
{
	unsigned count = 1 + one_in(s, 3), first = below(s, AREAS);

	buf_print(b, ",\"%s\":[", key);
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(b, i ? "," : "");
		add_area_id(b, first + i);
		buf_print(b, ",\"count\":%u}", 1 + below(s, 3));
	}
	buf_add_string(b, "]");
}

void selling_add_areas(struct buf *b, const struct selling *s)
{
	add_areas(b, s, "areas");
}

/* ---- parts of a hold ---- */

/* The first of a list of the reserve, or all of it, under another key. Whether it has the list. */
static bool add_of_list(struct buf *b, const struct selling *s, const char *reserve, const char *key,
                        const char *new_key)
{
	char head[24];
	const char *list, *end;

	snprintf(head, sizeof head, "\"%s\":[", key);
	list = reserve ? strstr(reserve, head) : NULL;
	if (!list)
		return false;
	list += strlen(head);
	end = one_in(s, 3) ? strchr(list, ']') : strpbrk(list, list[0] == '{' ? "}]" : ",]");
	if (*end == '}')
		end++;
	buf_print(b, ",\"%s\":[%.*s]", new_key, (int)(end - list), list);
	return true;
}

static void add_part(struct buf *b, const struct selling *s, const char *reserve, const char *seats,
                     const char *areas)
{
	if (!one_in(s, 3) && !add_of_list(b, s, reserve, "seat_ids", seats) && one_in(s, 4)) {
		buf_print(b, ",\"%s\":[", seats);
		selling_add_name(b, s, below(s, s->seats));
		buf_add_string(b, "]");
	}
	if (!one_in(s, 3) && !add_of_list(b, s, reserve, "areas", areas) && one_in(s, 8))
		add_areas(b, s, areas);
}

void selling_add_part(struct buf *b, const struct selling *s, const char *reserve)
{
	if (!one_in(s, 3))
		add_part(b, s, reserve, "seat_ids", "areas");
}

void selling_add_change(struct buf *b, const struct selling *s, const char *reserve)
{
	if (one_in(s, 2))
		add_part(b, s, reserve, "drop_seat_ids", "drop_areas");
	if (one_in(s, 2)) {
		buf_add_string(b, ",\"seat_ids\":[");
		selling_add_name(b, s, below(s, s->seats));
		buf_add_string(b, "]");
	}
	if (one_in(s, 4))
		selling_add_best(b, s);
	if (one_in(s, 4))
		add_areas(b, s, "areas");
	if (one_in(s, 4))
		buf_print(b, ",\"hold_seconds\":%u", 1 + below(s, 4));
}
