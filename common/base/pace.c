#include "common/base/pace.h"

void pace_look(struct pace *pace, int64_t at_ms, int64_t next, int64_t end)
{
	const struct pace_look *before = &pace->looks[pace->last];

	if (pace->count && next < before->next)
		pace->count = 0;
	if (pace->count && at_ms - before->at_ms < PACE_STEP_MS)
		return;
	pace->last = (pace->last + 1) % PACE_LOOKS;
	pace->looks[pace->last] = (struct pace_look){at_ms, next, end};
	if (pace->count < PACE_LOOKS)
		pace->count++;
}

void pace_see_end(struct pace *pace, int64_t end)
{
	if (pace->count && pace->looks[pace->last].end < end)
		pace->looks[pace->last].end = end;
}

/* Work and the time that it took, both by how much they count. */
struct work {
	double done, ms;
};

static void add(struct work *work, double weight, int64_t done, int64_t ms)
{
	work->done += weight * (double)done;
	work->ms += weight * (double)ms;
}

static double per_ms(const struct work *work)
{
	return work->ms > 0 ? work->done / work->ms : 0;
}

double pace_per_ms(const struct pace *pace, int64_t now_ms)
{
	struct work busy = {0}, all = {0};

	for (int i = 1; i < pace->count; i++) {
		const struct pace_look *to = &pace->looks[(pace->last + PACE_LOOKS - i + 1) % PACE_LOOKS];
		const struct pace_look *from = &pace->looks[(pace->last + PACE_LOOKS - i) % PACE_LOOKS];
		int64_t age_ms = now_ms - from->at_ms, done = to->next - from->next;
		double left = (double)(PACE_WINDOW_MS - age_ms) / PACE_WINDOW_MS, weight = left * left;

		if (age_ms >= PACE_WINDOW_MS)
			break;
		if (to->next < from->end) /* it had something to do all the time */
			add(&busy, weight, done, to->at_ms - from->at_ms);
		if (to->next < from->end || done)
			add(&all, weight, done, to->at_ms - from->at_ms);
	}
	/* What was done in time that was not busy throughout is the least that can be done. */
	return per_ms(&busy) > per_ms(&all) ? per_ms(&busy) : per_ms(&all);
}

int64_t pace_wait_ms(double per_ms, int64_t at_ms, int64_t next, int64_t offset, int64_t now_ms)
{
	int64_t wait_ms;

	if (offset < next)
		return 0;
	if (per_ms <= 0)
		return -1;
	wait_ms = (int64_t)((double)(offset + 1 - next) / per_ms) - (now_ms - at_ms);
	return wait_ms > 0 ? wait_ms : 0;
}
