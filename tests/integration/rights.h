/*
 * rights.h - a broker that asks for rights (own servers), and taking rights away.
 *
 * Everybody is User:ANONYMOUS, who may do everything that was not taken from him.
 */
#ifndef HOLDFAST_TESTS_RIGHTS_H
#define HOLDFAST_TESTS_RIGHTS_H

#include "tests/integration/rig.h"

enum rights_of { RIGHTS_TOPIC, RIGHTS_GROUP, RIGHTS_TRANSACTIONAL_ID };

/* Restart the broker of the test's own servers with an authorizer, before rig_make: guarded. */
void rights_open_broker(int *tls_port, int *login_port);
/*
 * Take an operation ("Read", "Write", "Describe") away, or give it back. Behind a return the broker
 * goes by it.
 *
 * is_prefix  what begins with that name
 * operation  of a transactional id: the others go with it
 */
void rights_take(enum rights_of what, const char *name, bool is_prefix, const char *operation);
void rights_give(enum rights_of what, const char *name, bool is_prefix, const char *operation);

#endif
