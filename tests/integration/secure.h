/*
 * secure.h - servers of a test's own that let in whom they know, and programs as one of these: with
 * exactly the rights that `holdfast-admin init --print-acls --print-grants` prints.
 *
 * All log in by TLS. Passwords: secured, beside this file. What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_SECURE_H
#define HOLDFAST_TESTS_SECURE_H

#include <librdkafka/rdkafka.h>

#include "common/pipeline/rights.h"
#include "tests/integration/rig.h"

#define SECURED "tests/integration/secured"
#define SECURE_ABSENT ".absent" /* behind the name of the replies: a topic to be made that may not be */

extern int secure_expired_port; /* of a broker's certificate that has expired */

/* Set-up and tear-down of a cmocka group: rig_make and rig_drop are among it. */
int secure_open(void **state);
int secure_close(void **state);

/* What is started from here on is that user of Kafka, and that role of the database. */
void secure_be(const char *user, const char *role);
void secure_be_the_rig(void);                          /* who may do everything */
void secure_be_by_certificate(const char *certificate); /* NULL: none */
/* A change of one word of a variable of the environment. */
void secure_replace(const char *variable, const char *from, const char *to);

struct acl_names secure_names(bool is_shadow);
/*
 * Who has the rights of the user that row i is of, but for that row; where he may not read or write
 * he may still describe, so that it is not that which he is told.
 */
const char *secure_lacking(const char *user, size_t i);
/* Into the database that the rig is in. */
void secure_give_grants(bool is_shadow);

/* To ask for what a client library can do as the rig, and wait until that is done; closes both. */
rd_kafka_t *secure_open_admin(rd_kafka_queue_t **queue);
void secure_await_admin(rd_kafka_t *client, rd_kafka_queue_t *queue);

/* ---- runs that end ---- */

struct run {
	long pid;
	int code;
	const char *said;
	char path[200];
};

struct run secure_begin(const char *command);
void secure_expect(struct run *run, const char *what, int code, const char *words);
void secure_run_well(const char *command, const char *words);

#endif
