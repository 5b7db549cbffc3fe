#include "worker/probe.h"

#include <stdlib.h>
#include <string.h>

#include "common/kafka/reader.h"

#define TAKE_AT_ONCE 100

enum rc probe_open(struct probe *probe, const struct pipeline *pipeline, struct err *e)
{
	*probe = (struct probe){.pipeline = pipeline};
	probe->is_read = calloc((size_t)pipeline->partition_count, sizeof probe->is_read[0]);
	return probe->is_read ? RC_OK : err_out_of_memory(e);
}

static void stop_all(struct probe *probe)
{
	kafka_reader_close(probe->reader);
	probe->reader = NULL;
	memset(probe->is_read, 0, (size_t)probe->pipeline->partition_count);
}

void probe_close(struct probe *probe)
{
	if (probe->is_read)
		stop_all(probe);
	free(probe->is_read);
	probe->is_read = NULL;
}

/* Begin where a lane became deaf. Where it fails, the next look tries again. */
static void start(struct probe *probe, int32_t partition)
{
	struct err e;

	if (probe->is_read[partition] ||
	    (!probe->reader && kafka_reader_open(&probe->reader, &probe->pipeline->kafka, true, &e)))
		return;
	probe->is_read[partition] =
	    !kafka_reader_start(probe->reader, probe->pipeline->topics.requests, partition,
	                        KAFKA_READER_END, &e);
}

struct listening {
	struct probe *probe;
	struct lane *const *lanes;
	size_t count;
};

static void tell(const struct listening *to, int32_t partition)
{
	struct err e;

	if (to->probe->is_read[partition])
		(void)!kafka_reader_stop(to->probe->reader, to->probe->pipeline->topics.requests,
		                         partition, &e);
	to->probe->is_read[partition] = false;
	for (size_t i = 0; i < to->count; i++)
		if (lane_partition(to->lanes[i]) == partition)
			lane_could_hear(to->lanes[i]);
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	(void)topic, (void)next;
	tell(context, partition);
}

void probe_look(struct probe *probe, struct lane *const *lanes, size_t count)
{
	struct listening listening = {probe, lanes, count};
	struct record records[TAKE_AT_ONCE];
	bool is_any = false;
	size_t taken;
	struct err e;

	for (size_t i = 0; i < count; i++) {
		if (!lane_is_deaf(lanes[i]))
			continue;
		is_any = true;
		start(probe, lane_partition(lanes[i]));
	}
	if (!is_any && probe->reader)
		stop_all(probe);
	if (!probe->reader)
		return;
	/* An error says nothing that the lane does not say. */
	(void)!kafka_reader_take(probe->reader, records, TAKE_AT_ONCE, &taken, 0, on_end, &listening,
	                         &e);
	for (size_t i = 0; i < taken; i++) {
		tell(&listening, records[i].partition);
		record_give(&records[i]);
	}
}
