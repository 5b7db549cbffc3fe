/*
 * read_wave.h - what is read in one round trip, and by which keys.
 *
 * For read.c alone; read_keys.c writes the keys.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_WAVE_H
#define HOLDFAST_WORKER_STORE_READ_WAVE_H

#include "common/db/db.h"
#include "worker/plan/view.h"

enum kind {
	SHOWS,
	CHANNELS, /* of the wanted shows */
	AREAS,    /* likewise */
	SEATS,
	RESERVATIONS,
	SESSIONS,
	CUSTOMERS,
	CLAIMS,
	PLACES,
	SLOTS,
	LAPSING,
	WHOLE_SEATS,
	WHOLE_PLACES,
	HELD,
	SOLD,
	KIND_COUNT
};

/* One wave: everything that is wanted, taken off the view's lists, and its keys as arguments. */
struct wave {
	struct show *shows;
	struct seat *seats;
	struct reservation *reservations;
	struct session *sessions;
	struct customer *customers;
	struct claim *claims;
	struct place_row *places;
	struct slot *slots;
	struct area_row *lapsing;
	struct show *whole;  /* to be read whole; NULL: none */
	struct text held_of; /* the show of which all held reservations are read; data NULL: none */
	size_t held_max;
	struct text sold_of; /* the same of what customers have bought */
	size_t sold_max;
	struct db_args args[KIND_COUNT];
	struct db_array show_ids, keys, flags;
};

/* The arguments of every kind of which something is wanted. */
void wave_write_keys(struct wave *wave, int64_t until_ms);

#endif
