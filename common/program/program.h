/*
 * program.h - what every main does: read the options, open the log, watch for signals, run.
 */
#ifndef HOLDFAST_PROGRAM_PROGRAM_H
#define HOLDFAST_PROGRAM_PROGRAM_H

#include "common/program/options.h"

struct program {
	const struct options_spec *spec; /* its rows are those of common/program/options.def and more */
	bool takes_words;                /* arguments that are no options */
	/* settings as given to program_main; words are borrowed. Returns the exit code. */
	enum exit_code (*run)(const void *settings, char **words, int count);
};

/* settings: zeroed, of the struct that the spec's rows describe. Returns what main returns. */
int program_main(const struct program *program, void *settings, int argc, char **argv);

#endif
