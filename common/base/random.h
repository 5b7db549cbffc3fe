/*
 * random.h - random numbers that nobody can guess (libcrypto): for keys, sessions and seeds.
 */
#ifndef HOLDFAST_BASE_RANDOM_H
#define HOLDFAST_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/err.h"

/* false: none can be had; `to` may have anything then */
bool random_fill(void *to, size_t bytes) NODISCARD;

#endif
