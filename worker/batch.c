#include "worker/batch.h"

#include <stdlib.h>

#include "common/kafka_reader.h"

bool batch_decode(struct batch *batch, int64_t before_ms)
{
	int64_t t_ms = before_ms;

	batch->has_wrong_clock = false;
	for (size_t i = 0; i < batch->count; i++) {
		struct entry *entry = &batch->entries[i];

		if (!entry->record.is_append_time)
			batch->has_wrong_clock = true;
		else if (entry->record.timestamp_ms > t_ms)
			t_ms = entry->record.timestamp_ms;
		entry->t_ms = t_ms;
		request_decode(entry->record.value, &batch->requests, &entry->request);
	}
	return !batch->requests.failed;
}

struct reply decision_head(const struct decision *d)
{
	return (struct reply){
	    .outcome = d->outcome,
	    .type = d->type,
	    .has_request_id = d->has_request_id,
	    .request_id = d->request_id,
	    .show_id = d->show_id,
	    .decided_at_ms = d->decided_at_ms,
	};
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		kafka_record_give(&batch->entries[i].record);
	batch->count = 0;
	arena_clear(&batch->requests);
	arena_clear(&batch->plan);
}

void batch_release(struct batch *batch)
{
	batch_clear(batch);
	arena_release(&batch->requests);
	arena_release(&batch->plan);
	free(batch->entries);
	*batch = (struct batch){0};
}
