#include "common/program/program.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/program/ask_health.h"
#include "common/program/variables.h"

static const char *text_of_option(const struct options_spec *spec, const void *settings,
                                  const char *flag)
{
	for (size_t i = 0; i < spec->row_count; i++)
		if (!strcmp(spec->rows[i].flag, flag))
			return *(char *const *)((const char *)settings + spec->rows[i].at);
	assert(false && "the option is one of common/program/options.def");
	return "";
}

enum exit_code exit_code_of(const struct err *e)
{
	static const enum exit_code codes[] = {
	    [FROM_PROGRAM] = EXIT_INTERNAL,      [FROM_SETTINGS] = EXIT_USAGE,
	    [FROM_PIPELINE] = EXIT_MISMATCH,     [FROM_DATABASE] = EXIT_DATABASE_LOST,
	    [FROM_KAFKA] = EXIT_KAFKA_LOST,      [FROM_RIGHTS] = EXIT_MISMATCH,
	    [FROM_AUDIT] = EXIT_DIFFERENCE,      [FROM_REPLY] = EXIT_REJECTED,
	};

	if (e->rc == RC_OK)
		return EXIT_DONE;
	/* It is there and refuses for good: password, name of the database, TLS. */
	if (e->rc == RC_FATAL && e->origin == FROM_DATABASE)
		return EXIT_USAGE;
	return e->origin == FROM_REPLY && e->rc == RC_RETRY ? EXIT_NO_REPLY : codes[e->origin];
}

static enum exit_code answer_health(const char *address)
{
	struct err e = {0};

	if (ask_health(address, &e))
		log_err(LOG_ERROR, "not healthy", &e);
	return exit_code_of(&e);
}

/*
 * A core would hold the passwords of both servers, and what browsers send. Root can still look
 * into the process. Sanitizers look into it themselves.
 */
static void leave_no_core(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

int program_main(const struct program *program, void *settings, int argc, char **argv)
{
	const struct options_spec *spec = program->spec;
	enum exit_code exit_code = EXIT_DONE;
	char **words = NULL;
	int word_count = 0;
	bool is_done = false;
	enum rc rc;
	struct err e;

	leave_no_core();
	log_open(spec->program, LOG_LOGFMT, LOG_INFO);
	rc = fault_read(&e);
	if (!rc)
		rc = options_read(spec, argc, argv, settings, &words, &word_count, &is_done, &e);
	options_hide(spec, argc, argv);
	if (rc) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = exit_code_of(&e);
	} else if (!is_done && word_count > 0 && !program->takes_words) {
		log_error("cannot start", F_STR("error", "command line: no arguments but options are taken"));
		exit_code = EXIT_USAGE;
	} else if (!is_done) {
		log_open_as(spec->program, text_of_option(spec, settings, "log-format"),
		            text_of_option(spec, settings, "log-level"));
		const char *health = text_of_option(spec, settings, "health"); /* NULL: not given */

		variables_warn();
		stop_install();
		exit_code = health && *health ? answer_health(health)
		                              : program->run(settings, words, word_count);
	}
	options_release(spec, settings, words);
	/* What was printed and did not arrive was not done, unless that is said already. */
	if ((fflush(stdout) || ferror(stdout)) && exit_code == EXIT_DONE) {
		log_error("not done", F_STR("error", "standard output cannot be written"));
		exit_code = EXIT_INTERNAL;
	}
	return (int)exit_code;
}
