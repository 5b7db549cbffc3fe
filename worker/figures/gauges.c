#include "worker/figures/gauges.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/pace.h"

struct partition {
	atomic_llong offsets[OFFSET_KINDS]; /* -1: not known */
	atomic_int halted;                  /* -1: no gauges */
	struct pace pace;                   /* of who looks, as they are set by that thread alone */
	atomic_llong waiting, wait_ms;      /* for a request that is appended now; -1: not known */
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
		atomic_init(&opened[i].waiting, -1);
		atomic_init(&opened[i].wait_ms, -1);
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

void gauges_look(int32_t partition, int64_t now_ms, bool is_caught_up)
{
	struct partition *p = find(partition);
	int64_t decided, end, wait_ms;

	if (!p)
		return;
	decided = atomic_load(&p->offsets[OFFSET_DECIDED]);
	end = atomic_load(&p->offsets[OFFSET_END]);
	if (decided < 0 || end < 0)
		return;
	if (is_caught_up || end < decided)
		end = decided;
	pace_look(&p->pace, now_ms, decided, end);
	wait_ms = end > decided ? pace_wait_ms(pace_per_ms(&p->pace, now_ms), now_ms, decided, end,
	                                       now_ms)
	                        : 0;
	if (atomic_load(&p->halted) > 0)
		wait_ms = -1;
	atomic_store(&p->waiting, end - decided);
	atomic_store(&p->wait_ms, wait_ms);
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
	atomic_store(&p->waiting, -1);
	atomic_store(&p->wait_ms, -1);
	p->pace = (struct pace){0};
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

void gauges_print_waiting(struct buf *text, const char *name)
{
	for (int32_t i = 0; find(i); i++) {
		long long waiting = atomic_load(&find(i)->waiting);

		if (waiting >= 0 && atomic_load(&find(i)->halted) >= 0)
			buf_print(text, "%s{partition=\"%d\"} %lld\n", name, (int)i, waiting);
	}
}

void gauges_print_wait(struct buf *text, const char *name)
{
	for (int32_t i = 0; find(i); i++) {
		long long wait_ms = atomic_load(&find(i)->wait_ms);

		if (wait_ms >= 0 && atomic_load(&find(i)->halted) >= 0)
			buf_print(text, "%s{partition=\"%d\"} %.3f\n", name, (int)i, (double)wait_ms / 1000);
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
