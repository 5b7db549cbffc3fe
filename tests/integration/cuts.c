#include "tests/integration/cuts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/message/reply.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

void cuts_delete(const char *topic, const int64_t *below, int partitions)
{
	char path[] = "/tmp/holdfast-cuts-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	const char *comma = "";

	fprintf(file, "{\"version\":1,\"partitions\":[");
	for (int p = 0; p < partitions; p++)
		if (below[p]) {
			fprintf(file, "%s{\"topic\":\"%s\",\"partition\":%d,\"offset\":%lld}", comma, topic, p,
			        (long long)below[p]);
			comma = ",";
		}
	fprintf(file, "]}");
	fclose(file);
	(void)shell_kafka_tool("org.apache.kafka.tools.DeleteRecordsCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --offset-json-file %s 2>&1", path);
	remove(path);
}

int64_t cuts_end(int partition)
{
	int64_t first, end;

	rig_bounds(rig_topics.requests, partition, true, &first, &end);
	return end;
}

void cuts_set_offsets(const int64_t *offsets, int partitions)
{
	char path[] = "/tmp/holdfast-offsets-XXXXXX";
	struct buf reset = {0}, forget = {0};
	FILE *file = fdopen(mkstemp(path), "w");
	bool is_set = false, is_forgotten = false;

	rig_await_empty_group();
	buf_print(&forget, "--delete-offsets --topic %s:", rig_topics.requests);
	for (int p = 0; p < partitions; p++) {
		int64_t offset = offsets[p] == CUTS_LATEST ? cuts_end(p)
		                 : offsets[p] == CUTS_FIRST ? 0 : offsets[p];

		if (offsets[p] == CUTS_NONE) {
			buf_print(&forget, "%s%d", is_forgotten ? "," : "", p);
			is_forgotten = true;
		} else if (offsets[p] != CUTS_KEPT) {
			fprintf(file, "%s,%d,%lld\n", rig_topics.requests, p, (long long)offset);
			is_set = true;
		}
	}
	fclose(file);
	buf_print(&reset, "--reset-offsets --from-file %s --execute", path);
	if (is_set)
		shell_offsets("%s", reset.data);
	if (is_forgotten)
		shell_offsets("%s", forget.data);
	remove(path);
	buf_release(&reset);
	buf_release(&forget);
}

/* How many replies to each near request, and to the others; where the one to `request` stands. */
static int64_t look(const char *topic, int partition, int64_t request, int counts[CUTS_NEAR],
                    int *far)
{
	struct record *records = topics_records();
	size_t count = rig_read(topic, records, TOPICS_RECORDS_MAX);
	int64_t at = -1;

	memset(counts, 0, sizeof(int[CUTS_NEAR]));
	*far = 0;
	for (size_t i = 0; i < count; i++) {
		struct arena arena = {0};
		struct reply_view view;
		struct err e;

		assert_int_equal(reply_decode(records[i].value, &arena, &view, &e), RC_OK);
		if (view.partition == partition && view.offset < CUTS_NEAR)
			counts[view.offset]++;
		else if (view.partition == partition)
			++*far;
		if (view.partition == partition && view.offset == request)
			at = records[i].offset;
		arena_release(&arena);
	}
	rig_give(records, count);
	free(records);
	return at;
}

int64_t cuts_reply_at(int partition, int64_t request)
{
	int counts[CUTS_NEAR], far;
	int64_t at = look(rig_topics.replies, partition, request, counts, &far);

	assert_true(at >= 0);
	return at;
}

const char *cuts_replies(const char *topic, int partition)
{
	int counts[CUTS_NEAR], far;
	struct buf text = {0};

	(void)look(topic, partition, -1, counts, &far);
	buf_print(&text, "%s", "");
	for (int i = 0; i < CUTS_NEAR; i++)
		if (counts[i])
			buf_print(&text, "%s%d:%d", text.bytes ? " " : "", i, counts[i]);
	if (far)
		buf_print(&text, "%s+%d", text.bytes ? " " : "", far);
	return rig_keep(text.data);
}
