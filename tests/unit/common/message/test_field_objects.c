/* The objects inside requests: seats with places, channels, best; at their limits, by path. */
#include "tests/unit/common/message/list_help.h"

#define PLACES "must be 1 to 1000 objects, each with a seat_id of its own and, at will, its place, " \
	"every field in its form"
#define CHANNELS "must be 1 to 50 objects, each with a channel of its own that is not public, every " \
	"field in its form"
#define BEST "must be an object with a count from 1 to 50, accessible at most count and not beside " \
	"together: false, every field in its form"

#define SEATS_HEAD HEAD("change_seats") ",\"seats\":"
#define CHANNELS_HEAD HEAD("set_channels") ",\"channels\":"
#define BEST_HEAD HEAD("reserve") ",\"session_id\":\"x\",\"best\":"

static void a_seat_has_its_place(void **state)
{
	struct request r = expect_readable(
	    SEATS_HEAD, "[{\"seat_id\":\"A 1\",\"section\":\"Rang-\xc3\x84\",\"row\":\"3\",\"pos\":12,"
	    "\"category\":\"I\",\"rank\":1,\"flags\":[\"companion\",\"accessible\"],\"x\":0,\"y\":1000000,"
	    "\"colour\":{\"a\":1}},{\"seat_id\":\"A\"}]");
	const struct place *p = r.places;

	(void)state;
	assert_int_equal(r.seat_count, 2);
	assert_int_equal(r.place_count, 2);
	assert_text(r.seat_ids[0], "A 1");
	assert_text(p->section, "Rang-\xc3\x84");
	assert_text(p->row, "3");
	assert_text(p->category, "I");
	assert_int_equal(p->pos, 12);
	assert_int_equal(p->rank, 1);
	assert_int_equal(p->flags, PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_COMPANION));
	assert_int_equal(p->flag_list[0], PLACE_COMPANION);
	assert_int_equal(p->flag_list[1], PLACE_ACCESSIBLE);
	assert_true(p->has_flags && p->has_point);
	assert_int_equal(p->x, 0);
	assert_int_equal(p->y, 1000000);
	p++;
	assert_true(!p->section.data && !p->row.data && !p->category.data && !p->pos && !p->rank);
	assert_true(!p->has_flags && !p->has_point);
}

static void every_field_of_a_place_has_its_limits(void **state)
{
	static const char *const good[] = {
	    "\"section\":\"" N64 "\"", "\"row\":\"" N64 "\",\"pos\":1", "\"pos\":32767,\"row\":\"a\"",
	    "\"category\":\"" N64 "\"", "\"rank\":1", "\"rank\":1000000", "\"rank\":1e6",
	    "\"flags\":[]", "\"flags\":[\"restricted\",\"companion\",\"accessible\"]",
	    "\"x\":0,\"y\":0", "\"y\":1000000,\"x\":1000000", "\"seats\":null", "\"Row\":7",
	};
	static const struct {
		const char *fields, *member;
	} bad[] = {
	    {"\"section\":\"" N64 "4\"", "section"}, {"\"section\":\"\"", "section"},
	    {"\"section\":null", "section"}, {"\"section\":7", "section"},
	    {"\"row\":\" a\",\"pos\":1", "row"}, {"\"row\":null,\"pos\":1", "row"},
	    {"\"row\":\"a\",\"pos\":0", "pos"}, {"\"row\":\"a\",\"pos\":32768", "pos"},
	    {"\"row\":\"a\",\"pos\":1.5", "pos"}, {"\"row\":\"a\",\"pos\":null", "pos"},
	    {"\"row\":\"a\"", "pos"}, {"\"pos\":1", "row"},
	    {"\"category\":\"a\\u0085\"", "category"}, {"\"rank\":0", "rank"},
	    {"\"rank\":1000001", "rank"}, {"\"rank\":\"1\"", "rank"}, {"\"rank\":null", "rank"},
	    {"\"flags\":null", "flags"}, {"\"flags\":{}", "flags"}, {"\"flags\":\"accessible\"", "flags"},
	    {"\"flags\":[\"wheelchair\"]", "flags"}, {"\"flags\":[null]", "flags"},
	    {"\"flags\":[\"accessible\",\"accessible\"]", "flags"},
	    {"\"flags\":[\"accessible\",\"companion\",\"restricted\",\"accessible\"]", "flags"},
	    {"\"x\":1", "y"}, {"\"y\":1", "x"}, {"\"x\":-1,\"y\":0", "x"},
	    {"\"x\":1000001,\"y\":0", "x"}, {"\"x\":0,\"y\":1000001", "y"}, {"\"x\":0,\"y\":null", "y"},
	    {"\"x\":0.5,\"y\":0", "x"},
	};
	char list[400], place[40];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		snprintf(list, sizeof list, "[{\"seat_id\":\"A\",%s}]", good[i]);
		expect_readable(SEATS_HEAD, list);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(list, sizeof list, "[{\"seat_id\":\"A\"},{\"seat_id\":\"B\",%s}]", bad[i].fields);
		snprintf(place, sizeof place, "seats[1].%s", bad[i].member);
		expect_fault(SEATS_HEAD, list, "seats", PLACES, place);
	}
}

static void seats_are_objects_with_ids_of_their_own(void **state)
{
	(void)state;
	expect_fault(SEATS_HEAD, "[]", "seats", PLACES, "");
	expect_fault(SEATS_HEAD, "null", "seats", PLACES, "");
	expect_fault(SEATS_HEAD, "{\"seat_id\":\"A\"}", "seats", PLACES, "");
	expect_fault(SEATS_HEAD, "[\"A\"]", "seats", PLACES, "seats[0]");
	expect_fault(SEATS_HEAD, "[null]", "seats", PLACES, "seats[0]");
	expect_fault(SEATS_HEAD, "[[]]", "seats", PLACES, "seats[0]");
	expect_fault(SEATS_HEAD, "[{}]", "seats", PLACES, "seats[0].seat_id");
	expect_fault(SEATS_HEAD, "[{\"seat_id\":\"" N64 "4\"}]", "seats", PLACES, "seats[0].seat_id");
	expect_fault(SEATS_HEAD, "[{\"seat_id\":\"A\"},{\"seat_id\":\"B\"},{\"seat_id\":\"A\"}]", "seats",
	             PLACES, "seats[2].seat_id");
	expect_fault(HEAD("add_seats") ",\"seat_ids\":[\"A\",\"B\"],\"seats\":",
	             "[{\"seat_id\":\"C\"},{\"seat_id\":\"B\"}]", "seats", PLACES, "seats[1].seat_id");
}

static void seats_with_places_stand_behind_those_without(void **state)
{
	struct request r = expect_readable(HEAD("add_seats") ",\"seats\":[{\"seat_id\":\"C\",\"rank\":7},"
	                                   "{\"seat_id\":\"A\"}],\"seat_ids\":", "[\"Z\",\"B\"]");

	(void)state;
	assert_int_equal(r.seat_count, 4);
	assert_int_equal(r.place_count, 2);
	assert_text(r.seat_ids[0], "Z");
	assert_text(r.seat_ids[1], "B");
	assert_text(r.seat_ids[2], "C");
	assert_text(r.seat_ids[3], "A");
	assert_int_equal(r.places[0].rank, 7);
}

static struct request add(int bare, int placed)
{
	struct buf json = {0};
	struct request r;

	buf_add_string(&json, HEAD("add_seats"));
	for (int i = 0; i < bare; i++)
		buf_print(&json, "%s\"%d\"", i ? "," : ",\"seat_ids\":[", i);
	buf_add_string(&json, bare ? "]" : "");
	for (int i = 0; i < placed; i++)
		buf_print(&json, "%s{\"seat_id\":\"p%d\"}", i ? "," : ",\"seats\":[", i);
	buf_add_string(&json, placed ? "]}" : "}");
	r = decode_bytes(json.data, json.bytes);
	buf_release(&json);
	return r;
}

static void at_most_a_thousand_seats_are_added_together(void **state)
{
	(void)state;
	assert_int_equal(add(0, 1000).fault, REQUEST_READABLE);
	assert_int_equal(add(400, 600).seat_count, 1000);
	assert_memory_equal(add(0, 1001).fault_text, "seats must", 10);
	assert_memory_equal(add(401, 600).fault_text, "seats must", 10);
	assert_memory_equal(add(1000, 1).fault_text, "seats must", 10);
	assert_string_equal(add(0, 0).fault_text, "seat_ids must be given, or seats");
}

static void a_channel_has_what_is_given(void **state)
{
	struct request r = expect_readable(
	    CHANNELS_HEAD, "[{\"channel\":\"pre sale\",\"channel_key\":\"k:1\",\"on_sale_from\":"
	    "\"1970-01-01T00:00:00.000Z\",\"on_sale_until\":\"9999-12-31T23:59:59.999Z\","
	    "\"opens\":[\"public\",\"house\"],\"exempt\":false},{\"channel\":\"house\",\"opens\":[]}]");
	const struct channel *c = r.channels;

	(void)state;
	assert_int_equal(r.channel_count, 2);
	assert_text(c->name, "pre sale");
	assert_text(c->key, "k:1");
	assert_true(c->on_sale.has_from && c->on_sale.has_until);
	assert_int_equal(c->on_sale.from_ms, 0);
	assert_true(c->on_sale.until_ms == INT64_C(253402300799999));
	assert_int_equal(c->opens_count, 2);
	assert_text(c->opens[0], "public");
	assert_true(c->has_opens && c->has_exempt && !c->is_exempt);
	c++;
	assert_true(!c->key.data && !c->on_sale.has_from && !c->on_sale.has_until && !c->has_exempt);
	assert_true(c->has_opens && !c->opens_count);
}

static void every_field_of_a_channel_has_its_limits(void **state)
{
	static const struct {
		const char *channel, *place;
	} bad[] = {
	    {"7", "channels[1]"}, {"{}", "channels[1].channel"},
	    {"{\"channel\":\"public\"}", "channels[1].channel"},
	    {"{\"channel\":null}", "channels[1].channel"},
	    {"{\"channel\":\"b \"}", "channels[1].channel"},
	    {"{\"channel\":\"a\"}", "channels[1].channel"},
	    {"{\"channel\":\"b\",\"channel_key\":null}", "channels[1].channel_key"},
	    {"{\"channel\":\"b\",\"channel_key\":\"\"}", "channels[1].channel_key"},
	    {"{\"channel\":\"b\",\"channel_key\":\"k k\"}", "channels[1].channel_key"},
	    {"{\"channel\":\"b\",\"on_sale_from\":null}", "channels[1].on_sale_from"},
	    {"{\"channel\":\"b\",\"on_sale_until\":0}", "channels[1].on_sale_until"},
	    {"{\"channel\":\"b\",\"opens\":null}", "channels[1].opens"},
	    {"{\"channel\":\"b\",\"opens\":[\"c\",\"c\"]}", "channels[1].opens"},
	    {"{\"channel\":\"b\",\"opens\":[\"\"]}", "channels[1].opens"},
	    {"{\"channel\":\"b\",\"opens\":\"public\"}", "channels[1].opens"},
	    {"{\"channel\":\"b\",\"exempt\":null}", "channels[1].exempt"},
	    {"{\"channel\":\"b\",\"exempt\":1}", "channels[1].exempt"},
	};
	char list[200];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(list, sizeof list, "[{\"channel\":\"a\"},%s]", bad[i].channel);
		expect_fault(CHANNELS_HEAD, list, "channels", CHANNELS, bad[i].place);
	}
	expect_fault(CHANNELS_HEAD, "[]", "channels", CHANNELS, "");
	expect_fault(CHANNELS_HEAD, "{}", "channels", CHANNELS, "");
	expect_readable(CHANNELS_HEAD, "[{\"channel\":\"Public\"},{\"channel\":\"PUBLIC\"}]");
}

/* `before`, then 0 to count - 1 as names or what `each` makes of a number, then `after`. */
static enum request_fault fault_of_many(const char *head, const char *before, int count,
                                        const char *each, const char *after)
{
	struct buf list = {0};
	struct request r;

	buf_add_string(&list, before);
	for (int i = 0; i < count; i++) {
		if (i)
			buf_add_string(&list, ",");
		buf_print(&list, each[0] == '{' ? "{\"channel\":\"%d\"}" : "\"%d\"", i);
	}
	buf_add_string(&list, after);
	r = decode_list(head, list.data);
	buf_release(&list);
	return r.fault;
}

static void lists_are_taken_at_their_most_and_not_one_more(void **state)
{
	static const struct {
		const char *head, *before, *each, *after;
		int least, most;
	} lists[] = {
	    {CHANNELS_HEAD, "[", "{", "]", 1, 50},
	    {CHANNELS_HEAD, "[{\"channel\":\"a\",\"opens\":[", "", "]}]", 0, 20},
	    {BEST_HEAD, "{\"count\":1,\"categories\":[", "", "]}", 1, 20},
	    {BEST_HEAD, "{\"count\":1,\"sections\":[", "", "]}", 1, 20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (int count = 0; count <= lists[i].most + 1; count++)
			assert_int_equal(fault_of_many(lists[i].head, lists[i].before, count, lists[i].each,
			                               lists[i].after),
			                 count >= lists[i].least && count <= lists[i].most ? REQUEST_READABLE
			                                                                   : REQUEST_MALFORMED);
}

static void a_wish_has_what_is_given(void **state)
{
	const struct wish *w = expect_readable(
	    BEST_HEAD, "{\"count\":4,\"categories\":[\"I\",\"II\"],\"sections\":[\"P\"],\"together\":true,"
	    "\"accessible\":4,\"restricted\":true}").best;

	(void)state;
	assert_int_equal(w->count, 4);
	assert_int_equal(w->category_count, 2);
	assert_text(w->categories[1], "II");
	assert_int_equal(w->section_count, 1);
	assert_true(w->together && w->has_together && w->restricted && w->has_restricted);
	assert_int_equal(w->accessible, 4);
	w = expect_readable(BEST_HEAD, "{\"count\":50,\"x\":null}").best;
	assert_true(w->together && !w->has_together && !w->restricted && !w->has_restricted);
	assert_true(!w->accessible && !w->category_count && !w->section_count);
	assert_false(expect_readable(BEST_HEAD, "{\"count\":1,\"together\":false}").best->together);
}

static void every_field_of_a_wish_has_its_limits(void **state)
{
	static const struct {
		const char *wish, *place;
	} bad[] = {
	    {"null", ""}, {"4", ""}, {"[]", ""}, {"{}", "best.count"}, {"{\"count\":0}", "best.count"},
	    {"{\"count\":51}", "best.count"}, {"{\"count\":null}", "best.count"},
	    {"{\"count\":\"4\"}", "best.count"},
	    {"{\"count\":1,\"categories\":null}", "best.categories"},
	    {"{\"count\":1,\"categories\":[\"a\",\"b\",\"a\"]}", "best.categories"},
	    {"{\"count\":1,\"sections\":[\"a\",7]}", "best.sections"},
	    {"{\"count\":1,\"together\":null}", "best.together"},
	    {"{\"count\":1,\"together\":\"true\"}", "best.together"},
	    {"{\"count\":1,\"restricted\":0}", "best.restricted"},
	    {"{\"count\":2,\"accessible\":0}", "best.accessible"},
	    {"{\"count\":2,\"accessible\":3}", "best.accessible"},
	    {"{\"count\":2,\"accessible\":1,\"together\":false}", "best.accessible"},
	    {"{\"count\":2,\"accessible\":null}", "best.accessible"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_fault(BEST_HEAD, bad[i].wish, "best", BEST, bad[i].place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_seat_has_its_place),
		TEST(every_field_of_a_place_has_its_limits),
		TEST(seats_are_objects_with_ids_of_their_own),
		TEST(seats_with_places_stand_behind_those_without),
		TEST(at_most_a_thousand_seats_are_added_together),
		TEST(a_channel_has_what_is_given),
		TEST(every_field_of_a_channel_has_its_limits),
		TEST(lists_are_taken_at_their_most_and_not_one_more),
		TEST(a_wish_has_what_is_given),
		TEST(every_field_of_a_wish_has_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
