/*
 * settings.h - what holdfast-worker was started with.
 */
#ifndef HOLDFAST_WORKER_SETTINGS_H
#define HOLDFAST_WORKER_SETTINGS_H

#define PROGRAM_OPTIONS "worker/options.def"
#include "common/program/settings.h"

#endif
