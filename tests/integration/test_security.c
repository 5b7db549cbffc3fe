/*
 * Every program as a user and a role of its own, over TLS to both servers, with exactly the rights
 * that `holdfast-admin init --print-acls --print-grants` prints; each of these taken away in turn:
 * what says so, with which words and exit code, and that nothing is lost. And certificates that are
 * not to be believed, or are changed under running programs.
 *
 * tests/run: own servers, tests/run: plain, tests/run: apart
 */
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/pipeline/conditions.h"
#include "tests/integration/pages.h"
#include "tests/integration/secure.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"
#include "tests/integration/web.h"

#define ACLS_MAX 80
enum { USAGE = 2, MISMATCH = 3 }; /* exit codes */

/* ---- the cases ---- */

static struct pages worker;
static long expirer, gateway;

static void start_worker(const char *user)
{
	secure_be(user, "holdfast_worker");
	worker = pages_start("holdfast-worker", NULL, NULL);
}

static void stop_worker(void)
{
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
}

static void expect_no_differences(void)
{
	secure_be("holdfast_auditor", "holdfast_reader");
	secure_run_well("holdfast-audit", "no differences");
	secure_be_the_rig();
}

static void everybody_works_with_exactly_his_rights(void **state)
{
	struct pages pages;

	(void)state;
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	secure_be("holdfast_expirer", "holdfast_reader");
	pages = pages_start("holdfast-expirer", NULL, NULL);
	expirer = pages.pid;
	pages_await_ready(&pages);
	secure_be("holdfast_gateway", "holdfast_gateway");
	pages = pages_start("holdfast-gateway", "--listen=127.0.0.1:0", NULL);
	gateway = pages.pid;
	pages_await_ready(&pages);
	secure_be_the_rig();
	rig_send("dead", "{\"show_id\":\"dead\"");
	rig_await(1);
	secure_be("holdfast_checkout", "holdfast_nobody"); /* without a database */
	secure_run_well("holdfast-producer --wait --type=create_show --show-id=secured --hold-seconds=1",
	         "SHOW_CREATED");
	secure_run_well("holdfast-producer --wait --type=add_seats --show-id=secured --seat-ids=A1,A2",
	         "SEATS_ADDED");
	secure_run_well("holdfast-producer --wait --type=reserve --show-id=secured "
	                "--session-id=canary-session --seat-ids=A1", "RESERVED");
	rig_await_sql("t", "SELECT count(*) > 0 FROM holdfast.decisions WHERE reason = 'EXPIRED'");
	secure_be("holdfast_owner", "holdfast_owner");
	secure_run_well("holdfast-admin init", "schema and topics are there");
	secure_be("holdfast_operator", "holdfast_reader");
	secure_run_well("holdfast-admin status", "owner 1: ");
	secure_run_well("holdfast-admin show status secured", "available         2");
	secure_be("holdfast_operator", "holdfast_pruner");
	secure_run_well("holdfast-admin prune --keep-days=30 --dry-run", "");
	expect_no_differences();
	/* And nobody misses anything. */
	assert_null(strstr(rig_log(), "authorization failed"));
	assert_null(strstr(rig_log(), "no right"));
	assert_null(strstr(rig_log(), "level=warning"));
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(gateway, SIGTERM), 0);
	/* For the next expirer. */
	secure_be("holdfast_checkout", "holdfast_nobody");
	secure_run_well("holdfast-producer --wait --type=reserve --show-id=secured "
	                "--session-id=canary-other --seat-ids=A2", "RESERVED");
	secure_be_the_rig();
	stop_worker();
}

/* What a user of Kafka starts; --check of it where it would not end. */
static const struct program {
	const char *user, *role, *command, *check;
} programs[] = {
    {"holdfast_owner", "holdfast_owner", "holdfast-admin init --timeout-ms=10000", NULL},
    {"holdfast_expirer", "holdfast_reader", "holdfast-expirer", "holdfast-expirer --check"},
    {"holdfast_gateway", "holdfast_gateway", "holdfast-gateway --listen=127.0.0.1:0",
     "holdfast-gateway --check"},
    {"holdfast_checkout", "holdfast_nobody",
     "holdfast-producer --wait --timeout-ms=20000 --type=add_seats --show-id=secured --seat-ids=A1",
     "holdfast-producer --check"},
    {"holdfast_auditor", "holdfast_reader", "holdfast-audit", "holdfast-audit --check"},
    {"holdfast_operator", "holdfast_reader", "holdfast-admin status", NULL},
};

/* Of whom the program that is started says nothing of it, and why. */
static bool is_silent(const struct acl *acl)
{
	return !strcmp(acl->operation, "Create") || /* the topics are there */
	       (!strcmp(acl->user, "holdfast_operator") && !strcmp(acl->operation, "Read")) || /* people */
	       (!strcmp(acl->user, "holdfast_gateway") &&
	        (!strcmp(acl->operation, "Write") || acl->kind == ACL_GROUP)); /* when it is asked */
}

/* Whose program runs on without it, and says so again and again. */
static bool serves(const struct acl *acl)
{
	return !strcmp(acl->user, "holdfast_gateway") && !strcmp(acl->operation, "Read");
}

static void stop_once_said(struct run *run, const char *words)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!strstr(shell_run("cat %s", run->path), words) && clock_monotonic_ms() < until_ms)
		clock_sleep_ms(50);
	kill((pid_t)run->pid, SIGTERM);
}

static const char *words_of(const struct acl *acl, const char *user)
{
	static const char *const kinds[] = {"topic", "group", "transactional id"};
	char words[700];

	if (!strcmp(acl->operation, "DescribeConfigs"))
		snprintf(words, sizeof words, "settings of topic %s could not be read: ", acl->name);
	else
		snprintf(words, sizeof words, "User:%s has no right to %s %s %s", user, acl->operation,
		         kinds[acl->kind], acl->name);
	return rig_keep(strdup(words));
}

static void each_acl_that_is_missing_is_named(void **state)
{
	const struct acl_names n = secure_names(false);
	static struct run runs[ACLS_MAX];
	struct acl acl;

	(void)state;
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	for (size_t i = 0; acl_at(&n, i, &acl); i++)
		for (size_t p = 0; p < sizeof programs / sizeof programs[0]; p++) {
			bool is_check = !strcmp(acl.operation, "DescribeConfigs") && programs[p].check;

			if (strcmp(programs[p].user, acl.user) != 0 || is_silent(&acl))
				continue;
			secure_be(secure_lacking(acl.user, i), programs[p].role);
			runs[i] = secure_begin(is_check ? programs[p].check : programs[p].command);
		}
	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		bool is_config = !strcmp(acl.operation, "DescribeConfigs");
		char what[700];

		snprintf(what, sizeof what, "%s without %s on %s", acl.user, acl.operation, acl.name);
		if (!runs[i].pid)
			continue;
		if (serves(&acl))
			stop_once_said(&runs[i], words_of(&acl, secure_lacking(acl.user, i)));
		secure_expect(&runs[i], what, is_config || serves(&acl) ? 0 : MISMATCH,
		       words_of(&acl, secure_lacking(acl.user, i)));
	}
	secure_be_the_rig();
	stop_worker();
}

static void a_topic_that_may_not_be_made_is_named(void **state)
{
	char command[200], words[200];
	struct run run;

	(void)state;
	snprintf(command, sizeof command, "holdfast-admin init --timeout-ms=10000 --replies-topic=%s"
	         SECURE_ABSENT, rig_topics.replies);
	snprintf(words, sizeof words, "User:holdfast_owner has no right to Create topic %s" SECURE_ABSENT,
	         rig_topics.replies);
	secure_be("holdfast_owner", "holdfast_owner");
	run = secure_begin(command);
	secure_expect(&run, "Create", MISMATCH, words);
	secure_be_the_rig();
}

static size_t acl_number(const char *user, const char *operation, enum acl_kind kind)
{
	const struct acl_names n = secure_names(false);
	struct acl acl;

	for (size_t i = 0; acl_at(&n, i, &acl); i++)
		if (!strcmp(acl.user, user) && !strcmp(acl.operation, operation) && acl.kind == kind)
			return i;
	fail_msg("%s needs no %s", user, operation);
	return 0;
}

/* What it needs for a request, or to name workers, is missed only then. */
static void a_gateway_says_what_it_misses_when_it_is_asked(void **state)
{
	static const char *const patient[] = {"--reply-timeout-ms=60000", NULL}; /* a busy machine */
	const size_t write = acl_number("holdfast_gateway", "Write", ACL_TOPIC),
	             describe = acl_number("holdfast_gateway", "Describe", ACL_GROUP);
	struct web web;
	char words[300];

	(void)state;
	secure_be(secure_lacking("holdfast_gateway", write), "holdfast_gateway");
	web = web_start_as(NULL, patient);
	secure_be_the_rig();
	web_expect(web_ask(&web, "POST", "/api/seat-reservations/reserve", "",
	                   "{\"show_id\":\"secured\",\"seat_ids\":[\"A1\"]}"), 503, "NOT_EXECUTED");
	snprintf(words, sizeof words, "User:holdfast_gateway_%zu has no right to Write topic %s", write,
	         rig_topics.requests);
	pages_await_log(words);
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
	secure_be(secure_lacking("holdfast_gateway", describe), "holdfast_gateway");
	web = web_start_as(NULL, patient);
	secure_be_the_rig();
	pages_await(&web.pages, "/status", "200", "not known");
	assert_int_equal(rig_stop(web.pid, SIGTERM), 0);
}

/* Its offsets are gone, and it has to look for what it answered. */
static void a_worker_without_offsets_says_that_it_may_not_read_replies(void **state)
{
	const struct acl_names n = secure_names(false);
	rd_kafka_queue_t *queue;
	rd_kafka_t *client = secure_open_admin(&queue);
	rd_kafka_DeleteGroup_t *group = rd_kafka_DeleteGroup_new(rig_group);
	struct acl acl;

	(void)state;
	rig_await_empty_group();
	rd_kafka_DeleteGroups(client, &group, 1, NULL, queue);
	secure_await_admin(client, queue);
	rd_kafka_DeleteGroup_destroy(group);
	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		if (strcmp(acl.user, "holdfast_worker") != 0 || strcmp(acl.operation, "Read") != 0 ||
		    strcmp(acl.name, rig_topics.replies) != 0)
			continue;
		start_worker(secure_lacking("holdfast_worker", i));
		pages_await(&worker, "/readyz", "503", words_of(&acl, secure_lacking("holdfast_worker", i)));
		stop_worker();
	}
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	stop_worker();
	expect_no_differences();
}

/* A worker without each of its rights in turn; one that has them all ends what they left. */
static void a_worker_without_an_acl_says_so_and_loses_nothing(void **state)
{
	const struct acl_names n = secure_names(false);
	struct acl acl;
	size_t asked = 0;

	(void)state;
	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		char show[40];

		if (strcmp(acl.user, "holdfast_worker") != 0 || !strcmp(acl.operation, "DescribeConfigs") ||
		    (acl.name == strstr(acl.name, rig_topics.replies) && acl.operation[0] == 'R'))
			continue; /* it reads them where the group's offsets are lost */
		secure_be_the_rig();
		snprintf(show, sizeof show, "worker-%zu", i);
		if (!strcmp(acl.name, rig_topics.dead_letters))
			rig_send(show, "{\"show_id\":\"%s\",\"request_id\":\"%s\"", show, rig_id());
		else
			rig_send(show, "{\"type\":\"create_show\",\"show_id\":\"%s\",\"request_id\":\"%s\"}", show,
			         rig_id());
		asked++;
		if (acl.kind == ACL_TRANSACTIONAL_ID) { /* it rehearses a transaction before it joins */
			struct run run;

			secure_be(secure_lacking("holdfast_worker", i), "holdfast_worker");
			run = secure_begin("holdfast-worker");
			secure_expect(&run, acl.name, MISMATCH,
			              words_of(&acl, secure_lacking("holdfast_worker", i)));
			continue;
		}
		start_worker(secure_lacking("holdfast_worker", i));
		pages_await(&worker, "/readyz", "503", words_of(&acl, secure_lacking("holdfast_worker", i)));
		stop_worker();
	}
	assert_in_range(asked, 6, 20);
	secure_be_the_rig();
	start_worker("holdfast_worker");
	secure_be_the_rig();
	rig_await(asked);
	pages_await_ready(&worker);
	stop_worker();
	expect_no_differences();
}

/* ---- grants ---- */

static const struct role {
	const char *name, *user, *check, *later;
} roles[] = {
    {"holdfast_worker", "holdfast_worker", "holdfast-worker --check", NULL},
    {"holdfast_reader", "holdfast_auditor", "holdfast-audit --check", "holdfast-admin status"},
    {"holdfast_gateway", "holdfast_gateway", "holdfast-gateway --check", NULL},
    {"holdfast_pruner", "holdfast_operator", "holdfast-admin prune --keep-days=30 --dry-run",
     "holdfast-admin prune --keep-days=30 --dry-run"},
};

static void take_grant(const struct role *role, const struct grant *grant)
{
	const char *kind = right_kind(text_of(grant->privilege)), *columns = grant->columns;
	char words[300];
	struct run run;

	if ((!grant->is_needed && !role->later) || !strcmp(grant->privilege, "DELETE"))
		return; /* nothing is old enough to be deleted */
	secure_be_the_rig();
	(void)rig_sql("REVOKE %s%s%s%s ON %s%s FROM %s", grant->privilege, *columns ? " (" : "", columns,
	              *columns ? ")" : "", kind, grant->object, role->name);
	secure_be(role->user, role->name);
	run = secure_begin(grant->is_needed && role->check ? role->check : role->later);
	if (grant->is_needed)
		snprintf(words, sizeof words, "GRANT %s ON %s%s TO \\\"%s\\\" is the first",
		         grant->privilege, kind, grant->object, role->name);
	else
		snprintf(words, sizeof words, "permission denied for %s %s",
		         kind[0] == 'S' ? "schema" : "table", grant->object);
	secure_expect(&run, words, MISMATCH, words);
	secure_be_the_rig();
	(void)rig_sql("GRANT %s%s%s%s ON %s%s TO %s", grant->privilege, *columns ? " (" : "", columns,
	              *columns ? ")" : "", kind, grant->object, role->name);
}

static void each_grant_that_is_missing_is_named(void **state)
{
	struct grant grant;

	(void)state;
	for (size_t i = 0; grant_at(false, i, &grant); i++)
		for (size_t k = 0; k < sizeof roles / sizeof roles[0]; k++)
			if (!strcmp(roles[k].name, grant.role))
				take_grant(&roles[k], &grant);
	secure_be("holdfast_worker", "holdfast_worker");
	secure_run_well("holdfast-worker --check", "");
	secure_be_the_rig();
}

/* A worker goes on without these, and says so; people are told when they ask for what needs them. */
static void what_is_missed_later_is_named_then(void **state)
{
	static const char *const halts[] = {"INSERT", "UPDATE", "DELETE"};
	rd_kafka_queue_t *queue;
	rd_kafka_t *client = secure_open_admin(&queue);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_DeleteRecords_t *below = NULL;
	char words[200], command[200];
	int partition = atoi(rig_sql("SELECT min(p) FROM generate_series(0, %d) p WHERE p NOT IN (SELECT "
	                             "partition FROM holdfast.decisions)", RIG_PARTITIONS - 1));
	struct run run;

	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)rig_sql("REVOKE %s ON holdfast.partition_halts FROM holdfast_worker", halts[i]);
		secure_be("holdfast_worker", "holdfast_worker");
		snprintf(words, sizeof words, "level=warning program=holdfast-worker msg=\"halts cannot be "
		         "recorded in the database\" error=\"rights are missing in the database, 1 in all: "
		         "GRANT %s ON holdfast.partition_halts", halts[i]);
		secure_run_well("holdfast-worker --check", words);
		secure_be_the_rig();
		(void)rig_sql("GRANT %s ON holdfast.partition_halts TO holdfast_worker", halts[i]);
	}
	/* A gap: the first request of a partition is gone, and nobody decided it. */
	(void)topics_send(partition, text_of("gap"), text_of("{}"), NULL, 0);
	rd_kafka_topic_partition_list_add(list, rig_topics.requests, partition)->offset =
	    RD_KAFKA_OFFSET_END;
	below = rd_kafka_DeleteRecords_new(list);
	rd_kafka_DeleteRecords(client, &below, 1, NULL, queue);
	secure_await_admin(client, queue);
	rd_kafka_DeleteRecords_destroy(below);
	rd_kafka_topic_partition_list_destroy(list);
	(void)rig_sql("REVOKE INSERT ON holdfast.accepted_gaps FROM holdfast_worker");
	snprintf(command, sizeof command, "holdfast-admin accept-gap %d --reason=tried", partition);
	secure_be("holdfast_worker", "holdfast_worker");
	run = secure_begin(command);
	secure_expect(&run, command, MISMATCH, "permission denied for table accepted_gaps");
	secure_be_the_rig();
	(void)rig_sql("GRANT INSERT ON holdfast.accepted_gaps TO holdfast_worker");
	secure_be("holdfast_worker", "holdfast_worker");
	secure_run_well(command, "");
	secure_be_the_rig();
}

/* Last, as it makes decisions old. */
static void a_pruner_that_may_not_delete_says_so(void **state)
{
	static const char command[] = "holdfast-admin prune --keep-days=30";
	struct run run;

	(void)state;
	(void)rig_sql("UPDATE holdfast.decisions SET decided_at = decided_at - interval '40 days' WHERE "
	              "\"offset\" = 0");
	(void)rig_sql("REVOKE DELETE ON holdfast.decisions FROM holdfast_pruner");
	secure_be("holdfast_operator", "holdfast_pruner");
	run = secure_begin(command);
	secure_expect(&run, command, MISMATCH, "permission denied for table decisions");
	secure_be_the_rig();
	(void)rig_sql("GRANT DELETE ON holdfast.decisions TO holdfast_pruner");
	secure_be("holdfast_operator", "holdfast_pruner");
	secure_run_well(command, "");
	secure_be_the_rig();
}

/* ---- a shadow ---- */

#define SHADOW "holdfast-worker --shadow --until-caught-up"

static char installation[100], scratch[120];

static void be_of_scratch(const char *user, const char *role)
{
	secure_be(user, role);
	secure_replace("DATABASE_URL", installation, scratch);
}

static void a_shadow_works_with_exactly_its_rights(void **state)
{
	const struct acl_names n = secure_names(true);
	struct acl acl;
	struct grant grant;
	char words[700];
	struct run run;

	(void)state;
	snprintf(installation, sizeof installation, "%s?", rig_sql("SELECT current_database()"));
	snprintf(scratch, sizeof scratch, "scratch_%s", installation);
	(void)rig_sql("CREATE DATABASE scratch_%.*s", (int)strcspn(installation, "?"), installation);
	be_of_scratch("holdfast_owner", "holdfast_owner");
	secure_run_well("holdfast-admin init --shadow", "");
	(void)shell_run("{ echo 'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC;'; "
	                "\"${HOLDFAST_BUILD:-build}/holdfast-admin\" init --shadow --print-grants; } "
	                "| psql -q -v ON_ERROR_STOP=1 \"$DATABASE_URL\" 2>&1");
	be_of_scratch("holdfast_shadow", "holdfast_shadow");
	run = secure_begin(SHADOW);
	secure_expect(&run, SHADOW, 0, "");
	assert_null(strstr(run.said, "level=warning"));
	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		bool is_config = !strcmp(acl.operation, "DescribeConfigs");

		be_of_scratch(secure_lacking("holdfast_shadow", i), "holdfast_shadow");
		run = secure_begin(is_config ? "holdfast-worker --shadow --check" : SHADOW);
		secure_expect(&run, acl.name, is_config ? 0 : MISMATCH,
		              words_of(&acl, secure_lacking("holdfast_shadow", i)));
	}
	for (size_t i = 0; grant_at(true, i, &grant); i++) {
		if (strncmp(grant.object, "shadow_", 7) != 0)
			continue;
		be_of_scratch("holdfast_owner", "holdfast_owner");
		(void)shell_run("psql -q \"$DATABASE_URL\" -c 'REVOKE %s ON holdfast.%s FROM holdfast_shadow'",
		                grant.privilege, grant.object);
		be_of_scratch("holdfast_shadow", "holdfast_shadow");
		snprintf(words, sizeof words, "GRANT %s ON holdfast.%s TO \\\"holdfast_shadow\\\" is the first",
		         grant.privilege, grant.object);
		run = secure_begin("holdfast-worker --shadow --check");
		secure_expect(&run, words, MISMATCH, words);
		be_of_scratch("holdfast_owner", "holdfast_owner");
		(void)shell_run("psql -q \"$DATABASE_URL\" -c 'GRANT %s ON holdfast.%s TO holdfast_shadow'",
		                grant.privilege, grant.object);
	}
	secure_be_the_rig();
	(void)rig_sql("DROP DATABASE scratch_%.*s WITH (FORCE)", (int)strcspn(installation, "?"),
	              installation);
}

/* ---- certificates ---- */

#define CHECK "holdfast-worker --check"

static void expect_of_check(const char *what, int code, const char *words)
{
	struct run run = secure_begin(CHECK);

	secure_expect(&run, what, code, words);
}

static void be_with(const char *variable, const char *from, const char *to)
{
	secure_be("holdfast_worker", "holdfast_worker");
	secure_replace(variable, from, to);
}

static void expect_of_worker(const char *what, int code, const char *words)
{
	secure_be("holdfast_worker", "holdfast_worker");
	expect_of_check(what, code, words);
	secure_be_the_rig();
}

/* Each waits for a while whether a broker answers after all: so all at once. */
#define REFUSALS 8

static void kafka_is_believed_by_its_certificate_and_believes_by_ours(void **state)
{
	static const char *const handshake = "certificate verify failed", *const alert = "SSL alert number";
	static const struct refusal {
		const char *what, *variable, *from, *to; /* variable NULL: by the certificate `from` */
		const char *words;
	} cases[REFUSALS] = {
	    {"another host", "KAFKA_BOOTSTRAP_SERVERS", "localhost", "127.0.0.1", handshake},
	    {"another CA", "HOLDFAST_KAFKA_PROPERTIES", "ca.pem", "other.pem", handshake},
	    {"another password", "HOLDFAST_KAFKA_PROPERTIES", "=canary-kafka", "=wrong",
	     "Invalid username or password"},
	    {"no TLS", "HOLDFAST_KAFKA_PROPERTIES", "sasl_ssl", "plaintext",
	     "connecting to a SSL listener?"},
	    {"no client's", NULL, NULL, NULL, alert},
	    {"a client's of another CA", NULL, "foreign", NULL, alert},
	    {"a client's that has expired", NULL, "expired", NULL, alert},
	    {"one that has expired", NULL, NULL, "expired", handshake},
	};
	struct run runs[REFUSALS];
	char address[40];

	(void)state;
	snprintf(address, sizeof address, "localhost:%d", secure_expired_port);
	for (int i = 0; i < REFUSALS; i++) {
		secure_be("holdfast_worker", "holdfast_worker");
		if (cases[i].variable)
			secure_replace(cases[i].variable, cases[i].from, cases[i].to);
		else
			secure_be_by_certificate(cases[i].from);
		if (!cases[i].variable && cases[i].to)
			setenv("KAFKA_BOOTSTRAP_SERVERS", address, 1);
		runs[i] = secure_begin(CHECK);
	}
	for (int i = 0; i < REFUSALS; i++)
		secure_expect(&runs[i], cases[i].what, USAGE, cases[i].words);
	secure_be("holdfast_worker", "holdfast_worker");
	secure_be_by_certificate("holdfast_worker");
	expect_of_check("a client's", 0, "");
	secure_be_the_rig();
}

static void postgresql_is_believed_by_its_certificate_and_password(void **state)
{
	(void)state;
	be_with("DATABASE_URL", "localhost", "127.0.0.1");
	expect_of_check("another host", USAGE, "does not match host name");
	be_with("DATABASE_URL", "verify-full", "disable");
	expect_of_check("without TLS", USAGE, "no encryption");
	be_with("DATABASE_URL", "canary-db", "wrong");
	expect_of_check("another password", USAGE, "password authentication failed");
	be_with("PGSSLROOTCERT", "ca.pem", "other.pem");
	expect_of_check("another CA", USAGE, "certificate verify failed");
	secure_replace("PGSSLROOTCERT", "other.pem", "ca.pem");
	secure_be_the_rig();
}

/* A running worker keeps its session; new ones see what there is now. */
static void certificates_are_changed_under_a_running_worker(void **state)
{
	(void)state;
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	(void)shell_run(SECURED " certificate expired");
	expect_of_worker("expired", USAGE, "certificate verify failed");
	rig_send("rotated", "{\"type\":\"create_show\",\"show_id\":\"rotated\",\"request_id\":\"%s\"}",
	         rig_id());
	rig_await(1);
	(void)shell_run(SECURED " certificate fresh");
	expect_of_worker("fresh", 0, "");
	/* Its session goes, and the next one believes the new certificate. */
	(void)rig_sql("GRANT holdfast_worker TO holdfast_owner");
	(void)rig_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
	              "'holdfast_worker'");
	rig_send("renewed", "{\"type\":\"create_show\",\"show_id\":\"renewed\",\"request_id\":\"%s\"}",
	         rig_id());
	rig_await(1);
	stop_worker();
}

/* It believes what a broker that comes back shows, or does not; without a restart of its own. */
static void certificates_of_brokers_are_changed_under_a_running_worker(void **state)
{
	(void)state;
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	secure_be_the_rig();
	(void)shell_run(SECURED " broker elsewhere 2>&1");
	pages_await(&worker, "/readyz", "503", "certificate verify failed");
	expect_of_worker("of another CA", USAGE, "certificate verify failed");
	(void)shell_run(SECURED " broker fresh 2>&1");
	rig_send("broker", "{\"type\":\"create_show\",\"show_id\":\"broker\",\"request_id\":\"%s\"}",
	         rig_id());
	rig_await(1);
	pages_await_ready(&worker);
	expect_of_worker("fresh", 0, "");
	stop_worker();
}

/* The library of Debian 12 cannot log in to Kafka 4 by SCRAM; one of the tests' own clients can. */
static void a_newer_library_logs_in_by_scram(void **state)
{
	const char *library = shell_run("ls \"${HOLDFAST_CACHE_DIR:-.cache}\"/clients/python/lib/*/"
	                                "site-packages/confluent_kafka.libs/librdkafka-*.so.1 2>/dev/null "
	                                "|| true");
	char path[400];

	(void)state;
	if (sscanf(library, "%399s", path) != 1)
		skip();
	(void)shell_kafka_tool("kafka.admin.ConfigCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --alter --entity-type users --entity-name "
	                       "holdfast_worker --add-config "
	                       "'SCRAM-SHA-512=[iterations=4096,password=canary-scram]' 2>&1");
	be_with("HOLDFAST_KAFKA_PROPERTIES", "canary-kafka", "canary-scram");
	secure_replace("HOLDFAST_KAFKA_PROPERTIES", "PLAIN", "SCRAM-SHA-512");
	setenv("LD_PRELOAD", path, 1);
	expect_of_check("by SCRAM", 0, "");
	secure_replace("HOLDFAST_KAFKA_PROPERTIES", "canary-scram", "wrong");
	expect_of_check("by SCRAM with another password", USAGE, "");
	unsetenv("LD_PRELOAD");
	secure_be_the_rig();
}

/* A core would have them all in it, and so has the command line until it is overwritten. */
static void neither_a_core_nor_ps_has_a_secret(void **state)
{
	static const char *const names[] = {"worker", "expirer", "gateway"};
	struct rlimit cores;
	struct buf url = {0};

	(void)state;
	(void)getrlimit(RLIMIT_CORE, &cores);
	cores.rlim_cur = cores.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_CORE, &cores), 0);
	for (int i = 0; i < 3; i++) {
		char user[40], program[40];
		struct pages pages;

		snprintf(user, sizeof user, "holdfast_%s", names[i]);
		snprintf(program, sizeof program, "holdfast-%s", names[i]);
		secure_be(user, i == 1 ? "holdfast_reader" : user);
		buf_clear(&url);
		buf_print(&url, "--database-url=%s", getenv("DATABASE_URL"));
		unsetenv("DATABASE_URL");
		pages = pages_start(program, url.data, i == 2 ? "--listen=127.0.0.1:0" : NULL);
		pages_await_ready(&pages);
		assert_null(strstr(shell_run("tr '\\0' ' ' </proc/%ld/cmdline", pages.pid), "canary"));
		assert_int_equal(rig_stop(pages.pid, SIGABRT), -SIGABRT);
		secure_be_the_rig();
	}
	buf_release(&url);
}

static void nothing_that_a_program_said_has_a_secret(void **state)
{
	(void)state;
	assert_null(strstr(rig_log(), "canary"));
	assert_string_equal(shell_run("grep -l canary %s/secured/said-* || true",
	                              getenv("HOLDFAST_RUN_DIR")), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_works_with_exactly_his_rights),
	    cmocka_unit_test(each_acl_that_is_missing_is_named),
	    cmocka_unit_test(a_worker_without_an_acl_says_so_and_loses_nothing),
	    cmocka_unit_test(a_topic_that_may_not_be_made_is_named),
	    cmocka_unit_test(a_gateway_says_what_it_misses_when_it_is_asked),
	    cmocka_unit_test(a_worker_without_offsets_says_that_it_may_not_read_replies),
	    cmocka_unit_test(each_grant_that_is_missing_is_named),
	    cmocka_unit_test(a_shadow_works_with_exactly_its_rights),
	    cmocka_unit_test(kafka_is_believed_by_its_certificate_and_believes_by_ours),
	    cmocka_unit_test(postgresql_is_believed_by_its_certificate_and_password),
	    cmocka_unit_test(certificates_are_changed_under_a_running_worker),
	    cmocka_unit_test(certificates_of_brokers_are_changed_under_a_running_worker),
	    cmocka_unit_test(a_newer_library_logs_in_by_scram),
	    cmocka_unit_test(what_is_missed_later_is_named_then),
	    cmocka_unit_test(a_pruner_that_may_not_delete_says_so),
	    cmocka_unit_test(neither_a_core_nor_ps_has_a_secret),
	    cmocka_unit_test(nothing_that_a_program_said_has_a_secret),
	};

	return cmocka_run_group_tests(tests, secure_open, secure_close);
}
