/*
 * find_reply.h - where the reply to one request stands, and whether it is the one that must be there.
 */
#ifndef HOLDFAST_AUDIT_LETTER_FIND_REPLY_H
#define HOLDFAST_AUDIT_LETTER_FIND_REPLY_H

#include "audit/letter/letter.h"
#include "audit/settings.h"

/*
 * Read the reply topic from shortly before the request was decided, where it is not found there
 * from its beginning; and the one of --reply-topics that the request asked for, before it.
 *
 * committed  of the request's partition: requests_committed; INT64_MAX: not known
 * answer     returned
 *
 * RC_RETRY   Kafka lost, or asked to stop
 */
enum rc find_reply(const struct audit_settings *settings, const struct dispute *one,
                   int64_t committed, struct answer *answer, struct err *e) NODISCARD;

#endif
