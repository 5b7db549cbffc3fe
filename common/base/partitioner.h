/*
 * partitioner.h - the partition of a key: murmur2, as Java's default partitioner has it.
 */
#ifndef HOLDFAST_BASE_PARTITIONER_H
#define HOLDFAST_BASE_PARTITIONER_H

#include <stddef.h>
#include <stdint.h>

int32_t partition_of_key(const void *key, size_t key_bytes, int32_t partition_count);

#endif
