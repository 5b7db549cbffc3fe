#include "tests/bench/map/seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

struct step {
	struct step *next;
	struct seen *to;
	size_t bytes;
	char frame[];
};

static struct seen *all_seen;

void *need(void *memory)
{
	if (!memory) {
		fprintf(stderr, "no memory\n");
		exit(1);
	}
	return memory;
}

bool seen_is_snap(const char *frame)
{
	return !strncmp(frame, "{\"t\":\"snap\"", 11);
}

struct seen *seen_nothing(void)
{
	struct seen *seen = need(calloc(1, sizeof *seen));

	*seen = (struct seen){.o = -1, .references = 1, .seats = need(strdup(""))};
	DL_PREPEND(all_seen, seen);
	return seen;
}

struct seen *seen_hold(struct seen *seen)
{
	seen->references++;
	return seen;
}

void seen_release(struct seen *seen)
{
	struct step *step;

	if (--seen->references)
		return;
	while ((step = seen->steps) != NULL) {
		LL_DELETE(seen->steps, step);
		seen_release(step->to);
		free(step);
	}
	DL_DELETE(all_seen, seen);
	free(seen->seats);
	free(seen);
}

/* The text behind a name, up to the next quote. false: it is not there, or is none of that length */
static bool copy_text(const char *frame, const char *name, char *to, size_t chars)
{
	const char *from = strstr(frame, name);

	if (!from || strcspn(from + strlen(name), "\"") != chars)
		return false;
	memcpy(to, from + strlen(name), chars);
	to[chars] = '\0';
	return true;
}

static char *all_seats(const char *frame)
{
	const char *from = strstr(frame, "\"s\":\"");

	return from ? need(strndup(from + 5, strcspn(from + 5, "\""))) : NULL;
}

/* [[INDEX,"STATE"],...] */
static bool apply(char *seats, const char *frame)
{
	const char *at = strstr(frame, "\"c\":[");
	size_t seat_count = strlen(seats);

	for (at = at ? at + 5 : NULL; at && *at == '['; at += *at == ',') {
		char *end;
		unsigned long index = strtoul(at + 1, &end, 10);

		if (index >= seat_count || strncmp(end, ",\"", 2) != 0 || strncmp(end + 3, "\"]", 2) != 0)
			return false;
		seats[index] = end[2];
		at = end + 5;
	}
	return true;
}

/* What is seen with the frame; references 0, in no list. NULL: it cannot be */
static struct seen *read_frame(const struct seen *before, const char *frame)
{
	const char *o = strstr(frame, "\"o\":");
	bool is_snap = seen_is_snap(frame);
	struct seen *seen = need(calloc(1, sizeof *seen));

	*seen = *before;
	seen->steps = NULL;
	seen->references = 0;
	seen->o = o ? strtoll(o + 4, NULL, 10) : -1;
	seen->seats = all_seats(frame);
	if (is_snap && (!copy_text(frame, "\"epoch\":\"", seen->epoch, EPOCH_CHARS) ||
	                !copy_text(frame, "\"layout\":\"", seen->layout, LAYOUT_CHARS)))
		return NULL;
	if (!seen->seats)
		seen->seats = need(strdup(before->o < 0 ? "" : before->seats));
	if (before->o < 0 ? !is_snap : !strcmp(seen->epoch, before->epoch) && seen->o < before->o)
		return NULL;
	return seen->o >= 0 && apply(seen->seats, frame) ? seen : NULL;
}

/* The one of that place, which must be the same; takes it. NULL: it is not */
static struct seen *find_same(struct seen *seen)
{
	struct seen *other;

	DL_FOREACH(all_seen, other) {
		bool is_same = !strcmp(other->layout, seen->layout) && !strcmp(other->seats, seen->seats);

		if (other->o != seen->o || strcmp(other->epoch, seen->epoch) != 0)
			continue;
		free(seen->seats);
		free(seen);
		return is_same ? other : NULL;
	}
	DL_PREPEND(all_seen, seen);
	return seen;
}

struct seen *seen_step(struct seen *from, const char *frame, size_t length)
{
	struct seen *to = NULL;
	struct step *step;

	LL_FOREACH(from->steps, step)
		if (step->bytes == length && !memcmp(step->frame, frame, length))
			return step->to;
	to = read_frame(from, frame);
	if (to)
		to = find_same(to);
	if (!to)
		fprintf(stderr, "wrong at %lld: %.300s\n", from->o, frame);
	if (!to || to == from)
		return to;
	step = need(malloc(sizeof *step + length));
	step->to = seen_hold(to);
	step->bytes = length;
	memcpy(step->frame, frame, length);
	LL_PREPEND(from->steps, step);
	return to;
}
