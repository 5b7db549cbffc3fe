/*
 * asking.h - the request that a step of a load's plan becomes.
 *
 * Knows: what a hold is asked for and how it is changed. Doesn't know: which holds there are, ids,
 * Kafka.
 */
#ifndef HOLDFAST_PRODUCER_LOAD_ASKING_H
#define HOLDFAST_PRODUCER_LOAD_ASKING_H

#include "common/base/text.h"
#include "producer/load/stock.h"

struct load_asking {
	const struct load_plan *plan; /* borrowed */
	uint64_t run;                 /* a number that makes the sessions the run's own */
	int32_t hold_seconds;         /* of reserves; 0: the show's */
	bool has_customers;
};

/*
 * Append a request.
 *
 * type  reserve, change_hold, confirm or release; the latter three of the hold
 * id    its request_id
 * hold  what a reserve shall become, with that id, or what is there; one turn further where it is
 *       changed. Named seats: one comes, the free one behind its seats, and the first one goes and
 *       is then the free one; places of an area come and go in turn; beside seats that the worker
 *       chose one more comes, and then nothing but time
 */
void load_ask(const struct load_asking *asking, enum request_type type, const struct uuid *id,
              struct load_hold *hold, uint32_t customer, struct buf *value);

#endif
