/* Maps of a folded history, for people and as JSON, and what --at takes. */
#include "audit/ask/seat_map.h"

#include <stdlib.h>

#include "audit/fold/model.h"
#include "tests/unit/audit/ask/history_help.h"

#define COLUMNS 100
#define TIME(rest) "2026-11-24T15:00:" rest "Z"

static const struct past history[] = {
    {T0, CREATE("01", ",'hold_seconds':10,'max_hold_seconds':30,'max_seats':3"), NULL},
    {T0, ADD("02", "'A1','A2','A3','B1','B3'"), NULL},
    {T0, RESERVE("10", "alice", "'A2','A1'", ""), NULL},
    {T0 + 1 * S, RESERVE("11", "bob", "'B1'", ",'hold_seconds':30"), NULL},
    {T0 + 2 * S, RESERVE("12", "carol", "'B3'", ""), NULL},
    {T0 + 3 * S, OF("confirm", "03", "carol", "12", ""), NULL},
    {T0 + 10 * S, "nothing that can be read", "another"},
};

#define LAST 6

static struct fold *fold;
static struct buf printed;

static int start(void **state)
{
	(void)state;
	fold = history_open();
	return 0;
}

static int end(void **state)
{
	(void)state;
	history_close(fold);
	buf_release(&printed);
	return 0;
}

/* The map behind an offset of the history. */
static struct seat_map map_behind(int64_t offset)
{
	for (int64_t o = fold->records; o <= offset; o++)
		assert_true(history_take(fold, &history[o], o, history[o].key != NULL));
	return (struct seat_map){
	    .show_id = text_of("s"),
	    .at = {.offset = offset},
	    .partition = 5,
	    .last = offset,
	    .has_t = true,
	    .t_ms = fold->t_ms,
	    .show = model_find_show(&fold->model, text_of("s")),
	};
}

static void prints(const struct seat_map *map, const char *expected)
{
	buf_clear(&printed);
	seat_map_print(map, COLUMNS, &printed);
	assert_string_equal(printed.data, expected);
}

static void prints_json(const struct seat_map *map, const char *expected)
{
	char json[VALUE_BYTES];

	assert_true(strlen(expected) < sizeof json);
	strcpy(json, expected);
	for (char *c = json; *c; c++)
		if (*c == '\'')
			*c = '"';
	buf_clear(&printed);
	seat_map_print_json(map, &printed);
	assert_string_equal(printed.data, json);
}

static void digits_are_an_offset(void **state)
{
	static const struct {
		const char *text;
		int64_t offset;
	} known[] = {{"0", 0}, {"41", 41}, {"0041", 41}, {"9223372036854775807", INT64_MAX}};
	struct moment at;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		assert_int_equal(moment_read(&at, known[i].text, &e), RC_OK);
		assert_false(at.is_time);
		assert_int_equal(at.offset, known[i].offset);
	}
}

static void what_is_no_offset_is_a_time(void **state)
{
	struct moment at;
	struct err e;

	(void)state;
	assert_int_equal(moment_read(&at, TIME("00.123"), &e), RC_OK);
	assert_true(at.is_time);
	assert_int_equal(at.t_ms, T0 + 123);
	assert_int_equal(moment_read(&at, TIME("07"), &e), RC_OK);
	assert_int_equal(at.t_ms, T0 + 7 * S);
	assert_int_equal(moment_read(&at, "2026-11-24 16:00:00+01", &e), RC_OK);
	assert_true(at.is_time);
	assert_int_equal(moment_read(&at, "now", &e), RC_OK);
	assert_true(at.is_time && at.t_ms > T0);
}

static void what_is_neither_is_refused_with_the_flags_name(void **state)
{
	static const char *const texts[] = {
	    "", "x", "-1", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808",
	    "2026-11-24T", "2026-11-24T15:00:00+", "2026-02-29T00:00:00Z",
	};
	struct moment at;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_int_equal(moment_read(&at, texts[i], &e), RC_USAGE);
		assert_int_equal(e.origin, FROM_SETTINGS);
		assert_memory_equal(e.text, "--at must be ", strlen("--at must be "));
		assert_non_null(strstr(e.text, texts[i]));
	}
}

static void a_map_has_marks_totals_and_who_holds(void **state)
{
	struct seat_map map = map_behind(LAST - 1);

	(void)state;
	prints(&map, "show s after offset 5 of partition 5, " TIME("03.000") "\n"
	             "hold_seconds 10, max_hold_seconds 30, max_seats 3\n"
	             "\n"
	             "   1\n"
	             "A  oo.\n"
	             "B  o #\n"
	             "\n"
	             ". available  o held  ? lapsed  # sold\n"
	             "5 seats: 1 available, 3 held, 0 lapsed, 1 sold\n"
	             "\n"
	             "held    " U("10") "  taken at offset 2, until " TIME("10.000") "  A2,A1\n"
	             "held    " U("11") "  taken at offset 3, until " TIME("31.000") "  B1\n"
	             "sold    " U("12") "  taken at offset 4  B3\n");
}

/* By a record of another show, which does nothing else. */
static void a_hold_is_lapsed_once_its_end_is_reached(void **state)
{
	struct seat_map map = map_behind(LAST);

	(void)state;
	assert_int_equal(map.t_ms, T0 + 10 * S);
	buf_clear(&printed);
	seat_map_print(&map, COLUMNS, &printed);
	assert_non_null(strstr(printed.data, "A  ??.\nB  o #\n"));
	assert_non_null(strstr(printed.data, "5 seats: 1 available, 1 held, 2 lapsed, 1 sold\n"));
	assert_non_null(strstr(printed.data, "\nlapsed  " U("10") "  taken at offset 2, until "));
	map.t_ms--;
	buf_clear(&printed);
	seat_map_print(&map, COLUMNS, &printed);
	assert_non_null(strstr(printed.data, "A  oo.\nB  o #\n"));
}

static void json_has_every_seat_and_only_fields_that_apply(void **state)
{
	struct seat_map map = map_behind(LAST);

	(void)state;
	prints_json(&map,
	            "{'show_id':'s','exists':true,'at':{'partition':5,'offset':6,'t':'" TIME("10.000")
	            "'},'policy':{'hold_seconds':10,'max_hold_seconds':30,'max_seats':3},'seats':["
	            "{'seat_id':'A1','status':'reserved','is_lapsed':true,'reservation_id':'" U("10")
	            "','reserved_until':'" TIME("10.000") "','taken_at_offset':2,'version':2},"
	            "{'seat_id':'A2','status':'reserved','is_lapsed':true,'reservation_id':'" U("10")
	            "','reserved_until':'" TIME("10.000") "','taken_at_offset':2,'version':2},"
	            "{'seat_id':'A3','status':'available','version':1},"
	            "{'seat_id':'B1','status':'reserved','reservation_id':'" U("11")
	            "','reserved_until':'" TIME("31.000") "','taken_at_offset':3,'version':3},"
	            "{'seat_id':'B3','status':'sold','reservation_id':'" U("12")
	            "','taken_at_offset':4,'version':5}],"
	            "'totals':{'seats':5,'available':1,'blocked':0,'held':1,'lapsed':2,'sold':1}}\n");
}

static void a_show_that_did_not_exist_then_says_so(void **state)
{
	struct seat_map map = {
	    .show_id = text_of("s"),
	    .at = {.offset = 2},
	    .partition = 5,
	    .last = 1,
	    .has_t = true,
	    .t_ms = T0,
	};

	(void)state;
	prints(&map, "show s after offset 1 of partition 5, " TIME("00.000")
	             " (at offset 2 there is no request)\nthe show did not exist then\n");
	prints_json(&map, "{'show_id':'s','exists':false,'at':{'partition':5,'offset':1,'t':'"
	                  TIME("00.000") "'}}\n");
	map.last = NO_OFFSET;
	map.has_t = false;
	prints(&map, "show s before the first request of partition 5 (at offset 2 there is no request)\n"
	             "the show did not exist then\n");
	prints_json(&map, "{'show_id':'s','exists':false,'at':{'partition':5}}\n");
	map.at = (struct moment){.is_time = true, .t_ms = T0};
	map.has_t = true;
	prints(&map, "show s at " TIME("00.000") ", before the first request of partition 5\n"
	             "the show did not exist then\n");
}

static void a_time_says_which_offset_it_is_behind(void **state)
{
	struct seat_map map = map_behind(0);

	(void)state;
	map.at = (struct moment){.is_time = true};
	map.t_ms = T0 + 5;
	prints(&map, "show s at " TIME("00.005") ", after offset 0 of partition 5\n"
	             "hold_seconds 10, max_hold_seconds 30, max_seats 3\n"
	             "0 seats: 0 available, 0 held, 0 lapsed, 0 sold\n");
}

static void ids_that_allow_no_rows_are_listed_by_status(void **state)
{
	static const struct past past[] = {
	    {T0, CREATE("01", ""), NULL},
	    {T0, ADD("02", "'1A','1B','1C','1D'"), NULL},
	    {T0, RESERVE("10", "alice", "'1C','1A'", ""), NULL},
	};
	struct seat_map map;

	(void)state;
	for (int64_t o = 0; o < 3; o++)
		assert_true(history_take(fold, &past[o], o, false));
	map = (struct seat_map){text_of("s"), .at = {.offset = 2}, .partition = 5, .last = 2,
	                        .has_t = true, .t_ms = T0};
	map.show = model_find_show(&fold->model, text_of("s"));
	seat_map_print(&map, COLUMNS, &printed);
	assert_non_null(strstr(printed.data, "\navailable:\n  1B, 1D\nheld:\n  1A, 1C\n4 seats: "));
	assert_null(strstr(printed.data, "lapsed:"));
}

/* 21 holders of one seat each, or one of 9 seats. */
static void long_lists_are_cut_and_the_rest_is_counted(void **state)
{
	struct past past = {T0, CREATE("01", ""), NULL};
	struct seat_map map = {text_of("s"), .at = {.offset = 30}, .partition = 5, .last = 30,
	                       .has_t = true, .t_ms = T0};
	char json[VALUE_BYTES], id[80];
	int64_t offset = 0;

	(void)state;
	past.json = CREATE("01", "");
	assert_true(history_take(fold, &past, offset++, false));
	for (int i = 1; i <= 29; i++) {
		snprintf(json, sizeof json, "{'type':'add_seats','request_id':'00000000-0000-4000-8000-"
		         "0000000001%02d','show_id':'s','seat_ids':['A%d']}", i, i);
		past.json = json;
		assert_true(history_take(fold, &past, offset++, false));
	}
	past.json = RESERVE("10", "nine", "'A21','A22','A23','A24','A25','A26','A27','A28','A29'", "");
	assert_true(history_take(fold, &past, offset++, false));
	map.show = model_find_show(&fold->model, text_of("s"));
	seat_map_print(&map, COLUMNS, &printed);
	assert_non_null(strstr(printed.data, "  A21,A22,A23,A24,A25,A26,A27,A28 and 1 more\n"));
	assert_null(strstr(printed.data, "more reservations"));
	for (int i = 1; i <= 20; i++) {
		snprintf(json, sizeof json, "{'type':'reserve','request_id':'00000000-0000-4000-8000-"
		         "0000000002%02d','show_id':'s','session_id':'c%d','seat_ids':['A%d']}", i, i, i);
		past.json = json;
		if (i == 20) {
			buf_clear(&printed);
			seat_map_print(&map, COLUMNS, &printed);
			assert_null(strstr(printed.data, "more reservations"));
		}
		assert_true(history_take(fold, &past, offset++, false));
	}
	buf_clear(&printed);
	seat_map_print(&map, COLUMNS, &printed);
	assert_non_null(strstr(printed.data, "\nand 1 more reservations; --json has them all\n"));
	snprintf(id, sizeof id, "00000000-0000-4000-8000-000000000219");
	assert_non_null(strstr(printed.data, id));
	snprintf(id, sizeof id, "00000000-0000-4000-8000-000000000220");
	assert_null(strstr(printed.data, id));
	buf_clear(&printed);
	seat_map_print_json(&map, &printed);
	assert_non_null(strstr(printed.data, id));
}

static void notes_come_last_and_are_escaped_in_json(void **state)
{
	struct seat_map map = {
	    .show_id = text_of("s"),
	    .at = {.offset = 0},
	    .partition = 5,
	    .last = 0,
	    .notes = {"group \"g\"", "two"},
	    .note_count = 2,
	};

	(void)state;
	prints(&map, "show s after offset 0 of partition 5\nthe show did not exist then\n"
	             "note: group \"g\"\nnote: two\n");
	prints_json(&map, "{'show_id':'s','exists':false,'at':{'partition':5,'offset':0},"
	                  "'notes':['group \\'g\\'','two']}\n");
}

static void no_session_is_printed(void **state)
{
	struct seat_map map = map_behind(LAST);

	(void)state;
	seat_map_print(&map, COLUMNS, &printed);
	seat_map_print_json(&map, &printed);
	assert_null(strstr(printed.data, "alice"));
	assert_null(strstr(printed.data, "bob"));
	assert_null(strstr(printed.data, "carol"));
}

/* Whether another show's records are decided or passed over. */
static void records_of_other_shows_only_tell_the_time(void **state)
{
	static const struct past past[] = {
	    {T0, CREATE("01", ",'hold_seconds':10"), NULL},
	    {T0, ADD("02", "'A1'"), NULL},
	    {T0, RESERVE("10", "alice", "'A1'", ""), NULL},
	    {T0 + 20 * S, "{'type':'expire','request_id':'" U("03") "','show_id':'s',"
	                  "'reservation_id':'" U("10") "'}", "t"}, /* the key is another's */
	    {T0 + 5 * S, RESERVE("11", "bob", "'A1'", ""), NULL},  /* t is that of the one before */
	};
	struct fold *decided = history_open();

	(void)state;
	for (int64_t o = 0; o < 5; o++) {
		assert_true(history_take(decided, &past[o], o, false));
		assert_true(history_take(fold, &past[o], o, past[o].key != NULL));
		assert_int_equal(fold->t_ms, decided->t_ms);
		assert_int_equal(fold->records, decided->records);
	}
	assert_int_equal(decided->verdict.outcome, OUTCOME_RESERVED);
	assert_int_equal(fold->verdict.outcome, OUTCOME_RESERVED);
	assert_int_equal(fold->verdict.until_ms, T0 + 30 * S);
	history_close(decided);
}

static void the_time_of_the_next_record_is_known_before_it_is_decided(void **state)
{
	struct record early = {.timestamp_ms = T0 - 1, .is_append_time = true};
	struct record late = {.timestamp_ms = T0 + 1, .is_append_time = true};
	struct record foreign = {.timestamp_ms = T0 + 1, .is_append_time = false};

	(void)state;
	assert_int_equal(fold_time_of(fold, &foreign), 0);
	assert_int_equal(fold_time_of(fold, &early), T0 - 1);
	(void)map_behind(0);
	assert_int_equal(fold_time_of(fold, &early), T0);
	assert_int_equal(fold_time_of(fold, &late), T0 + 1);
	assert_int_equal(fold_time_of(fold, &foreign), T0);
	assert_int_equal(fold->t_ms, T0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, end)

/* ---- by places ---- */

static const struct past placed[] = {
    {T0, CREATE("01", ",'hold_seconds':10,'singles':'refuse'"), NULL},
    {T0, ASK("add_seats", "02", ",'seat_ids':['table 1','table, 2'],'seats':["
             "{'seat_id':'P1','section':'Parkett','row':'1','pos':1,'category':'I'},"
             "{'seat_id':'P2','section':'Parkett','row':'1','pos':2,'flags':['accessible']},"
             "{'seat_id':'P4','section':'Parkett','row':'1','pos':4},"
             "{'seat_id':'R1','section':'Rang \xc3\x84','row':'1','pos':1}]"), NULL},
    {T0, ASK("block_seats", "03", ",'channel':'house','seat_ids':['P4','table 1']"), NULL},
    {T0, RESERVE("10", "alice", "'R1'", ""), NULL},
};

static struct seat_map map_of_places(void)
{
	for (int64_t o = 0; o < 4; o++)
		assert_true(history_take(fold, &placed[o], o, false));
	return (struct seat_map){
	    .show_id = text_of("s"),
	    .at = {.offset = 3},
	    .partition = 5,
	    .last = 3,
	    .has_t = true,
	    .t_ms = fold->t_ms,
	    .show = model_find_show(&fold->model, text_of("s")),
	};
}

static void seats_with_places_are_drawn_by_them_and_the_others_follow(void **state)
{
	struct seat_map map = map_of_places();

	(void)state;
	prints(&map,
	       "show s after offset 3 of partition 5, 2026-11-24T15:00:00.000Z\n"
	       "hold_seconds 10, max_hold_seconds 1800, max_seats 10, singles refuse\n"
	       "\n"
	       "Parkett\n"
	       "   1  4\n"
	       "1  .. -\n"
	       "\n"
	       "Rang \xc3\x84\n"
	       "   1\n"
	       "1  o\n"
	       "\n"
	       "available:\n"
	       "  table, 2\n"
	       "blocked:\n"
	       "  table 1\n"
	       "\n"
	       ". available  - blocked  o held  ? lapsed  # sold\n"
	       "6 seats: 3 available, 2 blocked, 1 held, 0 lapsed, 0 sold\n"
	       "\n"
	       "held    " U("10") "  taken at offset 3, until 2026-11-24T15:00:10.000Z  R1\n");
	buf_clear(&printed);
	seat_map_print(&map, 6, &printed);
	assert_non_null(strstr(printed.data, "\navailable:\n  P1,\n  P2,\n  table, 2\nblocked:\n"));
}

static void the_policy_says_its_window_and_that_the_show_is_closed(void **state)
{
	struct seat_map map = map_of_places();
	struct show show = *map.show;

	(void)state;
	map.show = &show;
	show.policy.closed = true;
	show.policy.singles = SINGLES_ALLOW;
	show.policy.on_sale = (struct sale_window){
	    .has_from = true, .has_until = true, .from_ms = T0, .until_ms = T0 + 7 * S};
	buf_clear(&printed);
	seat_map_print(&map, COLUMNS, &printed);
	assert_non_null(strstr(printed.data, "max_seats 10, on_sale_from " TIME("00.000")
	                                     ", on_sale_until " TIME("07.000") ", closed\n"));
}

static void json_has_places_and_channels(void **state)
{
	struct seat_map map = map_of_places();

	(void)state;
	buf_clear(&printed);
	seat_map_print_json(&map, &printed);
	assert_non_null(strstr(printed.data, "\"max_seats\":10,\"singles\":\"refuse\"},"));
	assert_non_null(strstr(printed.data, "{\"seat_id\":\"P2\",\"status\":\"available\",\"section\":"
	                                     "\"Parkett\",\"row\":\"1\",\"pos\":2,\"flags\":"
	                                     "[\"accessible\"],\"version\":1}"));
	assert_non_null(strstr(printed.data, "{\"seat_id\":\"table 1\",\"status\":\"available\","
	                                     "\"channel\":\"house\",\"version\":2}"));
	assert_non_null(strstr(printed.data, "\"totals\":{\"seats\":6,\"available\":3,\"blocked\":2,"));
}

/* Seats A1 and A2, area G of 10 and K of 2: held, lapsed and sold places; offsets 0 to 7. */
static struct seat_map map_of_areas(void)
{
	static const struct past steps[] = {
	    {T0, CREATE("01", ",'hold_seconds':10,'max_customer_seats':0,'max_customer_holds':4"), NULL},
	    {T0, ADD("02", "'A1','A2'"), NULL},
	    {T0, ASK("set_areas", "03", ",'areas':[{'area_id':'G','capacity':10,'category':'low'},"
	                                "{'area_id':'K','capacity':2,'channel':'box'}]"), NULL},
	    {T0, ASK("reserve", "10", ",'session_id':'a','customer_id':'a','areas':[{'area_id':'G',"
	                              "'count':3}]"), NULL},
	    {T0, ASK("reserve", "11", ",'session_id':'b','customer_id':'b','areas':[{'area_id':'G',"
	                              "'count':1}],'seat_ids':['A2']"), NULL},
	    {T0, OF("confirm", "04", "b", "11", ""), NULL},
	    {T0 + 5 * S, ASK("reserve", "12", ",'session_id':'c','customer_id':'c','areas':[{'area_id':"
	                                      "'G','count':4}]"), NULL},
	    {T0 + 10 * S, ASK("expire", "05", ",'reservation_id':'" U("12") "'"), NULL},
	};
	const int64_t last = (int64_t)(sizeof steps / sizeof steps[0]) - 1;

	for (int64_t o = 0; o <= last; o++)
		assert_true(history_take(fold, &steps[o], o, false));
	return (struct seat_map){
	    .show_id = text_of("s"),
	    .at = {.offset = last},
	    .partition = 5,
	    .last = last,
	    .has_t = true,
	    .t_ms = fold->t_ms,
	    .show = model_find_show(&fold->model, text_of("s")),
	};
}

static void areas_have_their_numbers_and_holders_their_places(void **state)
{
	struct seat_map map = map_of_areas();

	(void)state;
	prints(&map,
	       "show s after offset 7 of partition 5, " TIME("10.000") "\n"
	       "hold_seconds 10, max_hold_seconds 1800, max_seats 10, max_customer_holds 4\n"
	       "\n"
	       "   1\n"
	       "A  .#\n"
	       "\n"
	       ". available  o held  ? lapsed  # sold\n"
	       "2 seats: 1 available, 0 held, 0 lapsed, 1 sold\n"
	       "area G, 10 places: 2 available, 4 held, 3 lapsed, 1 sold\n"
	       "area K, 2 places: 2 available, 0 held, 0 lapsed, 0 sold; channel box\n"
	       "\n"
	       "lapsed  " U("10") "  taken at offset 3, until " TIME("10.000") "  3 of G\n"
	       "held    " U("12") "  taken at offset 6, until " TIME("15.000") "  4 of G\n"
	       "sold    " U("11") "  taken at offset 4  A2  1 of G\n");
	buf_clear(&printed);
	seat_map_print_json(&map, &printed);
	assert_non_null(strstr(printed.data, "\"max_customer_holds\":4}"));
	assert_non_null(strstr(printed.data,
	                       ",\"areas\":[{\"area_id\":\"G\",\"capacity\":10,\"available\":2,"
	                       "\"held\":4,\"lapsed\":3,\"sold\":1,\"category\":\"low\","
	                       "\"version\":6},{\"area_id\":\"K\",\"capacity\":2,\"available\":2,"
	                       "\"held\":0,\"lapsed\":0,\"sold\":0,\"channel\":\"box\","
	                       "\"version\":2}]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(digits_are_an_offset),
	    test(what_is_no_offset_is_a_time),
	    test(what_is_neither_is_refused_with_the_flags_name),
	    test(a_map_has_marks_totals_and_who_holds),
	    test(a_hold_is_lapsed_once_its_end_is_reached),
	    test(json_has_every_seat_and_only_fields_that_apply),
	    test(a_show_that_did_not_exist_then_says_so),
	    test(a_time_says_which_offset_it_is_behind),
	    test(ids_that_allow_no_rows_are_listed_by_status),
	    test(long_lists_are_cut_and_the_rest_is_counted),
	    test(notes_come_last_and_are_escaped_in_json),
	    test(no_session_is_printed),
	    test(records_of_other_shows_only_tell_the_time),
	    test(the_time_of_the_next_record_is_known_before_it_is_decided),
	    test(seats_with_places_are_drawn_by_them_and_the_others_follow),
	    test(the_policy_says_its_window_and_that_the_show_is_closed),
	    test(json_has_places_and_channels),
	    test(areas_have_their_numbers_and_holders_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
