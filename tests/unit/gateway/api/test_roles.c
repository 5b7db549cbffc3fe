/* Who may ask for what: every role with every type of request, and where pages may come from. */
#include "gateway/api/roles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/api/origin.h"
#include "gateway/api/routes.h"

static void each_role_may_what_the_table_says(void **state)
{
	/* The least role that may; "" nobody. */
	static const struct {
		const char *type, *from;
	} rows[] = {
	    {"create_show", "owner"},   {"change_show", "owner"},  {"add_seats", "owner"},
	    {"change_seats", "owner"},  {"set_areas", "owner"},    {"set_channels", "owner"},
	    {"block_seats", "owner"},   {"unblock_seats", "owner"}, {"cancel", "owner"},
	    {"reserve", "browser"},     {"change_hold", "browser"}, {"release", "browser"},
	    {"extend", "browser"},      {"confirm", "checkout"},   {"expire", ""},
	};
	size_t count = sizeof rows / sizeof rows[0];

	(void)state;
	assert_int_equal(count, REQUEST_TYPE_COUNT - 1);
	for (size_t i = 0; i < count; i++) {
		enum request_type type = request_type_of(text_of(rows[i].type));
		bool may = false;

		assert_int_not_equal(type, REQUEST_NONE);
		for (int role = 0; role < ROLE_COUNT; role++) {
			may = may || !strcmp(role_name((enum role)role), rows[i].from);
			if (role_may_request((enum role)role, type, false) != may)
				fail_msg("%s %s", role_name((enum role)role), rows[i].type);
		}
	}
	for (int role = 0; role < ROLE_COUNT; role++)
		assert_false(role_may_request((enum role)role, REQUEST_NONE, true));
	assert_true(role_may_request(ROLE_BROWSER, REQUEST_CONFIRM, true));
	assert_false(role_may_request(ROLE_BROWSER, REQUEST_CANCEL, true));
	assert_false(role_may_request(ROLE_OWNER, REQUEST_EXPIRE, true));
	assert_false(role_may_name_customer(ROLE_BROWSER));
	assert_true(role_may_name_customer(ROLE_CHECKOUT));
	assert_false(role_may_see_all(ROLE_CHECKOUT));
	assert_true(role_may_see_all(ROLE_OWNER));
}

static void a_key_is_never_a_browsers(void **state)
{
	enum role role = ROLE_COUNT;

	(void)state;
	assert_false(role_read(text_of("browser"), &role));
	assert_false(role_read(text_of(""), &role));
	assert_false(role_read(text_of("Owner"), &role));
	assert_true(role_read(text_of("checkout"), &role));
	assert_int_equal(role, ROLE_CHECKOUT);
	assert_true(role_read(text_of("owner"), &role));
	assert_int_equal(role, ROLE_OWNER);
}

static void a_page_is_own_listed_or_foreign(void **state)
{
	static const struct text list[] = {{"https://tickets.example.org", 27}};
	static const struct origins origins = {{"https://seats.example.org", 25}, list, 1};
	static const struct {
		const char *origin, *host, *site;
		enum origin_kind kind;
	} rows[] = {
	    {NULL, "seats.example.org", NULL, ORIGIN_NONE},
	    {NULL, "seats.example.org", "none", ORIGIN_NONE},
	    {NULL, "seats.example.org", "same-origin", ORIGIN_NONE},
	    {NULL, "seats.example.org", "same-site", ORIGIN_FOREIGN},
	    {NULL, "seats.example.org", "cross-site", ORIGIN_FOREIGN},
	    {NULL, "seats.example.org", "", ORIGIN_FOREIGN},
	    {"https://seats.example.org", "other", "same-origin", ORIGIN_OWN},
	    {"http://localhost:8080", "localhost:8080", NULL, ORIGIN_OWN},
	    {"http://LOCALHOST:8080", "localhost:8080", NULL, ORIGIN_OWN},
	    {"http://localhost:8081", "localhost:8080", NULL, ORIGIN_FOREIGN},
	    {"http://localhost", "localhost:8080", NULL, ORIGIN_FOREIGN},
	    {"https://seats.org", "seats.org:443", NULL, ORIGIN_OWN},
	    {"https://seats.org:443", "seats.org", NULL, ORIGIN_OWN},
	    {"http://seats.org", "seats.org:80", NULL, ORIGIN_OWN},
	    {"http://[::1]", "[::1]:80", NULL, ORIGIN_OWN},
	    {"http://seats.org", "seats.org:443", NULL, ORIGIN_FOREIGN},
	    {"https://seats.org", "seats.org:80", NULL, ORIGIN_FOREIGN},
	    {"https://tickets.example.org", "seats.example.org", "same-site", ORIGIN_LISTED},
	    {"http://tickets.example.org", "seats.example.org", NULL, ORIGIN_FOREIGN},
	    {"https://tickets.example.org.evil", "seats.example.org", NULL, ORIGIN_FOREIGN},
	    {"https://evil.org", "seats.example.org", "same-origin", ORIGIN_FOREIGN},
	    {"null", "null", NULL, ORIGIN_FOREIGN},
	    {"", "", NULL, ORIGIN_FOREIGN},
	    {"https://", "", NULL, ORIGIN_FOREIGN},
	    {"ftp://localhost", "localhost", NULL, ORIGIN_FOREIGN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct origin_headers headers = {text_of(rows[i].origin), text_of(rows[i].host),
		                                       text_of(rows[i].site)};

		if (origin_of(&origins, &headers) != rows[i].kind)
			fail_msg("row %zu: %s at %s", i, rows[i].origin ? rows[i].origin : "-", rows[i].host);
	}
	assert_true(origin_is_well_formed(text_of("https://tickets.example.org")));
	assert_true(origin_is_well_formed(text_of("http://[::1]:8080")));
	assert_false(origin_is_well_formed(text_of("https://tickets.example.org/")));
	assert_false(origin_is_well_formed(text_of("https://Tickets.example.org")));
	assert_false(origin_is_well_formed(text_of("*")));
	assert_false(origin_is_well_formed(text_of("null")));
}

static void a_path_has_one_method_and_one_type(void **state)
{
	(void)state;
	assert_int_equal(route_of(text_of("/api/seat-reservations/reserve")), ROUTE_RESERVE);
	assert_int_equal(route_type(ROUTE_RESERVE), REQUEST_RESERVE);
	assert_int_equal(route_type(route_of(text_of("/api/seat-reservations/change"))),
	                 REQUEST_CHANGE_HOLD);
	assert_int_equal(route_type(route_of(text_of("/api/requests"))), REQUEST_NONE);
	assert_true(route_is_mutation(ROUTE_CONFIRM));
	assert_false(route_is_mutation(ROUTE_CHECK));
	assert_string_equal(route_method(ROUTE_SESSION), "POST");
	assert_string_equal(route_name(ROUTE_CHANGE), "change");
	assert_int_equal(route_of(text_of("/problems/seats_taken")), ROUTE_PROBLEM);
	assert_int_equal(route_of(text_of("/problems/")), ROUTE_NONE);
	assert_int_equal(route_of(text_of("/api/seat-reservations/reserve/")), ROUTE_NONE);
	assert_int_equal(route_of(text_of("")), ROUTE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_role_may_what_the_table_says),
	    cmocka_unit_test(a_key_is_never_a_browsers),
	    cmocka_unit_test(a_page_is_own_listed_or_foreign),
	    cmocka_unit_test(a_path_has_one_method_and_one_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
