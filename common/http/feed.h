/*
 * feed.h - what some viewers of a loop see: who they are, and who of them awaits a catch-up.
 *
 * Threads: the loop's.
 */
#ifndef HOLDFAST_HTTP_FEED_H
#define HOLDFAST_HTTP_FEED_H

#include <uthash.h>

#include "common/http/mail.h"
#include "common/http/sending.h"

/* Those at that position await a catch-up. */
struct ask {
	struct ask *next;
	uint32_t generation;
	int64_t position;
};

struct feed {
	uint32_t number;
	uint32_t count, capacity;
	struct viewer **list;     /* in no order; each knows its index */
	uint32_t left;            /* of list: so many, the first ones, wait for the first of frames */
	struct ask *asks;
	struct mail *frames;      /* on their way through the list, one after the other */
	struct feed *prev, *next; /* for its owner */
	UT_hash_handle hh;
};

struct feed *feed_find(struct feed *feeds, uint32_t number); /* NULL: there is none */
struct feed *feed_make(struct feed **feeds, uint32_t number); /* or found. NULL: no memory */
/* It is no more, where it has neither viewers nor frames. */
void feed_release_if_empty(struct feed **feeds, struct feed *feed);

bool feed_add(struct feed *feed, struct viewer *v); /* false: no memory */
/* Whoever takes its place may be looked at twice by the frame on its way, but is not left out. */
void feed_remove(struct feed *feed, struct viewer *v);

/* false: it is awaited already, or no memory */
bool feed_ask(struct feed *feed, uint32_t generation, int64_t position);
void feed_end_ask(struct feed *feed, uint32_t generation, int64_t position);

#endif
