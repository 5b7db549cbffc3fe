/*
 * seen.h - maps as many viewers see them, each applied frame by frame.
 *
 * Threads: one. Without memory the program ends.
 */
#ifndef HOLDFAST_TESTS_BENCH_SEEN_H
#define HOLDFAST_TESTS_BENCH_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#define EPOCH_CHARS 16
#define LAYOUT_CHARS 64

/*
 * What is seen at one o. All who see it share it, and so do those who are sent the same frame then:
 * it is read once, and held against their bytes.
 */
struct seen {
	struct seen *next, *prev;
	unsigned references;        /* viewers, and steps that lead to it */
	long long o;                /* -1: nothing yet */
	char epoch[EPOCH_CHARS + 1], layout[LAYOUT_CHARS + 1];
	char *seats;
	struct step *steps;
};

void *need(void *memory); /* itself */

struct seen *seen_nothing(void);         /* with one reference */
struct seen *seen_hold(struct seen *seen);
void seen_release(struct seen *seen);
/*
 * With a frame more, NUL-terminated behind its length; no reference of the caller's. NULL, and said
 * on standard error: it has no place there, or something else was seen at that place before.
 */
struct seen *seen_step(struct seen *from, const char *frame, size_t length);
bool seen_is_snap(const char *frame);

#endif
