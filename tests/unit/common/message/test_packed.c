/* Packed replies and events: byte by byte as packed.h says, and nonsense refused. */
#include "tests/unit/common/message/packed_help.h"

static void the_longest_lists_expand(void **state)
{
	static struct text seats[ADD_SEATS_MAX];
	static struct unavailable unavailable[ADD_SEATS_MAX];
	struct reply added = {.outcome = OUTCOME_SEATS_ADDED, .seat_ids = seats,
	                      .seat_count = ADD_SEATS_MAX, .show_id = text_of("s"), .decided_at_ms = T};
	struct reply refused = {.outcome = OUTCOME_SEAT_EXISTS, .unavailable = unavailable,
	                        .unavailable_count = ADD_SEATS_MAX, .decided_at_ms = T};
	struct event event = {.kind = EVENT_SEATS_ADDED, .show_id = text_of("s"), .seat_ids = seats,
	                      .seat_count = ADD_SEATS_MAX, .at_ms = T};

	(void)state;
	for (size_t i = 0; i < ADD_SEATS_MAX; i++) {
		seats[i] = text_of("0123456789012345678901234567890123456789012345678901234567890123");
		unavailable[i].seat_id = seats[i];
	}
	expands_to_what_was_packed(&added, &event, 1);
	expands_to_what_was_packed(&refused, NULL, 0);
	added.seat_count = event.seat_count = ADD_SEATS_MAX - 1;
	expands_to_what_was_packed(&added, &event, 1);
}

/* ---- the format ---- */

#define REQUEST "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"
#define OTHER "\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20"

/* As a literal, which may hold zeros. */
#define BYTES(literal) ((struct text){(literal), sizeof(literal) - 1})

static struct uuid uuid_of(const char bytes[16])
{
	struct uuid id;

	memcpy(id.bytes, bytes, sizeof id.bytes);
	return id;
}

static struct reply reply_of(enum outcome outcome)
{
	return (struct reply){.outcome = outcome, .type = REQUEST_RESERVE, .has_request_id = true,
	                      .request_id = uuid_of(REQUEST), .show_id = text_of("s"),
	                      .decided_at_ms = T};
}

static void packs_as(const struct reply *r, struct text bytes)
{
	expands_to_what_was_packed(r, NULL, 0);
	assert_int_equal(packed.bytes, bytes.bytes);
	assert_memory_equal(packed.data, bytes.data, bytes.bytes);
}

static void packs_events_as(const struct reply *r, const struct event *events, size_t count,
                            struct text bytes)
{
	expands_to_what_was_packed(r, events, count);
	assert_int_equal(packed_events.bytes, bytes.bytes);
	assert_memory_equal(packed_events.data, bytes.data, bytes.bytes);
}

static struct reply reserved(const struct text *seats, size_t count)
{
	struct reply r = reply_of(OUTCOME_RESERVED);

	r.has_reservation_id = true;
	r.reservation_id = r.request_id;
	r.seat_ids = seats;
	r.seat_count = count;
	r.has_reserved_until = true;
	r.reserved_until_ms = T + 600000;
	return r;
}

static void replies_are_packed_as_written_down(void **state)
{
	const struct unavailable taken[] = {
	    {text_of("A1"), true, SEAT_RESERVED, true, 300},
	    {text_of("A2"), true, SEAT_SOLD, true, 299},
	    {text_of("A3"), true, SEAT_SOLD, false, 0},
	    {text_of("A4"), true, SEAT_AVAILABLE, false, 0},
	};
	const struct unavailable unknown[] = {{.seat_id = text_of("Z1")}};
	const struct text seats[] = {text_of("B2"), text_of("A1")};
	struct reply r = reply_of(OUTCOME_WRONG_SESSION);

	(void)state;
	packs_as(&r, BYTES("\x02\x00"));
	r = reply_of(OUTCOME_SEATS_TAKEN);
	r.unavailable = taken;
	r.unavailable_count = 4;
	packs_as(&r, BYTES("\x02\x10\x04\x02" "A1" "\x07\xd8\x04\x02" "A2" "\x0b\x01\x02" "A3" "\x09\x02"
	                   "A4" "\x01"));
	r = reply_of(OUTCOME_UNKNOWN_SEAT);
	r.unavailable = unknown;
	r.unavailable_count = 1;
	packs_as(&r, BYTES("\x02\x10\x01\x02" "Z1" "\x00"));
	r = reserved(seats, 2);
	packs_as(&r, BYTES("\x02\x0e\x02\x02" "B2" "\x02" "A1" "\x80\x9f\x49"));
	r.pieces = 2;
	packs_as(&r, BYTES("\x02\x8e\x01\x02\x02" "B2" "\x02" "A1" "\x80\x9f\x49\x02"));
	r.pieces = 0;
	r.outcome = OUTCOME_CONFIRMED;
	r.has_reserved_until = false;
	r.is_revived = true;
	r.reservation_id = uuid_of(OTHER);
	packs_as(&r, BYTES("\x02\x25" OTHER "\x02\x02" "B2" "\x02" "A1"));
	r = reply_of(OUTCOME_INVALID_REQUEST);
	r.message = outcome_message(OUTCOME_INVALID_REQUEST);
	packs_as(&r, BYTES("\x02\x00"));
	r.message = "no";
	packs_as(&r, BYTES("\x02\x80\x02\x02" "no"));
}

static void what_few_replies_have_is_packed_as_written_down(void **state)
{
	const struct sale_window window = {.has_from = true, .has_until = true, .from_ms = T,
	                                   .until_ms = T + 1};
	const struct text singles[] = {text_of("A3")};
	struct reply r = reply_of(OUTCOME_NOT_ENOUGH_SEATS);

	(void)state;
	r.has_free_seats = true;
	r.free_seats = 3;
	packs_as(&r, BYTES("\x02\x80\x04\x03"));
	r = reply_of(OUTCOME_LEAVES_SINGLE);
	r.singles = singles;
	r.single_count = 1;
	packs_as(&r, BYTES("\x02\x80\x08\x01\x02" "A3"));
	r = reply_of(OUTCOME_NOT_ON_SALE);
	r.on_sale = &window;
	packs_as(&r, BYTES("\x02\x80\x30\x00\x02"));
	r = reply_of(OUTCOME_CUSTOMER_LIMIT);
	r.has_customer = true;
	r.customer = (struct customer_has){.seats = 1000, .holds = 2};
	packs_as(&r, BYTES("\x02\x80\x80\x04\xe8\x07\x02"));
}

static void places_in_areas_are_packed_as_written_down(void **state)
{
	const struct text seats[] = {text_of("A1")}, kept[] = {text_of("B1")};
	const struct area_count areas[] = {{text_of("S"), 2}}, others[] = {{text_of("S"), 300}};
	const struct unavailable_area full[] = {
	    {.area_id = text_of("A"), .has_room = true},
	    {.area_id = text_of("B"), .has_taken = true, .taken = 300},
	    {.area_id = text_of("C")},
	};
	struct reply r = reserved(NULL, 0);
	struct event events[] = {
	    {.kind = EVENT_EXPIRED, .show_id = r.show_id, .reservation_id = uuid_of(OTHER),
	     .seat_ids = seats, .seat_count = 1, .areas = others, .area_count = 1, .at_ms = T},
	    {.kind = EVENT_RELEASED, .show_id = r.show_id, .reservation_id = r.request_id,
	     .is_change = true, .areas = others, .area_count = 1, .at_ms = T},
	    {.kind = EVENT_RESERVED, .show_id = r.show_id, .reservation_id = r.request_id,
	     .areas = areas, .area_count = 1, .reserved_until_ms = T + 600000, .at_ms = T},
	};

	(void)state;
	r.areas = areas;
	r.area_count = 1;
	packs_as(&r, BYTES("\x02\x4a\x01\x01" "S" "\x02\x80\x9f\x49"));
	packs_events_as(&r, events, 3,
	                BYTES("\x02\x6b" OTHER "\x01\x02" "A1" "\x01\x01" "S" "\xac\x02"
	                      "\xca\x03\x01\x01" "S" "\xac\x02" "\x17"));
	r.seat_ids = seats; /* not all that is the reply's, so its own */
	r.seat_count = 1;
	packs_events_as(&r, &events[2], 1, BYTES("\x02\xc7\x01\x01\x01" "S" "\x02\x80\x9f\x49"));
	r = reply_of(OUTCOME_PARTLY_CANCELLED);
	r.has_reservation_id = true;
	r.reservation_id = uuid_of(OTHER);
	r.seat_ids = seats;
	r.kept_seat_ids = kept;
	r.areas = areas;
	r.kept_areas = others;
	r.seat_count = r.area_count = r.kept_seat_count = r.kept_area_count = 1;
	packs_as(&r, BYTES("\x02\xc5\xc0\x01" OTHER "\x01\x02" "A1" "\x01\x01" "S" "\x02"
	                   "\x01\x02" "B1" "\x01\x01" "S" "\xac\x02"));
	r = reply_of(OUTCOME_AREA_FULL);
	r.unavailable_areas = full;
	r.unavailable_area_count = 3;
	packs_as(&r, BYTES("\x02\x80\x80\x02\x03\x01" "A" "\x01\x00\x01" "B" "\x02\xac\x02\x01"
	                   "C" "\x00"));
}

static void events_are_packed_as_written_down(void **state)
{
	const struct text seats[] = {text_of("B2"), text_of("A1")}, others[] = {text_of("C3")};
	struct reply r = reserved(seats, 2);
	struct event events[] = {
	    {.kind = EVENT_EXPIRED, .show_id = r.show_id, .reservation_id = uuid_of(OTHER),
	     .seat_ids = others, .seat_count = 1, .at_ms = T},
	    {.kind = EVENT_RESERVED, .show_id = r.show_id, .reservation_id = r.request_id,
	     .seat_ids = seats, .seat_count = 2, .reserved_until_ms = T + 600000, .at_ms = T},
	    {.kind = EVENT_SOLD, .show_id = r.show_id, .reservation_id = r.request_id,
	     .is_retaken = true, .seat_ids = seats, .seat_count = 2, .at_ms = T},
	    {.kind = EVENT_RESERVED, .show_id = r.show_id, .reservation_id = r.request_id,
	     .is_change = true, .seat_ids = others, .seat_count = 1,
	     .reserved_until_ms = T + 600000, .at_ms = T},
	};

	(void)state;
	packs_events_as(&r, events, 2, BYTES("\x02\x2b" OTHER "\x01\x02" "C3" "\x17"));
	packs_events_as(&r, &events[2], 2,
	                BYTES("\x02\x99\x04\xa7\x03\x01\x02" "C3" "\x80\x9f\x49"));
	events[1].reserved_until_ms++;
	packs_events_as(&r, &events[1], 1,
	                BYTES("\x02\xa7\x01\x02\x02" "B2" "\x02" "A1" "\x82\x9f\x49"));
}

static void what_organisers_set_is_packed_as_written_down(void **state)
{
	const struct text seats[] = {text_of("B2"), text_of("A1")}, opens[] = {text_of("public")};
	const struct place places[] = {
	    {.section = text_of("P"), .row = text_of("1"), .pos = 1, .category = text_of("I")},
	    {.section = text_of("P"), .row = text_of("1"), .pos = 2, .category = text_of("I"),
	     .rank = 5, .flag_list = {PLACE_RESTRICTED, PLACE_ACCESSIBLE}, .flag_count = 2,
	     .has_flags = true, .has_point = true, .x = 3, .y = 0},
	};
	const struct channel channels[] = {
	    {.name = text_of("K"), .key = text_of("secret"), .on_sale = {.has_from = true, .from_ms = T},
	     .opens = opens, .opens_count = 1, .has_opens = true, .has_exempt = true, .is_exempt = true},
	};
	const struct area areas[] = {
	    {text_of("S"), 1000000, text_of("K"), text_of("I")}, {.area_id = text_of("T")},
	};
	struct policy policy = {.given = POLICY_TITLE | POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS |
	                                 POLICY_MAX_SEATS,
	                        .title = text_of("An evening"), .hold_seconds = 600,
	                        .max_hold_seconds = 1800, .max_seats = 10,
	                        .on_sale = {.from_ms = T}, .closed = true, .singles = SINGLES_REFUSE};
	struct event ev = {.kind = EVENT_SHOW_CREATED, .show_id = text_of("s"), .rules = 1,
	                   .policy = &policy, .at_ms = T};
	struct reply r = reply_of(OUTCOME_SHOW_CREATED);

	(void)state;
	packs_events_as(&r, &ev, 1,
	                BYTES("\x02\x00\x01\x0f\x0a" "An evening" "\xd8\x04\x88\x0e\x0a"));
	ev.kind = EVENT_SHOW_CHANGED;
	policy.given = POLICY_ON_SALE_FROM | POLICY_CLOSED | POLICY_SINGLES;
	packs_events_as(&r, &ev, 1, BYTES("\x02\x01\xd0\x01\x00\x01\x01"));
	policy.given = POLICY_MAX_CUSTOMER_SEATS | POLICY_MAX_CUSTOMER_HOLDS;
	policy.max_customer_seats = 1000;
	packs_events_as(&r, &ev, 1, BYTES("\x02\x01\x80\x06\xe8\x07\x00"));
	r.seat_ids = seats;
	r.seat_count = 2;
	ev = (struct event){.kind = EVENT_SEATS_ADDED, .show_id = text_of("s"), .seat_ids = seats,
	                    .seat_count = 2, .places = places, .place_count = 2, .at_ms = T};
	packs_events_as(&r, &ev, 1,
	                BYTES("\x02\x92\x08\x02\x07\x01" "P" "\x01" "1" "\x02\x01" "I"
	                      "\x78\x02\x0a\x0a\x06\x00"));
	ev = (struct event){.kind = EVENT_CHANNELS_SET, .show_id = text_of("s"), .channels = channels,
	                    .channel_count = 1, .at_ms = T};
	packs_events_as(&r, &ev, 1, BYTES("\x02\x04\x01\x01" "K" "\x1d\x00\x01\x06" "public"));
	ev = (struct event){.kind = EVENT_AREAS_SET, .show_id = text_of("s"), .set_areas = areas,
	                    .set_area_count = 2, .at_ms = T};
	packs_events_as(&r, &ev, 1, BYTES("\x02\x0d\x02\x01" "S" "\xc0\x84\x3d\x03\x01" "K" "\x01"
	                                  "I" "\x01" "T" "\x00\x00"));
	ev = (struct event){.kind = EVENT_BLOCKED, .show_id = text_of("s"), .seat_ids = seats,
	                    .seat_count = 2, .channel = text_of("K"), .at_ms = T};
	packs_events_as(&r, &ev, 1, BYTES("\x02\x15\x01" "K"));
}

static void a_thousand_places_take_a_few_bytes_each(void **state)
{
	static char names[ADD_SEATS_MAX][16];
	static struct text seats[ADD_SEATS_MAX];
	static struct place places[ADD_SEATS_MAX];
	static const char *const rows[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
	struct reply r = {.outcome = OUTCOME_SEATS_ADDED, .show_id = text_of("s"), .seat_ids = seats,
	                  .seat_count = ADD_SEATS_MAX, .decided_at_ms = T};
	struct event ev = {.kind = EVENT_SEATS_ADDED, .show_id = text_of("s"), .seat_ids = seats,
	                   .seat_count = ADD_SEATS_MAX, .places = places,
	                   .place_count = ADD_SEATS_MAX, .at_ms = T};

	(void)state;
	for (int i = 0; i < ADD_SEATS_MAX; i++) {
		snprintf(names[i], sizeof names[i], "Reihe %d-%d", i / 100, i % 100);
		seats[i] = text_of(names[i]);
		places[i] = (struct place){.section = text_of("Parkett links"), .row = text_of(rows[i / 100]),
		                           .category = text_of("Preisgruppe I"), .pos = 1 + i % 100,
		                           .rank = 100 * (i / 100) + i % 100 + 1, .has_point = true,
		                           .x = 20 * (i % 100), .y = 35 * (i / 100)};
	}
	expands_to_what_was_packed(&r, &ev, 1);
	assert_true(packed_events.bytes <= 6 * ADD_SEATS_MAX + 10 * 32 + 8);
}

/* ---- what cannot be read ---- */

static void replies_that_make_no_sense_are_refused(void **state)
{
	static const struct text replies[] = {
	    BYTES(""), BYTES("\x00\x00"), BYTES("\x01\x00"), BYTES("\x03\x00"), BYTES("[1]"), BYTES("{}"),
	    BYTES("\x02\x80\x80\x08"),                       /* what it has is not known */
	    BYTES("\x02\x80\x80\x80\x80\x10"),
	    BYTES("\x02\x40\x00"), BYTES("\x02\x80\x40\x00"), /* empty areas, or what is kept */
	    BYTES("\x02\x80\x80\x01\x00"), BYTES("\x02\x80\x80\x02\x00"),
	    BYTES("\x02\x40\x01\x01" "S" "\x00"),           /* none of an area, or too many */
	    BYTES("\x02\x40\x01\x01" "S" "\x80\x80\x80\x80\x08"),
	    BYTES("\x02\x40\x01\x00\x01"),                  /* an area without a name */
	    BYTES("\x02\x80\x80\x02\x01\x01" "S" "\x04"),  /* what it has is not known */
	    BYTES("\x02\x80\x02\x02" "a\n"),                   /* a control character */
	    BYTES("\x02\x04\x00"), BYTES("\x02\x10\x00"),      /* an empty list */
	    BYTES("\x02\x80\x08\x00"),
	    BYTES("\x02\x04\xe9\x07\x01" "A"),                 /* more than there can be */
	    BYTES("\x02\x04\x01\x00"), BYTES("\x02\x04\x01\x02" "A\x1f"), /* no name */
	    BYTES("\x02\x04\x81\x00\x01" "A"),                 /* a number with a byte too many */
	    BYTES("\x02\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), /* more than 64 bits */
	    BYTES("\x02\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
	    BYTES("\x02\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), /* a time before 1970 */
	    BYTES("\x02\x08\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"),     /* and after 9999 */
	    BYTES("\x02\x80\x10\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"),
	    BYTES("\x02\x80\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
	    BYTES("\x02\x10\x01\x01" "A" "\x0d"),                /* no status */
	    BYTES("\x02\x10\x01\x01" "A" "\x02\x00"),            /* what took it, without a status */
	    BYTES("\x02\x10\x01\x01" "A" "\x04"),
	    BYTES("\x02\x03" OTHER),                            /* two reservations */
	    BYTES("\x02\x80\x01\x80\x80\x80\x80\x08"),         /* too many pieces */
	};

	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
		struct reply r = reply_of(OUTCOME_RESERVED);

		if (expand_reply(replies[i], &r))
			fail_msg("reply %zu expands to %s", i, expanded.data);
		r = reply_of(OUTCOME_RESERVED);
		assert_false(packed_is_readable(replies[i], text_of(NULL), &r, &arena));
	}
}

static void a_reservation_that_is_the_request_needs_one(void **state)
{
	struct reply r = reply_of(OUTCOME_RELEASED);

	(void)state;
	assert_true(expand_reply(BYTES("\x02\x02"), &r));
	r = reply_of(OUTCOME_RELEASED);
	r.has_request_id = false;
	assert_false(expand_reply(BYTES("\x02\x02"), &r));
}

#define ADDED "\x02\xa2\x08\x01\x01" "A" /* one seat of its own, and places */

static void events_that_make_no_sense_are_refused(void **state)
{
	static const struct text lists[] = {
	    BYTES(""), BYTES("\x02"), BYTES("\x01\x00"), BYTES("\x00"), BYTES("{}"),
	    BYTES("\x02\x0e"), BYTES("\x02\x0f"),            /* no such kind */
	    BYTES("\x02\x86\x10"),                        /* what it has is not known */
	    BYTES("\x02\x46\x01\x01" "S" "\x01"),         /* areas of a kind that has none */
	    BYTES("\x02\x4b" OTHER "\x00"),               /* no areas */
	    BYTES("\x02\x0d\x01\x01" "S" "\xc1\x84\x3d\x00"), /* a capacity of 1000001 */
	    BYTES("\x02\x0d\x01\x01" "S" "\x00\x04"),    /* an area of what is not known */
	    BYTES("\x02\x0d\x01\x01" "S" "\x00\x01\x00"), BYTES("\x02\x0d\x01\x00"),
	    BYTES("\x02\x1b"), BYTES("\x02\x12"),            /* the reply's seats, which has none */
	    BYTES("\x02\x3b" OTHER "\x01\x01" "A"),         /* them, and its own */
	    BYTES("\x02\xab\x01\x01\x01" "A"),             /* the reply's reservation, likewise */
	    BYTES("\x02\xa6\x01\x01\x01" "A"),             /* and a kind that has none */
	    BYTES("\x02\x0b\x01\x02\x03"),                 /* an id that ends too early */
	    BYTES("\x02\x2b" OTHER "\x00"),                /* no seats */
	    BYTES("\x02\x07" OTHER),                       /* no end */
	    BYTES("\x02\x0b" OTHER "\x42"),                /* a good one, and one that is not */
	    BYTES("\x02\x01\x80\x02"),                     /* a policy of what is not known */
	    BYTES("\x02\x01\x01\x01\n"), BYTES("\x02\x01\x40\x02"), BYTES("\x02\x01\x80\x01\x02"),
	    BYTES("\x02\x01\x02\x80\x80\x80\x80\x08"),
	    BYTES("\x02\x85\x08\x01" "K"),                /* places where there are none */
	    BYTES(ADDED "\x00"), BYTES(ADDED "\x02\x00\x00"), /* none, more than seats */
	    BYTES(ADDED "\x01\x40"), BYTES(ADDED "\x01\x80"), /* as none before, not known */
	    BYTES("\x02\xa2\x08\x02\x01" "A" "\x01" "B" "\x02\x00\x41\x01" "P"), /* both */
	    BYTES(ADDED "\x01\x02\x01" "R" "\x00"),        /* pos 0, 32768 */
	    BYTES(ADDED "\x01\x02\x01" "R" "\x80\x80\x04"),
	    BYTES(ADDED "\x01\x08\x00"), BYTES(ADDED "\x01\x20\x01\x00"), /* rank 0, x -1 */
	    BYTES(ADDED "\x01\x20\x00\x82\x89\x7a"),      /* y 1000001 */
	    BYTES(ADDED "\x01\x10\x02"), BYTES(ADDED "\x01\x10\x0d"), /* a flag twice, none */
	    BYTES(ADDED "\x01\x10\x11"),                   /* more flags than are said */
	    BYTES("\x02\x04\x01\x00\x00"), BYTES("\x02\x04\x01\x01" "K" "\x20"),
	    BYTES("\x02\x04\x01\x01" "K" "\x10"),         /* exempt, and it was not given */
	    BYTES("\x02\x04\x01\x01" "K" "\x04\x01\x00"), /* opens what is no name */
	    BYTES("\x02\x05"), BYTES("\x02\x05\x00"),       /* no channel */
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct reply r = reply_of(OUTCOME_RESERVED);
		struct packed_events left = packed_open_events(lists[i]);

		while (packed_expand_event(&expanded, &left, &r, &arena))
			continue;
		if (!left.failed)
			fail_msg("events %zu expand", i);
		assert_false(packed_is_readable(BYTES("\x02\x00"), lists[i], &r, &arena));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_longest_lists_expand),
	    cmocka_unit_test(replies_are_packed_as_written_down),
	    cmocka_unit_test(what_few_replies_have_is_packed_as_written_down),
	    cmocka_unit_test(places_in_areas_are_packed_as_written_down),
	    cmocka_unit_test(events_are_packed_as_written_down),
	    cmocka_unit_test(what_organisers_set_is_packed_as_written_down),
	    cmocka_unit_test(a_thousand_places_take_a_few_bytes_each),
	    cmocka_unit_test(replies_that_make_no_sense_are_refused),
	    cmocka_unit_test(a_reservation_that_is_the_request_needs_one),
	    cmocka_unit_test(events_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
