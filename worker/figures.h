/*
 * figures.h - the names of worker/figures/ from before that room; goes when no lane uses them.
 */
#ifndef HOLDFAST_WORKER_FIGURES_H
#define HOLDFAST_WORKER_FIGURES_H

#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"

#define metrics_set_offset gauges_set_offset
#define metrics_set_halted gauges_set_halted
#define metrics_forget_partition gauges_forget

#endif
