/*
 * pages.h - files that the gateway serves as they are; they lie beside this one, and `embed` makes
 * them part of the program.
 */
#ifndef HOLDFAST_GATEWAY_PAGES_PAGES_H
#define HOLDFAST_GATEWAY_PAGES_PAGES_H

#include "common/base/text.h"

/* The bytes of the file of that name, for ever; data NULL: there is none. */
struct text page_find(const char *name);

#endif
