/*
 * ending.h - ends clients on threads of their own, side by side. For sources of common/kafka only.
 *
 * To end a client waits for its threads, and with some versions of the library for a timer of up to
 * a second: whoever closed several, one after another, would wait for the sum.
 */
#ifndef HOLDFAST_KAFKA_ENDING_H
#define HOLDFAST_KAFKA_ENDING_H

/*
 * Call end(client) on a thread of its own, or at once where there is none to be had. The process
 * does not exit before it has returned.
 *
 * client  taken, with all that its callbacks use
 */
void kafka_end(void (*end)(void *client), void *client);

#endif
