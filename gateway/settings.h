/*
 * settings.h - what the gateway was started with: its options.
 */
#ifndef HOLDFAST_GATEWAY_SETTINGS_H
#define HOLDFAST_GATEWAY_SETTINGS_H

#include "gateway/gateway.h"

#define PROGRAM_OPTIONS "gateway/options.def"
#include "common/program/settings.h"

/* All is borrowed from the options. pipeline: borrowed, need not be read yet */
struct gateway_settings settings_of(const struct settings *s, const struct pipeline *pipeline);

#endif
