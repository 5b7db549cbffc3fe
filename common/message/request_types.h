/*
 * request_types.h - the types of requests, whose they are and the fields that they use.
 *
 * All of it comes from one table, request_types.def. Sections 3 and 4 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_REQUEST_TYPES_H
#define HOLDFAST_MESSAGE_REQUEST_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

enum request_type {
	REQUEST_NONE, /* missing, malformed or unknown */
#define TYPE(symbol, name, sender, bytes_max, tag, required, optional) REQUEST_##symbol,
#include "common/message/request_types.def"
	REQUEST_TYPE_COUNT,
};

enum request_field {
#define FIELD(symbol, key, kind, member, max, tag) FIELD_##symbol,
#include "common/message/request_types.def"
	FIELD_COUNT,
};

/* A set of fields has a bit for each. */
#define FIELD_BIT(symbol) (UINT64_C(1) << FIELD_##symbol)
_Static_assert(FIELD_COUNT <= 64, "a set of fields is a uint64_t");

enum request_sender { SENDER_ORGANISER, SENDER_CUSTOMER, SENDER_PIPELINE };

/* "create_show, add_seats ... or expire", with its end. */
enum {
	REQUEST_NAMES_BYTES = sizeof " or "
#define TYPE(symbol, name, sender, bytes_max, tag, required, optional) + sizeof name ", "
#include "common/message/request_types.def"
};
void request_type_list(char text[REQUEST_NAMES_BYTES]);

/* "reserve" ...; NULL for REQUEST_NONE. */
const char *request_type_name(enum request_type type);
enum request_type request_type_of(struct text name); /* REQUEST_NONE: unknown */

enum request_sender request_sender_of(enum request_type type); /* not of REQUEST_NONE */

/* None for REQUEST_NONE. */
uint64_t request_fields_of(enum request_type type); /* required or optional */
uint64_t request_required_fields_of(enum request_type type);

/* Of the whole value; of REQUEST_NONE the least of any type. */
size_t request_bytes_max_of(enum request_type type);
uint8_t request_tag_of(enum request_type type); /* its name in the content */
/* Does a decision on it claim the request_id (rows 4 and 5 of section 4)? */
bool request_type_claims(enum request_type type);

#endif
