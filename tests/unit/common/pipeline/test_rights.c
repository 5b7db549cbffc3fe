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
	grants_print(false, &text);
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
	struct acl_names other = {{"q", "a", "e", "d"}, &more, "team", false};
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

	for (size_t i = 0; grant_at(!strcmp(role, "holdfast_shadow"), i, &grant); i++)
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

/* In its own database it writes what a worker does; in Kafka it reads. */
static void a_shadow_has_a_role_and_a_user_of_its_own(void **state)
{
	struct acl_names shadow = names;
	struct acl acl;

	(void)state;
	assert_true(has_grant("holdfast_shadow", "UPDATE", "show_seats", true));
	assert_true(has_grant("holdfast_shadow", "UPDATE", "shadow_progress", true));
	assert_true(has_grant("holdfast_shadow", "INSERT", "shadow_differences", true));
	assert_false(has_grant("holdfast_worker", "SELECT", "shadow_progress", true));
	assert_false(has_grant("holdfast_shadow", "DELETE", "decisions", false));
	for (size_t i = 0; acl_at(&names, i, &acl); i++)
		assert_string_not_equal(acl.user, "holdfast_shadow");
	shadow.is_shadow = true;
	for (size_t i = 0; acl_at(&shadow, i, &acl); i++) {
		assert_string_equal(acl.user, "holdfast_shadow");
		assert_int_equal(acl.kind, ACL_TOPIC);
		assert_string_not_equal(acl.operation, "Write");
	}
	assert_true(has_acl(&shadow, "holdfast_shadow", "Read", ACL_TOPIC, names.topics.events));
	grants_print(true, &text);
	assert_null(strstr(text.data, "holdfast_worker"));
	assert_memory_equal(text.data, "-- holdfast_shadow\nGRANT USAGE ON SCHEMA holdfast TO "
	                    "holdfast_shadow;\n", 70);
	buf_clear(&text);
	acls_print(&shadow, &text);
	assert_memory_equal(text.data, "# holdfast_shadow\n$acls --add --allow-principal "
	                    "User:holdfast_shadow --operation Read ", 85);
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_document_shows_what_is_printed),
	    CASE(a_shadow_has_a_role_and_a_user_of_its_own),
	    CASE(names_of_topics_and_group_are_those_that_are_set),
	    CASE(a_role_has_what_its_programs_need_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
