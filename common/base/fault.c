#include "common/base/fault.h"

#ifdef FAULTS

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/text.h"

#define DELAY_MS_MAX 600000

enum action { ACTION_KILL, ACTION_STOP, ACTION_DELAY, ACTION_ERROR, ACTION_COUNT };

static const char *const action_names[ACTION_COUNT] = {"kill", "stop", "delay", "error"};

static const char *const place_names[FAULT_PLACE_COUNT] = {
#define PLACE(symbol, name, program, what) name,
	FAULT_PLACES(PLACE)
#undef PLACE
};

static const char *const rule_names[FAULT_RULE_COUNT] = {
#define RULE(symbol, name, what) name,
	FAULT_RULES(RULE)
#undef RULE
};

static const char *const bug_names[FAULT_BUG_COUNT] = {
#define BUG(symbol, name, what) name,
	FAULT_BUGS(BUG)
#undef BUG
};

struct entry {
	enum fault_place place;
	enum action action;
	long delay_ms;
	long n;
};

/* Never changed after fault_read. */
static struct entry entries[FAULT_ENTRIES_MAX];
static size_t entry_count;
static bool is_broken[FAULT_RULE_COUNT];
static bool has_bug[FAULT_BUG_COUNT];

static atomic_long times[FAULT_PLACE_COUNT];

/* The part of `left` before the separator, which is taken off with it. */
static struct text cut(struct text *left, char separator)
{
	const char *end = memchr(left->data, separator, left->bytes);
	struct text part = {left->data, end ? (size_t)(end - left->data) : left->bytes};
	size_t used = part.bytes + (end != NULL);

	*left = (struct text){left->data + used, left->bytes - used};
	return part;
}

/* The place of a name in a list; `count` where it is not in it. */
static size_t find(const char *const *names, size_t count, struct text name)
{
	size_t i = 0;

	while (i < count && !text_same(name, text_of(names[i])))
		i++;
	return i;
}

/* A number from 1 to max, 0 where it is none. */
static long number_of(struct text t, long max)
{
	char digits[12], *end;
	long number;

	if (t.bytes == 0 || t.bytes >= sizeof digits)
		return 0;
	memcpy(digits, t.data, t.bytes);
	digits[t.bytes] = '\0';
	number = strtol(digits, &end, 10);
	return *end || number < 1 || number > max ? 0 : number;
}

static bool read_entry(struct text left, struct entry *entry)
{
	struct text place = cut(&left, ':'), action = cut(&left, ':'), name = cut(&action, '=');

	entry->place = (enum fault_place)find(place_names, FAULT_PLACE_COUNT, place);
	entry->action = (enum action)find(action_names, ACTION_COUNT, name);
	entry->n = number_of(left, 1000000);
	entry->delay_ms = number_of(action, DELAY_MS_MAX);
	return entry->place < FAULT_PLACE_COUNT && entry->action < ACTION_COUNT && entry->n > 0 &&
	       (entry->action == ACTION_DELAY ? entry->delay_ms > 0 : action.bytes == 0);
}

static enum rc refuse(const char *variable, struct text what, struct err *e)
{
	return err_set(e, RC_USAGE, FROM_SETTINGS, "environment: %s: cannot read \"%.*s\"", variable,
	               TEXT_ARGS(what));
}

/* Names of a list in a variable, comma-separated; those that are there become true. */
static enum rc read_names(const char *variable, const char *const *names, size_t count,
                          bool *is_there, struct err *e)
{
	const char *given = getenv(variable);
	struct text left = text_of(given ? given : "");

	while (left.bytes) {
		struct text part = cut(&left, ',');
		size_t found = find(names, count, part);

		if (found == count)
			return refuse(variable, part, e);
		is_there[found] = true;
	}
	return RC_OK;
}

static enum rc read_faults(struct err *e)
{
	const char *faults = getenv("HOLDFAST_FAULT");
	struct text left = text_of(faults ? faults : "");

	while (left.bytes) {
		struct text part = cut(&left, ',');

		if (entry_count == FAULT_ENTRIES_MAX || !read_entry(part, &entries[entry_count]))
			return refuse("HOLDFAST_FAULT", part, e);
		entry_count++;
	}
	return RC_OK;
}

enum rc fault_read(struct err *e)
{
	enum rc rc = read_faults(e);

	if (!rc)
		rc = read_names("HOLDFAST_BREAK", rule_names, FAULT_RULE_COUNT, is_broken, e);
	if (!rc)
		rc = read_names("HOLDFAST_BUG", bug_names, FAULT_BUG_COUNT, has_bug, e);
	return rc;
}

static enum rc act(const struct entry *entry, struct err *e)
{
	const char *place = place_names[entry->place];

	log_warning("fault", F_STR("place", place), F_STR("action", action_names[entry->action]),
	            F_INT("n", entry->n));
	switch (entry->action) {
	case ACTION_KILL:
	case ACTION_STOP:
		/* To this thread: one to the process lets it run on until another one has woken up. */
		raise(entry->action == ACTION_KILL ? SIGKILL : SIGSTOP);
		break;
	case ACTION_DELAY:
		clock_sleep_ms(entry->delay_ms);
		log_warning("fault over", F_STR("place", place), F_INT("n", entry->n));
		break;
	default:
		return err_set(e, RC_REOPEN, FROM_PROGRAM, "fault at %s", place);
	}
	return RC_OK;
}

enum rc fault_at(enum fault_place place, struct err *e)
{
	long n = atomic_fetch_add(&times[place], 1) + 1;

	for (size_t i = 0; i < entry_count; i++)
		if (entries[i].place == place && entries[i].n == n)
			return act(&entries[i], e);
	return RC_OK;
}

bool fault_breaks(enum fault_rule rule)
{
	return is_broken[rule];
}

bool fault_has_bug(enum fault_bug bug)
{
	return has_bug[bug];
}

#else
extern int fault_is_left_out; /* a file must declare something */
#endif
