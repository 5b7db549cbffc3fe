/* Plans of houses: both forms, what they are understood to be, ranks, and what is said of faults. */
#include "admin/plan/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct err e;
static struct hall hall;

static int release(void **state)
{
	(void)state;
	hall_release(&hall);
	return 0;
}

static void read_plan(const char *plan, const char *seat_name)
{
	hall_release(&hall);
	if (hall_read(&hall, text_of(plan), seat_name, &e))
		fail_msg("refused: %s", e.text);
}

static void expect_refusal(const char *plan, const char *seat_name, const char *said)
{
	hall_release(&hall);
	assert_int_equal(hall_read(&hall, text_of(plan), seat_name, &e), RC_USAGE);
	if (!strstr(e.text, said))
		fail_msg("expected %s, found %s", said, e.text);
}

/* "A1 Parkett/1/3 B #20 ac 5,6": what a seat has. */
static const char *seat_text(size_t at)
{
	static char text[300];
	const struct hall_seat *s = &hall.seats[at];
	const struct place *p = &s->place;

	assert_true(at < hall.count);
	snprintf(text, sizeof text, "%.*s|%.*s|%.*s|%d|%.*s|%d|%u|%d,%d", TEXT_ARGS(s->id),
	         TEXT_ARGS(p->section), TEXT_ARGS(p->row), p->pos, TEXT_ARGS(p->category), p->rank,
	         p->flags, p->has_point ? p->x : -1, p->has_point ? p->y : -1);
	return text;
}

static void a_table_gives_what_its_heading_names(void **state)
{
	(void)state;
	read_plan("\xef\xbb\xbfpos,seat_id,row,section,category,flags,x,y,rank\r\n"
	          "3,\"Parkett, Reihe 1 \"\"Ehrenplatz\"\"\",1,Parkett,A,accessible restricted,7,9,5\r\n"
	          "\r\n"
	          ",Loge Ä,,,,,,,\n", NULL);
	assert_int_equal(hall.count, 2);
	assert_string_equal(seat_text(0), "Parkett, Reihe 1 \"Ehrenplatz\"|Parkett|1|3|A|5|5|7,9");
	assert_string_equal(seat_text(1), "Loge Ä|||0||0|0|-1,-1");
	assert_true(hall.is_ranked);
	assert_int_equal(hall.seats[1].line, 4);
}

static void a_table_may_have_areas(void **state)
{
	struct buf text = {0};

	(void)state;
	read_plan("area_id,seat_id,capacity,category,channel,row,pos\nStehplatz,,500,B,,,\n,A,,A,,1,1\n"
	          "Balkon,,1000000,,house,,\nGarten,,0,,,,\n", NULL);
	assert_int_equal(hall.count, 1);
	assert_int_equal(hall.area_count, 3);
	assert_int_equal(hall.areas[1].line, 4);
	assert_int_equal(hall.areas[1].given.capacity, 1000000);
	hall_describe(&hall, &text);
	assert_non_null(strstr(text.data, "places in areas              1000500\n"
	                                  "  Stehplatz, B                   500\n"
	                                  "  Balkon (house)             1000000\n"
	                                  "  Garten                           0\n"));
	read_plan("area_id,capacity\nFloor,5\n", NULL);
	assert_int_equal(hall.count, 0);
	buf_release(&text);
}

static void faults_of_a_table_are_named_with_their_line(void **state)
{
	static const struct {
		const char *plan, *said;
	} cases[] = {
	    {"", "empty"},
	    {"seat_id\n", "it has no seats"},
	    {"seat_id;row;pos\nA;1;2\n", "commas between the fields"},
	    {"seat-id\nA\n", "did you mean seat_id?"},
	    {"Platz,Preis\nA,1\n", "which is none of"},
	    {"row,pos\n1,2\n", "has no seat_id"},
	    {"seat_id,seat_id\nA,A\n", "seat_id twice"},
	    {"seat_id,row\nA\n", "line 2 has 1 fields, the heading has 2"},
	    {"seat_id,row,pos\nA,1,\n", "line 2: row without pos"},
	    {"seat_id,row,pos\nA,1,0\n", "line 2: pos must be a whole number from 1 to 32767"},
	    {"seat_id,row,pos\nA,1,32768\n", "line 2: pos must"},
	    {"seat_id,row,pos\nA,1,99999999999999999999\n", "line 2: pos must"},
	    {"seat_id,rank\nA,1.5\n", "line 2: rank must"},
	    {"seat_id,x,y\nA,1,\n", "x without y"},
	    {"seat_id,flags\nA,wheelchair\n", "flags are accessible, companion and restricted"},
	    {"seat_id,section\nA, Parkett\n", "line 2: section must be 1 to 64 bytes"},
	    {"seat_id\n\"A\nB\n", "line 2: a quote is not closed"},
	    {"seat_id\nA\"B\n", "line 2: a quote inside of a field"},
	    {"seat_id\n\"A\"B\n", "line 2: something behind a closing quote"},
	    {"seat_id\nA\nB\nA\n", "seat A comes twice (lines 2 and 4)"},
	    {"seat_id\n\xc3\x84" "1\nA\xcc\x88" "1\n", "look the same"},
	    {"seat_id,row,pos\nA,1,2\nB,1,2\n", "A and B stand at one place: row 1, pos 2 (lines 2 and 3)"},
	    {"seat_id,area_id,capacity\n,,500\n", "line 2 has no seat_id, and no area_id"},
	    {"seat_id,area_id,capacity\nA,Floor,500\n", "a line is one or the other"},
	    {"area_id,row\nFloor,1\n", "area_id without capacity"},
	    {"area_id,capacity\nFloor,\n", "line 2: area Floor has no capacity"},
	    {"area_id,capacity\nFloor,1000001\n", "capacity must be a whole number from 0 to 1000000"},
	    {"area_id,capacity,row\nFloor,5,1\n", "line 2: an area has no row"},
	    {"seat_id,area_id,capacity,channel\nA,,,house\n",
	     "a seat has no channel in a plan; show block"},
	    {"area_id,capacity,channel\nFloor,5,public\n", "channel public is none"},
	    {"area_id,capacity\n\xc3\x84,5\nA\xcc\x88,5\n",
	     "comes twice, or two look the same (lines 2 and 3)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect_refusal(cases[i].plan, NULL, cases[i].said);
	expect_refusal("seat_id\nA\n", "{row}", "--seat-name is for a seating plan in JSON");
}

#define SEAT(guid, number, x) \
	"{\"seat_guid\":\"" guid "\",\"seat_number\":\"" number "\",\"category\":\"Stalls\"," \
	"\"position\":{\"x\":" x ",\"y\":0}}"
#define ROW(number, y, seats) \
	"{\"row_number\":\"" number "\",\"position\":{\"x\":10,\"y\":" y "},\"seats\":[" seats "]}"
#define PLAN(rows) \
	"{\"name\":\"P\",\"categories\":[{\"name\":\"Stalls\",\"color\":\"#fff\"}],\"size\":" \
	"{\"width\":500,\"height\":300},\"zones\":[{\"name\":\"Main\",\"position\":{\"x\":100,\"y\":50}," \
	"\"rows\":[" rows "]}]}"

static void a_seating_plan_is_placed_by_its_positions(void **state)
{
	(void)state;
	/* Listed from right to left, with an aisle in the middle; the second part of row 1 comes later. */
	read_plan(PLAN(ROW("1", "0", SEAT("g4", "4", "130") "," SEAT("g3", "3", "100") ","
	                   SEAT("g2", "2", "25") "," SEAT("g1", "1", "0")) ","
	               ROW("2", "30", SEAT("h1", "1", "0")) ","
	               ROW("1", "0", SEAT("g6", "6", "180") "," SEAT("g5", "5", "155"))), NULL);
	assert_int_equal(hall.count, 7);
	assert_string_equal(seat_text(3), "g1|Main|1|1|Stalls|0|0|110,50");
	assert_string_equal(seat_text(2), "g2|Main|1|2|Stalls|0|0|135,50");
	assert_string_equal(seat_text(1), "g3|Main|1|4|Stalls|0|0|210,50");
	assert_string_equal(seat_text(0), "g4|Main|1|5|Stalls|0|0|240,50");
	assert_string_equal(seat_text(6), "g5|Main|1|6|Stalls|0|0|265,50");
	assert_string_equal(seat_text(4), "h1|Main|2|1|Stalls|0|0|110,80");
	read_plan(PLAN(ROW("3", "0", SEAT("g", "12", "0"))), "{section} Reihe {row} Platz {number}");
	assert_string_equal(seat_text(0), "Main Reihe 3 Platz 12|Main|3|1|Stalls|0|0|110,50");
	expect_refusal(PLAN(ROW("1", "0", SEAT("", "1", "0"))), NULL, "zone 1, row 1, seat 1");
	expect_refusal("{\"zones\":[]}", NULL, "no zones");
	expect_refusal("{\"zones\":[}", NULL, "it begins as JSON, and is none");
}

static void ranks_come_from_the_focus_or_from_rows_and_their_middle(void **state)
{
	static const char plan[] = "seat_id,row,pos,x,y\nA1,A,1,0,0\nA2,A,2,10,0\nA3,A,3,20,0\n"
	                           "B1,B,1,0,10\nB2,B,2,10,10\nB3,B,3,20,10\n";
	static const struct focus none;
	struct focus focus;

	(void)state;
	read_plan(plan, NULL);
	assert_int_equal(hall_rank(&hall, &none, &e), RC_OK);
	assert_int_equal(hall.seats[1].place.rank, 1);
	assert_int_equal(hall.seats[0].place.rank, 3);
	assert_int_equal(hall.seats[2].place.rank, 3);
	assert_int_equal(hall.seats[4].place.rank, 5);
	assert_int_equal(hall.seats[3].place.rank, 7);
	read_plan(plan, NULL);
	assert_int_equal(focus_read(&focus, "20,0", &e), RC_OK);
	assert_int_equal(hall_rank(&hall, &focus, &e), RC_OK);
	assert_int_equal(hall.seats[2].place.rank, 1);
	assert_int_equal(hall.seats[1].place.rank, 101);
	assert_int_equal(hall.seats[5].place.rank, 101);
	assert_int_equal(hall.seats[3].place.rank, 225);
	assert_int_equal(focus_read(&focus, "20", &e), RC_USAGE);
	assert_int_equal(focus_read(&focus, "20,0x", &e), RC_USAGE);
	assert_int_equal(focus_read(&focus, "20,inf", &e), RC_USAGE);
	read_plan("seat_id\nA\n", NULL);
	assert_int_equal(focus_read(&focus, "2,3", &e), RC_OK);
	assert_int_equal(hall_rank(&hall, &focus, &e), RC_USAGE);
}

static void a_plan_is_told_as_it_was_understood(void **state)
{
	struct buf text = {0};

	(void)state;
	read_plan("seat_id,section,row,pos,category,flags\n"
	          "a,Parkett,1,1,A,\nb,Parkett,1,2,A,accessible\nc,Parkett,1,4,B,\nd,مدرج 4,1,1,B,\n"
	          "e,,,,,\n", NULL);
	hall_describe(&hall, &text);
	assert_string_equal(text.data, "seats                              5\n"
	                               "Parkett                            3\n"
	                               "  A                                2\n"
	                               "  B                                1\n"
	                               "مدرج 4                             1\n"
	                               "  B                                1\n"
	                               "(no section)                       1\n"
	                               "  (no category)                    1\n"
	                               "accessible                         1\n"
	                               "2 rows, 1 of them with gaps:\n"
	                               "  Parkett 1: behind pos 2\n"
	                               "1 seat has no row: best available never offers it\n");
	buf_clear(&text);
	read_plan("seat_id,row,pos\na,A,1\nb,A,3\nc,B,1\nd,B,3\ne,C,1\nf,D,1\ng,D,3\n",
	          NULL);
	hall_describe(&hall, &text);
	assert_non_null(strstr(text.data, "4 rows, 3 of them with gaps:\n  A to B: behind pos 1\n"
	                                  "  D: behind pos 1\n"));
	assert_null(strstr(text.data, "no row"));
	buf_clear(&text);
	read_plan("seat_id\na\nb\n", NULL);
	hall_describe(&hall, &text);
	assert_non_null(strstr(text.data, "2 seats have no row: best available never offers them\n"));
	assert_null(strstr(text.data, "gaps"));
	buf_release(&text);
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_table_gives_what_its_heading_names),
	    TEST(a_table_may_have_areas),
	    TEST(faults_of_a_table_are_named_with_their_line),
	    TEST(a_seating_plan_is_placed_by_its_positions),
	    TEST(ranks_come_from_the_focus_or_from_rows_and_their_middle),
	    TEST(a_plan_is_told_as_it_was_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
