#include "tests/bench/map/late.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "tests/bench/map/seen.h"

#define MS_MAX 10000 /* later counts as this */

/* How a frame from one offset to another came to all who got it: so many in each millisecond. */
struct frame {
	struct frame *next;
	long long from, to;
	int64_t first_ms;
	unsigned all;
	unsigned counts[MS_MAX + 1];
};

static struct frame *frames;

void late_note(long long from, long long to)
{
	int64_t now_ms = clock_wall_ms(), late_ms;
	struct frame *f;

	for (f = frames; f && (f->from != from || f->to != to); f = f->next)
		;
	if (!f) {
		f = need(calloc(1, sizeof *f));
		*f = (struct frame){.next = frames, .from = from, .to = to, .first_ms = now_ms};
		frames = f;
	}
	late_ms = now_ms - f->first_ms;
	f->counts[late_ms < 0 ? 0 : late_ms > MS_MAX ? MS_MAX : late_ms]++;
	f->all++;
}

/* The changes of TIMES that a frame brought, as late as each came to each who got it. */
static void add_late(unsigned long long late[MS_MAX + 1], long long o, int64_t at_ms)
{
	for (const struct frame *f = frames; f; f = f->next) {
		if (o <= f->from || o > f->to)
			continue;
		for (int i = 0; i <= MS_MAX; i++) {
			int64_t ms = f->first_ms + i - at_ms;

			if (f->counts[i])
				late[ms < 0 ? 0 : ms > MS_MAX ? MS_MAX : ms] += f->counts[i];
		}
	}
}

static void print_part(const unsigned long long late[MS_MAX + 1], unsigned long long all,
                       const char *name, double part)
{
	unsigned long long seen = 0;
	int ms = 0;

	for (; ms < MS_MAX && (double)(seen += late[ms]) < part * (double)all; ms++)
		;
	printf("viewers.late_%s_ms %d\n", name, ms);
}

bool late_print(const char *path)
{
	static unsigned long long late[MS_MAX + 1];
	unsigned long long all = 0;
	FILE *file = fopen(path, "r");
	long long o, at_ms;

	if (!file) {
		perror(path);
		return false;
	}
	while (fscanf(file, "%lld %lld", &o, &at_ms) == 2)
		add_late(late, o, at_ms);
	fclose(file);
	for (int i = 0; i <= MS_MAX; i++)
		all += late[i];
	printf("viewers.late_count %llu\n", all);
	print_part(late, all, "p50", 0.5);
	print_part(late, all, "p99", 0.99);
	print_part(late, all, "max", 1);
	return all > 0;
}

void late_print_pace(unsigned viewers)
{
	int64_t first_ms = 0, last_ms = 0;
	unsigned sent = 0;

	for (const struct frame *f = frames; f; f = f->next) {
		if (f->all < viewers)
			continue;
		last_ms = !sent || f->first_ms > last_ms ? f->first_ms : last_ms;
		first_ms = !sent || f->first_ms < first_ms ? f->first_ms : first_ms;
		sent++;
	}
	printf("viewers.sent %u\nviewers.pace %.2f\n", sent,
	       last_ms > first_ms ? (sent - 1) * 1000.0 / (double)(last_ms - first_ms) : 0);
}
