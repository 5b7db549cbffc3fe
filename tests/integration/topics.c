#include "tests/integration/topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/base/partitioner.h"
#include "common/kafka/sender.h"
#include "common/message/same.h"

struct record *topics_records(void)
{
	struct record *records = calloc(TOPICS_RECORDS_MAX, sizeof *records);

	assert_non_null(records);
	return records;
}

const char *topics_header(const struct record *r, const char *name)
{
	const struct record_header *h = record_header_last(r, name);

	return h && h->value.data ? rig_keep(strndup(h->value.data, h->value.bytes)) : "";
}

void topics_expect(const char *found, const char *format, ...)
{
	struct buf where = {0};
	va_list args;
	char *expected;

	va_start(args, format);
	expected = rig_print(format, args);
	va_end(args);
	if (!message_is_same(text_of(expected), text_of(found), &where))
		fail_msg("%s\nexpected %s\nfound    %s", where.data ? where.data : "", expected, found);
	buf_release(&where);
	free(expected);
}

const char *topics_tail(const char *show_id, const char *reply)
{
	char text[400];

	snprintf(text, sizeof text,
	         "\"decided_at\":\"%s\",\"request\":{\"topic\":\"%s\",\"partition\":%d,\"offset\":%s}",
	         rig_field(reply, "decided_at"), rig_topics.requests,
	         (int)partition_of_key(show_id, strlen(show_id), RIG_PARTITIONS),
	         rig_field(reply, "offset"));
	return rig_keep(strdup(text));
}

static void add_seats(struct buf *line, const char *value)
{
	const char *at = strstr(value, "\"seat_ids\":[");

	if (!at)
		return;
	buf_add_string(line, " ");
	for (at += strlen("\"seat_ids\":["); *at && *at != ']'; at++)
		if (*at != '"')
			buf_add(line, at, 1);
}

/* The events of a show: as short text, or the n-th one whole. */
static const char *events_of(const char *show_id, size_t n, bool is_whole)
{
	struct record *records = topics_records();
	size_t count = rig_read(rig_topics.events, records, TOPICS_RECORDS_MAX), here = 0;
	struct buf line = {0};

	buf_add_string(&line, "");
	for (size_t i = 0; i < count; i++) {
		const char *value;

		if (!text_same(records[i].key, text_of(show_id)))
			continue;
		value = rig_keep(strndup(records[i].value.data, records[i].value.bytes));
		if (is_whole && here == n)
			buf_add_string(&line, value);
		if (!is_whole) {
			buf_print(&line, "%s%s", here ? " " : "", rig_field(value, "event"));
			add_seats(&line, value);
		}
		here++;
	}
	rig_give(records, count);
	free(records);
	return rig_keep(line.data);
}

const char *topics_events(const char *show_id)
{
	return events_of(show_id, 0, false);
}

const char *topics_event(const char *show_id, size_t n)
{
	return events_of(show_id, n, true);
}

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	if (!delivery->is_delivered)
		fail_msg("not delivered: %s", delivery->why->text);
	*(int64_t *)context = delivery->offset;
}

int64_t topics_send(int32_t partition, struct text key, struct text value,
                    const struct record_header *headers, size_t header_count)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	int64_t offset = -1;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, on_delivered, &offset, &e),
	                 RC_OK);
	assert_int_equal(kafka_sender_send(sender, rig_topics.requests, partition, key, value, headers,
	                                   header_count, NULL, &e), RC_OK);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
	assert_true(offset >= 0);
	return offset;
}

struct record topics_reply(const char *topic, int32_t partition, int64_t offset)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct record *records = topics_records(), found;
	bool is_found = false;
	char place[80];

	snprintf(place, sizeof place, "\"partition\":%d,\"offset\":%lld}", (int)partition,
	         (long long)offset);
	while (!is_found) {
		size_t count = rig_read(topic, records, TOPICS_RECORDS_MAX);

		for (size_t i = 0; i < count; i++)
			if (!is_found && strstr(records[i].value.data, place)) {
				is_found = true;
				found = records[i];
				records[i] = records[count - 1];
				count--;
			}
		rig_give(records, count);
		if (!is_found && clock_monotonic_ms() > until_ms)
			fail_msg("no reply on %s with %s\n%s", topic, place, rig_log());
	}
	free(records);
	return found;
}

int32_t topics_other_partition(const char *show_id)
{
	return (partition_of_key(show_id, strlen(show_id), RIG_PARTITIONS) + 1) % RIG_PARTITIONS;
}
