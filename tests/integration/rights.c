#include "tests/integration/rights.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/integration/shell.h"

#define WAIT_MS 30000

void rights_open_broker(int *tls_port, int *login_port)
{
	assert_int_equal(sscanf(shell_run("tests/integration/guarded make"), "%d %d", tls_port,
	                        login_port), 2);
}

static rd_kafka_AclOperation_t operation_of(const char *name)
{
	for (int i = 0; i < RD_KAFKA_ACL_OPERATION__CNT; i++)
		if (!strcasecmp(rd_kafka_AclOperation_name((rd_kafka_AclOperation_t)i), name))
			return (rd_kafka_AclOperation_t)i;
	fail_msg("no operation %s", name);
	return RD_KAFKA_ACL_OPERATION_UNKNOWN;
}

static rd_kafka_t *open_client(void)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char reason[200];

	rd_kafka_conf_set(conf, "bootstrap.servers", getenv("KAFKA_BOOTSTRAP_SERVERS"), reason,
	                  sizeof reason);
	return rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
}

static const rd_kafka_ResourceType_t resources[] = {
    [RIGHTS_TOPIC] = RD_KAFKA_RESOURCE_TOPIC,
    [RIGHTS_GROUP] = RD_KAFKA_RESOURCE_GROUP,
    [RIGHTS_TRANSACTIONAL_ID] = RD_KAFKA_RESOURCE_ANY,
};

/* Where a resource has any rule, only what one allows is allowed. */
static void make_rule(rd_kafka_t *client, rd_kafka_queue_t *queue, rd_kafka_ResourceType_t what,
                      const char *name, bool is_prefix, rd_kafka_AclOperation_t operation,
                      rd_kafka_AclPermissionType_t permission)
{
	char reason[200];
	rd_kafka_AclBinding_t *rule = rd_kafka_AclBinding_new(
	    what, name, is_prefix ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED : RD_KAFKA_RESOURCE_PATTERN_LITERAL,
	    "User:ANONYMOUS", "*", operation, permission, reason, sizeof reason);
	const rd_kafka_acl_result_t **results;
	rd_kafka_event_t *event;
	size_t count;

	assert_non_null(rule);
	rd_kafka_CreateAcls(client, &rule, 1, NULL, queue);
	event = rd_kafka_queue_poll(queue, WAIT_MS);
	assert_non_null(event);
	results = rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count);
	assert_int_equal(count, 1);
	if (rd_kafka_acl_result_error(results[0]))
		fail_msg("%s", rd_kafka_error_string(rd_kafka_acl_result_error(results[0])));
	rd_kafka_event_destroy(event);
	rd_kafka_AclBinding_destroy(rule);
}

static void drop_rule(rd_kafka_t *client, rd_kafka_queue_t *queue, rd_kafka_ResourceType_t what,
                      const char *name, bool is_prefix, rd_kafka_AclOperation_t operation)
{
	char reason[200];
	rd_kafka_AclBindingFilter_t *rule = rd_kafka_AclBindingFilter_new(
	    what, name, is_prefix ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED : RD_KAFKA_RESOURCE_PATTERN_LITERAL,
	    "User:ANONYMOUS", "*", operation, RD_KAFKA_ACL_PERMISSION_TYPE_DENY, reason, sizeof reason);
	rd_kafka_event_t *event;

	rd_kafka_DeleteAcls(client, &rule, 1, NULL, queue);
	event = rd_kafka_queue_poll(queue, WAIT_MS);
	assert_non_null(event);
	assert_int_equal(rd_kafka_event_error(event), RD_KAFKA_RESP_ERR_NO_ERROR);
	rd_kafka_event_destroy(event);
	rd_kafka_AclBinding_destroy(rule);
}

/*
 * The client library can take rules of transactional ids back, as of a resource of any kind, and
 * make none. Starting Java costs seconds: there is no rule here that allows the others.
 */
static void take_by_tool(const char *name, bool is_prefix, const char *operation)
{
	const char *tool = "org.apache.kafka.tools.AclCommand --bootstrap-server "
	                   "\"$KAFKA_BOOTSTRAP_SERVERS\" --force";

	(void)shell_kafka_tool("%s --add --deny-principal User:ANONYMOUS --operation %s "
	                       "--transactional-id '%s' --resource-pattern-type %s 2>&1", tool,
	                       operation, name, is_prefix ? "prefixed" : "literal");
}

static void change(enum rights_of what, const char *name, bool is_prefix, const char *operation,
                   bool is_taken)
{
	rd_kafka_t *client;
	rd_kafka_queue_t *queue;

	if (what == RIGHTS_TRANSACTIONAL_ID && is_taken) {
		take_by_tool(name, is_prefix, operation);
		return;
	}
	client = open_client();
	queue = rd_kafka_queue_new(client);
	if (is_taken) {
		make_rule(client, queue, resources[what], "*", false, RD_KAFKA_ACL_OPERATION_ALL,
		          RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
		make_rule(client, queue, resources[what], name, is_prefix, operation_of(operation),
		          RD_KAFKA_ACL_PERMISSION_TYPE_DENY);
	} else {
		drop_rule(client, queue, resources[what], name, is_prefix, operation_of(operation));
	}
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(client);
}

void rights_take(enum rights_of what, const char *name, bool is_prefix, const char *operation)
{
	change(what, name, is_prefix, operation, true);
}

void rights_give(enum rights_of what, const char *name, bool is_prefix, const char *operation)
{
	change(what, name, is_prefix, operation, false);
}
