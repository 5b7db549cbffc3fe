/*
 * model_setting.h - what organisers set of a show beside its policy: where seats are (placing.h), and
 * the channels by which they are sold (channels.h); and areas, which have no seats (areas.h).
 *
 * Everything lives in the model's memory; what is replaced stays there until the model goes.
 */
#ifndef HOLDFAST_AUDIT_FOLD_MODEL_SETTING_H
#define HOLDFAST_AUDIT_FOLD_MODEL_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/digest.h"
#include "common/message/channel.h"
#include "common/message/place.h"

/* Where memory is short, what is added has no table (hh.tbl) afterwards. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct seat;
struct share;

/* Where a seat is. */
struct seat_place {
	struct seat *seat;
	struct place place;   /* the default of rank filled in; flags as a set */
	struct text spot;     /* section, row and pos as one key; data NULL: no row */
	int64_t version;
	bool is_seen;         /* audit/compare: there is a row */
	UT_hash_handle hh;    /* of show->places, those with a spot */
};

struct show_channel {
	struct text name;
	bool has_key;
	uint8_t key_hash[SHA256_BYTES];
	struct sale_window on_sale;
	struct text *opens;   /* sorted by bytes */
	size_t opens_count;
	bool is_exempt;
	int64_t version;
	bool is_seen;         /* audit/compare: there is a row */
	struct show_channel *next;
};

/* What a channel opens is sold in it place by place. */
struct show_area {
	struct text id;
	int32_t capacity;
	int64_t sold;
	struct share *held;   /* of held reservations, those that have lapsed, too: lapses.h */
	struct text channel;  /* data NULL: public */
	struct text category; /* data NULL: none */
	int64_t version;
	uint32_t number;      /* of the show's areas, in the order made, from 0 */
	bool is_seen;         /* audit/compare: there is a row */
	UT_hash_handle hh;    /* of show->areas, in the order made */
};

#endif
