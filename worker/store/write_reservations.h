/*
 * write_reservations.h - the part of a batch's statements that is about reservations, and what of
 * seats and areas is in them.
 *
 * For write.c alone.
 */
#ifndef HOLDFAST_WORKER_STORE_WRITE_RESERVATIONS_H
#define HOLDFAST_WORKER_STORE_WRITE_RESERVATIONS_H

#include "worker/plan/view.h"
#include "worker/store/write_columns.h"

void write_reservations(struct store_writes *writes, const struct view *view);

#endif
