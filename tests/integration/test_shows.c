/*
 * What an organiser does by holdfast-admin: a house from its plan, seats kept for channels, a policy
 * that changes; what is said of it, and of each refusal.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/shell.h"

#define ADMIN "${HOLDFAST_BUILD:-build}/holdfast-admin "
#define PRODUCER "${HOLDFAST_BUILD:-build}/holdfast-producer --wait --type=reserve "

static long worker;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	return rig_drop(state) || code;
}

/* What a command says, and that it ends so. */
static const char *says(const char *said, const char *expected, int exit_code)
{
	char ended[30];

	snprintf(ended, sizeof ended, "exit %d\n", exit_code);
	if (!strstr(said, expected) || !strstr(said, ended))
		fail_msg("expected %s and %s, found %s", expected, ended, said);
	return said;
}

/* What holdfast-admin says to these words, with that on its standard input. */
static const char *admin(const char *input, const char *words)
{
	return shell_run("printf '%s' | " ADMIN "%s 2>&1; echo exit $?", input, words);
}

/* Two rows with an aisle, and one without a row. */
#define PLAN "seat_id,section,row,pos,category,flags\\n" \
	"Parkett 1-1,Parkett,1,1,A,\\nParkett 1-2,Parkett,1,2,A,\\nParkett 1-3,Parkett,1,4,A,\\n" \
	"Parkett 10-1,Parkett,10,1,B,accessible\\nParkett 2-1,Parkett,2,1,B,companion\\n" \
	"\"Loge, links\",,,,,\\n"

static void make_house(const char *show)
{
	char words[200];

	snprintf(words, sizeof words, "show create %s --plan=- --owner-key=k1", show);
	says(admin(PLAN, words), "is there, with 6 seats", 0);
}

static void a_dry_run_says_what_it_understood_and_publishes_nothing(void **state)
{
	const char *said = admin(PLAN, "show create dry --plan=- --dry-run --title=Oper "
	                               "--on-sale-from=2026-12-01T10:00:00+01:00 --singles=refuse");

	(void)state;
	says(said, "show dry: title \"Oper\", holds of 600 s, at most 1800 s, at most 10 seats each, on "
	           "sale from 2026-12-01T09:00:00.000Z, single seats refused\n", 0);
	says(said, "3 rows, 1 of them with gaps:\n  Parkett 1: behind pos 2\n", 0);
	says(said, "Nothing was published", 0);
	says(admin(PLAN, "show create dry --plan=- --dry-run --json"),
	     "{\"show_id\":\"dry\",\"published\":false,\"was_there\":false,\"seats\":6,\"areas\":0}", 0);
	says(admin("", "show status dry"), "there is no show dry", 7);
	says(admin("", "show change dry --closed --dry-run"), "--dry-run is for show create", 2);
}

static void a_house_is_there_as_its_plan_has_it_and_is_drawn(void **state)
{
	const char *said;

	(void)state;
	make_house("house");
	assert_string_equal(
	    rig_sql("SELECT string_agg(concat_ws('/', seat_id, section, seat_row, pos, category, "
	            "flags::text), ' ' ORDER BY seat_id) FROM holdfast.seat_places "
	            "WHERE show_id = 'house'"),
	    "Loge, links/{} Parkett 1-1/Parkett/1/1/A/{} Parkett 1-2/Parkett/1/2/A/{} "
	    "Parkett 1-3/Parkett/1/4/A/{} Parkett 10-1/Parkett/10/1/B/{accessible} "
	    "Parkett 2-1/Parkett/2/1/B/{companion}");
	says(admin("Parkett 1-3\\n", "show block house --seats=- --channel=house --owner-key=k1"),
	     "1 seat of show house belongs to channel \"house\" now (request ", 0);
	says(shell_run(PRODUCER "--show-id=house --session-id=s1 --seat-ids='Parkett 1-1' 2>&1; "
	               "echo exit $?"), "RESERVED", 0);
	says(admin("", "show status house"),
	     "channel           house: 1 seat, no key: nobody can sell from it\n", 0);
	says(admin("", "show channels house --channel=desk --channel-key=dk --opens=house "
	               "--owner-key=k1"), "with a key", 0);
	said = admin("", "show status house");
	says(said, "channel           house: 1 seat, no key: sold by desk\n", 0);
	says(said, "available         4\nblocked           1\nheld              1\n", 0);
	says(said, "Parkett, A                              1          1          1          0          0"
	           "\n", 0);
	says(said, "Parkett\n  1   o. -\n  2   .\n  10  .\n\nwithout a row: 1 available\n\n. available", 0);
	says(admin("", "show status house --json"),
	     "\"categories\":[{\"section\":\"Parkett\",\"category\":\"A\",\"available\":1,\"blocked\":1,"
	     "\"held\":1,\"lapsed\":0,\"sold\":0},", 0);
	says(admin("", "show status house --json"),
	     "{\"section\":null,\"category\":null,\"available\":1,\"blocked\":0,\"held\":0,"
	     "\"lapsed\":0,\"sold\":0}],\"areas\":[],\"channels\":[{\"channel\":\"desk\","
	     "\"has_key\":true,\"seats\":0,\"area_places\":0,\"opens\":[\"house\"],\"exempt\":false},"
	     "{\"channel\":\"house\",\"has_key\":false,\"seats\":1,\"area_places\":0,", 0);
}

#define FLOOR "area_id,capacity,category,channel,seat_id\\nFloor,6,B,,\\nBalcony,4,,house,\\n,,C,,A1\\n"

static void areas_of_a_plan_are_set_and_told_by_numbers(void **state)
{
	(void)state;
	says(admin(FLOOR, "show create floor --plan=- --owner-key=k1"),
	     "Show floor is there, with 1 seat and 2 areas of this list", 0);
	says(admin(FLOOR, "show create floor --plan=- --owner-key=k1"), "and 2 areas", 0);
	says(shell_run(PRODUCER "--show-id=floor --session-id=s1 --areas=Floor:2 2>&1; echo exit $?"),
	     "RESERVED", 0);
	says(admin("", "show areas floor"),
	     "Floor, B                                4          0          2          0          0"
	     "          6\n", 0);
	says(admin("", "show areas floor --json"),
	     "[{\"area_id\":\"Balcony\",\"capacity\":4,\"available\":0,\"blocked\":4,\"held\":0,"
	     "\"lapsed\":0,\"sold\":0,\"channel\":\"house\"},{\"area_id\":\"Floor\",\"capacity\":6,"
	     "\"available\":4,", 0);
	says(admin("", "show status floor"), "available         5\nblocked           4\nheld      "
	     "        2\n", 0);
	says(admin("", "show status floor"), "house: 0 seats, 4 places in areas, no key", 0);
	says(admin("", "show status floor --json"), "\"areas\":[{\"area_id\":\"Balcony\",", 0);
	says(shell_run(ADMIN "show list | awk '$1 == \"floor\" { print $2, $3, $4, $5, $6 }'; "
	                     "echo exit $?"), "5 4 2 0 0\n", 0);
}

static void more_areas_than_fit_in_a_request_are_several(void **state)
{
	static const char plan[] = "awk 'BEGIN { print \"area_id,capacity\"; "
	                           "for (i = 0; i < 101; i++) print \"Block-\" i \",5\" }'";

	(void)state;
	says(shell_run("%s | " ADMIN "show create blocks --plan=- --owner-key=k1 2>&1; echo exit $?", plan),
	     "Show blocks is there, with 0 seats and 101 areas of this list", 0);
	says(shell_run("%s | " ADMIN "show areas blocks --plan=- --owner-key=k1 2>&1; echo exit $?", plan),
	     "Area \"Block-100\": 5 places, public.\nSo it stands", 0);
	assert_string_equal(rig_sql("SELECT count(*), (SELECT count(*) FROM holdfast.decisions WHERE "
	                            "show_id = 'blocks' AND reason = 'AREAS_SET') FROM "
	                            "holdfast.show_areas WHERE show_id = 'blocks'"), "101|4");
}

static void areas_are_set_and_what_is_taken_stays(void **state)
{
	(void)state;
	says(admin("A1\\n", "show create pit --seats=- --owner-key=k1"), "is there", 0);
	says(admin("", "show areas pit"), "Show pit has no areas.\n", 0);
	says(admin("", "show areas nowhere"), "there is no show nowhere", 7);
	says(admin("", "show areas pit --area=Pit:3,Block:9:20:house --owner-key=k1"),
	     "Area \"Pit\": 3 places, public.\nArea \"Block:9\": 20 places, of channel \"house\".\n"
	     "So it stands for show pit now (request ", 0);
	says(shell_run(PRODUCER "--show-id=pit --session-id=s1 --areas=Pit:3 2>&1; echo exit $?"),
	     "RESERVED", 0);
	says(admin("", "show areas pit --area=Pit:2 --owner-key=k1"),
	     "409 BELOW_TAKEN: more is held and sold of 1 of these areas of show pit than they would have "
	     "places: \\\"Pit\\\"", 7);
	says(admin("", "show areas pit --area=Pit:2"), "403 WRONG_OWNER", 7);
	says(admin("area_id,capacity\\nPit,5\\n", "show areas pit --plan=- --dry-run"),
	     "Area \"Pit\": 5 places, public.\nNothing was published", 0);
	says(admin("area_id,capacity\\nPit,5\\n", "show areas pit --plan=- --owner-key=k1"), "5 places", 0);
	says(admin("area_id,capacity\\nPit,5\\n", "show seats pit --plan=-"), "show areas sets", 2);
	says(admin(FLOOR, "show areas pit --plan=- --area=Pit:5"), "--area and --plan", 2);
	says(admin("seat_id\\nA1\\n", "show areas pit --plan=-"), "it has no areas", 2);
}

static void sections_stand_by_their_best_rank_and_rowless_seats_are_counted(void **state)
{
	(void)state;
	says(admin("seat_id,section,row,pos,rank\\na,Balkon,1,1,\\nb,10,1,1,\\nc,2,1,1,\\n"
	           "d,Zentrum,1,1,8\\ne,Zentrum,1,2,\\nf,,,,\\n",
	           "show create ranked --plan=- --owner-key=k1"), "with 6 seats", 0);
	says(admin("", "show status ranked"),
	     "Zentrum\n  1  ..\n\n2\n  1  .\n\n10\n  1  .\n\nBalkon\n  1  .\n\nwithout a row: "
	     "1 available\n\n. available", 0);
	says(shell_run("printf 'a\\nb\\n' | " ADMIN "show create plain --seats=- && " ADMIN
	               "show status plain; echo exit $?"), "\n\nwithout a row: 2 available\n", 0);
}

static void a_seat_is_told_with_who_has_it(void **state)
{
	const char *reply, *said;

	(void)state;
	make_house("told");
	says(admin("", "show seat told \"Loge, links\""), "Seat Loge, links of show told is free.\n", 0);
	says(admin("", "show seat told \"Parkett 10-1\""),
	     "Place: section Parkett, row 10, pos 1, category B, rank ", 0);
	reply = shell_run(PRODUCER "--show-id=told --session-id=s1 --seat-ids='Parkett 1-1' 2>&1");
	said = says(admin("", "show seat told \"Parkett 1-1\""), "is held: reservation ", 0);
	assert_non_null(strstr(said, rig_field(reply, "reservation_id")));
	says(admin("", "show seat told \"Parkett 1-1\" --json"), "\"status\":\"reserved\"", 0);
	says(admin("", "show seat told Z9"), "there is no show told with a seat Z9", 7);
}

static void places_are_set_anew(void **state)
{
	(void)state;
	make_house("moved");
	/* Two change their places, and one loses all that was said of it. */
	says(admin("seat_id,section,row,pos,rank\\nParkett 1-1,Parkett,1,2,3\\n"
	           "Parkett 1-2,Parkett,1,1,3\\nParkett 1-3,,,,\\n",
	           "show seats moved --plan=- --owner-key=k1"),
	     "3 seats of show moved have the places of this plan now (request ", 0);
	assert_string_equal(rig_sql("SELECT string_agg(concat_ws('/', seat_id, section, seat_row, pos, "
	                            "category), ' ' ORDER BY seat_id) FROM holdfast.seat_places WHERE "
	                            "show_id = 'moved' AND seat_id LIKE 'Parkett 1-%%'"),
	                    "Parkett 1-1/Parkett/1/2 Parkett 1-2/Parkett/1/1 Parkett 1-3");
	says(admin("seat_id,section,row,pos\\nParkett 1-3,Parkett,2,1\\n",
	           "show seats moved --plan=- --whole-house --owner-key=k1"),
	     "409 PLACE_TAKEN: 1 of these seats would stand where another seat of show moved does", 7);
	says(admin("seat_id\\nParkett 1-3\\n", "show seats moved --plan=- --dry-run"),
	     "Nothing was published", 0);
	/* The first row of a part would be the best of the house. */
	says(admin("seat_id,section,row,pos\\nParkett 2-1,Parkett,2,1\\n",
	           "show seats moved --plan=- --dry-run"),
	     "some seats of a house cannot be ranked by their rows: add the column, give --focus, or "
	     "--whole-house", 2);
	says(admin("seat_id\\nA\\n", "show create named --plan=- --title=Named --owner-key=k1"),
	     "Show named is there", 0);
	says(admin("seat_id,section,row,pos\\nParkett 9-1,Parkett,9,1\\n",
	           "show create named --plan=- --owner-key=k1"),
	     "show named is there already, so these are some of its seats, and the plan has no rank", 2);
	says(admin("seat_id,section,row,pos\\nParkett 9-1,Parkett,9,1\\n",
	           "show create moved --plan=- --owner-key=k1"),
	     "they rank as if their first row were the first of the house", 0);
	says(admin("seat_id,section,row,pos,rank\\nParkett 9-1,Parkett,9,1,50\\n",
	           "show create named --plan=- --owner-key=k1"), "1 seat was added", 0);
}

static void channels_are_set_and_told_without_their_keys(void **state)
{
	const char *said;

	(void)state;
	make_house("sold-by");
	said = admin("", "show channels sold-by --channel=presale --channel-key=pk --opens=public,press "
	                 "--on-sale-until=2026-12-24T20:00:00Z --exempt --owner-key=k1");
	says(said, "Channel \"presale\": with a key, on sale until 2026-12-24T20:00:00.000Z; it sells "
	           "seats of \"public\", \"press\", too; exempt.\nSo it stands for show sold-by now "
	           "(request ", 0);
	assert_null(strstr(said, "pk"));
	says(admin("", "show channels sold-by --channel=press --channel-key=pk --owner-key=k1"),
	     "409 KEY_TAKEN: another channel of show sold-by has this channel_key already", 7);
	says(admin("[{\"channel\":\"press\",\"exempt\":false},{\"channel\":\"house\"}]",
	           "show channels sold-by --channels=- --owner-key=k1"),
	     "Channel \"house\": no key, so nobody can sell from it, on sale always.\n", 0);
	says(admin("[{\"channel\":\"public\"}]", "show channels sold-by --channels=- --owner-key=k1"),
	     "--channels: channels", 2);
	says(admin("[{\"channel\"", "show channels sold-by --channels=- --owner-key=k1"),
	     "it is no JSON list of channels", 2);
	says(admin("", "show status sold-by"),
	     "channel           presale: 0 seats, with a key, on sale until 2026-12-24T20:00:00.000Z; "
	     "opens press, public; exempt\n", 0);
}

static void blocked_seats_are_for_their_channel_until_they_are_public(void **state)
{
	(void)state;
	make_house("kept");
	says(admin("Parkett 1-1\\nParkett 1-2\\n", "show block kept --seats=- --channel=house "
	           "--owner-key=k1"), "2 seats of show kept belong to channel \"house\" now", 0);
	says(admin("", "show channels kept --channel=house --channel-key=hk --owner-key=k1"), "with a key",
	     0);
	says(shell_run(PRODUCER "--show-id=kept --session-id=s1 --seat-ids='Parkett 1-1' 2>&1; "
	               "echo exit $?"), "SEATS_NOT_FOR_SALE", 7);
	says(shell_run(PRODUCER "--show-id=kept --session-id=s2 --seat-ids='Parkett 1-1' "
	               "--channel-key=hk 2>&1; echo exit $?"), "RESERVED", 0);
	says(admin("Parkett 1-1\\nParkett 1-2\\n", "show block kept --seats=- --channel=press "
	           "--owner-key=k1"), "; 1 of them is held or sold, which goes on: \"Parkett 1-1\"", 0);
	says(admin("Parkett 1-2\\n", "show unblock kept --seats=- --owner-key=k1"),
	     "1 seat of show kept is public now", 0);
	says(shell_run(PRODUCER "--show-id=kept --session-id=s3 --seat-ids='Parkett 1-2' 2>&1; "
	               "echo exit $?"), "RESERVED", 0);
	says(admin("A9\\nB, \"9\"\\n", "show block kept --seats=- --channel=house --owner-key=k1"),
	     "404 UNKNOWN_SEAT: show kept does not have 2 of these seats: ", 7);
}

static void a_policy_changes_with_what_is_given_alone(void **state)
{
	(void)state;
	make_house("changed");
	says(admin("", "show change changed --closed --title=Neu"), "403 WRONG_OWNER: show changed has "
	     "another owner_key than none; give it as HOLDFAST_OWNER_KEY", 7);
	says(admin("", "show change changed --closed --title=Neu --owner-key=k1"),
	     "Show changed is changed: title \"Neu\", closed (request ", 0);
	says(shell_run(PRODUCER "--show-id=changed --session-id=s1 --seat-ids='Parkett 1-1' 2>&1; "
	               "echo exit $?"), "NOT_ON_SALE", 7);
	says(admin("", "show change changed --open --new-owner-key=k2 --owner-key=k1"),
	     "Show changed is changed: open, it has another owner_key (request ", 0);
	says(admin("", "show change changed --max-seats=2 --owner-key=k1"), "WRONG_OWNER", 7);
	says(admin("", "show change changed --hold-seconds=3000 --owner-key=k2"),
	     "400 HOLD_TOO_LONG: the holds of show changed would be longer than its longest hold", 7);
	says(admin("", "show change changed --hold-seconds=3000 --max-hold-seconds=4000 --owner-key=k2"),
	     "holds of 3000 s, at most 4000 s", 0);
	assert_string_equal(rig_sql("SELECT title || hold_seconds || max_seats || closed FROM "
	                            "holdfast.shows WHERE show_id = 'changed'"), "Neu300010false");
	says(admin("", "show change changed --owner-key=k2"), "show change needs something to change", 2);
	says(admin("", "show change changed --open --closed"), "--closed and --open", 2);
	says(admin("", "show change changed --on-sale-from=2026-12-01 --on-sale-until=2026-11-30"),
	     "--on-sale-from must be before --on-sale-until", 2);
	says(admin("", "show change changed --closed --channel=house --owner-key=k2"),
	     "--channel is not used by this command", 2);
	says(admin("", "show change none --closed"), "404 UNKNOWN_SHOW: there is no show none", 7);
}

/* Once only, whatever came in between; and the id is not good for anything else. */
static void a_command_is_repeated_by_its_request_id(void **state)
{
	char words[300];
	const char *id = rig_id();

	(void)state;
	make_house("again");
	snprintf(words, sizeof words, "show block again --seats=- --channel=house --owner-key=k1 "
	         "--request-id=%s", id);
	says(admin("Parkett 1-1\\n", words), "now (request ", 0);
	says(admin("Parkett 1-1\\n", "show unblock again --seats=- --owner-key=k1"), "is public", 0);
	says(admin("Parkett 1-1\\n", words), ", done before).", 0);
	says(admin("", "show seat again \"Parkett 1-1\""), "is free.\n", 0);
	says(admin("Parkett 1-2\\n", words), "422 IDEMPOTENCY_MISMATCH: this --request-id was used before "
	     "for something else", 7);
	says(admin("", "show change again --open --owner-key=k1 --json"), "\"reason\":\"SHOW_CHANGED\"", 0);
	/* One in the environment is the producer's. */
	says(shell_run("HOLDFAST_REQUEST_ID=x " ADMIN "show change again --open --owner-key=k1 2>&1; "
	               "echo exit $?"), "is changed", 0);
}

static void names_that_look_the_same_and_lines_that_are_none_are_refused(void **state)
{
	(void)state;
	says(admin("R\\303\\244ng\\nRa\\314\\210ng\\n", "show create twins --seats=-"),
	     "two seats look the same", 2);
	says(admin("Rang-\\303\\204 1\\n\\331\\205\\330\\257\\n", "show create names --seats=-"),
	     "is there, with 2 seats", 0);
	says(admin("A1,Parkett\\nA2,Parkett\\n", "show create commas --seats=-"),
	     "if it is a table, give it with a heading as --plan", 0);
	says(admin("seat_id,section\\nA1,Parkett\\n", "show create heads --seats=-"),
	     "line 1 is the heading of a table", 2);
}

static const char *run_on_list(int seats, const char *words)
{
	return shell_run("seq -f 'S%%g' %d | " ADMIN "%s 2>&1; echo exit $?", seats, words);
}

/* 1,000 seats are one request, one more is two: each with an id that follows from the command's. */
static void a_list_is_cut_where_a_request_is_full(void **state)
{
	static const char requests[] =
	    "SELECT string_agg(type || ' ' || count, ', ' ORDER BY type) FROM (SELECT type, count(*) FROM "
	    "holdfast.decisions WHERE show_id = 'listed' AND duplicate_of IS NULL GROUP BY type) AS t";
	char words[200];

	(void)state;
	says(run_on_list(1000, "show create listed --seats=-"), "is there, with 1000 seats", 0);
	assert_string_equal(rig_sql("%s", requests), "add_seats 1, create_show 1");
	says(shell_run("echo S1001 | " ADMIN "show create listed --seats=- 2>&1; echo exit $?"),
	     "is there, with 1 seat of this list", 0);
	snprintf(words, sizeof words, "show block listed --channel=all --seats=- --request-id=%s",
	         rig_id());
	says(run_on_list(1001, words), "1001 seats of show listed belong to channel", 0);
	says(run_on_list(1001, words), ", done before).", 0);
	assert_string_equal(rig_sql("%s", requests), "add_seats 2, block_seats 2, create_show 1");
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id = 'listed' AND "
	                            "channel = 'all'"), "1001");
}

/* Slices of 64 KiB: places are larger than names. And once more, which changes nothing. */
static void a_great_house_loads_in_slices_and_again(void **state)
{
	static const char rows[] =
	    "awk 'BEGIN { print \"seat_id,section,row,pos,category\"; for (s = 1; s <= 5; s++) "
	    "for (r = 1; r <= 80; r++) for (p = 1; p <= 50; p++) "
	    "printf \"Block %d Reihe %d Platz %d ....................,Block %d,%d,%d,K%d\\n\", "
	    "s, r, p, s, r, p, r % 5 }'";
	int64_t begun_ms = clock_monotonic_ms(), took_ms;
	const char *before;
	char command[600];

	(void)state;
	snprintf(command, sizeof command, "%s | " ADMIN "show create great --plan=- 2>&1; echo exit $?",
	         rows);
	says(shell_run("%s", command), "is there, with 20000 seats", 0);
	took_ms = clock_monotonic_ms() - begun_ms;
	print_message("20,000 seats took %lld ms\n", (long long)took_ms);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.seat_places WHERE show_id = 'great'"),
	                    "20000");
	before = rig_sql("SELECT max(version) FROM holdfast.show_seats WHERE show_id = 'great'");
	says(shell_run("%s", command), "is there, with 20000 seats", 0);
	assert_string_equal(rig_sql("SELECT max(version) FROM holdfast.show_seats WHERE show_id = 'great'"),
	                    before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_dry_run_says_what_it_understood_and_publishes_nothing),
	    cmocka_unit_test(a_house_is_there_as_its_plan_has_it_and_is_drawn),
	    cmocka_unit_test(areas_of_a_plan_are_set_and_told_by_numbers),
	    cmocka_unit_test(areas_are_set_and_what_is_taken_stays),
	    cmocka_unit_test(more_areas_than_fit_in_a_request_are_several),
	    cmocka_unit_test(sections_stand_by_their_best_rank_and_rowless_seats_are_counted),
	    cmocka_unit_test(a_seat_is_told_with_who_has_it),
	    cmocka_unit_test(places_are_set_anew),
	    cmocka_unit_test(channels_are_set_and_told_without_their_keys),
	    cmocka_unit_test(blocked_seats_are_for_their_channel_until_they_are_public),
	    cmocka_unit_test(a_policy_changes_with_what_is_given_alone),
	    cmocka_unit_test(a_command_is_repeated_by_its_request_id),
	    cmocka_unit_test(names_that_look_the_same_and_lines_that_are_none_are_refused),
	    cmocka_unit_test(a_list_is_cut_where_a_request_is_full),
	    cmocka_unit_test(a_great_house_loads_in_slices_and_again),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
