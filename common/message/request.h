/*
 * request.h - the request message: reading it, writing it.
 *
 * Sections 3 and 4 (rows 1 and 3) of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_REQUEST_H
#define HOLDFAST_MESSAGE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/area.h"
#include "common/message/channel.h"
#include "common/message/limits.h"
#include "common/message/place.h"
#include "common/message/policy.h"
#include "common/message/request_types.h"
#include "common/message/wish.h"

/* How far the message could be read; the rows of section 4 that it decides. */
enum request_fault {
	REQUEST_READABLE,   /* every field that the type uses is well formed */
	REQUEST_UNREADABLE, /* row 1: undecodable, tombstone, too large, no proper request_id or show_id */
	REQUEST_MALFORMED,  /* row 3: another field is missing or malformed, or the type is unknown */
};

#define REQUEST_FAULT_TEXT_BYTES 240
_Static_assert(sizeof "type must be one of " + REQUEST_NAMES_BYTES <= REQUEST_FAULT_TEXT_BYTES,
               "the names of all types fit");

/* A field that the type does not use is left zero. Texts are borrowed from the arena. */
struct request {
	enum request_fault fault;
	enum request_type type;
	bool has_request_id;
	struct uuid request_id;
	struct text show_id;       /* data NULL: missing or malformed */
	struct text session_id;    /* data NULL: absent */
	struct text owner_key;     /* data NULL: absent */
	/* In the order asked; of add_seats and change_seats those of `seats` stand last, */
	struct text *seat_ids;
	size_t seat_count;
	struct place *places;      /* and these are their places: places[0] of the first of them. */
	size_t place_count;        /* as many of the seat_ids have one */
	const struct wish *best;   /* NULL: absent */
	const struct area_count *areas; /* reserve, change_hold, cancel; in the order asked */
	size_t area_count;         /* 0: absent */
	const struct text *drop_seat_ids; /* change_hold, and so the next */
	size_t drop_seat_count;    /* 0: absent */
	const struct area_count *drop_areas;
	size_t drop_area_count;    /* 0: absent */
	const struct area *set_areas; /* set_areas; in the order given */
	size_t set_area_count;
	struct text channel;       /* block_seats */
	struct text channel_key;   /* data NULL: absent */
	struct text customer_id;   /* data NULL: absent */
	const struct channel *channels;
	size_t channel_count;
	struct text new_owner_key; /* data NULL: absent */
	int32_t rules;             /* 0: absent */
	/* create_show, change_show: what is given; NULL: other types. Defaults are not filled in. */
	struct policy *policy;
	struct uuid reservation_id;
	int32_t hold_seconds;      /* reserve, change_hold, extend; 0: absent */
	/*
	 * First 16 bytes of SHA-256 over the content of section 4: equal for equal content, whatever
	 * the order of keys and lists, the case of UUIDs, the form of numbers. Only where fault is
	 * REQUEST_READABLE. An absent optional field differs from its default written out.
	 */
	uint8_t content[16];
	/* Names the field, and where in it; quotes nothing of the request. "": there is no fault. */
	char fault_text[REQUEST_FAULT_TEXT_BYTES];
};

/*
 * Read a value. Never fails: what is wrong with it stands in `fault`. Where the whole value is
 * undecodable or too large, type, request_id and show_id are all absent. The record's key is not
 * looked at.
 *
 * value  data NULL: a tombstone
 * arena  takes the texts, in a copy of the value; where arena->failed is set afterwards the result
 *        must not be used
 */
void request_decode(struct text value, struct arena *arena, struct request *r);

struct cJSON;
struct request_text { const char *key, *text; };

/*
 * The same of an object that was parsed (tree.h), of any length, without `content`: for who writes it
 * anew. Its texts are borrowed from the tree and from `more`: texts that count as if they stood in
 * the object, where none of them may stand
 */
void request_decode_tree(const struct cJSON *tree, const struct request_text *more, size_t more_count,
                         struct arena *arena, struct request *r);

/* The form of show_id and of secrets, also for flags of programs. Of names: name.h. */
bool id_is_well_formed(struct text t, size_t bytes_max);

/* Append the JSON of a request; of the fields that its type uses those that are present. */
void request_encode(struct buf *b, const struct request *r);

/*
 * Fill in a missing request_id (a new UUID version 7) in a JSON object and append the result;
 * otherwise append the object as it is. For the producer, which passes on what it was given.
 *
 * show_id  copied to the arena, for the record's key; data NULL where there is no string show_id
 *
 * RC_REJECT the line is no JSON object
 */
enum rc request_complete(struct text json, struct arena *arena, struct buf *b, struct text *show_id,
                         struct err *e) NODISCARD;

#endif
