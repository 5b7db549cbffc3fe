#include "worker/figures/gauges.h"

#include <stdatomic.h>
#include <stdlib.h>

struct partition {
	atomic_llong offsets[OFFSET_KINDS]; /* -1: not known */
	atomic_int halted;                  /* -1: no gauges */
};

static const char *const offset_names[OFFSET_KINDS] = {"decided", "replied", "end"};
static _Atomic(struct partition *) partitions;
static int32_t partition_count;
static _Atomic(int32_t) present_count; /* partitions of the topic, as far as they were seen */

enum rc gauges_open(int32_t count, struct err *e)
{
	struct partition *opened = calloc((size_t)count, sizeof *opened);

	if (!opened)
		return err_out_of_memory(e);
	for (int32_t i = 0; i < count; i++) {
		for (int kind = 0; kind < OFFSET_KINDS; kind++)
			atomic_init(&opened[i].offsets[kind], -1);
		atomic_init(&opened[i].halted, -1);
	}
	partition_count = count;
	atomic_store(&present_count, count);
	atomic_store(&partitions, opened);
	return RC_OK;
}

void gauges_close(void)
{
	free(atomic_exchange(&partitions, NULL));
	partition_count = 0;
}

static struct partition *find(int32_t partition)
{
	struct partition *list = atomic_load(&partitions);

	return list && partition >= 0 && partition < partition_count ? &list[partition] : NULL;
}

void gauges_set_offset(int32_t partition, enum gauge_offset kind, int64_t offset)
{
	struct partition *p = find(partition);

	if (p)
		atomic_store_explicit(&p->offsets[kind], offset, memory_order_relaxed);
}

void gauges_set_halted(int32_t partition, bool is_halted)
{
	struct partition *p = find(partition);

	if (p)
		atomic_store(&p->halted, is_halted);
}

void gauges_forget(int32_t partition)
{
	struct partition *p = find(partition);

	if (!p)
		return;
	atomic_store(&p->halted, -1);
	for (int kind = 0; kind < OFFSET_KINDS; kind++)
		gauges_set_offset(partition, (enum gauge_offset)kind, -1);
}

int64_t gauges_lag(void)
{
	int64_t lag = 0;

	for (int32_t i = 0; find(i); i++) {
		struct partition *p = find(i);
		int64_t replied = atomic_load(&p->offsets[OFFSET_REPLIED]);
		int64_t end = atomic_load(&p->offsets[OFFSET_END]);

		if (atomic_load(&p->halted) >= 0 && replied >= 0 && end > replied)
			lag += end - replied;
	}
	return lag;
}

void gauges_print_offsets(struct buf *text, const char *name)
{
	for (int32_t i = 0; find(i); i++)
		for (int kind = 0; kind < OFFSET_KINDS; kind++) {
			long long offset = atomic_load(&find(i)->offsets[kind]);

			if (offset >= 0 && atomic_load(&find(i)->halted) >= 0)
				buf_print(text, "%s{partition=\"%d\",kind=\"%s\"} %lld\n", name, (int)i,
				          offset_names[kind], offset);
		}
}

void gauges_print_halted(struct buf *text, const char *name)
{
	for (int32_t i = 0; find(i); i++) {
		int halted = atomic_load(&find(i)->halted);

		if (halted >= 0)
			buf_print(text, "%s{partition=\"%d\"} %d\n", name, (int)i, halted);
	}
}

void gauges_see_partition(int32_t partition)
{
	int32_t before = atomic_load(&present_count);

	while (partition >= before &&
	       !atomic_compare_exchange_weak(&present_count, &before, partition + 1))
		continue;
}

void gauges_print_surplus(struct buf *text, const char *name)
{
	buf_print(text, "%s %d\n", name, (int)(atomic_load(&present_count) - partition_count));
}
