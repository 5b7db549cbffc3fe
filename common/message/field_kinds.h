/*
 * field_kinds.h - the kinds of fields that tables of fields name: what must be in a field of that
 * kind, and how it is read, hashed and written.
 *
 * Fields of requests are in request_types.def, those of the objects in them in field_objects.c.
 * Included by common/message only.
 */
#ifndef HOLDFAST_MESSAGE_FIELD_KINDS_H
#define HOLDFAST_MESSAGE_FIELD_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

struct arena;
struct cJSON;
struct field_kind;

/* A row of a table of fields. */
struct field {
	uint64_t bit;                  /* in a set of a request's fields */
	const char *key;
	const char *form;              /* "an integer from 1 to 50": what the key must be */
	const struct field_kind *kind; /* how it is read and written */
	size_t offset;                 /* of its member in the object */
	size_t has_offset;             /* of the bool that says it is there; 0: the member says it */
	int32_t max;                   /* bytes, points, elements or the integer itself */
	uint8_t tag;                   /* in the content; never 0 */
	bool is_required;              /* of an object inside a request */
	unsigned given;                /* of a struct policy: its bit there; 0: of another object */
};

/* A value is being read. What is malformed inside of it is noted as it is met. */
struct field_reading {
	struct arena *arena;    /* what is read lives in it, but for texts: those are of the tree */
	size_t element;         /* of a list: the number of its first bad one, from 1 on; 0: none */
	const char *member;     /* of an object, its malformed field; NULL: none */
};

/* `object` is the struct that the field is a member of. */
struct field_kind {
	bool (*read)(const struct field *f, const struct cJSON *value, struct field_reading *reading,
	             void *object); /* false: malformed, or out of memory (arena->failed) */
	bool (*is_present)(const struct field *f, const void *object);
	/* Append bytes that are equal for equal content and say where they end. */
	void (*hash)(const struct field *f, const void *object, struct arena *arena,
	             struct buf *content);
	void (*encode)(const struct field *f, const void *object, struct buf *b);
};

extern const struct field_kind kind_id;      /* an id or a secret */
extern const struct field_kind kind_name;
extern const struct field_kind kind_channel; /* a name, but CHANNEL_PUBLIC */
extern const struct field_kind kind_title;
extern const struct field_kind kind_uuid;    /* nil is none */
extern const struct field_kind kind_integer; /* from 1 on; 0 is none */
/* From 0 on, and true or false: whether they are there stands at has_offset, or in `given`. */
extern const struct field_kind kind_coordinate, kind_truth;
extern const struct field_kind kind_capacity; /* from 0 on, and always there */
extern const struct field_kind kind_singles;
extern const struct field_kind kind_from;    /* an instant, of a struct sale_window */
extern const struct field_kind kind_until;
extern const struct field_kind kind_names;   /* distinct; a pointer and, next to it, a size_t */
extern const struct field_kind kind_opens;   /* the same of struct channel; may be empty */
extern const struct field_kind kind_flags;   /* of struct place */
extern const struct field_kind kind_seat_ids; /* these and the next are of struct request */
extern const struct field_kind kind_seats;
extern const struct field_kind kind_channels;
extern const struct field_kind kind_best;
/* Likewise; a pointer and, next to it, a size_t. */
extern const struct field_kind kind_area_counts, kind_areas;
#define kind_rules kind_integer
#define kind_limit kind_coordinate

/* What a field of each kind must be, for fault texts; max is the column of the table. */
#define STRING_(x) #x
#define STRING(x) STRING_(x)
#define FORM_id(max) "1 to " STRING(max) " characters of A-Z a-z 0-9 . _ : / -"
#define FORM_name(max) \
	"1 to " STRING(max) " bytes of UTF-8 without control characters and outer spaces"
#define FORM_channel(max) FORM_name(max) ", and not public"
#define FORM_uuid(max) "a UUID of " STRING(max) " characters, not nil"
#define FORM_title(max) "at most " STRING(max) " characters without control characters"
#define FORM_integer(max) "an integer from 1 to " STRING(max)
#define FORM_limit(max) "an integer from 0 to " STRING(max) ", 0 for no limit"
#define FORM_rules(max) STRING(max) ", the only rules known"
#define FORM_from(max) "a time like 2026-11-24T15:00:00.123Z, of the years 1970 to 9999"
#define FORM_until(max) FORM_from(max)
#define FORM_truth(max) "true or false"
#define FORM_singles(max) "allow or refuse"
#define FORM_names(max) "1 to " STRING(max) " distinct names, each " FORM_name(NAME_BYTES_MAX)
#define FORM_seat_ids(max) FORM_names(max)
#define FORM_seats(max) \
	"1 to " STRING(max) " objects, each with a seat_id of its own and, at will, its place, every " \
	"field in its form"
#define FORM_channels(max) \
	"1 to " STRING(max) " objects, each with a channel of its own that is not public, every field " \
	"in its form"
#define FORM_area_counts(max) \
	"1 to " STRING(max) " objects, each with an area_id of its own and a count from 1 to " \
	STRING(RESERVE_SEATS_MAX)
#define FORM_areas(max) \
	"1 to " STRING(max) " objects, each with an area_id of its own and a capacity from 0 to " \
	STRING(AREA_CAPACITY_MAX) ", every field in its form"
#define FORM_best(max) \
	"an object with a count from 1 to " STRING(max) ", accessible at most count and not beside " \
	"together: false, every field in its form"

#endif
