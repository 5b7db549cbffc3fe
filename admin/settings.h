/*
 * settings.h - what holdfast-admin was started with.
 */
#ifndef HOLDFAST_ADMIN_SETTINGS_H
#define HOLDFAST_ADMIN_SETTINGS_H

#define PROGRAM_OPTIONS "admin/options.def"
#include "common/program/settings.h"

#endif
