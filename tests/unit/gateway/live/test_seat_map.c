/*
 * Seat maps: what stands in their layouts and texts, byte by byte, and what each event does to them.
 */
#include "gateway/live/seat_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/digest.h"

#define EPOCH "9f3a11c20b7d4e55"
#define R1 "00000000-0000-4000-8000-000000000001"
#define R2 "00000000-0000-4000-8000-000000000002"
#define SEATS_DEFAULT 4

static struct arena arena;
static struct buf text;

static struct map_seat seat(const char *id, enum seat_status status, const char *holder,
                            int64_t version)
{
	struct map_seat made = {.seat_id = text_of(id), .status = status, .version = version};

	made.has_holder = holder && uuid_decode(text_of(holder), &made.reserved_by);
	return made;
}

static void set_show(struct seat_map *map)
{
	assert_true(seat_map_set_show(map, &(struct map_show){
	                                       .policy = {.hold_seconds = 600,
	                                                  .max_hold_seconds = 1800,
	                                                  .max_seats = 10},
	                                       .version = 40}));
}

/* A1 is available, A2 reserved (R1), A3 sold (R2), B1 of a channel; floor has 3 held, 7 sold of 20. */
static struct seat_map *make(void)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));
	struct map_seat blocked = seat("B1", SEAT_AVAILABLE, NULL, 44);
	struct map_seat a1 = seat("A1", SEAT_AVAILABLE, NULL, 41);
	struct map_seat a2 = seat("A2", SEAT_RESERVED, R1, 42), a3 = seat("A3", SEAT_SOLD, R2, 43);

	blocked.has_channel = true;
	set_show(map);
	assert_true(seat_map_add_seat(map, &a1));
	assert_true(seat_map_add_seat(map, &a2));
	assert_true(seat_map_add_seat(map, &a3));
	assert_true(seat_map_add_seat(map, &blocked));
	assert_true(seat_map_add_area(map, &(struct map_area){.area_id = text_of("box"), .capacity = 5,
	                                                      .has_channel = true, .version = 41}));
	assert_true(seat_map_add_area(map, &(struct map_area){
	                                       .area_id = text_of("floor"),
	                                       .category = text_of("Stehplatz"),
	                                       .capacity = 20, .held = 3, .sold = 7, .version = 45}));
	assert_true(seat_map_finish(map, 50));
	return map;
}

/* With ' for ". */
static const char *quoted(const char *json)
{
	buf_clear(&text);
	buf_add_string(&text, json);
	for (size_t i = 0; i < text.bytes; i++)
		if (text.data[i] == '\'')
			text.data[i] = '"';
	return arena_copy(&arena, buf_text(&text)).data;
}

static struct map_event event(int64_t offset, const char *rest)
{
	struct map_event ev;
	char json[1000];

	snprintf(json, sizeof json,
	         "{%s,'show_id':'s','at':'2026-11-24T15:00:00.123Z','request':{'topic':'q',"
	         "'partition':3,'offset':%lld}}", rest, (long long)offset);
	if (!map_event_read(text_of(quoted(json)), &arena, &ev))
		fail_msg("not read: %s", json);
	return ev;
}

static enum seat_map_fold fold(struct seat_map *map, int64_t offset, const char *rest)
{
	struct map_event ev = event(offset, rest);

	return seat_map_fold(map, &ev, 1);
}

static void expect_delta(const struct seat_map *map, int64_t since, const char *expected)
{
	buf_clear(&text);
	expected = arena_copy(&arena, text_of(quoted(expected))).data;
	buf_clear(&text);
	seat_map_write_delta(map, &text, since);
	assert_string_equal(text.data, expected);
}

static int set_up(void **state)
{
	*state = make();
	return 0;
}

static int tear_down(void **state)
{
	seat_map_release(*state);
	arena_release(&arena);
	buf_release(&text);
	return 0;
}

#define EVENT(kind, id, seats) "'event':'" kind "','reservation_id':'" id "','seat_ids':[" seats "]"
#define OF_AREA(kind, id, area, count) \
	"'event':'" kind "','reservation_id':'" id "','areas':[{'area_id':'" area "','count':" count "}]"

/* ---- layout ---- */

static void the_layout_has_places_and_its_hash_is_over_these_bytes(void **state)
{
	const char *expected = quoted(
	    "{'seats':[{'seat_id':'A1'},"
	    "{'seat_id':'A2','section':'Parkett','row':'3','pos':7,'category':'I','rank':20,"
	    "'flags':['accessible','restricted'],'x':10,'y':0},"
	    "{'seat_id':'B\\'1','rank':1000000}],"
	    "'areas':[{'area_id':'box'},{'area_id':'floor','category':'II'}]}");
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));
	struct map_seat a1 = seat("A1", SEAT_AVAILABLE, NULL, 1), a2 = seat("A2", SEAT_SOLD, R1, 1),
	                b1 = seat("B\"1", SEAT_AVAILABLE, NULL, 1);
	struct text bytes;
	uint8_t digest[SHA256_BYTES];

	(void)state;
	a2.place = &(struct place){.section = text_of("Parkett"), .row = text_of("3"), .pos = 7,
	                           .category = text_of("I"), .rank = 20, .has_point = true, .x = 10,
	                           .flags = PLACE_FLAG_BIT(PLACE_RESTRICTED) |
	                                    PLACE_FLAG_BIT(PLACE_ACCESSIBLE)};
	b1.place = &(struct place){.rank = PLACE_RANK_DEFAULT};
	set_show(map);
	assert_true(seat_map_add_seat(map, &a1) && seat_map_add_seat(map, &a2));
	assert_true(seat_map_add_seat(map, &b1));
	assert_true(seat_map_add_area(map, &(struct map_area){.area_id = text_of("box")}));
	assert_true(seat_map_add_area(map, &(struct map_area){.area_id = text_of("floor"),
	                                                      .category = text_of("II")}));
	assert_true(seat_map_finish(map, 2));
	bytes = seat_map_layout_json(map);
	assert_string_equal(bytes.data, expected);
	assert_int_equal(bytes.bytes, strlen(expected));
	sha256(digest, &bytes, 1);
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		char two[3];

		snprintf(two, sizeof two, "%02x", digest[i]);
		assert_memory_equal(seat_map_layout(map) + 2 * i, two, 2);
	}
	assert_int_equal(strlen(seat_map_layout(map)), SEAT_MAP_LAYOUT_CHARS);
	seat_map_release(map);
}

static void the_layout_of_nothing_is_two_empty_lists(void **state)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));

	(void)state;
	set_show(map);
	assert_true(seat_map_finish(map, 41));
	assert_string_equal(seat_map_layout_json(map).data, quoted("{'seats':[],'areas':[]}"));
	buf_clear(&text);
	seat_map_write_snap(map, &text, true);
	assert_non_null(strstr(text.data, "\"s\":\"\",\"areas\":[],\"show\":{"));
	assert_non_null(strstr(text.data, ",\"ids\":[]}"));
	seat_map_release(map);
}

static void the_layout_says_nothing_of_titles_and_capacities_and_what_is_sold(void **state)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));
	struct map_seat a1 = seat("A1", SEAT_SOLD, R1, 60), a2 = seat("A2", SEAT_AVAILABLE, NULL, 61),
	                a3 = seat("A3", SEAT_RESERVED, R2, 2), b1 = seat("B1", SEAT_RESERVED, R2, 2);

	a1.has_channel = true;
	assert_true(seat_map_set_show(map, &(struct map_show){.policy = {.title = text_of("T")}}));
	assert_true(seat_map_add_seat(map, &a1) && seat_map_add_seat(map, &a2));
	assert_true(seat_map_add_seat(map, &a3) && seat_map_add_seat(map, &b1));
	assert_true(seat_map_add_area(map, &(struct map_area){.area_id = text_of("box")}));
	assert_true(seat_map_add_area(map, &(struct map_area){.area_id = text_of("floor"),
	                                                      .category = text_of("Stehplatz"),
	                                                      .capacity = 7, .has_channel = true}));
	assert_true(seat_map_finish(map, 62));
	assert_string_equal(seat_map_layout(map), seat_map_layout(*state));
	assert_int_equal(seat_map_o(map), 61);
	seat_map_release(map);
}

static void rows_out_of_order_are_refused(void **state)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));
	struct map_seat b = seat("B", SEAT_AVAILABLE, NULL, 1), a = seat("A", SEAT_AVAILABLE, NULL, 1);

	(void)state;
	assert_true(seat_map_add_seat(map, &b));
	assert_false(seat_map_add_seat(map, &b));
	assert_false(seat_map_add_seat(map, &a));
	assert_true(seat_map_add_area(map, &(struct map_area){.area_id = text_of("B")}));
	assert_false(seat_map_add_area(map, &(struct map_area){.area_id = text_of("B")}));
	assert_false(seat_map_add_area(map, &(struct map_area){.area_id = text_of("A")}));
	seat_map_release(map);
}

static void seats_are_found_by_their_ids(void **state)
{
	static const char *const ids[] = {"A1", "A2", "A3", "B1"};
	size_t index;

	assert_int_equal(seat_map_seat_count(*state), SEATS_DEFAULT);
	for (size_t i = 0; i < SEATS_DEFAULT; i++) {
		assert_true(seat_map_find(*state, text_of(ids[i]), &index));
		assert_int_equal(index, i);
	}
	assert_false(seat_map_find(*state, text_of("A"), &index));
	assert_false(seat_map_find(*state, text_of("A11"), &index));
	assert_false(seat_map_find(*state, text_of("C"), &index));
}

/* ---- texts ---- */

static void a_snapshot_says_all_that_is_seen(void **state)
{
	struct seat_map *map = *state;
	char expected[600];

	snprintf(expected, sizeof expected,
	         "{'t':'snap','epoch':'" EPOCH "','o':45,'layout':'%s','s':'.rsb',"
	         "'areas':[['box',5,5,'b'],['floor',10,20]],'show':{'closed':false,'max_seats':10,"
	         "'hold_seconds':600,'max_hold_seconds':1800},'ids':['A1','A2','A3','B1']}",
	         seat_map_layout(map));
	snprintf(expected, sizeof expected, "%s", quoted(expected));
	buf_clear(&text);
	seat_map_write_snap(map, &text, true);
	assert_string_equal(text.data, expected);
	buf_clear(&text);
	seat_map_write_snap(map, &text, false);
	*strstr(expected, ",\"ids\"") = '\0';
	assert_memory_equal(text.data, expected, strlen(expected));
	assert_string_equal(text.data + strlen(expected), "}");
	assert_int_equal(seat_map_o(map), 45);
	assert_int_equal(seat_map_next_offset(map), 50);
}

static void a_show_is_told_with_what_it_has(void **state)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));
	struct policy policy = {.title = text_of("Die \"Räuber\""), .closed = true, .max_seats = 1,
	                        .hold_seconds = 2, .max_hold_seconds = 3,
	                        .on_sale = {true, true, 0, 253402300799999}};

	(void)state;
	assert_true(seat_map_set_show(map, &(struct map_show){policy, 7}));
	assert_true(seat_map_finish(map, 8));
	expect_delta(map, 6, "{'t':'d','o':7,'show':{'title':'Die \\'Räuber\\'',"
	                     "'on_sale_from':'1970-01-01T00:00:00.000Z',"
	                     "'on_sale_until':'9999-12-31T23:59:59.999Z','closed':true,'max_seats':1,"
	                     "'hold_seconds':2,'max_hold_seconds':3}}");
	expect_delta(map, 7, "{'t':'d','o':7}");
	assert_true(seat_map_has_changed(map, 6));
	assert_false(seat_map_has_changed(map, 7));
	seat_map_release(map);
}

static void a_delta_has_what_changed_behind_since_and_nothing_else(void **state)
{
	expect_delta(*state, 45, "{'t':'d','o':45}");
	expect_delta(*state, 44, "{'t':'d','o':45,'a':[['floor',10,20]]}");
	expect_delta(*state, 40, "{'t':'d','o':45,'s':'.rsb',"
	                         "'a':[['box',5,5,'b'],['floor',10,20]]}");
	assert_int_equal(fold(*state, 50, EVENT("reserved", R2, "'A1'")), MAP_SEEN);
	assert_int_equal(fold(*state, 52, OF_AREA("sold", R2, "floor", "3")), MAP_UNSEEN);
	assert_int_equal(fold(*state, 53, OF_AREA("reserved", R2, "floor", "2")), MAP_SEEN);
	assert_true(seat_map_has_changed(*state, 52));
	assert_false(seat_map_has_changed(*state, 53));
	expect_delta(*state, 50, "{'t':'d','o':53,'a':[['floor',8,20]]}");
	buf_clear(&text);
	seat_map_write_at(seat_map_o(*state), &text);
	assert_string_equal(text.data, quoted("{'t':'at','o':53}"));
}

/* Of 8 + k seats; the first is reserved: [0,"r"] has 7 characters. */
static struct seat_map *make_long(size_t seats)
{
	struct seat_map *map = seat_map_begin(text_of("s"), text_of(EPOCH));
	char id[8];

	for (size_t i = 0; i < seats; i++) {
		struct map_seat made;

		snprintf(id, sizeof id, "S%04zu", i);
		made = seat(id, i ? SEAT_AVAILABLE : SEAT_RESERVED, i ? NULL : R1, i ? 1 : 2);
		assert_true(seat_map_add_seat(map, &made));
	}
	assert_true(seat_map_finish(map, 3));
	return map;
}

static void the_whole_string_comes_where_it_is_shorter(void **state)
{
	struct seat_map *map;

	(void)state;
	map = make_long(6);
	expect_delta(map, 1, "{'t':'d','o':2,'s':'r.....'}");
	seat_map_release(map);
	map = make_long(7);
	expect_delta(map, 1, "{'t':'d','o':2,'c':[[0,'r']]}");
	expect_delta(map, 0, "{'t':'d','o':2,'s':'r......'}");
	seat_map_release(map);
	map = make_long(1200); /* longer than what is written at once */
	assert_int_equal(fold(map, 3, EVENT("reserved", R2, "'S0511','S0512','S1199'")), MAP_SEEN);
	expect_delta(map, 1, "{'t':'d','o':3,'c':[[0,'r'],[511,'r'],[512,'r'],[1199,'r']]}");
	expect_delta(map, 2, "{'t':'d','o':3,'c':[[511,'r'],[512,'r'],[1199,'r']]}");
	buf_clear(&text);
	seat_map_write_delta(map, &text, 0);
	assert_memory_equal(text.data, "{\"t\":\"d\",\"o\":3,\"s\":\"r...", 23);
	assert_int_equal(text.bytes, 20 + 1200 + 2);
	assert_memory_equal(text.data + 20 + 510, ".rr.", 4);
	assert_memory_equal(text.data + 20 + 1198, ".r\"}", 4);
	seat_map_release(map);
}

/* ---- events ---- */

struct step {
	const char *rest, *delta; /* of what changed with it; NULL: nothing is seen */
};

static void each_event_does_what_it_says(void **state)
{
	static const struct step steps[] = {
	    {EVENT("reserved", R2, "'A1'"), "'s':'rrsb'"},
	    {EVENT("released", R2, "'A1'") ",'change':true", "'s':'.rsb'"},
	    {"'event':'blocked','channel':'C','seat_ids':['A2','A1']", "'s':'brsb'"},
	    {EVENT("expired", R1, "'A2'"), "'s':'bbsb'"},
	    {"'event':'unblocked','seat_ids':['A2','A1']", "'s':'..sb'"},
	    {EVENT("cancelled", R2, "'A3'"), "'s':'...b'"},
	    {EVENT("sold", R1, "'B1'"), "'s':'...s'"},
	    {"'event':'unblocked','seat_ids':['B1']", NULL},
	    {EVENT("cancelled", R1, "'B1'"), "'s':'....'"},
	    {OF_AREA("reserved", R1, "box", "5"), "'a':[['box',0,5,'b']]"},
	    {OF_AREA("released", R1, "box", "2") ",'change':true", "'a':[['box',2,5,'b']]"},
	    {OF_AREA("sold", R1, "box", "3"), NULL},
	    {OF_AREA("cancelled", R1, "box", "1") ",'change':true", "'a':[['box',3,5,'b']]"},
	    {OF_AREA("expired", R1, "floor", "3"), "'a':[['floor',13,20]]"},
	    {OF_AREA("sold", R1, "floor", "13") ",'retaken':true", "'a':[['floor',0,20]]"},
	};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		const int64_t offset = 50 + (int64_t)i;
		char delta[200];

		assert_int_equal(fold(*state, offset, steps[i].rest),
		                 steps[i].delta ? MAP_SEEN : MAP_UNSEEN);
		snprintf(delta, sizeof delta, "{'t':'d','o':%lld%s%s}", (long long)offset,
		         steps[i].delta ? "," : "", steps[i].delta ? steps[i].delta : "");
		expect_delta(*state, offset - 1, delta);
	}
}

static void what_is_not_seen_moves_o_where_it_changes_rows(void **state)
{
	assert_int_equal(fold(*state, 51, OF_AREA("extended", R1, "floor", "3")), MAP_UNSEEN);
	assert_int_equal(seat_map_o(*state), 45);
	assert_int_equal(seat_map_next_offset(*state), 52);
	assert_int_equal(fold(*state, 53, EVENT("extended", R1, "'A2'")), MAP_UNSEEN);
	assert_int_equal(seat_map_o(*state), 53);
	assert_int_equal(fold(*state, 54, "'event':'channels_set','channels':[{'channel':'C'}]"),
	                 MAP_UNSEEN);
	assert_int_equal(seat_map_o(*state), 53);
	assert_int_equal(fold(*state, 55, EVENT("expired", R2, "'A2'")), MAP_UNSEEN); /* it is R1's */
	assert_int_equal(seat_map_o(*state), 53);
	expect_delta(*state, 45, "{'t':'d','o':53}");
}

/* A hold that lapsed makes way for another: the seat was reserved and is. */
static void what_changes_and_comes_back_in_one_request_is_not_seen(void **state)
{
	struct map_event events[2] = {event(50, EVENT("expired", R1, "'A2'")),
	                              event(50, EVENT("reserved", R2, "'A2'"))};

	assert_int_equal(seat_map_fold(*state, events, 2), MAP_UNSEEN);
	assert_int_equal(seat_map_o(*state), 50);
	expect_delta(*state, 45, "{'t':'d','o':50}");
	assert_int_equal(fold(*state, 51, EVENT("released", R1, "'A2'")), MAP_UNSEEN);
	assert_int_equal(fold(*state, 52, EVENT("released", R2, "'A2'")), MAP_SEEN);
}

/* After a change by hand the seats of a hold may be another's when it expires. */
static void only_who_has_a_seat_gives_it_back(void **state)
{
	static const char *const kinds[] = {"expired", "released", "cancelled"};
	char rest[200];

	for (size_t i = 0; i < 3; i++) {
		snprintf(rest, sizeof rest, "'event':'%s','reservation_id':'" R2 "','seat_ids':['A1','A2']",
		         kinds[i]);
		assert_int_equal(fold(*state, 50 + (int64_t)i, rest), MAP_UNSEEN);
	}
	assert_int_equal(fold(*state, 53, EVENT("expired", R1, "'A1','A2'")), MAP_SEEN);
	assert_int_equal(fold(*state, 54, EVENT("expired", R1, "'A2'")), MAP_UNSEEN);
}

static void events_that_are_in_the_map_are_old(void **state)
{
	assert_int_equal(fold(*state, 49, EVENT("reserved", R2, "'A1'")), MAP_OLD);
	assert_int_equal(fold(*state, 49, "'event':'seats_added','seat_ids':['C1']"), MAP_OLD);
	assert_int_equal(fold(*state, 50, EVENT("reserved", R2, "'A1'")), MAP_SEEN);
	assert_int_equal(fold(*state, 50, EVENT("reserved", R2, "'A1'")), MAP_OLD);
	assert_int_equal(fold(*state, 51, EVENT("released", R2, "'A1'")), MAP_SEEN);
	assert_int_equal(fold(*state, 50, EVENT("reserved", R2, "'A1'")), MAP_OLD);
	expect_delta(*state, 45, "{'t':'d','o':51,'s':'.rsb'}");
}

/* And nothing is done, whatever stands before it. */
static void what_cannot_be_folded_is_read_again(void **state)
{
	static const char *const rests[] = {
	    "'event':'show_created','rules':1",
	    "'event':'show_changed','closed':true",
	    "'event':'seats_added','seat_ids':['A1']",
	    "'event':'seats_changed','seats':[{'seat_id':'A1'}]",
	    "'event':'areas_set','areas':[{'area_id':'floor','capacity':20}]",
	    "'event':'moved','reservation_id':'" R1 "','seat_ids':['A1']",
	    EVENT("reserved", R2, "'A1','C1'"),
	    EVENT("released", R1, "'A2','A0'"),
	    OF_AREA("reserved", R1, "floo", "1"),
	    OF_AREA("reserved", R1, "floor", "11"),
	    OF_AREA("released", R1, "floor", "4"),
	    OF_AREA("sold", R1, "floor", "4"),
	    OF_AREA("cancelled", R1, "floor", "8"),
	    OF_AREA("sold", R1, "floor", "11") ",'retaken':true",
	};

	for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
		struct map_event events[3] = {event(50, EVENT("expired", R1, "'A2'")),
		                              event(50, OF_AREA("reserved", R2, "box", "1")),
		                              event(50, rests[i])};

		if (seat_map_fold(*state, events, 3) != MAP_RELOAD)
			fail_msg("folded: %s", rests[i]);
		expect_delta(*state, 39, "{'t':'d','o':45,'s':'.rsb','a':[['box',5,5,'b'],"
		                         "['floor',10,20]],'show':{'closed':false,'max_seats':10,"
		                         "'hold_seconds':600,'max_hold_seconds':1800}}");
		assert_false(seat_map_has_changed(*state, 45));
		assert_int_equal(seat_map_next_offset(*state), 50);
	}
	/* As far as it goes. */
	assert_int_equal(fold(*state, 50, OF_AREA("released", R1, "floor", "3")), MAP_SEEN);
	assert_int_equal(fold(*state, 51, OF_AREA("reserved", R1, "floor", "13")), MAP_SEEN);
	assert_int_equal(fold(*state, 52, OF_AREA("cancelled", R1, "floor", "7")), MAP_SEEN);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_layout_has_places_and_its_hash_is_over_these_bytes),
	    TEST(the_layout_of_nothing_is_two_empty_lists),
	    TEST(the_layout_says_nothing_of_titles_and_capacities_and_what_is_sold),
	    TEST(rows_out_of_order_are_refused),
	    TEST(seats_are_found_by_their_ids),
	    TEST(a_snapshot_says_all_that_is_seen),
	    TEST(a_show_is_told_with_what_it_has),
	    TEST(a_delta_has_what_changed_behind_since_and_nothing_else),
	    TEST(the_whole_string_comes_where_it_is_shorter),
	    TEST(each_event_does_what_it_says),
	    TEST(what_is_not_seen_moves_o_where_it_changes_rows),
	    TEST(what_changes_and_comes_back_in_one_request_is_not_seen),
	    TEST(only_who_has_a_seat_gives_it_back),
	    TEST(events_that_are_in_the_map_are_old),
	    TEST(what_cannot_be_folded_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
