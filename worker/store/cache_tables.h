/*
 * cache_tables.h - the tables in which a cache keeps what it knows: hash tables of shows, and in
 * each those of its seats, of its held reservations, of its customers and of its areas.
 *
 * cache.c, cache_keep.c, cache_areas.c and cache_customers.c write them; cache_fill.c looks up.
 * Everybody else sees cache.h.
 */
#ifndef HOLDFAST_WORKER_STORE_CACHE_TABLES_H
#define HOLDFAST_WORKER_STORE_CACHE_TABLES_H

#include "worker/plan/view.h"
#include "worker/store/digest_bits.h"
#include "worker/store/whole.h"

struct cached_seat {
	UT_hash_handle hh;
	int64_t reserved_until_ms, taken_at_offset, version;
	struct uuid reserved_by;
	uint32_t number;  /* where its show is whole */
	uint32_t channel; /* number of a cached_name of its show; 0: public */
	uint8_t status;
	bool has_reserved_until, has_reserved_by, has_taken_at;
	char seat_id[]; /* with a NUL */
};
_Static_assert(SEAT_STATUS_COUNT <= UINT8_MAX + 1, "every status of a seat fits");

struct cached_reservation {
	UT_hash_handle hh, by_session;
	int64_t created_at_ms, reserved_until_ms, request_offset;
	struct uuid id;
	int32_t places, next_place;
	uint8_t session_hash[SHA256_BYTES];
	struct cached_customer *customer; /* NULL: none */
	struct cached_reservation *prev_of_customer, *next_of_customer;
	size_t seat_count, area_count;
	size_t ids_bytes, channel_bytes, areas_bytes;
	/* Seat ids with a NUL each, its channel, and of each area a cached_count and its id with a NUL. */
	char texts[];
};

struct cached_count { int32_t count, place; }; /* not aligned */

/* What a customer has of a show. One that has a held reservation there is always in the table. */
struct cached_customer {
	UT_hash_handle hh;
	struct cached_reservation *held; /* those that are known, by next_of_customer */
	int64_t sold;   /* places of confirmed ones, where that is known */
	bool is_known;  /* he was looked up: these are all, whatever is known of others */
	uint8_t hash[SHA256_BYTES];
};

/* A channel that seats of a show have, set or not. */
struct cached_name {
	struct cached_name *next;
	uint32_t number; /* from 1 on */
	size_t bytes;
	char text[];
};

struct cached_channel {
	struct cached_channel *next;
	struct sale_window on_sale;
	int64_t version;
	uint8_t key_hash[SHA256_BYTES];
	bool has_key, is_exempt;
	size_t opens_count, texts_bytes;
	char texts[]; /* its name and those that it opens, each with its NUL */
};

struct cached_area {
	UT_hash_handle hh;
	int64_t version;
	int64_t lapses_from_ms;
	int32_t capacity, held, sold;
	size_t channel_bytes, category_bytes; /* 0: none */
	char texts[]; /* area_id with its NUL, channel, category */
};

struct cached_show {
	UT_hash_handle hh;
	struct cached_show *prev, *next;      /* by their last use */
	struct cached_seat *seats;
	struct cached_reservation *held;      /* those that are known */
	struct cached_reservation *sessions;  /* the same by session_hash */
	bool has_all_held;
	struct cached_customer *customers;
	struct digest_bits customer_bits;
	bool has_all_sold; /* of every customer; who is not in the table has none */
	struct whole whole;    /* built NULL: it is not whole */
	size_t whole_bytes;    /* of it, as counted */
	uint32_t whole_seats;
	bool has_too_many, has_too_many_sold; /* to be all read */
	unsigned sessions_asked, customers_asked;
	int32_t rules;
	struct policy policy; /* its title is cache_take's, title.bytes of it */
	bool has_owner;
	uint8_t owner_hash[SHA256_BYTES];
	int64_t version;
	struct cached_channel *channels; /* all that it has */
	struct cached_area *areas;       /* likewise, where has_areas */
	bool has_areas;                  /* else they are not yet here: it was added for being whole */
	struct cached_name *names;       /* the greatest number first */
	int64_t created_at_ms, created_offset;
	char show_id[];
};

struct cache {
	size_t seats_max;
	size_t seats, bytes;
	struct cached_show *shows;
	struct cached_show *by_use;  /* the least recently used first */
	struct cached_show *reading; /* its held reservations are being read */
	struct cached_show *reading_sold; /* and what its customers have bought */
	int64_t hand_changes;
	unsigned calm; /* batches to go without reading all of a show's held reservations */
	bool failed;   /* out of memory: what is there is true, but not all that was learned is there */
};

#endif
