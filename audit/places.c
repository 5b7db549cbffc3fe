#include "audit/places.h"

#include <string.h>

#include "common/base/big_endian.h"

bool place_of_message(const struct record *record, const char *topic, struct message_place *place)
{
	return record->value.data && message_find_place(record->value, topic, place);
}

bool place_of_letter(const struct record *record, const char *topic, struct message_place *place)
{
	const struct record_header *t = record_header_last(record, "kafka_dlt-original-topic");
	const struct record_header *p = record_header_last(record, "kafka_dlt-original-partition");
	const struct record_header *o = record_header_last(record, "kafka_dlt-original-offset");

	if (!p || !o || p->value.bytes != 4 || o->value.bytes != 8)
		return false;
	place->is_of_topic = t && text_same(t->value, text_of(topic));
	place->partition = (int32_t)big_endian_read(p->value.data, 4);
	place->offset = (int64_t)big_endian_read(o->value.data, 8);
	return place->partition >= 0 && place->offset >= 0;
}

const char *place_asked_for(const struct audit_settings *settings, const struct record *request,
                            int32_t own, int32_t *partition)
{
	const struct record_header *topic = record_header_last(request, "kafka_replyTopic");
	const struct record_header *chosen = record_header_last(request, "kafka_replyPartition");
	const struct reply_topics *listed = &settings->pipeline->reply_topics;

	*partition = own;
	for (size_t i = 0; topic && i < listed->count; i++) {
		if (!text_same(topic->value, text_of(listed->names[i])))
			continue;
		if (chosen && chosen->value.bytes == 4 &&
		    big_endian_read(chosen->value.data, 4) < (uint64_t)settings->pipeline->partition_count)
			*partition = (int32_t)big_endian_read(chosen->value.data, 4);
		return listed->names[i];
	}
	return NULL;
}
