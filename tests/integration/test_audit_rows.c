/*
 * The audit sees every single row changed by hand, each column of it, and says where it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/audit.h"
#include "tests/integration/small_history.h"

#define LINES_READ 3 /* of a report, in which the change must be named */

struct change {
	const char *sql;
	int partition;
	const char *offset;   /* an expression, from the rows as they were */
	int differences;
	const char *expected; /* behind the place; ' for " */
};

#define SEAT(id) "(SELECT version FROM kept.show_seats WHERE seat_id = '" id "')"
#define HOLD(id) \
	"(SELECT request_offset FROM kept.seat_reservations WHERE reservation_id = '" SMALL_ID(id) "')"
#define OF_SEAT(id) " WHERE seat_id = '" id "'"
#define OF_HOLD(id) " WHERE reservation_id = '" SMALL_ID(id) "'"
#define SEATS "UPDATE holdfast.show_seats SET "
#define HOLDS "UPDATE holdfast.seat_reservations SET "
#define SHOWS "UPDATE holdfast.shows SET "
#define LISTS "UPDATE holdfast.reservation_seats SET "
#define DECISIONS "UPDATE holdfast.decisions SET "
#define PROGRESS "UPDATE holdfast.partition_progress SET "
#define OF_OPERA " WHERE show_id = 'opera'"
#define OF_HOUSE " WHERE show_id = 'house'"
#define SHOW_HOUSE "(SELECT version FROM kept.shows WHERE show_id = 'house')"
#define CHANNELS "UPDATE holdfast.show_channels SET "
#define OF_BOX " WHERE channel = 'box'"
#define BOX "(SELECT version FROM kept.show_channels WHERE channel = 'box')"
#define BOX_ROW "channel box of show house: "
#define PLACES "UPDATE holdfast.seat_places SET "
#define OF_P1 " WHERE seat_id = 'P1'"
#define P1 "(SELECT version FROM kept.seat_places WHERE seat_id = 'P1')"
#define P1_ROW "place of seat P1 of show house: "
#define AREAS "UPDATE holdfast.show_areas SET "
#define OF_G " WHERE area_id = 'G'"
#define G "(SELECT version FROM kept.show_areas WHERE area_id = 'G')"
#define G_ROW "area G of show house: "
#define SHARES "UPDATE holdfast.reservation_areas SET "
#define AREAS_OF_79 "areas of reservation " SMALL_ID("79") " of show house: "
#define SEATS_OF_79 "seats of reservation " SMALL_ID("79") " of show house: "
#define DECIDED(id) \
	"(SELECT min(\"offset\") FROM kept.decisions WHERE request_id = '" SMALL_ID(id) "')"
#define OF_DECISION(id) " WHERE \"offset\" = " DECIDED(id) " AND request_id = '" SMALL_ID(id) "'"
#define LAST "(SELECT last_offset FROM kept.partition_progress WHERE partition = 0)"
#define OF_0 " WHERE partition = 0"
#define A1 "seat A1 of show opera: "
#define HOLD_10 "reservation " SMALL_ID("10") " of show opera: "
#define SEATS_OF_10 "seats of reservation " SMALL_ID("10") " of show opera: "

static const struct change changes[] = {
    {PROGRESS "owner_epoch = owner_epoch + 1", 0, NULL, 0, NULL},

    {SHOWS "title = 'Twelve'" OF_OPERA, 0, "0", 1,
     "show opera: title: expected Zw\\xc3\\xb6lf, found Twelve"},
    {SHOWS "title = NULL" OF_OPERA, 0, "0", 1,
     "show opera: title: expected Zw\\xc3\\xb6lf, found null"},
    {SHOWS "hold_seconds = 601" OF_OPERA, 0, "0", 1,
     "show opera: hold_seconds: expected 600, found 601"},
    {SHOWS "max_hold_seconds = 1799" OF_OPERA, 0, "0", 1,
     "show opera: max_hold_seconds: expected 1800, found 1799"},
    {SHOWS "max_seats = 11" OF_OPERA, 0, "0", 1, "show opera: max_seats: expected 10, found 11"},
    {SHOWS "owner_hash = NULL" OF_OPERA, 0, "0", 1, "show opera: owner_hash: expected"},
    {SHOWS "created_at = created_at - interval '1 us'" OF_OPERA, 0, "0", 1,
     "show opera: created_at: expected 2"},
    {SHOWS "created_offset = 1" OF_OPERA, 0, "0", 1,
     "show opera: created_offset: expected 0, found 1"},
    {"DELETE FROM holdfast.shows" OF_OPERA, 0, "0", 1, "show opera: expected a row, found nothing"},
    {"INSERT INTO holdfast.shows (show_id, hold_seconds, max_hold_seconds, max_seats, created_at, "
     "created_offset, version) SELECT '', 1, 1, 1, created_at, 6, 7 FROM holdfast.shows" OF_OPERA, 1,
     "7", 1, "show : expected nothing, found a row"},
    {SHOWS "rules = 2" OF_OPERA, 0, "0", 1, "show opera: rules: expected 1, found 2"},
    {SHOWS "closed = true" OF_OPERA, 0, "0", 1, "show opera: closed: expected false, found true"},
    {SHOWS "singles = 'refuse'" OF_OPERA, 0, "0", 1,
     "show opera: singles: expected allow, found refuse"},
    {SHOWS "on_sale_until = on_sale_until - interval '1 ms'" OF_HOUSE, 0, SHOW_HOUSE, 1,
     "show house: on_sale_until: expected 9999-12-31T23:59:59.999Z, found 9999-12-31T23:59:59.998Z"},
    {SHOWS "on_sale_from = now()" OF_OPERA, 0, "0", 1,
     "show opera: on_sale_from: expected null, found 2"},
    {SHOWS "max_customer_seats = 1" OF_OPERA, 0, "0", 1,
     "show opera: max_customer_seats: expected 0, found 1"},
    {SHOWS "max_customer_holds = 1" OF_OPERA, 0, "0", 1,
     "show opera: max_customer_holds: expected 0, found 1"},
    {SHOWS "version = version + 1" OF_HOUSE, 0, SHOW_HOUSE, 1, "show house: version: expected"},

    {CHANNELS "key_hash = sha256('x')" OF_BOX, 0, BOX, 1, BOX_ROW "key_hash: expected"},
    {CHANNELS "key_hash = NULL" OF_BOX, 0, BOX, 1, BOX_ROW "key_hash: expected"},
    {CHANNELS "on_sale_from = on_sale_from + interval '1 us'" OF_BOX, 0, BOX, 1,
     BOX_ROW "on_sale_from: expected 1970-01-01T00:00:00.001Z, found"},
    {CHANNELS "on_sale_until = now()" OF_BOX, 0, BOX, 1,
     BOX_ROW "on_sale_until: expected null, found 2"},
    {CHANNELS "opens = '{public}'" OF_BOX, 0, BOX, 1,
     BOX_ROW "opens: expected ['a, b','public'], found ['public']"},
    {CHANNELS "opens = '{public,\"a, b\"}'" OF_BOX, 0, BOX, 1, BOX_ROW "opens: expected"},
    {CHANNELS "opens = '{public,NULL}'" OF_BOX, 0, BOX, 1, "found ['public',null]"},
    {CHANNELS "exempt = false" OF_BOX, 0, BOX, 1, BOX_ROW "exempt: expected true, found false"},
    {CHANNELS "version = version + 1" OF_BOX, 0, BOX, 1, BOX_ROW "version: expected"},
    {"DELETE FROM holdfast.show_channels" OF_BOX, 0, BOX, 1,
     "channel box of show house: expected a row, found nothing"},
    {"INSERT INTO holdfast.show_channels (show_id, channel, version) VALUES ('house', 'x', 5)", 0, "5",
     1, "channel x of show house: expected nothing, found a row"},

    {AREAS "capacity = 11" OF_G, 0, G, 1, G_ROW "capacity: expected 10, found 11"},
    {AREAS "held = 0" OF_G, 0, G, 1, G_ROW "held: expected 1, found 0"},
    {AREAS "sold = 2" OF_G, 0, G, 1, G_ROW "sold: expected 0, found 2"},
    {AREAS "channel = 'box'" OF_G, 0, G, 1, G_ROW "channel: expected null, found box"},
    {AREAS "category = NULL" OF_G, 0, G, 1, G_ROW "category: expected low, found null"},
    {AREAS "version = version + 1" OF_G, 0, G, 1, G_ROW "version: expected"},
    {"DELETE FROM holdfast.show_areas" OF_G, 0, G, 1,
     "area G of show house: expected a row, found nothing"},
    {"INSERT INTO holdfast.show_areas (show_id, area_id, capacity, held, sold, version) VALUES "
     "('house', 'X', 1, 0, 0, 5)", 0, "5", 1,
     "area X of show house: expected nothing, found a row"},

    {SHARES "count = 2" OF_HOLD("79") " AND area_id = 'K'", 0, HOLD("79"), 1,
     AREAS_OF_79 "count of K: expected 1, found 2"},
    {SHARES "count = 1" OF_HOLD("79") " AND area_id = 'G'", 0, HOLD("79"), 1,
     AREAS_OF_79 "count of G: expected 0, found 1"},
    {"DELETE FROM holdfast.reservation_areas" OF_HOLD("79") " AND area_id = 'G'", 0, HOLD("79"), 1,
     AREAS_OF_79 "area G: expected a row, found none"},
    {"INSERT INTO holdfast.reservation_areas VALUES ('house', '" SMALL_ID("79") "', 'X', 3, 9)", 0,
     HOLD("79"), 1, AREAS_OF_79 "expected nothing, found a row: 3 places of area X"},
    {SHARES "place = 1 - place" OF_HOLD("7f"), 0, HOLD("7f"), 1,
     "areas of reservation " SMALL_ID("7f") " of show house: place of K, which came behind G: "
     "expected behind, found before it"},
    {HOLDS "places = 3" OF_HOLD("79"), 0, HOLD("79"), 1,
     "reservation " SMALL_ID("79") " of show house: places: expected 1, found 3"},

    {PLACES "section = NULL" OF_P1, 0, P1, 1, P1_ROW "section: expected Parkett, found null"},
    {PLACES "seat_row = 'B'" OF_P1, 0, P1, 1, P1_ROW "seat_row: expected A, found B"},
    {PLACES "pos = 9" OF_P1, 0, P1, 1, P1_ROW "pos: expected 1, found 9"},
    {PLACES "seat_row = NULL, pos = NULL" OF_P1, 0, P1, 2, P1_ROW "seat_row: expected A, found null"},
    {PLACES "category = 'gold'" OF_P1, 0, P1, 1, P1_ROW "category: expected I, found gold"},
    {PLACES "rank = 6" OF_P1, 0, P1, 1, P1_ROW "rank: expected 5, found 6"},
    {PLACES "flags = '{restricted}'" OF_P1, 0, P1, 1,
     P1_ROW "flags: expected ['accessible','restricted'], found ['restricted']"},
    {PLACES "x = 4" OF_P1, 0, P1, 1, P1_ROW "x: expected 3, found 4"},
    {PLACES "y = NULL" OF_P1, 0, P1, 1, P1_ROW "y: expected 4, found null"},
    {PLACES "version = version + 1" OF_P1, 0, P1, 1, P1_ROW "version: expected"},
    {"DELETE FROM holdfast.seat_places" OF_P1, 0, P1, 1,
     "place of seat P1 of show house: expected a row, found nothing"},
    {"INSERT INTO holdfast.seat_places (show_id, seat_id, version) VALUES ('opera', 'A1', 3)", 0, "3",
     1, "place of seat A1 of show opera: expected nothing, found a row"},

    {SEATS "status = 'sold'" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "status: expected reserved, found sold"},
    {SEATS "status = 'available'" OF_SEAT("A3"), 0, SEAT("A3"), 1,
     "seat A3 of show opera: status: expected sold, found available"},
    {SEATS "status = 'blocked'" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "status: expected reserved, found blocked"},
    {SEATS "status = 'sold'" OF_SEAT("A5"), 0, SEAT("A5"), 1,
     "seat A5 of show opera: status: expected available, found sold"},
    {SEATS "reserved_until = reserved_until + interval '1 ms'" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "reserved_until: expected 2"},
    {SEATS "reserved_until = reserved_until + interval '1 us'" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "reserved_until: expected 2"},
    {SEATS "reserved_until = 'infinity'" OF_SEAT("A1"), 0, SEAT("A1"), 1, "Z, found infinity"},
    {SEATS "reserved_until = '-infinity'" OF_SEAT("A1"), 0, SEAT("A1"), 1, "Z, found -infinity"},
    {SEATS "reserved_until = '20000-01-01'" OF_SEAT("A1"), 0, SEAT("A1"), 1, "us from 1970"},
    {SEATS "reserved_until = NULL" OF_SEAT("A1"), 0, SEAT("A1"), 1, "Z, found null"},
    {SEATS "reserved_by = NULL" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "reserved_by: expected " SMALL_ID("10") ", found null"},
    {SEATS "reserved_by = '" SMALL_ID("13") "'" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "reserved_by: expected " SMALL_ID("10") ", found " SMALL_ID("13")},
    {SEATS "taken_at = taken_at + 1" OF_SEAT("A1"), 0, SEAT("A1"), 1, A1 "taken_at: expected"},
    {SEATS "taken_at = NULL" OF_SEAT("B1"), 1, SEAT("B1"), 1,
     "seat B1 of show hall: taken_at: expected"},
    {SEATS "version = version + 1" OF_SEAT("A1"), 0, SEAT("A1"), 1, A1 "version: expected"},
    {SEATS "channel = 'box'" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     A1 "channel: expected null, found box"},
    {SEATS "channel = NULL" OF_SEAT("P2"), 0, SEAT("P2"), 1,
     "seat P2 of show house: channel: expected box, found null"},
    {SEATS "status = 'available', reserved_until = NULL, reserved_by = NULL, taken_at = NULL"
     OF_SEAT("A1"), 0, SEAT("A1"), 4, A1 "status: expected reserved, found available"},
    {"DELETE FROM holdfast.show_seats" OF_SEAT("A1"), 0, SEAT("A1"), 1,
     "seat A1 of show opera: expected a row, found nothing"},
    {"INSERT INTO holdfast.show_seats (show_id, seat_id, version) VALUES ('opera', 'A9', 3)", 0, "3", 1,
     "seat A9 of show opera: expected nothing, found a row: available"},
    {"INSERT INTO holdfast.show_seats (show_id, seat_id, version) VALUES ('', '', 3)", 1, "3", 1,
     "seat  of show : expected nothing, found a row: available"},
    {SEATS "seat_id = E'A1\\u00e9\\n'" OF_SEAT("A1"), 0, SEAT("A1"), 2,
     "seat A1\\xc3\\xa9\\x0a of show opera: expected nothing, found a row: reserved"},

    {HOLDS "status = 'confirmed'" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "status: expected held, found confirmed"},
    {HOLDS "session_hash = sha256('x')" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "session_hash: expected"},
    {HOLDS "created_at = created_at + interval '1 ms'" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "created_at: expected 2"},
    {HOLDS "reserved_until = reserved_until - interval '1 ms'" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "reserved_until: expected 2"},
    {HOLDS "ended_at = now()" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "ended_at: expected null, found 2"},
    {HOLDS "ended_at = ended_at + interval '1 ms'" OF_HOLD("13"), 0, HOLD("13"), 1,
     "reservation " SMALL_ID("13") " of show opera: ended_at: expected 2"},
    {HOLDS "request_offset = 1" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "request_offset: expected"},
    {HOLDS "customer_hash = sha256('x')" OF_HOLD("10"), 0, HOLD("10"), 1,
     HOLD_10 "customer_hash: expected null, found"},
    {HOLDS "channel = NULL" OF_HOLD("75"), 0, HOLD("75"), 1,
     "reservation " SMALL_ID("75") " of show house: channel: expected box, found null"},
    {HOLDS "places = 3" OF_HOLD("10"), 0, HOLD("10"), 1, HOLD_10 "places: expected 2, found 3"},
    {"DELETE FROM holdfast.seat_reservations" OF_HOLD("15"), 0, HOLD("15"), 1,
     "reservation " SMALL_ID("15") " of show opera: expected a row, found nothing"},
    {"INSERT INTO holdfast.seat_reservations (show_id, reservation_id, status, session_hash, "
     "created_at, reserved_until, request_offset) SELECT show_id, '" SMALL_ID("99") "', 'held', "
     "sha256('x'), created_at, reserved_until, 9 FROM holdfast.seat_reservations"
     OF_HOLD("10"), 0, "9", 1,
     "reservation " SMALL_ID("99") " of show opera: expected nothing, found a row: held"},

    {LISTS "seat_id = 'A8'" OF_HOLD("10") " AND place = 1", 0, HOLD("10"), 2,
     SEATS_OF_10 "expected nothing, found a row: seat A8 in place 1"},
    {LISTS "place = -1" OF_HOLD("10") " AND place = 1", 0, HOLD("10"), 2,
     SEATS_OF_10 "seat_id in place 1 of those in it: expected A1, found A2"},
    {LISTS "place = 7" OF_HOLD("10") " AND place = 1", 0, NULL, 0, NULL}, /* in the same order */
    {"DELETE FROM holdfast.reservation_seats" OF_HOLD("10") " AND place = 1", 0, HOLD("10"), 1,
     SEATS_OF_10 "expected 2 rows, found 1 of them"},
    {LISTS "left_at = 5" OF_HOLD("10") " AND place = 1", 0, HOLD("10"), 1,
     SEATS_OF_10 "left_at of A1: expected null, found 5"},
    {"INSERT INTO holdfast.reservation_seats VALUES ('opera', '" SMALL_ID("10") "', 'A3', -1)", 0,
     HOLD("10"), 1, SEATS_OF_10 "expected nothing, found a row: seat A3 in place -1"},

    {LISTS "left_at = NULL" OF_HOLD("79"), 0, HOLD("79"), 1, SEATS_OF_79 "left_at of P0: expected"},
    {LISTS "left_at = left_at + 1" OF_HOLD("79"), 0, HOLD("79"), 1,
     SEATS_OF_79 "left_at of P0: expected"},
    {"DELETE FROM holdfast.reservation_seats" OF_HOLD("79"), 0, DECIDED("7a"), 1,
     SEATS_OF_79 "P0, which left it: expected a row, found none"},

    {DECISIONS "show_id = 'Opera'" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: show_id: expected opera, found Opera"},
    {DECISIONS "request_id = NULL" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: request_id: expected " SMALL_ID("14") ", found null"},
    {DECISIONS "type = 'extend'" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: type: expected confirm, found extend"},
    {DECISIONS "code = 201" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: code: expected 200, found 201"},
    {DECISIONS "reason = 'SOLD'" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: reason: expected CONFIRMED, found SOLD"},
    {DECISIONS "duplicate_of = 0" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: duplicate_of: expected null, found 0"},
    {DECISIONS "duplicate_of = NULL WHERE duplicate_of IS NOT NULL AND code = 422", 0,
     "(SELECT \"offset\" FROM kept.decisions WHERE code = 422)", 1, "decision: duplicate_of: expected"},
    {DECISIONS "decided_at = decided_at + interval '1 us'" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: decided_at: expected 2"},
    {DECISIONS "content = NULL" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: content: expected"},
    {DECISIONS "reply = set_byte(reply, 1, get_byte(reply, 1) | 32)" OF_DECISION("14"), 0,
     DECIDED("14"), 1, "decision: reply: revived: expected nothing, found true"},
    {DECISIONS "reply = '\\xff22'" OF_DECISION("14"), 0, DECIDED("14"), 2,
     "decision: reply: expected {'request_id'"},
    {DECISIONS "reply = reply || '\\x00'" OF_DECISION("11"), 0, DECIDED("11"), 1,
     "found bytes that cannot be read"},
    {DECISIONS "reply = decode(replace(encode(reply, 'hex'), '024138024137', '024137024138'), 'hex')"
     OF_DECISION("22"), 0, DECIDED("22"), 2,
     "decision: reply: seat_ids[0]: expected 'A8', found 'A7'"},
    {DECISIONS "events = NULL" OF_DECISION("22"), 0, DECIDED("22"), 3,
     "decision: event 0: expected {'event':'expired'"},
    {DECISIONS "events = decode(replace(encode(events, 'hex'), '024138', '024136'), 'hex')"
     OF_DECISION("22"), 0, DECIDED("22"), 1,
     "decision: event 1: seat_ids[0]: expected 'A8', found 'A6'"},
    {DECISIONS "events = events || substr(events, 2)" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: event 1: expected nothing, found {'event':'sold'"},
    {DECISIONS "events = events || '\\x42'" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: events: expected nothing more, found bytes that cannot be read"},
    {DECISIONS "events = '\\xff22'" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: event 0: expected {'event':'sold'"},
    {DECISIONS "events = ''" OF_DECISION("11"), 0, DECIDED("11"), 1,
     "decision: events: expected null, found (empty)"},
    {"DELETE FROM holdfast.decisions" OF_DECISION("14"), 0, DECIDED("14"), 1,
     "decision: expected a row, found nothing"},
    {"DELETE FROM holdfast.decisions" OF_DECISION("01"), 0, DECIDED("01"), 1,
     "decision: expected a row, found nothing"},
    {DECISIONS "\"offset\" = -5" OF_DECISION("01"), 0, "-5", 2,
     "decision: expected nothing, found a row: 200 SHOW_CREATED"},
    {DECISIONS "\"offset\" = 99" OF_DECISION("14"), 0, "99", 2,
     "decision: expected nothing, found a row: 200 CONFIRMED"},
    {DECISIONS "partition = 9" OF_DECISION("14"), 9, DECIDED("14"), 2,
     "decision: there is no such partition in this database: expected nothing, found 1 row"},

    {PROGRESS "next_offset = next_offset - 1" OF_0, 0, LAST, 1, "progress: next_offset: expected"},
    {PROGRESS "next_offset = 0" OF_0, 0, LAST, 1, "progress: next_offset: expected"},
    {PROGRESS "next_offset = next_offset + 1" OF_0, 0, LAST, 1, "progress: next_offset: expected"},
    {PROGRESS "decided_until = decided_until + interval '1 us'" OF_0, 0, LAST, 1,
     "progress: decided_until: expected 2"},
    {PROGRESS "decided_until = NULL" OF_0, 0, LAST, 1, "Z, found null"},
    {PROGRESS "last_offset = last_offset - 1" OF_0, 0, LAST, 1, "progress: last_offset: expected"},
    {PROGRESS "last_digest = sha256('x')" OF_0, 0, LAST, 1, "progress: last_digest: expected"},
    {PROGRESS "last_digest = NULL" OF_0, 0, LAST, 1, "progress: last_digest: expected"},
    {"DELETE FROM holdfast.partition_progress" OF_0, 0, LAST, 1,
     "progress: expected a row, found nothing"},
    {"INSERT INTO holdfast.partition_progress VALUES (9, 0, 1)", 9, NULL, 1,
     "progress: there is no such partition in this database: expected nothing, found a row"},
};

static const char *const tables[] = {"shows",             "show_channels",     "show_seats",
                                     "seat_places",       "seat_reservations", "reservation_seats",
                                     "show_areas",        "reservation_areas", "decisions",
                                     "partition_progress"};
#define TABLES (sizeof tables / sizeof tables[0])

/* Copies to change back to; and nothing that would forbid a change. */
static void keep_rows(void)
{
	for (size_t i = 0; i < TABLES; i++)
		rig_sql("CREATE SCHEMA IF NOT EXISTS kept; CREATE TABLE kept.%s AS TABLE holdfast.%s",
		        tables[i], tables[i]);
	rig_sql("DROP INDEX holdfast.seat_reservations_one_hold_a_session;"
	        "ALTER TABLE holdfast.seat_places ALTER COLUMN hall DROP EXPRESSION, "
	        "ALTER COLUMN hall DROP NOT NULL;"
	        "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS at, conname FROM "
	        "pg_constraint WHERE contype = 'c' AND connamespace = 'holdfast'::regnamespace LOOP "
	        "EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', c.at, c.conname); END LOOP; END $$");
}

/* Back to how they were, then the change; what the expression is before it. */
static const char *change_rows(const char *sql, const char *expression)
{
	struct buf script = {0};
	const char *value;

	for (size_t i = 0; i < TABLES; i++)
		buf_print(&script, "DELETE FROM holdfast.%s; INSERT INTO holdfast.%s TABLE kept.%s;", tables[i],
		          tables[i], tables[i]);
	value = rig_sql("BEGIN; SELECT %s; %s %s; COMMIT", expression ? expression : "NULL", script.data,
	                sql);
	buf_release(&script);
	return value;
}

static bool is_named(const char *report, const char *place, const char *expected)
{
	char quoted[300];
	size_t i;

	for (i = 0; expected[i]; i++)
		quoted[i] = expected[i] == '\'' ? '"' : expected[i];
	quoted[i] = '\0';
	for (int line = 0; report && *report && line < LINES_READ; line++) {
		const char *end = strchr(report, '\n'), *at = strstr(report, quoted);

		if (!strncmp(report, place, strlen(place)) && at && at < end)
			return true;
		report = end ? end + 1 : NULL;
	}
	return false;
}

static bool is_seen(const struct change *c, const char *offset, const struct audit *audit)
{
	char place[80], total[40];

	if (!c->differences)
		return audit->exit_code == 0;
	if (c->offset)
		snprintf(place, sizeof place, "DIFFERENCE partition %d, offset %s: ", c->partition, offset);
	else
		snprintf(place, sizeof place, "DIFFERENCE partition %d, no offset: ", c->partition);
	snprintf(total, sizeof total, "\n%d difference%s\n", c->differences, c->differences > 1 ? "s" : "");
	return audit->exit_code == 6 && audit_count(audit, total) &&
	       is_named(audit->report, place, c->expected);
}

static void every_row_changed_by_hand_is_named_with_its_place(void **state)
{
	char listed[150];
	int unseen = 0;

	(void)state;
	snprintf(listed, sizeof listed, "--reply-topics=%s", small_own_topic);
	audit_is_clean(listed);
	keep_rows();
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const char *offset = change_rows(changes[i].sql, changes[i].offset);
		struct audit audit, json;

		audit_start(&audit, listed, NULL);
		if (i % 4 == 0)
			audit_start(&json, "--json", listed, NULL);
		audit_await(&audit);
		if (i % 4 == 0) {
			audit_await(&json);
			assert_int_equal(json.exit_code, audit.exit_code);
			audit_release(&json);
		}
		if (!is_seen(&changes[i], offset, &audit)) {
			unseen++;
			print_error("%s\nexit code %d, expected %d: %s\n%s\n", changes[i].sql, audit.exit_code,
			            changes[i].differences, changes[i].expected, audit.report);
		}
		audit_release(&audit);
	}
	assert_int_equal(unseen, 0);
	change_rows("", NULL);
	audit_is_clean(listed);
	audit_check_json();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_changed_by_hand_is_named_with_its_place),
	};

	return cmocka_run_group_tests(tests, small_history_make, rig_drop);
}
