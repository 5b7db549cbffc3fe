#include "admin/commands.h"

#include <stdio.h>
#include <string.h>

#include "common/base/similar.h"

#define ID "ID" /* the words that stand for a show_id, ... */
#define PARTITION "PARTITION" /* ... or for a partition */

static const struct {
	const char *words;
	admin_command *run;
	const char *about; /* a line or two */
} commands[] = {
    {"init", admin_init, "make schema and topics; safe to repeat"},
    {"show create " ID, admin_show_create,
     "publish a show and its seats (--seats=FILE), wait for the replies"},
    {"show list", admin_show_list, "all shows, and their seats by status"},
    {"show status " ID, admin_show_status, "seats of a show by status"},
    {"status", admin_status, "partitions: decided, answered, waiting, owner, halted and why"},
    {"rebuild", admin_rebuild,
     "fill an empty or older database from the request topic; stop the\nworkers first"},
    {"accept-gap " PARTITION, admin_accept_gap,
     "let a partition go on whose first requests are gone, as nothing is\nmissing (--reason=TEXT)"},
    {"prune", admin_prune,
     "delete decisions older than --before or --keep-days that are\nanswered; workers may run"},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

void commands_describe(struct buf *to)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char *first = commands[i].about, *second = strchr(first, '\n');
		int bytes = (int)(second ? second - first : (ptrdiff_t)strlen(first));

		buf_print(to, "\n  %-20s  %.*s", commands[i].words, bytes, first);
		if (second)
			buf_print(to, "\n  %-20s  %s", "", second + 1);
	}
}

/* Where the word begins that may be any. */
static const char *find_argument(const char *words)
{
	const char *id = strstr(words, " " ID);

	return id ? id : strstr(words, " " PARTITION);
}

/* Whether these are the command's words. */
static bool is_called(const char *words, char **given, int count, const char **argument)
{
	int i = 0;

	for (; *words && i < count; i++) {
		size_t bytes = strcspn(words, " ");

		if (!strcmp(words, ID) || !strcmp(words, PARTITION))
			*argument = given[i];
		else if (strncmp(words, given[i], bytes) != 0 || given[i][bytes])
			return false;
		words += bytes + (words[bytes] == ' ');
	}
	return !*words && i == count;
}

/* The command that these words resemble, or that lacks its argument; NULL: none. */
static const char *find_near(char **given, int count)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char *words = commands[i].words, *id = find_argument(words);
		char name[SIMILAR_BYTES_MAX];
		struct buf said = {0};
		bool is_near;

		snprintf(name, sizeof name, "%.*s", id ? (int)(id - words) : (int)strlen(words), words);
		for (int word = 0; word < count && word < (strchr(name, ' ') ? 2 : 1); word++)
			buf_print(&said, "%s%s", word ? " " : "", given[word]);
		is_near = said.data && similar_is_near(said.data, said.bytes, name);
		buf_release(&said);
		if (is_near)
			return words;
	}
	return NULL;
}

static enum rc refuse(char **words, int count, struct err *e)
{
	const char *near = find_near(words, count);
	struct buf list = {0};

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		buf_print(&list, "%s%s", i ? ", " : "", commands[i].words);
	(void)err_set(e, RC_USAGE, FROM_SETTINGS, "command line: a command is needed: %s%s%s%s",
	              buf_text(&list).data, near ? "; did you mean " : "", near ? near : "",
	              near ? "?" : "");
	buf_release(&list);
	return e->rc;
}

enum rc commands_run(const struct settings *s, char **words, int count, struct err *e)
{
	const char *argument = NULL;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (is_called(commands[i].words, words, count, &argument))
			return commands[i].run(s, argument, e);
	return refuse(words, count, e);
}
