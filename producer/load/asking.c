#include "producer/load/asking.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/message/limits.h"

#define SECRET_BYTES 48

/* What a request points to while it is written. */
struct parts {
	char names[RESERVE_SEATS_MAX + 1][LOAD_SEAT_ID_BYTES];
	struct text seat_ids[RESERVE_SEATS_MAX], drop_seat_id;
	struct wish wish;
	struct area_count area;
	char session[SECRET_BYTES], customer[SECRET_BYTES];
};

static void ask_for_seats(const struct load_hold *hold, struct parts *parts, struct request *request)
{
	for (uint32_t i = 0; i < hold->seat_count; i++) {
		load_seat_id(hold->first_seat + i, parts->names[i]);
		parts->seat_ids[i] = text_of(parts->names[i]);
	}
	request->seat_ids = parts->seat_ids;
	request->seat_count = hold->seat_count;
}

static void ask_for_best(uint32_t count, struct parts *parts, struct request *request)
{
	parts->wish = (struct wish){.count = (int32_t)count, .together = true};
	request->best = &parts->wish;
}

static void ask_for_places(uint32_t count, struct parts *parts, struct request *request)
{
	parts->area = (struct area_count){text_of(LOAD_AREA_ID), (int32_t)count};
	request->areas = &parts->area;
	request->area_count = 1;
}

static void reserve(const struct load_asking *asking, const struct load_hold *hold, uint32_t customer,
                    struct parts *parts, struct request *request)
{
	if (hold->wish == WISH_BEST)
		ask_for_best(hold->seat_count, parts, request);
	else if (hold->wish == WISH_AREA)
		ask_for_places(hold->seat_count, parts, request);
	else
		ask_for_seats(hold, parts, request);
	request->hold_seconds = asking->hold_seconds;
	if (!asking->has_customers)
		return;
	snprintf(parts->customer, sizeof parts->customer, "load-customer-%" PRIu32, customer);
	request->customer_id = text_of(parts->customer);
}

/* Its seats and the free one stand in a ring: the one behind the last comes, the first goes. */
static void change_seats(const struct load_hold *hold, struct parts *parts, struct request *request)
{
	uint32_t ring = hold->seat_count + 1, goes = hold->turns % ring,
	         comes = (goes + hold->seat_count) % ring;

	load_seat_id(hold->first_seat + comes, parts->names[0]);
	load_seat_id(hold->first_seat + goes, parts->names[1]);
	parts->seat_ids[0] = text_of(parts->names[0]);
	parts->drop_seat_id = text_of(parts->names[1]);
	request->seat_ids = parts->seat_ids;
	request->seat_count = 1;
	request->drop_seat_ids = &parts->drop_seat_id;
	request->drop_seat_count = 1;
}

static void change(struct load_hold *hold, struct parts *parts, struct request *request)
{
	bool is_even = hold->turns % 2 == 0;

	if (hold->wish == WISH_SEATS) {
		change_seats(hold, parts, request);
	} else if (hold->wish == WISH_BEST && !hold->turns) {
		ask_for_best(1, parts, request);
	} else if (hold->wish == WISH_BEST) {
		request->hold_seconds = HOLD_SECONDS_DEFAULT;
	} else if (is_even == (hold->seat_count == 1)) {
		ask_for_places(1, parts, request);
	} else {
		parts->area = (struct area_count){text_of(LOAD_AREA_ID), 1};
		request->drop_areas = &parts->area;
		request->drop_area_count = 1;
	}
	hold->turns++;
}

void load_ask(const struct load_asking *asking, enum request_type type, const struct uuid *id,
              struct load_hold *hold, uint32_t customer, struct buf *value)
{
	struct parts parts;
	struct request request = {.type = type, .has_request_id = true, .request_id = *id,
	                          .reservation_id = hold->id};

	if (type == REQUEST_RESERVE)
		reserve(asking, hold, customer, &parts, &request);
	else if (type == REQUEST_CHANGE_HOLD)
		change(hold, &parts, &request);
	snprintf(parts.session, sizeof parts.session, "load-%016" PRIx64 "-%" PRIu64, asking->run,
	         hold->session);
	request.session_id = text_of(parts.session);
	request.show_id = text_of(load_plan_show_id(asking->plan, hold->show));
	request_encode(value, &request);
}
