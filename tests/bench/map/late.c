#include "tests/bench/map/late.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "tests/bench/map/seen.h"

#define MS_MAX 10000     /* later counts as this */
#define BEFORE_MS 2000   /* so much earlier than the one that was read first may others have come */

enum moment { ARRIVED, READ, MOMENTS };

/* How a frame from one offset to another came to all who got it: so many in each millisecond. */
struct frame {
	struct frame *next;
	long long from, to;
	int64_t base_ms;         /* of the counts */
	int64_t first_ms;        /* the first one arrived */
	unsigned all;
	unsigned counts[MOMENTS][MS_MAX + 1];
};

static struct frame *frames;

static int within(int64_t ms)
{
	return ms < 0 ? 0 : ms > MS_MAX ? MS_MAX : (int)ms;
}

void late_note(long long from, long long to, int64_t arrived_ms)
{
	struct frame *f;

	for (f = frames; f && (f->from != from || f->to != to); f = f->next)
		;
	if (!f) {
		f = need(calloc(1, sizeof *f));
		*f = (struct frame){.next = frames, .from = from, .to = to, .first_ms = arrived_ms,
		                    .base_ms = arrived_ms - BEFORE_MS};
		frames = f;
	}
	if (arrived_ms < f->first_ms)
		f->first_ms = arrived_ms;
	f->counts[ARRIVED][within(arrived_ms - f->base_ms)]++;
	f->counts[READ][within(clock_wall_ms() - f->base_ms)]++;
	f->all++;
}

/* The changes of TIMES that a frame brought, as late as each came to each who got it. */
static void add_late(unsigned long long late[MS_MAX + 1], enum moment moment, long long o,
                     int64_t at_ms)
{
	for (const struct frame *f = frames; f; f = f->next) {
		if (o <= f->from || o > f->to)
			continue;
		for (int i = 0; i <= MS_MAX; i++)
			if (f->counts[moment][i])
				late[within(f->base_ms + i - at_ms)] += f->counts[moment][i];
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
	static unsigned long long late[MOMENTS][MS_MAX + 1];
	unsigned long long all = 0;
	FILE *file = fopen(path, "r");
	long long o, at_ms;

	if (!file) {
		perror(path);
		return false;
	}
	while (fscanf(file, "%lld %lld", &o, &at_ms) == 2)
		for (int m = 0; m < MOMENTS; m++)
			add_late(late[m], (enum moment)m, o, at_ms);
	fclose(file);
	for (int i = 0; i <= MS_MAX; i++)
		all += late[ARRIVED][i];
	printf("viewers.late_count %llu\n", all);
	print_part(late[ARRIVED], all, "p50", 0.5);
	print_part(late[ARRIVED], all, "p99", 0.99);
	print_part(late[ARRIVED], all, "max", 1);
	print_part(late[READ], all, "read_p50", 0.5);
	print_part(late[READ], all, "read_p99", 0.99);
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
