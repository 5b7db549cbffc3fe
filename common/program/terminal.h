/*
 * terminal.h - how long a line may be that people read.
 */
#ifndef HOLDFAST_PROGRAM_TERMINAL_H
#define HOLDFAST_PROGRAM_TERMINAL_H

#include <stddef.h>

/* COLUMNS where it is set; else the width of the terminal on stdout; 100 where there is none. */
size_t terminal_columns(void);

#endif
