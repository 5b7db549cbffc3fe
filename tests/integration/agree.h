/*
 * agree.h - what stands in the topics, held against the rows and against itself.
 *
 * Works on the pipeline of rig.h; agree.sql compares. What differs fails the test.
 */
#ifndef HOLDFAST_TESTS_AGREE_H
#define HOLDFAST_TESTS_AGREE_H

#include "tests/integration/rig.h"

/*
 * Every request record has one reply, one row in decisions, the time of the contract and its
 * headers; folding the events gives the seats and the reservations.
 *
 * more_reply_topics  beside the default one, ends with NULL; may be NULL
 * but_show           of this show the seats are not looked at (changed by hand); may be NULL
 */
void agree_all(const char *const *more_reply_topics, const char *but_show);

#endif
