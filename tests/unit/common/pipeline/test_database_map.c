/*
 * --database-map: which partitions each database has, and what is refused without a word of a
 * secret.
 */
#include "common/pipeline/database_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define URL "postgresql://me@a/x"
#define OTHER "postgresql://me@b/y"

static const struct db_settings session = {.program = "test", .connect_ms = 7};
static struct database_map map;
static struct err e;

static enum rc read_text(const char *text)
{
	database_map_release(&map);
	return database_map_read(&map, text, NULL, &session, &e);
}

static void expect_refused(const char *text, const char *why)
{
	if (read_text(text) != RC_USAGE || strcmp(e.text, why) != 0)
		fail_msg("%s: %s", text, e.text);
	assert_int_equal(e.origin, FROM_SETTINGS);
}

static int release(void **state)
{
	(void)state;
	database_map_release(&map);
	return 0;
}

static void without_a_map_one_database_serves_every_partition(void **state)
{
	(void)state;
	assert_int_equal(database_map_read(&map, NULL, URL, &session, &e), RC_OK);
	assert_int_equal(map.count, 1);
	assert_int_equal(database_map_partitions(&map), 0);
	assert_int_equal(database_map_fit(&map, 8, &e), RC_OK);
	assert_int_equal(map.list[0].served.last, 7);
	assert_string_equal(database_of(&map, 7)->settings.url, URL);
	assert_int_equal(database_of(&map, 0)->settings.connect_ms, 7);
	assert_string_equal(database_of(&map, 0)->name, "");
}

static void a_map_gives_each_partition_its_database(void **state)
{
	(void)state;
	assert_int_equal(read_text("4-7=" OTHER ",0-2=" URL ", 3=c=d "), RC_OK);
	assert_int_equal(database_map_partitions(&map), 8);
	assert_int_equal(database_map_fit(&map, 8, &e), RC_OK);
	for (int p = 0; p < 8; p++)
		assert_string_equal(database_of(&map, p)->settings.url, p < 3 ? URL : p < 4 ? "c=d" : OTHER);
	assert_string_equal(database_of(&map, 3)->name, "database of partition 3");
	assert_string_equal(database_of(&map, 4)->name, "database of partitions 4-7");
}

static void commas_in_a_url_or_in_keywords_end_no_entry(void **state)
{
	static const char hosts[] = "postgresql://me@a:1,b:2/x?target_session_attrs=read-write";
	static const char keywords[] = "host=a,b port=5432,5433 dbname=x";
	char text[300];

	(void)state;
	snprintf(text, sizeof text, "0=%s,1-9=%s", hosts, keywords);
	assert_int_equal(read_text(text), RC_OK);
	assert_int_equal(map.count, 2);
	assert_string_equal(map.list[0].settings.url, hosts);
	assert_string_equal(map.list[1].settings.url, keywords);
}

static void one_of_the_two_settings_must_be_given(void **state)
{
	(void)state;
	assert_int_equal(database_map_read(&map, NULL, NULL, &session, &e), RC_USAGE);
	assert_string_equal(e.text, "no database: set DATABASE_URL, --database-url or --database-map");
	assert_int_equal(database_map_read(&map, "0=" URL, OTHER, &session, &e), RC_USAGE);
	assert_string_equal(e.text, "--database-map and --database-url (or DATABASE_URL): one of them, "
	                            "not both");
}

static void what_is_no_entry_is_refused_and_no_secret_is_quoted(void **state)
{
#define FORM(n, got) \
	"--database-map: entry " n " must begin with N= or N-M=, 0..9999 and N not above M, got \"" got "\""
	(void)state;
	expect_refused("", FORM("1", ""));
	expect_refused("postgresql://me:hunter2@a/x", FORM("1", ""));
	expect_refused("0-=" URL, FORM("1", "0-"));
	expect_refused("0-1=" URL ",3-2=" OTHER, FORM("2", "3-2"));
	expect_refused("0-10000=" URL, FORM("1", "0-10000"));
	expect_refused("99999999999999999999=" URL, FORM("1", "99999999999999999999"));
	assert_int_equal(read_text("0-9999=" URL), RC_OK);
	expect_refused("0-1=,2-3=" OTHER,
	               "--database-map: entry 1, 0-1=, must have a URL, and no comma behind it");
	expect_refused("0-1=" URL ",2=" OTHER ",",
	               "--database-map: entry 2, 2=, must have a URL, and no comma behind it");
}

static void every_partition_must_have_one_database(void **state)
{
	(void)state;
	expect_refused("0-4=" URL ",4-7=" OTHER,
	               "--database-map: a partition must have one database: 0-4 and 4-7 overlap");
	expect_refused("4-7=" OTHER ",0-9=" URL,
	               "--database-map: a partition must have one database: 0-9 and 4-7 overlap");
	expect_refused("1-2=" URL ",6-7=" OTHER ",4=a=b",
	               "--database-map: of partitions 0-7 these have no database: 0 3 5");
	assert_int_equal(read_text("0-3=" URL ",4-7=" OTHER), RC_OK);
	assert_int_equal(database_map_fit(&map, 10, &e), RC_USAGE);
	assert_string_equal(e.text, "--database-map: of partitions 0-9 these have no database: 8-9");
	assert_int_equal(database_map_fit(&map, 6, &e), RC_USAGE);
	assert_string_equal(e.text, "--database-map: entry 4-7 is beyond the topic's partitions, 0-5");
	assert_int_equal(database_map_fit(&map, 3, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
}

static void an_error_says_of_which_database_it_is_once(void **state)
{
	(void)state;
	assert_int_equal(read_text("0-3=" URL ",4=" OTHER), RC_OK);
	(void)err_set(&e, RC_REOPEN, FROM_DATABASE, "gone");
	database_blame(&map.list[1], &e);
	database_blame(&map.list[1], &e);
	assert_string_equal(e.text, "database of partition 4: gone");
	database_map_release(&map);
	assert_int_equal(database_map_read(&map, NULL, URL, &session, &e), RC_OK);
	(void)err_set(&e, RC_REOPEN, FROM_DATABASE, "gone");
	database_blame(&map.list[0], &e);
	assert_string_equal(e.text, "gone");
}

#define CASE(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(without_a_map_one_database_serves_every_partition),
		CASE(a_map_gives_each_partition_its_database),
		CASE(commas_in_a_url_or_in_keywords_end_no_entry),
		CASE(one_of_the_two_settings_must_be_given),
		CASE(what_is_no_entry_is_refused_and_no_secret_is_quoted),
		CASE(every_partition_must_have_one_database),
		CASE(an_error_says_of_which_database_it_is_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
