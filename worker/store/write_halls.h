/*
 * write_halls.h - the part of a batch's statements that is about shows, channels, places and areas.
 *
 * For write.c alone.
 */
#ifndef HOLDFAST_WORKER_STORE_WRITE_HALLS_H
#define HOLDFAST_WORKER_STORE_WRITE_HALLS_H

#include "worker/plan/view.h"
#include "worker/store/write_columns.h"

void write_halls(struct store_writes *writes, const struct view *view);

#endif
