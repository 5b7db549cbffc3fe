#include "worker/plan/batch.h"

#include <stdlib.h>

bool batch_decode_some(struct batch *batch, int64_t before_ms, size_t max)
{
	size_t end;
	int64_t t_ms;

	if (batch->before_ms != before_ms)
		batch->decoded = 0;
	if (batch->decoded == 0)
		batch->has_wrong_clock = false;
	batch->before_ms = before_ms;
	t_ms = batch->decoded ? batch->entries[batch->decoded - 1].t_ms : before_ms;
	end = batch->count - batch->decoded < max ? batch->count : batch->decoded + max;
	for (size_t i = batch->decoded; i < end; i++) {
		struct entry *entry = &batch->entries[i];

		if (!entry->record.is_append_time)
			batch->has_wrong_clock = true;
		else if (entry->record.timestamp_ms > t_ms)
			t_ms = entry->record.timestamp_ms;
		entry->t_ms = t_ms;
		request_decode(entry->record.value, &batch->requests, &entry->request);
	}
	batch->decoded = end;
	return !batch->requests.failed;
}

bool batch_decode(struct batch *batch, int64_t before_ms)
{
	return batch_decode_some(batch, before_ms, SIZE_MAX);
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
		record_give(&batch->entries[i].record);
	batch->count = batch->decoded = 0;
	batch->has_wrong_clock = batch->is_decided = false;
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
