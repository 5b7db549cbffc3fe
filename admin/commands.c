#include "admin/commands.h"

#include <stdio.h>
#include <string.h>

#include "common/base/similar.h"

#define ID "ID"     /* the word that stands for a show_id, */
#define SEAT "SEAT" /* for a seat's, */
#define PARTITION "PARTITION" /* for a partition, */
#define NAME "NAME" /* for an API key's name, */
#define ROLE "ROLE" /* and for its role */

static const struct {
	const char *words;
	admin_command *run;
	const char *about; /* a line or two */
} commands[] = {
#define COMMAND(words_, run_, about_) {words_, run_, about_},
#include "admin/commands.def"
#undef COMMAND
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

	if (!id)
		id = strstr(words, " " PARTITION);
	return id ? id : strstr(words, " " NAME);
}

/* Whether these are the command's words; those that stand for others may be any. */
static bool is_called(const char *words, char **given, int count, struct named *named)
{
	int i = 0;

	for (; *words && i < count; i++) {
		size_t bytes = strcspn(words, " ");

		if (!strncmp(words, SEAT, bytes))
			named->seat_id = given[i];
		else if (!strncmp(words, ID, bytes))
			named->show_id = given[i];
		else if (!strncmp(words, PARTITION, bytes))
			named->partition = given[i];
		else if (!strncmp(words, NAME, bytes))
			named->key_name = given[i];
		else if (!strncmp(words, ROLE, bytes))
			named->role = given[i];
		else if (strncmp(words, given[i], bytes) != 0 || given[i][bytes])
			return false;
		words += bytes + (words[bytes] == ' ');
	}
	return !*words && i == count;
}

/* Do the words name the command, or nearly so? Its arguments may lack. */
static bool is_named(const char *words, char **given, int count, bool is_exact)
{
	const char *argument = find_argument(words);
	char name[SIMILAR_BYTES_MAX];
	struct buf said = {0};
	bool is_named;

	snprintf(name, sizeof name, "%.*s",
	         argument ? (int)(argument - words) : (int)strlen(words), words);
	for (int word = 0; word < count && word < (strchr(name, ' ') ? 2 : 1); word++)
		buf_print(&said, "%s%s", word ? " " : "", given[word]);
	is_named = said.data && (is_exact ? !strcmp(said.data, name)
	                                  : similar_is_near(said.data, said.bytes, name));
	buf_release(&said);
	return is_named;
}

/* The command that lacks an argument, or that these words resemble; NULL: none. */
static const char *find_near(char **given, int count)
{
	for (int is_exact = 1; is_exact >= 0; is_exact--)
		for (size_t i = 0; i < COMMAND_COUNT; i++)
			if (is_named(commands[i].words, given, count, is_exact))
				return commands[i].words;
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
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		struct named named = {0};

		if (is_called(commands[i].words, words, count, &named))
			return commands[i].run(s, &named, e);
	}
	return refuse(words, count, e);
}
