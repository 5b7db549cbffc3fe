#include "common/kafka/message.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>

static enum rc fill_headers(struct record *record, rd_kafka_message_t *message, struct err *e)
{
	rd_kafka_headers_t *headers = NULL;
	size_t count;

	if (rd_kafka_message_headers(message, &headers) || !headers)
		return RC_OK;
	count = rd_kafka_header_cnt(headers);
	record->headers = count ? calloc(count, sizeof record->headers[0]) : NULL;
	if (!record->headers)
		return count ? err_out_of_memory(e) : RC_OK;
	for (size_t i = 0; i < count; i++) {
		struct record_header *h = &record->headers[i];
		const char *name;
		const void *value;
		size_t bytes;

		if (rd_kafka_header_get_all(headers, i, &name, &value, &bytes))
			break;
		h->name = text_of(name);
		h->value = (struct text){value, value ? bytes : 0};
		record->header_count = i + 1;
	}
	return RC_OK;
}

static void give(struct record *record)
{
	free(record->headers);
	rd_kafka_message_destroy(record->handle);
}

enum rc kafka_record_fill(struct record *record, struct rd_kafka_message_s *message, struct err *e)
{
	rd_kafka_timestamp_type_t kind;

	*record = (struct record){
	    .topic = rd_kafka_topic_name(message->rkt),
	    .partition = message->partition,
	    .offset = message->offset,
	    .key = {message->key, message->key ? message->key_len : 0},
	    .value = {message->payload, message->payload ? message->len : 0},
	    .handle = message,
	    .give = give,
	};
	record->timestamp_ms = rd_kafka_message_timestamp(message, &kind);
	record->is_append_time = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
	return fill_headers(record, message, e);
}

struct rd_kafka_headers_s *kafka_headers_make(const struct record_header *headers, size_t count)
{
	rd_kafka_headers_t *copy = rd_kafka_headers_new(count);

	for (size_t i = 0; copy && i < count; i++)
		rd_kafka_header_add(copy, headers[i].name.data, (ssize_t)headers[i].name.bytes,
		                    headers[i].value.data, (ssize_t)headers[i].value.bytes);
	return copy;
}
