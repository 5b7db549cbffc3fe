/*
 * crowd.h - how many of each kind are inside at once: viewers of an address.
 *
 * Threads: one at a time.
 */
#ifndef HOLDFAST_GATEWAY_API_CROWD_H
#define HOLDFAST_GATEWAY_API_CROWD_H

#include <stdint.h>

#define CROWD_KEY_BYTES 16

struct crowd;

/* max: of one key; 0: no limit. NULL: out of memory */
struct crowd *crowd_open(uint32_t max);
void crowd_close(struct crowd *crowd); /* takes NULL */

/* One more of that key. Returns what crowd_leave takes; 0: there are too many, or no memory */
uint32_t crowd_enter(struct crowd *crowd, const uint8_t key[CROWD_KEY_BYTES]);
void crowd_leave(struct crowd *crowd, uint32_t place);

#endif
