/*
 * view_halls.h - what a view knows of a show beside who has its seats: its policy, where they
 * are, and the channels by which they are sold.
 *
 * Everything lives in the view's arena.
 */
#ifndef HOLDFAST_WORKER_PLAN_VIEW_HALLS_H
#define HOLDFAST_WORKER_PLAN_VIEW_HALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "common/base/digest.h"
#include "common/message/channel.h"
#include "common/message/place.h"
#include "common/message/policy.h"

enum known { NOT_ASKED, WANTED, KNOWN };

/* What of a show may change, as it was read. */
struct show_seen {
	struct policy policy;
	bool has_owner;
	uint8_t owner_hash[SHA256_BYTES];
	int64_t version;
};

/* A row of show_channels. */
struct channel_row {
	struct text name;
	bool has_key;
	uint8_t key_hash[SHA256_BYTES];
	struct sale_window on_sale;
	const struct text *opens; /* sorted by bytes, as the column */
	size_t opens_count;
	bool is_exempt;
	int64_t version;
	bool existed, is_changed;
	const struct channel_row *seen; /* as read, of one that existed and is changed */
	struct channel_row *next; /* of the show */
};

/* A row of seat_places: that of one seat. */
struct place_row {
	struct seat *seat;
	bool is_known;
	bool exists, existed;
	bool is_changed;
	/* The default of rank is filled in; flag_list, flag_count and has_flags say nothing. */
	struct place place, seen;
	int64_t version, seen_version;
	int64_t asked_at; /* offset of the last request that gave the seat a place */
	struct place_row *next_wanted, *next_changed;
};

/* One (section, row, pos) of a show, and which seat stands at it. */
struct slot {
	struct show *show;
	struct text key; /* section or nothing, NUL, row, NUL, pos: as a hash finds it */
	struct text section, row; /* section.data NULL: absent */
	int32_t pos;
	bool is_known;
	struct seat *seat;  /* now; NULL: none. Of a seat on the list of wanted ones nothing is known */
	int64_t asked_at;   /* offset of the last request that gave it to a seat, */
	size_t askers;      /* and to how many */
	struct slot *next_wanted;
	UT_hash_handle hh;  /* of show->slots */
};

#endif
