/*
 * body.h - a verdict as the reply that must have been given, its changes as the events.
 */
#ifndef HOLDFAST_AUDIT_FOLD_BODY_H
#define HOLDFAST_AUDIT_FOLD_BODY_H

#include "audit/fold/model.h"

/* Append the reply's body, and an event's, as common/message/reply.h writes them. */
void body_write_reply(const struct verdict *v, struct buf *b);
void body_write_event(const struct verdict *v, const struct show *show, const struct change *c,
                         struct buf *b);

#endif
