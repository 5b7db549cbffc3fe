#include "common/kafka/members.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/reason.h"

#define WAIT_MS 8000

static bool keep(struct kafka_owner *owner, const rd_kafka_MemberDescription_t *member)
{
	free(owner->member_id);
	free(owner->client_id);
	free(owner->host);
	owner->member_id = strdup(rd_kafka_MemberDescription_consumer_id(member));
	owner->client_id = strdup(rd_kafka_MemberDescription_client_id(member));
	owner->host = strdup(rd_kafka_MemberDescription_host(member));
	return owner->member_id && owner->client_id && owner->host;
}

static bool keep_all(const rd_kafka_ConsumerGroupDescription_t *group, const char *topic,
                     struct kafka_owner *owners, int32_t count)
{
	bool is_fine = true;

	for (size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(group); i++) {
		const rd_kafka_MemberDescription_t *member =
		    rd_kafka_ConsumerGroupDescription_member(group, i);
		const rd_kafka_MemberAssignment_t *assignment =
		    rd_kafka_MemberDescription_assignment(member);
		const rd_kafka_topic_partition_list_t *list =
		    assignment ? rd_kafka_MemberAssignment_partitions(assignment) : NULL;

		for (int p = 0; list && p < list->cnt; p++) {
			int32_t partition = list->elems[p].partition;

			if (!strcmp(list->elems[p].topic, topic) && partition >= 0 && partition < count)
				is_fine &= keep(&owners[partition], member);
		}
	}
	return is_fine;
}

/* The library does not mark what passes by itself, such as a coordinator that is not there yet. */
static enum rc class_of(rd_kafka_resp_err_t failed)
{
	return failed == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
	               failed == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
	               failed == RD_KAFKA_RESP_ERR_INVALID_GROUP_ID
	           ? RC_FATAL
	           : RC_RETRY;
}

/* One admin request and its answer. */
static enum rc ask(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *group_id,
                   const char *topic, struct kafka_owner *owners, int32_t count, struct err *e)
{
	const rd_kafka_ConsumerGroupDescription_t **groups;
	const rd_kafka_error_t *refused;
	rd_kafka_event_t *event;
	size_t group_count = 0;
	enum rc rc = RC_OK;

	rd_kafka_DescribeConsumerGroups(client, &group_id, 1, NULL, queue);
	event = rd_kafka_queue_poll(queue, WAIT_MS);
	if (!event)
		return err_set(e, RC_RETRY, FROM_KAFKA, "members of group %s: no answer in time",
		               group_id);
	if (rd_kafka_event_error(event)) {
		rc = err_set(e, RC_RETRY, FROM_KAFKA, "members of group %s: %s", group_id,
		             rd_kafka_event_error_string(event));
		rd_kafka_event_destroy(event);
		return rc;
	}
	groups = rd_kafka_DescribeConsumerGroups_result_groups(
	    rd_kafka_event_DescribeConsumerGroups_result(event), &group_count);
	refused = group_count == 1 ? rd_kafka_ConsumerGroupDescription_error(groups[0]) : NULL;
	if (refused)
		rc = kafka_fail(e, class_of(rd_kafka_error_code(refused)),
		                KAFKA_FAILURE(client, rd_kafka_error_code(refused),
		                                        rd_kafka_error_string(refused), "Describe", "group",
		                                        group_id),
		                "members of group %s", group_id);
	else if (group_count == 1 && !keep_all(groups[0], topic, owners, count))
		rc = err_out_of_memory(e);
	rd_kafka_event_destroy(event);
	return rc;
}

enum rc kafka_members_read(const struct kafka_topics *topics, const char *group_id,
                           const char *topic, struct kafka_owner *owners, int32_t count,
                           struct err *e)
{
	struct rd_kafka_queue_s *queue;
	struct rd_kafka_s *client = kafka_topics_client(topics, &queue);

	return ask(client, queue, group_id, topic, owners, count, e);
}

void kafka_owners_release(struct kafka_owner *owners, int32_t count)
{
	for (int32_t i = 0; owners && i < count; i++) {
		free(owners[i].member_id);
		free(owners[i].client_id);
		free(owners[i].host);
	}
	free(owners);
}
