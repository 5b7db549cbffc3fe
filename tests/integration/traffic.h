/*
 * traffic.h - seeded random requests of all types over a few shows, published through rig.h.
 *
 * The same seed gives the same requests but for their ids. What a request comes to depends on the
 * time it is decided at; whoever wants to know asks the audit.
 */
#ifndef HOLDFAST_TESTS_TRAFFIC_H
#define HOLDFAST_TESTS_TRAFFIC_H

#include <stddef.h>
#include <stdint.h>

#define TRAFFIC_SHOWS 16
#define TRAFFIC_SEATS 40

/* The shows traffic-0 ..., made and awaited. */
void traffic_open(uint64_t seed);
/* Publish the next `count` requests; await them with rig_await. */
void traffic_send(size_t count);

/* A number below `bound` from a seeded sequence of its own. */
uint64_t traffic_random(uint64_t *state, uint64_t bound);

#endif
