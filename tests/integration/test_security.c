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
#include <strings.h>

#include "common/base/clock.h"
#include "common/pipeline/conditions.h"
#include "common/pipeline/rights.h"
#include "tests/integration/pages.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define ACLS_MAX 80
enum { USAGE = 2, MISMATCH = 3 }; /* exit codes */
#define SECURED "tests/integration/secured"
#define BUILD "\"${HOLDFAST_BUILD:-build}\"/"

static int login_port, certificates_port, expired_port, database_port;
static const char *rig_url, *rig_brokers;
static char database[100];

/* ---- who ---- */

static void be_the_rig(void)
{
	setenv("DATABASE_URL", rig_url, 1);
	setenv("KAFKA_BOOTSTRAP_SERVERS", rig_brokers, 1);
	unsetenv("HOLDFAST_KAFKA_PROPERTIES");
}

/* What is started from here on is that user of Kafka, and that role of the database. */
static void be(const char *user, const char *role)
{
	struct buf b = {0};

	buf_print(&b, "postgresql://%s:canary-db@localhost:%d/%s?sslmode=verify-full", role,
	          database_port, database);
	setenv("DATABASE_URL", b.data, 1);
	buf_clear(&b);
	buf_print(&b, "localhost:%d", login_port);
	setenv("KAFKA_BOOTSTRAP_SERVERS", b.data, 1);
	buf_clear(&b);
	buf_print(&b, "security.protocol=sasl_ssl,sasl.mechanism=PLAIN,sasl.username=%s,"
	          "sasl.password=canary-kafka,ssl.ca.location=%s/secured/ca.pem", user,
	          getenv("HOLDFAST_RUN_DIR"));
	setenv("HOLDFAST_KAFKA_PROPERTIES", b.data, 1);
	buf_release(&b);
}

static void be_by_certificate(const char *certificate)
{
	struct buf b = {0};

	buf_print(&b, "localhost:%d", certificates_port);
	setenv("KAFKA_BOOTSTRAP_SERVERS", b.data, 1);
	buf_clear(&b);
	buf_print(&b, "security.protocol=ssl,ssl.ca.location=%s/secured/ca.pem",
	          getenv("HOLDFAST_RUN_DIR"));
	if (certificate)
		buf_print(&b, ",ssl.certificate.location=%s/secured/%s.pem,ssl.key.location=%s/secured/%s.key",
		          getenv("HOLDFAST_RUN_DIR"), certificate, getenv("HOLDFAST_RUN_DIR"), certificate);
	setenv("HOLDFAST_KAFKA_PROPERTIES", b.data, 1);
	buf_release(&b);
}

/* ---- what Kafka allows ---- */

static struct acl_names names(void)
{
	return (struct acl_names){.topics = rig_topics, .group_id = rig_group};
}

static rd_kafka_AclOperation_t operation_of(const char *name)
{
	for (int i = 0; i < RD_KAFKA_ACL_OPERATION__CNT; i++) {
		const char *known = rd_kafka_AclOperation_name((rd_kafka_AclOperation_t)i);

		/* DESCRIBE_CONFIGS */
		if (!strcasecmp(known, name) ||
		    (!strcmp(name, "DescribeConfigs") && !strcmp(known, "DESCRIBE_CONFIGS")))
			return (rd_kafka_AclOperation_t)i;
	}
	fail_msg("no operation %s", name);
	return RD_KAFKA_ACL_OPERATION_UNKNOWN;
}

static rd_kafka_AclBinding_t *binding_of(const struct acl *acl, const char *user)
{
	char principal[100], reason[200];
	rd_kafka_AclBinding_t *made;

	snprintf(principal, sizeof principal, "User:%s", user);
	made = rd_kafka_AclBinding_new(
	    acl->kind == ACL_TOPIC ? RD_KAFKA_RESOURCE_TOPIC : RD_KAFKA_RESOURCE_GROUP, acl->name,
	    RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal, "*", operation_of(acl->operation),
	    RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, reason, sizeof reason);
	assert_non_null(made);
	return made;
}

/*
 * User number i has the rights of the one that row i is of, but for that row; where he may not read
 * or write he may still describe, so that it is not that which he is told.
 */
static const char *lacking(const char *user, size_t i)
{
	char name[60];

	snprintf(name, sizeof name, "%s_%zu", user, i);
	return rig_keep(strdup(name));
}

static void create(rd_kafka_AclBinding_t **list, size_t count)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	const rd_kafka_acl_result_t **results;
	rd_kafka_queue_t *queue;
	rd_kafka_event_t *event;
	char reason[200];
	rd_kafka_t *client;

	rd_kafka_conf_set(conf, "bootstrap.servers", rig_brokers, reason, sizeof reason);
	client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
	queue = rd_kafka_queue_new(client);
	rd_kafka_CreateAcls(client, list, count, NULL, queue);
	event = rd_kafka_queue_poll(queue, RIG_WAIT_MS);
	assert_non_null(event);
	results = rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count);
	for (size_t i = 0; i < count; i++)
		if (rd_kafka_acl_result_error(results[i]))
			fail_msg("%s", rd_kafka_error_string(rd_kafka_acl_result_error(results[i])));
	rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(client);
}

/* The client library cannot make rights of transactional ids: for these the tool is asked. */
static void give_acls(void)
{
	static rd_kafka_AclBinding_t *list[ACLS_MAX * 20];
	const struct acl_names n = names();
	struct buf principals = {0};
	size_t count = 0;
	struct acl acl, other;

	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		if (acl.kind == ACL_TRANSACTIONAL_ID)
			buf_print(&principals, " --allow-principal User:%s", acl.user);
		else
			list[count++] = binding_of(&acl, acl.user);
		for (size_t j = 0; acl_at(&n, j, &other); j++) {
			if (strcmp(other.user, acl.user) != 0)
				continue;
			if (j == i && (other.kind == ACL_TRANSACTIONAL_ID || other.operation[0] == 'D'))
				continue;
			if (j == i)
				other.operation = "Describe";
			if (other.kind == ACL_TRANSACTIONAL_ID)
				buf_print(&principals, " --allow-principal User:%s", lacking(acl.user, i));
			else
				list[count++] = binding_of(&other, lacking(acl.user, i));
			assert_true(count < sizeof list / sizeof list[0]);
		}
	}
	create(list, count);
	rd_kafka_AclBinding_destroy_array(list, count);
	(void)shell_kafka_tool("org.apache.kafka.tools.AclCommand --bootstrap-server %s --force --add "
	                       "%s --operation Write --resource-pattern-type prefixed "
	                       "--transactional-id %s.%s. 2>&1", rig_brokers, principals.data, rig_group,
	                       rig_topics.requests);
	buf_release(&principals);
}

/* ---- runs that end ---- */

struct run {
	long pid;
	int code;
	const char *said;
	char path[200];
};

#define RUN_S "40" /* nothing that ends by itself takes this long */
static struct run begin(const char *command)
{
	static int number;
	struct buf whole = {0};
	struct run run = {0};

	snprintf(run.path, sizeof run.path, "%s/secured/said-%d", getenv("HOLDFAST_RUN_DIR"), number++);
	/* In the foreground: else it hands a signal on twice, and the second ends a program at once. */
	buf_print(&whole, "exec >%s 2>&1 </dev/null; exec timeout --foreground " RUN_S " " BUILD "%s",
	          run.path, command);
	run.pid = rig_start("/bin/sh", "-c", whole.data, NULL);
	buf_release(&whole);
	return run;
}

static void end(struct run *run)
{
	run->code = rig_stop(run->pid, 0);
	run->said = shell_run("cat %s", run->path);
}

static void expect(struct run *run, const char *what, int code, const char *words)
{
	end(run);
	if (run->code != code || !strstr(run->said, words))
		fail_msg("%s: %d, expected %d and %s\n%s", what, run->code, code, words, run->said);
}

static void run_well(const char *command, const char *words)
{
	struct run run = begin(command);

	expect(&run, command, 0, words);
}

/* ---- the cases ---- */

static struct pages worker;
static long expirer, gateway;

static void start_worker(const char *user)
{
	be(user, "holdfast_worker");
	worker = pages_start("holdfast-worker", NULL, NULL);
}

static void stop_worker(void)
{
	assert_int_equal(rig_stop(worker.pid, SIGTERM), 0);
}

static void everybody_works_with_exactly_his_rights(void **state)
{
	struct pages pages;

	(void)state;
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	be("holdfast_expirer", "holdfast_reader");
	pages = pages_start("holdfast-expirer", NULL, NULL);
	expirer = pages.pid;
	pages_await_ready(&pages);
	be("holdfast_gateway", "holdfast_gateway");
	pages = pages_start("holdfast-gateway", "--listen=127.0.0.1:0", NULL);
	gateway = pages.pid;
	pages_await_ready(&pages);
	be_the_rig();
	rig_send("dead", "{\"show_id\":\"dead\"");
	rig_await(1);
	be("holdfast_checkout", "holdfast_nobody"); /* without a database */
	run_well("holdfast-producer --wait --type=create_show --show-id=secured --hold-seconds=1",
	         "SHOW_CREATED");
	run_well("holdfast-producer --wait --type=add_seats --show-id=secured --seat-ids=A1,A2",
	         "SEATS_ADDED");
	run_well("holdfast-producer --wait --type=reserve --show-id=secured --session-id=canary-session "
	         "--seat-ids=A1", "RESERVED");
	rig_await_sql("t", "SELECT count(*) > 0 FROM holdfast.decisions WHERE reason = 'EXPIRED'");
	be("holdfast_owner", "holdfast_owner");
	run_well("holdfast-admin init", "schema and topics are there");
	be("holdfast_operator", "holdfast_reader");
	run_well("holdfast-admin status", "owner 1: ");
	run_well("holdfast-admin show status secured", "available         2");
	be("holdfast_operator", "holdfast_pruner");
	run_well("holdfast-admin prune --keep-days=30 --dry-run", "");
	be("holdfast_auditor", "holdfast_reader");
	run_well("holdfast-audit", "no differences");
	be_the_rig();
	/* And nobody misses anything. */
	assert_null(strstr(rig_log(), "authorization failed"));
	assert_null(strstr(rig_log(), "no right"));
	assert_null(strstr(rig_log(), "level=warning"));
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(gateway, SIGTERM), 0);
	/* For the next expirer. */
	be("holdfast_checkout", "holdfast_nobody");
	run_well("holdfast-producer --wait --type=reserve --show-id=secured --session-id=canary-other "
	         "--seat-ids=A2", "RESERVED");
	be_the_rig();
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
	const struct acl_names n = names();
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
			be(lacking(acl.user, i), programs[p].role);
			runs[i] = begin(is_check ? programs[p].check : programs[p].command);
		}
	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		bool is_config = !strcmp(acl.operation, "DescribeConfigs");
		char what[700];

		snprintf(what, sizeof what, "%s without %s on %s", acl.user, acl.operation, acl.name);
		if (!runs[i].pid)
			continue;
		if (serves(&acl))
			stop_once_said(&runs[i], words_of(&acl, lacking(acl.user, i)));
		expect(&runs[i], what, is_config || serves(&acl) ? 0 : MISMATCH,
		       words_of(&acl, lacking(acl.user, i)));
	}
	be_the_rig();
	stop_worker();
}

/* A worker without each of its rights in turn; one that has them all ends what they left. */
static void a_worker_without_an_acl_says_so_and_loses_nothing(void **state)
{
	const struct acl_names n = names();
	struct acl acl;
	size_t asked = 0;

	(void)state;
	for (size_t i = 0; acl_at(&n, i, &acl); i++) {
		char show[40];

		if (strcmp(acl.user, "holdfast_worker") != 0 || !strcmp(acl.operation, "DescribeConfigs") ||
		    (acl.name == strstr(acl.name, rig_topics.replies) && acl.operation[0] == 'R'))
			continue; /* it reads them where the group's offsets are lost */
		be_the_rig();
		snprintf(show, sizeof show, "worker-%zu", i);
		if (!strcmp(acl.name, rig_topics.dead_letters))
			rig_send(show, "{\"show_id\":\"%s\",\"request_id\":\"%s\"", show, rig_id());
		else
			rig_send(show, "{\"type\":\"create_show\",\"show_id\":\"%s\",\"request_id\":\"%s\"}", show,
			         rig_id());
		asked++;
		if (acl.kind == ACL_TRANSACTIONAL_ID) { /* it rehearses a transaction before it joins */
			struct run run;

			be(lacking("holdfast_worker", i), "holdfast_worker");
			run = begin("holdfast-worker");
			expect(&run, acl.name, MISMATCH, words_of(&acl, lacking("holdfast_worker", i)));
			continue;
		}
		start_worker(lacking("holdfast_worker", i));
		pages_await(&worker, "/readyz", "503", words_of(&acl, lacking("holdfast_worker", i)));
		stop_worker();
	}
	assert_in_range(asked, 6, 20);
	be_the_rig();
	start_worker("holdfast_worker");
	be_the_rig();
	rig_await(asked);
	pages_await_ready(&worker);
	stop_worker();
	be("holdfast_auditor", "holdfast_reader");
	run_well("holdfast-audit", "no differences");
	be_the_rig();
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
	be_the_rig();
	(void)rig_sql("REVOKE %s%s%s%s ON %s%s FROM %s", grant->privilege, *columns ? " (" : "", columns,
	              *columns ? ")" : "", kind, grant->object, role->name);
	be(role->user, role->name);
	run = begin(grant->is_needed && role->check ? role->check : role->later);
	if (grant->is_needed)
		snprintf(words, sizeof words, "GRANT %s ON %s%s TO \\\"%s\\\" is the first",
		         grant->privilege, kind, grant->object, role->name);
	else
		snprintf(words, sizeof words, "permission denied for %s %s",
		         kind[0] == 'S' ? "schema" : "table", grant->object);
	expect(&run, words, MISMATCH, words);
	be_the_rig();
	(void)rig_sql("GRANT %s%s%s%s ON %s%s TO %s", grant->privilege, *columns ? " (" : "", columns,
	              *columns ? ")" : "", kind, grant->object, role->name);
}

static void each_grant_that_is_missing_is_named(void **state)
{
	struct grant grant;

	(void)state;
	for (size_t i = 0; grant_at(i, &grant); i++)
		for (size_t k = 0; k < sizeof roles / sizeof roles[0]; k++)
			if (!strcmp(roles[k].name, grant.role))
				take_grant(&roles[k], &grant);
	be("holdfast_worker", "holdfast_worker");
	run_well("holdfast-worker --check", "");
	be_the_rig();
}

/* ---- certificates ---- */

#define CHECK "holdfast-worker --check"

static void expect_of_check(const char *what, int code, const char *words)
{
	struct run run = begin(CHECK);

	expect(&run, what, code, words);
}

/* A change of one word of a variable of the environment. */
static void replace(const char *variable, const char *from, const char *to)
{
	const char *old = getenv(variable), *at = strstr(old, from);
	struct buf b = {0};

	assert_non_null(at);
	buf_print(&b, "%.*s%s%s", (int)(at - old), old, to, at + strlen(from));
	setenv(variable, b.data, 1);
	buf_release(&b);
}

static void be_with(const char *variable, const char *from, const char *to)
{
	be("holdfast_worker", "holdfast_worker");
	replace(variable, from, to);
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
	snprintf(address, sizeof address, "localhost:%d", expired_port);
	for (int i = 0; i < REFUSALS; i++) {
		be("holdfast_worker", "holdfast_worker");
		if (cases[i].variable)
			replace(cases[i].variable, cases[i].from, cases[i].to);
		else
			be_by_certificate(cases[i].from);
		if (!cases[i].variable && cases[i].to)
			setenv("KAFKA_BOOTSTRAP_SERVERS", address, 1);
		runs[i] = begin(CHECK);
	}
	for (int i = 0; i < REFUSALS; i++)
		expect(&runs[i], cases[i].what, USAGE, cases[i].words);
	be("holdfast_worker", "holdfast_worker");
	be_by_certificate("holdfast_worker");
	expect_of_check("a client's", 0, "");
	be_the_rig();
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
	replace("PGSSLROOTCERT", "other.pem", "ca.pem");
	be_the_rig();
}

/* A running worker keeps its session; new ones see what there is now. */
static void certificates_are_changed_under_a_running_worker(void **state)
{
	(void)state;
	start_worker("holdfast_worker");
	pages_await_ready(&worker);
	(void)shell_run(SECURED " certificate expired");
	be("holdfast_worker", "holdfast_worker");
	expect_of_check("expired", USAGE, "certificate verify failed");
	be_the_rig();
	rig_send("rotated", "{\"type\":\"create_show\",\"show_id\":\"rotated\",\"request_id\":\"%s\"}",
	         rig_id());
	rig_await(1);
	(void)shell_run(SECURED " certificate fresh");
	be("holdfast_worker", "holdfast_worker");
	expect_of_check("fresh", 0, "");
	be_the_rig();
	/* Its session goes, and the next one believes the new certificate. */
	(void)rig_sql("GRANT holdfast_worker TO holdfast_owner");
	(void)rig_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
	              "'holdfast_worker'");
	rig_send("renewed", "{\"type\":\"create_show\",\"show_id\":\"renewed\",\"request_id\":\"%s\"}",
	         rig_id());
	rig_await(1);
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
	if (sscanf(library, "%399s", path) != 1) {
		print_message("no newer library is there\n");
		return;
	}
	(void)shell_kafka_tool("kafka.admin.ConfigCommand --bootstrap-server %s --alter "
	                       "--entity-type users --entity-name holdfast_worker --add-config "
	                       "'SCRAM-SHA-512=[iterations=4096,password=canary-scram]' 2>&1", rig_brokers);
	be_with("HOLDFAST_KAFKA_PROPERTIES", "canary-kafka", "canary-scram");
	replace("HOLDFAST_KAFKA_PROPERTIES", "PLAIN", "SCRAM-SHA-512");
	setenv("LD_PRELOAD", path, 1);
	expect_of_check("by SCRAM", 0, "");
	replace("HOLDFAST_KAFKA_PROPERTIES", "canary-scram", "wrong");
	expect_of_check("by SCRAM with another password", USAGE, "");
	unsetenv("LD_PRELOAD");
	be_the_rig();
}

static void nothing_that_a_program_said_has_a_secret(void **state)
{
	(void)state;
	assert_null(strstr(rig_log(), "canary"));
	assert_string_equal(shell_run("grep -l canary %s/secured/said-* || true",
	                              getenv("HOLDFAST_RUN_DIR")), "");
}

static void give_grants(void)
{
	const char *grants = shell_run(BUILD "holdfast-admin init --print-grants");

	(void)rig_sql("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC");
	(void)rig_sql("%s", grants);
}

static int set_up(void **state)
{
	const struct acl_names any = {.topics = {"a", "b", "c", "d"}, .group_id = "e"};
	struct buf b = {0};
	char path[200];
	struct acl acl;
	FILE *users;

	snprintf(path, sizeof path, "%s/users", getenv("HOLDFAST_RUN_DIR"));
	users = fopen(path, "we");
	for (size_t i = 0; acl_at(&any, i, &acl); i++) {
		if (i == 0 || strcmp(buf_text(&b).data, acl.user) != 0)
			fprintf(users, "%s\n", acl.user);
		buf_clear(&b);
		buf_add_string(&b, acl.user);
		fprintf(users, "%s_%zu\n", acl.user, i);
	}
	assert_int_equal(fclose(users), 0);
	assert_int_equal(sscanf(shell_run(SECURED " make %s", path), "%d %d %d %d", &login_port,
	                        &certificates_port, &expired_port, &database_port), 4);
	buf_clear(&b);
	buf_print(&b, "postgresql://holdfast_owner:canary-db@localhost:%d/holdfast?sslmode=verify-full",
	          database_port);
	setenv("DATABASE_URL", b.data, 1);
	buf_clear(&b);
	buf_print(&b, "%s/secured/ca.pem", getenv("HOLDFAST_RUN_DIR"));
	setenv("PGSSLROOTCERT", b.data, 1);
	buf_release(&b);
	if (rig_make(state))
		return -1;
	rig_url = strdup(getenv("DATABASE_URL"));
	rig_brokers = strdup(getenv("KAFKA_BOOTSTRAP_SERVERS"));
	snprintf(database, sizeof database, "%s", rig_sql("SELECT current_database()"));
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		(void)rig_sql("CREATE ROLE %s LOGIN PASSWORD 'canary-db'", roles[i].name);
	give_grants();
	give_acls();
	return 0;
}

static int tear_down(void **state)
{
	int rc;

	be_the_rig();
	rc = rig_drop(state);
	(void)shell_run(SECURED " drop");
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_works_with_exactly_his_rights),
	    cmocka_unit_test(each_acl_that_is_missing_is_named),
	    cmocka_unit_test(a_worker_without_an_acl_says_so_and_loses_nothing),
	    cmocka_unit_test(each_grant_that_is_missing_is_named),
	    cmocka_unit_test(kafka_is_believed_by_its_certificate_and_believes_by_ours),
	    cmocka_unit_test(postgresql_is_believed_by_its_certificate_and_password),
	    cmocka_unit_test(certificates_are_changed_under_a_running_worker),
	    cmocka_unit_test(a_newer_library_logs_in_by_scram),
	    cmocka_unit_test(nothing_that_a_program_said_has_a_secret),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
