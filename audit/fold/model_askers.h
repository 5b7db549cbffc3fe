/*
 * model_askers.h - who asks of a show: sessions, and the customers behind them (customers.h).
 *
 * Everything lives in the model's memory.
 */
#ifndef HOLDFAST_AUDIT_FOLD_MODEL_ASKERS_H
#define HOLDFAST_AUDIT_FOLD_MODEL_ASKERS_H

#include <stdint.h>

#include "audit/fold/model_setting.h"
#include "common/base/digest.h"

struct reservation;

/* A customer of a show, by his hash. */
struct buyer {
	uint8_t hash[SHA256_BYTES];
	int64_t places_bought;      /* of confirmed reservations */
	struct reservation *holds;  /* the latest first; those that ended go when they are met */
	UT_hash_handle hh;          /* of show->buyers */
};

/* The one hold that a session has on a show. */
struct session {
	uint8_t hash[SHA256_BYTES];
	struct reservation *held;   /* NULL, or with the status held */
	UT_hash_handle hh;
};

#endif
