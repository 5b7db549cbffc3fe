/*
 * settings.h - what holdfast-producer was started with: struct settings, as all of its rooms see it.
 */
#ifndef HOLDFAST_PRODUCER_SETTINGS_H
#define HOLDFAST_PRODUCER_SETTINGS_H

#define PROGRAM_OPTIONS "producer/options.def"
#include "common/program/settings.h"

#endif
