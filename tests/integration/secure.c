#include "tests/integration/secure.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/integration/shell.h"

#define BINDINGS_MAX 1800
#define BUILD "\"${HOLDFAST_BUILD:-build}\"/"

static int login_port, certificates_port, database_port;
static const char *rig_url, *rig_brokers;
static char database[100];
int secure_expired_port;

/* ---- who ---- */

void secure_be_the_rig(void)
{
	setenv("DATABASE_URL", rig_url, 1);
	setenv("KAFKA_BOOTSTRAP_SERVERS", rig_brokers, 1);
	unsetenv("HOLDFAST_KAFKA_PROPERTIES");
}

/* What is started from here on is that user of Kafka, and that role of the database. */
void secure_be(const char *user, const char *role)
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

void secure_be_by_certificate(const char *certificate)
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

struct acl_names secure_names(bool is_shadow)
{
	return (struct acl_names){.topics = rig_topics, .group_id = rig_group, .is_shadow = is_shadow};
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
const char *secure_lacking(const char *user, size_t i)
{
	char name[60];

	snprintf(name, sizeof name, "%s_%zu", user, i);
	return rig_keep(strdup(name));
}

rd_kafka_t *secure_open_admin(rd_kafka_queue_t **queue)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char reason[200];
	rd_kafka_t *client;

	rd_kafka_conf_set(conf, "bootstrap.servers", rig_brokers, reason, sizeof reason);
	client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
	*queue = rd_kafka_queue_new(client);
	return client;
}

static rd_kafka_event_t *await_event(rd_kafka_queue_t *queue)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(queue, RIG_WAIT_MS);

	assert_non_null(event);
	assert_int_equal(rd_kafka_event_error(event), 0);
	return event;
}

static void close_admin(rd_kafka_t *client, rd_kafka_queue_t *queue, rd_kafka_event_t *event)
{
	rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(client);
}

void secure_await_admin(rd_kafka_t *client, rd_kafka_queue_t *queue)
{
	close_admin(client, queue, await_event(queue));
}

static void create(rd_kafka_AclBinding_t **list, size_t count)
{
	const rd_kafka_acl_result_t **results;
	rd_kafka_queue_t *queue;
	rd_kafka_t *client = secure_open_admin(&queue);
	rd_kafka_event_t *event;

	rd_kafka_CreateAcls(client, list, count, NULL, queue);
	event = await_event(queue);
	results = rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count);
	for (size_t i = 0; i < count; i++)
		if (rd_kafka_acl_result_error(results[i]))
			fail_msg("%s", rd_kafka_error_string(rd_kafka_acl_result_error(results[i])));
	close_admin(client, queue, event);
}

/* What all are to have; the users of transactional ids are left to a tool. */
static size_t bind_all(const struct acl_names *n, rd_kafka_AclBinding_t **list, size_t count,
                       struct buf *principals)
{
	struct acl acl, other;

	for (size_t i = 0; acl_at(n, i, &acl); i++) {
		if (acl.kind == ACL_TRANSACTIONAL_ID)
			buf_print(principals, " --allow-principal User:%s", acl.user);
		else
			list[count++] = binding_of(&acl, acl.user);
		for (size_t j = 0; acl_at(n, j, &other); j++) {
			if (strcmp(other.user, acl.user) != 0)
				continue;
			if (j == i && (other.kind == ACL_TRANSACTIONAL_ID || other.operation[0] == 'D'))
				continue;
			if (j == i)
				other.operation = "Describe";
			if (other.kind == ACL_TRANSACTIONAL_ID)
				buf_print(principals, " --allow-principal User:%s", secure_lacking(acl.user, i));
			else
				list[count++] = binding_of(&other, secure_lacking(acl.user, i));
			assert_true(count + 1 < BINDINGS_MAX);
		}
	}
	return count;
}

/* The client library cannot make rights of transactional ids: for these the tool is asked. */
static void give_acls(void)
{
	static rd_kafka_AclBinding_t *list[BINDINGS_MAX];
	const struct acl_names all = secure_names(false), shadow = secure_names(true);
	struct acl absent = {.user = "holdfast_owner", .operation = "Describe", .kind = ACL_TOPIC};
	struct buf principals = {0};
	size_t count = bind_all(&shadow, list, bind_all(&all, list, 0, &principals), &principals);

	snprintf(absent.name, sizeof absent.name, "%s" SECURE_ABSENT, rig_topics.replies);
	list[count++] = binding_of(&absent, absent.user);
	create(list, count);
	rd_kafka_AclBinding_destroy_array(list, count);
	(void)shell_kafka_tool("org.apache.kafka.tools.AclCommand --bootstrap-server %s --force --add "
	                       "%s --operation Write --resource-pattern-type prefixed "
	                       "--transactional-id %s.%s. 2>&1", rig_brokers, principals.data, rig_group,
	                       rig_topics.requests);
	buf_release(&principals);
}

/* ---- runs that end ---- */

#define RUN_S "40" /* nothing that ends by itself takes this long */
struct run secure_begin(const char *command)
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

void secure_expect(struct run *run, const char *what, int code, const char *words)
{
	end(run);
	if (run->code != code || !strstr(run->said, words))
		fail_msg("%s: %d, expected %d and %s\n%s", what, run->code, code, words, run->said);
}

void secure_run_well(const char *command, const char *words)
{
	struct run run = secure_begin(command);

	secure_expect(&run, command, 0, words);
}

/* A change of one word of a variable of the environment. */
void secure_replace(const char *variable, const char *from, const char *to)
{
	const char *old = getenv(variable), *at = strstr(old, from);
	struct buf b = {0};

	assert_non_null(at);
	buf_print(&b, "%.*s%s%s", (int)(at - old), old, to, at + strlen(from));
	setenv(variable, b.data, 1);
	buf_release(&b);
}

/* ---- the servers ---- */

static void write_users(const char *path)
{
	FILE *users = fopen(path, "we");

	assert_non_null(users);
	for (int is_shadow = 0; is_shadow < 2; is_shadow++) {
		const struct acl_names any = {{"a", "b", "c", "d"}, NULL, "e", is_shadow};
		const char *before = "";
		struct acl acl;

		for (size_t i = 0; acl_at(&any, i, &acl); i++) {
			if (strcmp(before, acl.user) != 0)
				fprintf(users, "%s\n", acl.user);
			before = acl.user;
			fprintf(users, "%s_%zu\n", acl.user, i);
		}
	}
	assert_int_equal(fclose(users), 0);
}

static void make_roles(bool is_shadow)
{
	const char *before = "";
	struct grant grant;

	for (size_t i = 0; grant_at(is_shadow, i, &grant); i++) {
		if (strcmp(before, grant.role) != 0)
			(void)rig_sql("CREATE ROLE %s LOGIN PASSWORD 'canary-db'", grant.role);
		before = grant.role;
	}
}

void secure_give_grants(bool is_shadow)
{
	const char *grants = shell_run(BUILD "holdfast-admin init --print-grants%s",
	                               is_shadow ? " --shadow" : "");

	(void)rig_sql("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC");
	(void)rig_sql("%s", grants);
}

int secure_open(void **state)
{
	struct buf b = {0};
	char path[200];

	snprintf(path, sizeof path, "%s/users", getenv("HOLDFAST_RUN_DIR"));
	write_users(path);
	assert_int_equal(sscanf(shell_run(SECURED " make %s", path), "%d %d %d %d", &login_port,
	                        &certificates_port, &secure_expired_port, &database_port), 4);
	buf_print(&b, "postgresql://holdfast_owner:canary-db@localhost:%d/holdfast?sslmode=verify-full",
	          database_port);
	setenv("DATABASE_URL", b.data, 1);
	buf_clear(&b);
	buf_print(&b, "%s/secured/ca.pem", getenv("HOLDFAST_RUN_DIR"));
	setenv("PGSSLROOTCERT", b.data, 1);
	buf_release(&b);
	setenv("HOLDFAST_LOG_LEVEL", "debug", 1); /* where a secret would stand first of all */
	if (rig_make(state))
		return -1;
	rig_url = strdup(getenv("DATABASE_URL"));
	rig_brokers = strdup(getenv("KAFKA_BOOTSTRAP_SERVERS"));
	snprintf(database, sizeof database, "%s", rig_sql("SELECT current_database()"));
	make_roles(false);
	make_roles(true);
	secure_give_grants(false);
	give_acls();
	return 0;
}

int secure_close(void **state)
{
	int rc;

	secure_be_the_rig();
	rc = rig_drop(state);
	(void)shell_run(SECURED " drop");
	return rc;
}
