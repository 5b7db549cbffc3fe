#include "worker/lane/dead_letter.h"

#include <stdlib.h>
#include <string.h>

enum own { TOPIC, PARTITION, OFFSET, TIMESTAMP, GROUP, MESSAGE, OWN_COUNT };

static const char *const own_names[OWN_COUNT] = {
    [TOPIC] = "kafka_dlt-original-topic",
    [PARTITION] = "kafka_dlt-original-partition",
    [OFFSET] = "kafka_dlt-original-offset",
    [TIMESTAMP] = "kafka_dlt-original-timestamp",
    [GROUP] = "kafka_dlt-original-consumer-group",
    [MESSAGE] = "kafka_dlt-exception-message",
};

/* How many headers fit, from the first on. */
static size_t fitting_headers(const struct record *record)
{
	size_t bytes = 0, count = 0;

	for (; count < record->header_count && count < DEAD_LETTER_HEADERS_MAX; count++) {
		bytes += record->headers[count].name.bytes + record->headers[count].value.bytes;
		if (bytes > DEAD_LETTER_HEADERS_BYTES_MAX)
			break;
	}
	return count;
}

static struct text cut(struct text whole, size_t bytes_max)
{
	return (struct text){whole.data, whole.bytes < bytes_max ? whole.bytes : bytes_max};
}

static void tell_cut(struct buf *message, const char *what, struct text whole, struct text kept)
{
	if (kept.bytes < whole.bytes)
		buf_print(message, " The %s was cut from %zu to %zu bytes.", what, whole.bytes, kept.bytes);
}

static void write_message(struct dead_letter *letter, const struct record *record, size_t kept,
                          const char *why)
{
	buf_add_string(&letter->bytes, why);
	tell_cut(&letter->bytes, "key", record->key, letter->key);
	tell_cut(&letter->bytes, "value", record->value, letter->value);
	if (kept < record->header_count)
		buf_print(&letter->bytes, " Of %zu headers the first %zu were kept.",
		          record->header_count, kept);
}

bool dead_letter_make(struct dead_letter *letter, const struct record *record, const char *topic,
                      const char *group_id, const char *why)
{
	size_t kept = fitting_headers(record);
	size_t ends[OWN_COUNT], start = 0;

	letter->key = cut(record->key, DEAD_LETTER_KEY_BYTES_MAX);
	letter->value = cut(record->value, DEAD_LETTER_VALUE_BYTES_MAX);
	letter->headers = calloc(kept + OWN_COUNT, sizeof letter->headers[0]);
	if (!letter->headers)
		return false;
	if (kept)
		memcpy(letter->headers, record->headers, kept * sizeof letter->headers[0]);
	buf_add_string(&letter->bytes, topic);
	ends[TOPIC] = letter->bytes.bytes;
	buf_add_u32(&letter->bytes, (uint32_t)record->partition);
	ends[PARTITION] = letter->bytes.bytes;
	buf_add_u64(&letter->bytes, (uint64_t)record->offset);
	ends[OFFSET] = letter->bytes.bytes;
	buf_add_u64(&letter->bytes, (uint64_t)record->timestamp_ms);
	ends[TIMESTAMP] = letter->bytes.bytes;
	buf_add_string(&letter->bytes, group_id);
	ends[GROUP] = letter->bytes.bytes;
	write_message(letter, record, kept, why);
	ends[MESSAGE] = letter->bytes.bytes;
	if (letter->bytes.failed)
		return false;
	for (int i = 0; i < OWN_COUNT; i++) {
		letter->headers[kept + (size_t)i] = (struct record_header){
		    text_of(own_names[i]), {letter->bytes.data + start, ends[i] - start}};
		start = ends[i];
	}
	letter->header_count = kept + OWN_COUNT;
	return true;
}

void dead_letter_release(struct dead_letter *letter)
{
	free(letter->headers);
	buf_release(&letter->bytes);
	*letter = (struct dead_letter){0};
}
