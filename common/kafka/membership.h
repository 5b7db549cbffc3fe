/*
 * membership.h - shared by kafka_group.c and kafka_txn.c: what a membership is inside.
 */
#ifndef HOLDFAST_KAFKA_MEMBERSHIP_H
#define HOLDFAST_KAFKA_MEMBERSHIP_H

struct rd_kafka_consumer_group_metadata_s;

struct kafka_membership {
	struct rd_kafka_consumer_group_metadata_s *metadata;
};

#endif
