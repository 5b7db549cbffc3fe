/*
 * variables.h - variables of the environment that look like ours and are nobody's: HOLDFAST_BACTH_MAX.
 */
#ifndef HOLDFAST_PROGRAM_VARIABLES_H
#define HOLDFAST_PROGRAM_VARIABLES_H

/*
 * Name each in a warning, with what it may have meant; never its value. Known are the options of
 * all programs, since one environment may serve several of them, and what is no program's:
 * variables of the project's scripts, and those by which Kubernetes tells of a service `holdfast`.
 */
void variables_warn(void);

#endif
