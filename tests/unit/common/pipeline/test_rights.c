/*
 * The rights of roles and users, row by row and as they are printed; docs/install.md shows the same.
 */
#include "common/pipeline/rights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct acl_names names = {
    .topics = {"reservation.requests", "reservation.replies", "seat.events",
               "reservation.requests-dlt"},
    .group_id = "holdfast-worker",
};
static struct buf text;

static int end(void **state)
{
	(void)state;
	buf_release(&text);
	return 0;
}

static void expect_in_document(const char *fence)
{
	FILE *file = fopen("docs/install.md", "r");
	static char document[100000];
	struct buf block = {0};

	assert_non_null(file);
	document[fread(document, 1, sizeof document - 1, file)] = '\0';
	fclose(file);
	buf_print(&block, "\n```%s\n%s```\n", fence, buf_text(&text).data);
	if (!strstr(document, buf_text(&block).data))
		fail_msg("docs/install.md does not show as they are\n%s", text.data);
	buf_release(&block);
}

static void the_document_shows_what_is_printed(void **state)
{
	(void)state;
	grants_print(&text);
	expect_in_document("sql");
	buf_clear(&text);
	acls_print(&names, &text);
	expect_in_document("sh");
}

static bool has_acl(const struct acl_names *of, const char *user, const char *operation,
                    enum acl_kind kind, const char *name)
{
	struct acl acl;
	int count = 0;

	for (size_t i = 0; acl_at(of, i, &acl); i++)
		count += !strcmp(acl.user, user) && !strcmp(acl.operation, operation) &&
		         acl.kind == kind && !strcmp(acl.name, name);
	assert_in_range(count, 0, 1);
	return count;
}

static void names_of_topics_and_group_are_those_that_are_set(void **state)
{
	const struct reply_topics more = {.names = {"north", "south"}, .count = 2};
	struct acl_names other = {{"q", "a", "e", "d"}, &more, "team"};
	struct acl acl;

	(void)state;
	assert_true(has_acl(&other, "holdfast_worker", "Read", ACL_TOPIC, "q"));
	assert_true(has_acl(&other, "holdfast_worker", "Write", ACL_TOPIC, "a"));
	assert_true(has_acl(&other, "holdfast_worker", "Write", ACL_TOPIC, "south"));
	assert_true(has_acl(&other, "holdfast_worker", "Read", ACL_TOPIC, "north"));
	assert_true(has_acl(&other, "holdfast_worker", "Read", ACL_GROUP, "team"));
	assert_true(has_acl(&other, "holdfast_worker", "Write", ACL_TRANSACTIONAL_ID, "team.q."));
	assert_true(has_acl(&other, "holdfast_auditor", "Describe", ACL_GROUP, "team"));
	/* And no more than that. */
	assert_false(has_acl(&other, "holdfast_worker", "Read", ACL_TOPIC, "e"));
	assert_false(has_acl(&other, "holdfast_expirer", "Write", ACL_TOPIC, "a"));
	assert_false(has_acl(&other, "holdfast_checkout", "Read", ACL_TOPIC, "south"));
	for (size_t i = 0; acl_at(&other, i, &acl); i++)
		assert_int_equal(acl.is_prefix, acl.kind == ACL_TRANSACTIONAL_ID);
}

static bool has_grant(const char *role, const char *privilege, const char *object, bool is_needed)
{
	struct grant grant;
	int count = 0;

	for (size_t i = 0; grant_at(i, &grant); i++)
		count += !strcmp(grant.role, role) && !strcmp(grant.privilege, privilege) &&
		         !strcmp(grant.object, object) && grant.is_needed == is_needed;
	assert_in_range(count, 0, 1);
	return count;
}

static void a_role_has_what_its_programs_need_and_no_more(void **state)
{
	(void)state;
	assert_true(has_grant("holdfast_worker", "UPDATE", "show_seats", true));
	assert_true(has_grant("holdfast_worker", "INSERT", "partition_halts", false));
	assert_true(has_grant("holdfast_reader", "SELECT", "decisions", true));
	assert_true(has_grant("holdfast_pruner", "DELETE", "decisions", false));
	assert_false(has_grant("holdfast_worker", "DELETE", "decisions", false));
	assert_false(has_grant("holdfast_reader", "SELECT", "hand_changes", true));
	assert_false(has_grant("holdfast_gateway", "UPDATE", "show_seats", true));
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_document_shows_what_is_printed),
	    CASE(names_of_topics_and_group_are_those_that_are_set),
	    CASE(a_role_has_what_its_programs_need_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
