/*
 * times TOPIC - a line "OFFSET MS" for each event on partition 0 of the topic, from its beginning to
 * its end: the offset of its request, and the timestamp of its record, milliseconds since 1970. At
 * KAFKA_BOOTSTRAP_SERVERS.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/reader.h"

#define TAKE 1000
#define WAIT_MS 100

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	bool *has_ended = context;

	(void)topic, (void)partition, (void)next;
	*has_ended = true;
}

static bool print_time(const struct record *record)
{
	char *value = record->value.data ? strndup(record->value.data, record->value.bytes) : NULL;
	const char *request = value ? strstr(value, "\"request\":{") : NULL;
	const char *offset = request ? strstr(request, "\"offset\":") : NULL;

	if (offset)
		printf("%lld %" PRId64 "\n", strtoll(offset + 9, NULL, 10), record->timestamp_ms);
	else
		fprintf(stderr, "times: no event at %" PRId64 "\n", record->offset);
	free(value);
	return offset;
}

int main(int argc, char **argv)
{
	const struct kafka_settings kafka = {getenv("KAFKA_BOOTSTRAP_SERVERS"), "times", NULL};
	static struct record records[TAKE];
	struct kafka_reader *reader = NULL;
	bool has_ended = false, is_right = true;
	struct err e;
	enum rc rc;

	if (argc != 2) {
		fprintf(stderr, "usage: times TOPIC\n");
		return 2;
	}
	rc = kafka_reader_open(&reader, &kafka, true, &e);
	if (!rc)
		rc = kafka_reader_start(reader, argv[1], 0, 0, &e);
	while (!rc && !has_ended) {
		size_t taken = 0;

		rc = kafka_reader_take(reader, records, TAKE, &taken, WAIT_MS, on_end, &has_ended, &e);
		for (size_t i = 0; i < taken; i++) {
			is_right = print_time(&records[i]) && is_right;
			record_give(&records[i]);
		}
	}
	kafka_reader_close(reader);
	if (rc)
		fprintf(stderr, "times: %s\n", e.text);
	return rc || !is_right ? 1 : 0;
}
