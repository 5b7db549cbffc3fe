#include "admin/commands.h"

#include <string.h>

#define ID "ID" /* the word that stands for a show_id */

static const struct {
	const char *words;
	admin_command *run;
	const char *about; /* a line or two */
} commands[] = {
    {"init", admin_init, "make schema and topics; safe to repeat"},
    {"show create " ID, admin_show_create,
     "publish a show and its seats (--seats=FILE), wait for the replies"},
    {"show status " ID, admin_show_status, "seats of a show by status"},
    {"status", admin_status, "partitions: decided, answered, waiting, owner, halted and why"},
    {"rebuild", admin_rebuild,
     "fill an empty or older database from the request topic; stop the\nworkers first"},
    {"prune", admin_prune,
     "delete decisions older than --before or --keep-days that are\nanswered; workers may run"},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

void commands_describe(struct buf *to)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char *first = commands[i].about, *second = strchr(first, '\n');
		int bytes = (int)(second ? second - first : (ptrdiff_t)strlen(first));

		buf_print(to, "\n  %-15s  %.*s", commands[i].words, bytes, first);
		if (second)
			buf_print(to, "\n  %-15s  %s", "", second + 1);
	}
}

/* Whether these are the command's words; a show_id may be any. */
static bool is_called(const char *words, char **given, int count, const char **show_id)
{
	int i = 0;

	for (; *words && i < count; i++) {
		size_t bytes = strcspn(words, " ");

		if (!strcmp(words, ID))
			*show_id = given[i];
		else if (strncmp(words, given[i], bytes) != 0 || given[i][bytes])
			return false;
		words += bytes + (words[bytes] == ' ');
	}
	return !*words && i == count;
}

static enum rc refuse(struct err *e)
{
	struct buf list = {0};

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		buf_print(&list, "%s%s", i ? ", " : "", commands[i].words);
	(void)err_set(e, RC_USAGE, FROM_SETTINGS, "command line: a command is needed: %s",
	              buf_text(&list).data);
	buf_release(&list);
	return e->rc;
}

enum rc commands_run(const struct settings *s, char **words, int count, struct err *e)
{
	const char *show_id = NULL;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (is_called(commands[i].words, words, count, &show_id))
			return commands[i].run(s, show_id, e);
	return refuse(e);
}
