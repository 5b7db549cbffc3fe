#include "common/program/bar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEPS 200u /* redrawn that often at most */
#define WIDTH 40u

static void draw(struct bar *bar)
{
	uint64_t done = bar->done < bar->total ? bar->done : bar->total;
	uint64_t steps = bar->total ? done * STEPS / bar->total : STEPS;
	char line[WIDTH + 1];

	if (!bar->is_shown || steps + 1 == bar->drawn)
		return;
	bar->drawn = steps + 1;
	memset(line, ' ', WIDTH);
	memset(line, '#', steps * WIDTH / STEPS);
	line[WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %" PRIu64 " of %" PRIu64 " %s", line, bar->done, bar->total, bar->unit);
}

void bar_open(struct bar *bar, const char *unit, uint64_t total)
{
	*bar = (struct bar){.unit = unit, .total = total, .is_shown = isatty(STDERR_FILENO)};
	draw(bar);
}

void bar_add(struct bar *bar, uint64_t more)
{
	bar->done += more;
	draw(bar);
}

void bar_close(struct bar *bar)
{
	if (bar->is_shown)
		fputc('\n', stderr);
	bar->is_shown = false;
}
