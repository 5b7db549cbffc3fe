/*
 * holdfast-admin - makes schema and topics, loads shows, says how things stand, rebuilds the rows,
 * deletes old decisions.
 */
#include "admin/commands.h"
#include "common/base/log.h"
#include "common/program/program.h"

#include "common/program/settings_rows.h"

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct err e;

	if (!(s->common.check ? admin_check(s, &e) : commands_run(s, words, count, &e)))
		return EXIT_DONE;
	log_err(LOG_ERROR, "not done", &e);
	return exit_code_of(&e);
}

int main(int argc, char **argv)
{
	struct options_spec spec = {
	    .program = "holdfast-admin",
	    .usage = "[OPTION]... COMMAND",
	    SETTINGS_ROWS,
	};
	const struct program program = {.spec = &spec, .takes_words = true, .run = work};
	struct settings s = {0};
	struct buf about = {0};
	int exit_code;

	buf_add_string(&about, "Commands:");
	commands_describe(&about);
	spec.about = buf_text(&about).data;
	exit_code = program_main(&program, &s, argc, argv);
	buf_release(&about);
	return exit_code;
}
