/*
 * map_rows.h - the rows of a show as a seat map is made of them. Texts are borrowed.
 */
#ifndef HOLDFAST_GATEWAY_LIVE_MAP_ROWS_H
#define HOLDFAST_GATEWAY_LIVE_MAP_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/place.h"
#include "common/message/policy.h"
#include "common/message/status.h"

#define SEAT_MAP_EPOCH_CHARS 16
#define SEAT_MAP_LAYOUT_CHARS 64 /* SHA-256 in lower-case hexadecimal */

struct map_seat {
	struct text seat_id;
	enum seat_status status;
	bool has_channel;
	bool has_holder;
	struct uuid reserved_by;
	int64_t version;
	const struct place *place; /* NULL: it was given none */
};

struct map_area {
	struct text area_id, category; /* category.data NULL: none */
	int32_t capacity, held, sold;
	bool has_channel;
	int64_t version;
};

/* policy: title, on_sale, closed, max_seats, hold_seconds, max_hold_seconds count */
struct map_show {
	struct policy policy;
	int64_t version;
};

#endif
