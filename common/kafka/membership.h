/*
 * membership.h - what a membership is inside, for group.c and txn.c alone.
 */
#ifndef HOLDFAST_KAFKA_MEMBERSHIP_H
#define HOLDFAST_KAFKA_MEMBERSHIP_H

struct rd_kafka_consumer_group_metadata_s;

struct kafka_membership {
	struct rd_kafka_consumer_group_metadata_s *metadata;
};

#endif
