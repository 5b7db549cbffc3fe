/* Any reply with any events is packed and expanded byte for byte; a part of it is refused. */
#include "tests/unit/common/message/packed_help.h"

#define SEATS_MAX 5
#define EVENTS_MAX 4
#define RANDOM_REPLIES 20000

static uint64_t seed = 88172645463325252;

static unsigned any_below(unsigned end)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % end;
}

static bool any(void)
{
	return any_below(2);
}

static int64_t any_number(void)
{
	static const int64_t edges[] = {0, 1, 63, 64, 127, 128, 8191, 8192, INT32_MAX, INT64_MAX};

	return any() ? edges[any_below(sizeof edges / sizeof edges[0])] : (int64_t)any_below(1 << 20);
}

static struct uuid any_uuid(void)
{
	struct uuid id;

	for (size_t i = 0; i < sizeof id.bytes; i++)
		id.bytes[i] = (uint8_t)any_below(3);
	return id;
}

static struct text any_name(void)
{
	static const char *const names[] = {
	    "A1", "z", "0123456789012345678901234567890123456789012345678901234567890123",
	    "Parkett, Reihe 3", "a \"b\" \\", "\xd9\x85\xd8\xaf\xd8\xb1\xd8\xac 4", "\xf0\x9f\x8e\xad",
	};

	return text_of(names[any_below(sizeof names / sizeof names[0])]);
}

static struct text any_name_or_none(void)
{
	return any() ? any_name() : text_of(NULL);
}

static const struct text *any_names(size_t *count)
{
	static struct text lists[32][SEATS_MAX];
	static size_t used;
	struct text *list = lists[used++ % 32];

	*count = any_below(SEATS_MAX + 1);
	for (size_t i = 0; i < *count; i++)
		list[i] = any_name();
	return list;
}

static const struct area_count *any_counts(size_t *count)
{
	static struct area_count lists[32][SEATS_MAX];
	static size_t used;
	struct area_count *list = lists[used++ % 32];

	*count = any() ? 0 : any_below(SEATS_MAX + 1);
	for (size_t i = 0; i < *count; i++)
		list[i] = (struct area_count){any_name(), 1 + (int32_t)any_below(200)};
	return list;
}

static void add_unavailable_areas(struct reply *r)
{
	static struct unavailable_area list[SEATS_MAX];

	r->unavailable_areas = list;
	r->unavailable_area_count = any() ? 0 : any_below(SEATS_MAX + 1);
	for (size_t i = 0; i < r->unavailable_area_count; i++) {
		list[i] = (struct unavailable_area){.area_id = any_name(), .has_room = any(),
		                                    .has_taken = any()};
		list[i].room = list[i].has_room ? any_number() : 0;
		list[i].taken = list[i].has_taken ? any_number() : 0;
	}
}

static struct sale_window any_window(void)
{
	static const int64_t times[] = {0, T, T - 1, INT64_C(253402300799999)};
	struct sale_window window = {.has_from = any(), .has_until = any()};

	window.from_ms = times[any_below(4)];
	window.until_ms = times[any_below(4)];
	return window;
}

static struct reply any_reply(enum outcome outcome)
{
	static const char *const messages[] = {"The field seat_ids must be a list.", "", "\xc3\xa9"};
	static struct unavailable unavailable[SEATS_MAX];
	static struct sale_window window;
	struct reply r = {
	    .outcome = outcome,
	    .message = any() ? NULL : messages[any_below(3)],
	    .type = (enum request_type)any_below(REQUEST_TYPE_COUNT),
	    .has_request_id = any(),
	    .show_id = any() ? text_of("a-show") : text_of(NULL),
	    .has_reservation_id = any(),
	    .has_reserved_until = any(),
	    .is_revived = any(),
	    .unavailable = unavailable,
	    .unavailable_count = any_below(SEATS_MAX + 1),
	    .pieces = any() ? 0 : 1 + (int32_t)any_below(50),
	    .has_free_seats = any(),
	    .on_sale = any() ? NULL : &window,
	    .has_customer = any(),
	    .decided_at_ms = any() ? T : 0,
	};

	window = any_window();
	r.free_seats = r.has_free_seats ? any_below(100000) : 0;
	if (r.has_customer)
		r.customer = (struct customer_has){any_below(2000), any_below(60)};
	r.singles = any_names(&r.single_count);
	r.seat_ids = any_names(&r.seat_count);
	r.areas = any_counts(&r.area_count);
	r.kept_seat_ids = any_names(&r.kept_seat_count);
	r.kept_areas = any_counts(&r.kept_area_count);
	add_unavailable_areas(&r);
	r.request_id = r.has_request_id ? any_uuid() : (struct uuid){{0}};
	if (r.has_reservation_id)
		r.reservation_id = any() ? r.request_id : any_uuid();
	if (r.has_reserved_until)
		r.reserved_until_ms = r.decided_at_ms + any_below(1 << 30) - (r.decided_at_ms ? 1 << 29 : 0);
	for (size_t i = 0; i < r.unavailable_count; i++) {
		unavailable[i] = (struct unavailable){.seat_id = any_name(), .has_status = any()};
		if (!unavailable[i].has_status)
			continue;
		unavailable[i].status = (enum seat_status)any_below(3);
		unavailable[i].has_taken_at = any();
		unavailable[i].taken_at_offset = unavailable[i].has_taken_at ? any_number() : 0;
	}
	return r;
}

static const struct policy *any_policy(void)
{
	static struct policy policies[EVENTS_MAX];
	static size_t used;
	struct policy *p = &policies[used++ % EVENTS_MAX];

	*p = (struct policy){
	    .given = any_below(POLICY_KNOWN + 1),
	    .title = text_of(any() ? "Der Freisch\xc3\xbctz \"1821\"" : ""),
	    .hold_seconds = 1 + (int32_t)any_below(600),
	    .max_hold_seconds = 86400,
	    .max_seats = 50,
	    .on_sale = any_window(),
	    .closed = any(),
	    .singles = any() ? SINGLES_ALLOW : SINGLES_REFUSE,
	    .max_customer_seats = (int32_t)any_below(1001),
	    .max_customer_holds = (int32_t)any_below(51),
	};
	return p;
}

static struct place any_place(const struct place *before)
{
	static const uint8_t flags[][PLACE_FLAG_COUNT] = {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}};
	struct place p = {.rank = any() ? 0 : 1 + (int32_t)any_below(PLACE_RANK_DEFAULT),
	                  .has_flags = any(), .has_point = any()};

	p.section = any_name_or_none();
	p.row = any_name_or_none();
	p.category = any_name_or_none();
	if (before && any()) {
		p.section = before->section;
		p.row = before->row;
		p.category = before->category;
	}
	p.pos = p.row.data ? 1 + (int32_t)any_below(32767) : 0;
	if (p.has_flags) {
		memcpy(p.flag_list, flags[any_below(3)], sizeof p.flag_list);
		p.flag_count = (uint8_t)any_below(PLACE_FLAG_COUNT + 1);
	}
	if (p.has_point) {
		p.x = any() ? 0 : (int32_t)any_below(1000001);
		p.y = any() ? 1000000 : (int32_t)any_below(1000001);
	}
	return p;
}

static const struct place *any_places(size_t count)
{
	static struct place lists[EVENTS_MAX][SEATS_MAX];
	static size_t used;
	struct place *list = lists[used++ % EVENTS_MAX];

	for (size_t i = 0; i < count; i++)
		list[i] = any_place(i ? &list[i - 1] : NULL);
	return list;
}

static const struct channel *any_channels(size_t count)
{
	static struct channel lists[EVENTS_MAX][SEATS_MAX];
	static size_t used;
	struct channel *list = lists[used++ % EVENTS_MAX];

	for (size_t i = 0; i < count; i++) {
		struct channel *c = &list[i];

		*c = (struct channel){.name = any_name(), .key = text_of("a secret"),
		                      .on_sale = any_window(), .has_opens = any(), .has_exempt = any()};
		if (c->has_opens)
			c->opens = any_names(&c->opens_count);
		c->is_exempt = c->has_exempt && any();
	}
	return list;
}

static const struct area *any_areas(size_t count)
{
	static struct area lists[EVENTS_MAX][SEATS_MAX];
	static size_t used;
	struct area *list = lists[used++ % EVENTS_MAX];

	for (size_t i = 0; i < count; i++)
		list[i] = (struct area){any_name(), any() ? 0 : (int32_t)any_below(AREA_CAPACITY_MAX + 1),
		                        any_name_or_none(), any_name_or_none()};
	return list;
}

static struct event any_event(const struct reply *r)
{
	struct event ev = {
	    .kind = (enum event_kind)any_below(EVENT_KIND_COUNT),
	    .show_id = r->show_id,
	    .reservation_id = any() ? r->reservation_id : any_uuid(),
	    .rules = 1,
	    .reserved_until_ms = any() ? r->reserved_until_ms : r->decided_at_ms + any_below(1 << 30),
	    .at_ms = r->decided_at_ms,
	    .policy = any_policy(),
	    .channel = any_name(),
	};

	ev.seat_ids = any_names(&ev.seat_count);
	ev.areas = any_counts(&ev.area_count);
	if (any()) {
		ev.seat_ids = r->seat_ids;
		ev.seat_count = r->seat_count;
	}
	if (any()) {
		ev.areas = r->areas;
		ev.area_count = r->area_count;
	}
	if (ev.kind == EVENT_SEATS_ADDED || ev.kind == EVENT_SEATS_CHANGED) {
		ev.place_count = any_below((unsigned)ev.seat_count + 1);
		ev.places = any_places(ev.place_count);
	}
	if (ev.kind == EVENT_CHANNELS_SET) {
		ev.channel_count = any_below(SEATS_MAX + 1);
		ev.channels = any_channels(ev.channel_count);
	}
	if (ev.kind == EVENT_AREAS_SET) {
		ev.set_area_count = any_below(SEATS_MAX + 1);
		ev.set_areas = any_areas(ev.set_area_count);
	}
	if (event_has_reservation(ev.kind)) {
		ev.is_change = any();
		ev.is_retaken = any();
	}
	return ev;
}

static void any_reply_and_its_events_expand_byte_for_byte(void **state)
{
	(void)state;
	for (int i = 0; i < RANDOM_REPLIES; i++) {
		struct reply r = any_reply((enum outcome)(i % OUTCOME_COUNT));
		struct event events[EVENTS_MAX];
		size_t event_count = any_below(EVENTS_MAX + 1);

		for (size_t n = 0; n < event_count; n++)
			events[n] = any_event(&r);
		expands_to_what_was_packed(&r, events, event_count);
	}
}

static void a_reply_with_a_byte_too_few_or_too_many_is_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct reply r = any_reply((enum outcome)(i % OUTCOME_COUNT)), found;
		struct text whole, part;

		arena_clear(&arena);
		buf_clear(&packed);
		packed_add_reply(&packed, &r);
		buf_add(&packed, "", 1);
		whole = buf_text(&packed);
		/* A copy of its very size, so that sanitizers see a read behind the end. */
		for (part.bytes = 0; part.bytes <= whole.bytes; part.bytes++) {
			char *copy = malloc(part.bytes + (part.bytes == 0));

			assert_non_null(copy);
			memcpy(copy, whole.data, part.bytes);
			part.data = copy;
			found = head_of(&r);
			assert_int_equal(expand_reply(part, &found), part.bytes == whole.bytes - 1);
			free(copy);
		}
	}
}

static void an_event_that_ends_too_early_is_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct reply r = any_reply((enum outcome)(i % OUTCOME_COUNT)), found = head_of(&r);
		struct event ev = any_event(&r);

		arena_clear(&arena);
		buf_clear(&packed);
		buf_clear(&packed_events);
		packed_add_reply(&packed, &r);
		packed_add_event(&packed_events, &ev, &r);
		assert_true(expand_reply(buf_text(&packed), &found));
		for (size_t bytes = 0; bytes < packed_events.bytes; bytes++) {
			char *copy = malloc(bytes + (bytes == 0));
			struct packed_events left;

			assert_non_null(copy);
			memcpy(copy, packed_events.data, bytes);
			left = packed_open_events((struct text){copy, bytes});
			assert_false(packed_expand_event(&expanded, &left, &found, &arena));
			assert_true(left.failed);
			buf_clear(&expanded);
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_reply_and_its_events_expand_byte_for_byte),
	    cmocka_unit_test(a_reply_with_a_byte_too_few_or_too_many_is_refused),
	    cmocka_unit_test(an_event_that_ends_too_early_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
