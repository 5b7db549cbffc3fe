/*
 * whole.h - what is made of all seats of a show, and kept with them.
 */
#ifndef HOLDFAST_WORKER_STORE_WHOLE_H
#define HOLDFAST_WORKER_STORE_WHOLE_H

#include <stddef.h>

/*
 * It goes where it is no longer true: with the show, or when seats or places are added or changed.
 * A show that has it is whole.
 */
struct whole {
	void *built; /* NULL: nothing */
	size_t (*bytes)(const void *built);
	void (*close)(void *built);
};

#endif
