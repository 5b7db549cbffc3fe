/*
 * replies TOPIC [REASON [FROM_MS TO_MS [PARTITION]]] - what replies say of the speed they were made at.
 *
 * Reads every partition of the topic, at KAFKA_BOOTSTRAP_SERVERS, to its end and prints, for the
 * replies with that reason, or where it is "-" or absent for all but those about the making of shows,
 * and only of those whose timestamp is from FROM_MS on and before TO_MS, on that partition or on all:
 *
 *   count     number of replies
 *   first_ms  timestamp of the first, which is when it was appended
 *   last_ms   timestamp of the last
 *   rate      replies behind the first, by the seconds between first and last
 *
 * and a line `reason.<REASON> <count>` for each reason seen. What a worker does before its first
 * reply, starting above all, is thereby not in the rate.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/reader.h"
#include "common/kafka/topics.h"

#define TAKE 1000
#define WAIT_MS 100
#define REASONS_MAX 64
#define REASON_BYTES 48
#define TYPE_PREFIX "holdfast.reply."

struct seen {
	char reason[REASON_BYTES];
	uint64_t count;
};

struct counting {
	const char *only; /* NULL: all but those about shows */
	int64_t from_ms, to_ms;
	long partition; /* -1: all */
	struct seen seen[REASONS_MAX];
	uint64_t count, after_first;
	int64_t first_ms, last_ms;
	int32_t ended;
};

static void read_reason(const struct record *record, char reason[REASON_BYTES])
{
	const struct record_header *type = record_header_last(record, "ce_type");
	size_t prefix = sizeof TYPE_PREFIX - 1, bytes = 0;

	if (type && type->value.bytes > prefix && !memcmp(type->value.data, TYPE_PREFIX, prefix))
		for (; bytes + 1 < REASON_BYTES && prefix + bytes < type->value.bytes; bytes++)
			reason[bytes] = (char)toupper((unsigned char)type->value.data[prefix + bytes]);
	reason[bytes] = '\0';
}

static bool is_counted(const struct counting *c, const struct record *record, const char *reason)
{
	if (record->timestamp_ms < c->from_ms || record->timestamp_ms >= c->to_ms ||
	    (c->partition >= 0 && record->partition != c->partition))
		return false;
	if (c->only)
		return !strcmp(reason, c->only);
	return strcmp(reason, "SHOW_CREATED") != 0 && strcmp(reason, "SEATS_ADDED") != 0 &&
	       strcmp(reason, "AREAS_SET") != 0;
}

static void count(struct counting *c, const struct record *record)
{
	char reason[REASON_BYTES];
	struct seen *seen = c->seen;

	read_reason(record, reason);
	while (seen < c->seen + REASONS_MAX - 1 && seen->count && strcmp(seen->reason, reason) != 0)
		seen++;
	memcpy(seen->reason, reason, sizeof reason);
	seen->count++;
	if (!is_counted(c, record, reason))
		return;
	if (!c->count++ || record->timestamp_ms < c->first_ms) {
		c->first_ms = record->timestamp_ms;
		c->after_first = 0;
	}
	if (record->timestamp_ms > c->last_ms)
		c->last_ms = record->timestamp_ms;
	c->after_first += record->timestamp_ms > c->first_ms;
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct counting *c = context;

	(void)topic, (void)partition, (void)next;
	c->ended++;
}

static enum rc read_all(struct counting *c, const struct kafka_settings *kafka, const char *topic,
                        struct err *e)
{
	struct kafka_topics *topics = NULL;
	struct kafka_reader *reader = NULL;
	static struct record records[TAKE];
	int32_t partitions = 0;
	enum rc rc = kafka_topics_open(&topics, kafka, e);

	if (!rc)
		rc = kafka_topics_partitions(topics, topic, &partitions, e);
	if (!rc && !partitions)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE, "there is no topic %s", topic);
	if (!rc)
		rc = kafka_reader_open(&reader, kafka, true, e);
	for (int32_t i = 0; !rc && i < partitions; i++)
		rc = kafka_reader_start(reader, topic, i, 0, e);
	while (!rc && c->ended < partitions) {
		size_t taken = 0;

		rc = kafka_reader_take(reader, records, TAKE, &taken, WAIT_MS, on_end, c, e);
		for (size_t i = 0; i < taken; i++) {
			count(c, &records[i]);
			record_give(&records[i]);
		}
	}
	kafka_reader_close(reader);
	kafka_topics_close(topics);
	return rc;
}

int main(int argc, char **argv)
{
	static struct counting c;
	const struct kafka_settings kafka = {getenv("KAFKA_BOOTSTRAP_SERVERS"), "replies", NULL};
	struct err e;
	double seconds;

	if (argc < 2 || argc == 4 || argc > 6) {
		fprintf(stderr, "usage: replies TOPIC [REASON [FROM_MS TO_MS [PARTITION]]]\n");
		return 2;
	}
	c.only = argc > 2 && strcmp(argv[2], "-") != 0 ? argv[2] : NULL;
	c.from_ms = argc > 4 ? strtoll(argv[3], NULL, 10) : INT64_MIN;
	c.to_ms = argc > 4 ? strtoll(argv[4], NULL, 10) : INT64_MAX;
	c.partition = argc > 5 ? strtol(argv[5], NULL, 10) : -1;
	if (read_all(&c, &kafka, argv[1], &e)) {
		fprintf(stderr, "replies: %s\n", e.text);
		return 1;
	}
	seconds = (double)(c.last_ms - c.first_ms) / 1000;
	printf("count %" PRIu64 "\nfirst_ms %" PRId64 "\nlast_ms %" PRId64 "\nrate %.1f\n", c.count,
	       c.first_ms, c.last_ms, seconds > 0 ? (double)c.after_first / seconds : 0);
	for (size_t i = 0; i < REASONS_MAX && c.seen[i].count; i++)
		printf("reason.%s %" PRIu64 "\n", c.seen[i].reason, c.seen[i].count);
	return 0;
}
