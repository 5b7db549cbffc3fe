/*
 * pairs.h - names and their values, in the order given, each name once: properties for librdkafka.
 */
#ifndef HOLDFAST_BASE_PAIRS_H
#define HOLDFAST_BASE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/err.h"

/* Zeroed is none. */
struct pairs {
	char **names;
	char **values;
	size_t count;
};

/* Keep a pair; one of the same name is replaced, and moves to the end. */
enum rc pairs_set(struct pairs *pairs, const char *name, size_t name_bytes, const char *value,
                  size_t value_bytes, struct err *e) NODISCARD;
bool pairs_has(const struct pairs *pairs, const char *name);
void pairs_drop(struct pairs *pairs, const char *name);
void pairs_release(struct pairs *pairs);

#endif
