/*
 * program.h - what every main does: read the options, open the log, watch for signals, run.
 */
#ifndef HOLDFAST_PROGRAM_PROGRAM_H
#define HOLDFAST_PROGRAM_PROGRAM_H

#include "common/program/options.h"

/* Exit codes of every program; section 9 of docs/protocol.md. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_INTERNAL = 1,
	EXIT_USAGE = 2,
	EXIT_MISMATCH = 3,
	EXIT_DATABASE_LOST = 4,
	EXIT_KAFKA_LOST = 5,
	EXIT_DIFFERENCE = 6,
	EXIT_REJECTED = 7,
	EXIT_NO_REPLY = 8,
};

/* What a program returns that could not go on because of this; EXIT_DONE with RC_OK. */
enum exit_code exit_code_of(const struct err *e);

struct program {
	const struct options_spec *spec; /* its rows are those of common/program/options.def and more */
	bool takes_words;                /* arguments that are no options */
	/* settings as given to program_main; words are borrowed. Returns the exit code. */
	enum exit_code (*run)(const void *settings, char **words, int count);
};

/* settings: zeroed, of the struct that the spec's rows describe. Returns what main returns. */
int program_main(const struct program *program, void *settings, int argc, char **argv);

#endif
