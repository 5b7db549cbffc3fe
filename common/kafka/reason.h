/*
 * reason.h - what the client library knows of a failure and does not return with its error: why
 * brokers do not answer, and to which topic a transaction may not write.
 *
 * Kept for the whole process, as all its clients go to the same brokers.
 * Threads: any.
 * Limits: REASON_BROKERS_MAX brokers, REASON_REFUSED_MAX refused topics of a client. A broker's reason
 * counts for REASON_FRESH_MS: while it goes on, the library repeats it every 30 s.
 */
#ifndef HOLDFAST_KAFKA_REASON_H
#define HOLDFAST_KAFKA_REASON_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"

#define REASON_BROKERS_MAX 8
#define REASON_REFUSED_MAX 32
#define REASON_FRESH_MS 60000
#define REASON_REFUSED_MS 600000
#define REASON_TEXT_BYTES 320
#define REASON_NAME_BYTES 250 /* of a topic, of a host with its port */

/* A line of the library's log. True: it says for the first time why a broker does not answer. */
struct reason {
	char broker[REASON_NAME_BYTES]; /* host:port */
	char text[REASON_TEXT_BYTES];
};
bool reason_note(const char *client, const char *facility, const char *line, int64_t now_ms,
                 struct reason *news);
void reason_forget(void); /* everything */
/* Was a transaction of this process refused the topic (Write) within REASON_REFUSED_MS? */
bool reason_is_refused(const char *topic, int64_t now_ms);

struct kafka_failure {
	const struct rd_kafka_s *client;
	int code;              /* a rd_kafka_resp_err_t */
	const char *text;      /* the library's words; NULL: those of the code */
	const char *operation; /* what the call needs the right to: "Describe" ... */
	const char *kind;      /* ... "topic" ... */
	const char *name;      /* ... its name; NULL where it never is a matter of rights */
};

#define KAFKA_FAILURE(...) (&(struct kafka_failure){__VA_ARGS__})

/*
 * Fill an error: what was tried, what the library says, and what is known besides.
 *
 * A right that is missing: RC_FATAL, FROM_RIGHTS, with operation, resource and principal. Brokers
 * that do not answer: rc, FROM_KAFKA, with the last reason of each; FROM_SETTINGS where it is the
 * certificates, the password or the protocol.
 */
#define kafka_fail(e, rc, failure, ...) \
	kafka_fail_at((e), (rc), (failure), __func__, __LINE__, __VA_ARGS__)
enum rc kafka_fail_at(struct err *e, enum rc rc, const struct kafka_failure *failure,
                      const char *func, int line, const char *what, ...)
    __attribute__((format(printf, 6, 7)));
bool kafka_is_right(int code); /* is it that a right is missing? */

#endif
