/*
 * rig.h - a pipeline of one test program's own: database, topics, programs, a client.
 *
 * Needs DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS of servers for tests; programs are taken from
 * HOLDFAST_BUILD (build). What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_RIG_H
#define HOLDFAST_TESTS_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "common/pipeline/client.h"

#define RIG_WAIT_MS 60000 /* a deadline: machines are busy */
#define RIG_PARTITIONS 8

/* How long a request waits for its reply; set it before rig_make where RIG_WAIT_MS is too short. */
extern int64_t rig_reply_wait_ms;

/* RIG_PARTITIONS, or what HOLDFAST_PARTITIONS was set to before rig_make. */
extern int32_t rig_partitions;

/*
 * Set it before rig_make for a pipeline whose upper half of the partitions is in the database of
 * that URL: programs are given HOLDFAST_DATABASE_MAP in place of DATABASE_URL. rig_sql stays with
 * the lower half's.
 */
extern const char *rig_upper_url;
/* The map of those two, either way round; good for the next 64 calls. */
const char *rig_map(const char *lower_url, const char *upper_url);

/* Set-up and tear-down of a cmocka group; the set-up runs holdfast-admin init. */
int rig_make(void **state);
int rig_drop(void **state);

/* Programs: the arguments end with NULL. Output goes to a file that is printed when a test fails. */
long rig_start(const char *program, ...);
/*
 * Start programs from now on with other servers than the rig's own, through proxies on 127.0.0.1;
 * ports 0: the rig's own again.
 */
void rig_go_through(int database_port, int kafka_port);
/* Has it ended by itself? Then the exit code, or minus the signal, is there. */
bool rig_has_ended(long pid, int *code);
/*
 * Send the signal (0: none) and wait; the exit code, or minus the signal that ended it, and 128 more
 * where that left a core.
 */
int rig_stop(long pid, int signal);
void rig_kill_all(void);
const char *rig_log_path(void); /* in HOLDFAST_TEST_LOGS (/tmp) */
const char *rig_log(void); /* everything that programs wrote to stderr so far */

extern struct topic_names rig_topics;
extern const char *rig_group; /* the consumer group of its workers */
struct kafka_settings rig_kafka(void);

/* Keep a text of malloc's, for the next 64 calls; taken. */
const char *rig_keep(char *text);
/* As vasprintf; release with free(3). */
char *rig_print(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
/* A new UUID as text; good for the next 64 calls. */
const char *rig_id(void);

/*
 * Publish a value with that key and wait for its reply, which is good for the next 64 calls.
 */
const char *rig_ask(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *rig_ask_raw(struct text key, struct text value, const struct record_header *headers,
                        size_t header_count);
/* Publish only; several at once, then wait for every reply. */
void rig_send(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rig_await(size_t count); /* that many replies since the last call, none missing */
size_t rig_waiting(void);    /* requests without a reply, after a short look for more */
const char *rig_reply(size_t i); /* of those, in the order of the requests */

/* Fails the test unless the reply has that code and reason. */
void rig_expect(const char *reply, int code, const char *reason);
/* The value of a field of the outermost object, as text without quotes; "" where absent. */
const char *rig_field(const char *reply, const char *name);

/* What psql -At prints for a statement. */
const char *rig_sql(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ask again until it prints `expected`, RIG_WAIT_MS at the longest. */
void rig_await_sql(const char *expected, const char *sql);

/* The first offset kept and the end of a partition, as kafka_reader_bounds. */
void rig_bounds(const char *topic, int32_t partition, bool is_committed, int64_t *first,
                int64_t *end);
/* A worker that was killed is a member for a while, and nobody may set offsets then. */
void rig_await_empty_group(void);

/* Every record that can be seen of a topic now; release with rig_give. */
size_t rig_read(const char *topic, struct record *records, size_t max);
void rig_give(struct record *records, size_t count);

/* A show with seats A1 to A<n>. */
void rig_show(const char *show_id, int seats);

#endif
