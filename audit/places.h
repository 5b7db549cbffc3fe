/*
 * places.h - which request a message belongs to, and where its reply was to go.
 */
#ifndef HOLDFAST_AUDIT_PLACES_H
#define HOLDFAST_AUDIT_PLACES_H

#include "audit/settings.h"
#include "common/message/same.h"
#include "common/base/record.h"

/* As stream.h wants them: of a reply or an event, and of a dead letter. */
bool place_of_message(const struct record *record, const char *topic, struct message_place *place);
bool place_of_letter(const struct record *record, const char *topic, struct message_place *place);

/*
 * The topic of --reply-topics that a request asks for; NULL: none of them.
 *
 * own        partition of the request
 * partition  returned: of the topic
 */
const char *place_asked_for(const struct audit_settings *settings, const struct record *request,
                            int32_t own, int32_t *partition);

#endif
