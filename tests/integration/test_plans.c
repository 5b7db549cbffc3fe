/*
 * The generic plans that worker, expirer and audit would keep, on tables as they are at different
 * times of a pipeline's life: no statement goes through a table, each look-up is by the index named
 * here, and reads as much as its keys need, however many rows there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "common/db/session_settings.h"
#include "tests/integration/own_database.h"
#include "tests/integration/shell.h"

#define KEYS 10             /* looked up at once */
#define PAGES_PER_KEY_MAX 12 /* indexes of two or three levels, the row, and what belongs to it */

/*
 * Every statement of worker and expirer, and those that go through `decisions` beside them: how
 * each comes to the rows of tables, in the order of the plan.
 */
static const struct {
	enum query query;
	const char *scans;
} plans[] = {
    {QUERY_ADMIN_COUNT_DECISIONS, "Index Scan decisions_pkey (partition, offset)"},
    {QUERY_ADMIN_FIND_DECISION, "Index Scan decisions_pkey (partition, offset)"},
    {QUERY_ADMIN_PRUNE_DECISIONS,
     "Index Scan decisions_pkey (partition, offset), Index Scan decisions_pkey (partition, offset)"},
    {QUERY_WORKER_DELETE_HALT, "Index Scan partition_halts_pkey (partition)"},
    {QUERY_WORKER_INSERT_AREAS, ""},
    {QUERY_WORKER_INSERT_CHANNELS, ""},
    {QUERY_WORKER_FIND_GAP, "Index Scan accepted_gaps_pkey (partition, first_offset)"},
    {QUERY_WORKER_FIND_UNANSWERED, "Index Only Scan decisions_pkey (partition, offset)"},
    {QUERY_WORKER_INSERT_DECISIONS, ""},
    {QUERY_WORKER_INSERT_GAP, "Index Scan partition_progress_pkey (partition)"},
    {QUERY_WORKER_INSERT_HALT, "Index Scan partition_progress_pkey (partition)"},
    {QUERY_WORKER_INSERT_PLACES, ""},
    {QUERY_WORKER_INSERT_RESERVATION_AREAS, ""},
    {QUERY_WORKER_INSERT_RESERVATION_SEATS, ""},
    {QUERY_WORKER_INSERT_RESERVATIONS, ""},
    {QUERY_WORKER_INSERT_SEATS, ""},
    {QUERY_WORKER_INSERT_SHOWS, ""},
    {QUERY_WORKER_LOCK_SEATS, "Index Scan show_seats_pkey (show_id, seat_id)"},
    /* hand_changes has one row. */
    {QUERY_WORKER_MOVE_PROGRESS,
     "Seq Scan hand_changes, Index Scan partition_progress_pkey (partition)"},
    {QUERY_WORKER_PING, ""},
    {QUERY_WORKER_READ_AREAS, "Index Scan show_areas_pkey (show_id)"},
    {QUERY_WORKER_READ_CHANNELS, "Index Scan show_channels_pkey (show_id)"},
    {QUERY_WORKER_READ_CLAIMS, "Index Scan decisions_claims (request_id)"},
    {QUERY_WORKER_READ_CUSTOMERS,
     "Index Scan seat_reservations_of_a_customer (show_id, customer_hash)"},
    {QUERY_WORKER_READ_DECISIONS, "Index Scan decisions_pkey (partition, offset)"},
    {QUERY_WORKER_READ_HELD,
     "Index Only Scan show_areas_pkey (show_id), "
     "Index Scan seat_reservations_one_hold_a_session (show_id, session_hash), "
     "Index Scan reservation_seats_pkey (show_id, reservation_id), "
     "Index Scan reservation_areas_pkey (show_id, reservation_id)"},
    {QUERY_WORKER_READ_LAPSING,
     "Index Scan seat_reservations_in_areas (reserved_until), "
     "Index Scan reservation_areas_pkey (show_id, reservation_id, area_id), "
     "Index Scan seat_reservations_in_areas (reserved_until)"},
    {QUERY_WORKER_READ_PLACES, "Index Scan seat_places_pkey (show_id, seat_id)"},
    {QUERY_WORKER_READ_PROGRESS, "Index Scan partition_progress_pkey (partition)"},
    {QUERY_WORKER_SETTLE_PROGRESS, "Index Scan partition_progress_pkey (partition)"},
    {QUERY_WORKER_READ_RESERVATIONS,
     "Index Scan seat_reservations_pkey (show_id, reservation_id), "
     "Index Scan reservation_seats_pkey (show_id, reservation_id), "
     "Index Scan reservation_areas_pkey (show_id, reservation_id)"},
    {QUERY_WORKER_READ_SEATS, "Index Scan show_seats_pkey (show_id, seat_id)"},
    {QUERY_WORKER_READ_SESSIONS,
     "Index Scan seat_reservations_one_hold_a_session (show_id, session_hash)"},
    {QUERY_WORKER_READ_SHOWS, "Index Scan shows_pkey (show_id)"},
    {QUERY_WORKER_READ_SLOTS,
     "Index Scan seat_places_one_seat_a_place (hall, seat_row, pos)"},
    {QUERY_WORKER_READ_SOLD,
     "Index Scan seat_reservations_of_a_customer (show_id, customer_hash)"},
    {QUERY_WORKER_READ_WHOLE_PLACES, "Index Scan seat_places_pkey (show_id)"},
    {QUERY_WORKER_READ_WHOLE_SEATS, "Index Scan show_seats_pkey (show_id)"},
    {QUERY_WORKER_RETURN_RESERVATION_SEATS, ""},
    /* schema_migrations has a row a version. */
    {QUERY_WORKER_TAKE_PROGRESS, "Index Only Scan schema_migrations_pkey"},
    {QUERY_WORKER_UPDATE_AREAS,
     "Index Scan show_areas_pkey (show_id, area_id), Tid Scan show_areas"},
    {QUERY_WORKER_UPDATE_BLOCKED_SEATS,
     "Index Scan show_seats_pkey (show_id, seat_id), Tid Scan show_seats"},
    {QUERY_WORKER_UPDATE_CHANGED_RESERVATIONS,
     "Index Scan seat_reservations_pkey (show_id, reservation_id), Tid Scan seat_reservations"},
    {QUERY_WORKER_UPDATE_CHANNELS,
     "Index Scan show_channels_pkey (show_id, channel), Tid Scan show_channels"},
    {QUERY_WORKER_UPDATE_PLACES,
     "Index Scan seat_places_pkey (show_id, seat_id), Tid Scan seat_places"},
    {QUERY_WORKER_UPDATE_RESERVATION_AREAS,
     "Index Scan reservation_areas_pkey (show_id, reservation_id, area_id), "
     "Tid Scan reservation_areas"},
    {QUERY_WORKER_UPDATE_RESERVATION_SEATS,
     "Index Scan reservation_seats_pkey (show_id, reservation_id, seat_id), "
     "Tid Scan reservation_seats"},
    {QUERY_WORKER_UPDATE_RESERVATIONS,
     "Index Scan seat_reservations_pkey (show_id, reservation_id), Tid Scan seat_reservations"},
    {QUERY_WORKER_UPDATE_SEATS, "Index Scan show_seats_pkey (show_id, seat_id), Tid Scan show_seats"},
    {QUERY_WORKER_UPDATE_SHOWS, "Index Scan shows_pkey (show_id), Tid Scan shows"},
    /* PAGES of the audit, whose transaction pins something else; rows are compared as a whole. */
    {QUERY_AUDIT_READ_CHANNELS, "Index Scan show_channels_pkey"},
    {QUERY_AUDIT_READ_DECISIONS, "Index Scan decisions_pkey (partition, offset)"},
    {QUERY_AUDIT_READ_PLACES, "Index Scan seat_places_pkey"},
    {QUERY_AUDIT_READ_RESERVATION_SEATS, "Index Scan reservation_seats_pkey"},
    {QUERY_AUDIT_READ_RESERVATIONS, "Index Scan seat_reservations_pkey"},
    {QUERY_AUDIT_READ_SEATS, "Index Scan show_seats_pkey"},
    {QUERY_AUDIT_READ_SHOWS, "Index Scan shows_pkey (show_id)"},
    /* Last: its session pins more. */
    {QUERY_EXPIRER_READ_DUE, "Index Scan seat_reservations_due (reserved_until)"},
};

#define PLANS (sizeof plans / sizeof plans[0])
#define PAGES 7

/* ---- the tables at different times ---- */

#define SHOWS_SQL \
	"INSERT INTO holdfast.shows (show_id, hold_seconds, max_hold_seconds, max_seats, created_at, " \
	"created_offset) SELECT 'show-' || n, 600, 1800, 10, now(), n FROM generate_series(1, 40) AS n;" \
	"INSERT INTO holdfast.show_areas SELECT 'show-' || n / 3, 'area-' || n % 3, 20000, 9000, 9000, " \
	"NULL, NULL, n FROM generate_series(3, 122) AS n;"
/* n-th id: a UUID that its number gives */
#define ID_SQL "(lpad(to_hex(n), 32, '0'))::uuid"
#define SHOW_SQL "'show-' || 1 + n % 40"
/* Reservations from the first to the last number, each of one seat of its own and half with an area. */
#define RESERVATIONS_SQL(first, last, show, status, ended_at) \
	"INSERT INTO holdfast.seat_reservations (show_id, reservation_id, status, session_hash, " \
	"created_at, reserved_until, ended_at, request_offset, customer_hash, places, area_places) " \
	"SELECT " show ", " \
	ID_SQL ", " status ", sha256(int8send(n)), now() - interval '1 day', now() + interval '1 day', " \
	ended_at ", n, CASE WHEN n % 4 > 0 THEN sha256(int8send(n / 4)) END, 1 + n % 2, n % 2 " \
	"FROM generate_series(" first "::int8, " last ") AS n;" \
	"INSERT INTO holdfast.reservation_seats SELECT " show ", " ID_SQL ", 'seat-' || n, 0 " \
	"FROM generate_series(" first "::int8, " last ") AS n;" \
	"INSERT INTO holdfast.reservation_areas SELECT " show ", " ID_SQL ", 'area-' || n % 3, 1, 0 " \
	"FROM generate_series(" first "::int8, " last ") AS n WHERE n % 2 > 0;"
#define OVER_SQL(first, last) \
	RESERVATIONS_SQL(first, last, SHOW_SQL, "(ARRAY['confirmed', 'expired', 'released'])[1 + n % 3]", \
	                 "now()")
#define HOLDS_SQL(first, last, show) RESERVATIONS_SQL(first, last, show, "'held'", "NULL::timestamptz")
#define SEATS_SQL(status, until) \
	"INSERT INTO holdfast.show_seats (show_id, seat_id, status, reserved_until, version) SELECT " \
	SHOW_SQL ", 'seat-' || n, " status ", " until ", n FROM generate_series(1, 12000) AS n;" \
	"INSERT INTO holdfast.seat_places (show_id, seat_id, section, seat_row, pos, version) SELECT " \
	SHOW_SQL ", 'seat-' || n, CASE WHEN n % 3 > 0 THEN 'section-' || n % 3 END, 'row-' || n / 400, " \
	"1 + n % 400, n FROM generate_series(1, 12000) AS n WHERE n % 10 > 0;" \
	"INSERT INTO holdfast.show_channels (show_id, channel, version) SELECT " SHOW_SQL ", 'channel-' " \
	"|| n / 40, n FROM generate_series(1, 120) AS n;"
#define DECISIONS_SQL \
	"INSERT INTO holdfast.decisions (partition, \"offset\", show_id, request_id, type, code, reason, " \
	"decided_at, content, reply) SELECT n % 8, n, " SHOW_SQL ", " ID_SQL ", 'reserve', 409, " \
	"'SEATS_TAKEN', now(), CASE WHEN n % 5 > 0 THEN substr(sha256(int8send(n)), 1, 16) END, 'x' " \
	"FROM generate_series(1::int8, 12000) AS n;" \
	"INSERT INTO holdfast.partition_progress SELECT n, 12001, 1, now() FROM generate_series(0, 7) AS n;"
#define MANY_OVER_SQL \
	SHOWS_SQL SEATS_SQL("'available'", "NULL::timestamptz") OVER_SQL("1", "12000") DECISIONS_SQL

static const struct {
	const char *name, *sql;
} states[] = {
    {"made and never analyzed", ""},
    {"analyzed while empty", "ANALYZE;"},
    {"full and never analyzed", MANY_OVER_SQL HOLDS_SQL("12001", "14000", SHOW_SQL)},
    {"analyzed while nothing was held", MANY_OVER_SQL "ANALYZE;"},
    {"vacuumed and analyzed while nothing was held", MANY_OVER_SQL "VACUUM ANALYZE;"},
    {"the same, and then holds", MANY_OVER_SQL "ANALYZE;" HOLDS_SQL("12001", "14000", SHOW_SQL)},
    {"the same, and then holds of one show",
     MANY_OVER_SQL "VACUUM ANALYZE;" HOLDS_SQL("12001", "14000", "'show-7'")},
    {"analyzed with few holds, and then more", MANY_OVER_SQL HOLDS_SQL("12001", "12005", SHOW_SQL)
     "VACUUM ANALYZE;" HOLDS_SQL("12006", "14000", SHOW_SQL)},
    {"analyzed while full", SHOWS_SQL SEATS_SQL("'reserved'", "now() + interval '1 day'")
     HOLDS_SQL("1", "12000", SHOW_SQL) DECISIONS_SQL "ANALYZE;"},
    {"analyzed with one reservation a show, and then holds of one show",
     RESERVATIONS_SQL("1", "500", "'single-' || n", "'confirmed'", "now()") DECISIONS_SQL
     "VACUUM ANALYZE;" SHOWS_SQL HOLDS_SQL("12001", "14000", "'show-7'")},
};

#define STATES (sizeof states / sizeof states[0])

/* A schema for the test's own functions; autovacuum would analyze when it likes. */
#define GROUND_SQL \
	"ALTER TABLE holdfast.show_seats SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.seat_reservations SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.reservation_seats SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.reservation_areas SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.show_areas SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.decisions SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.shows SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.show_channels SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.seat_places SET (autovacuum_enabled = off);" \
	"ALTER TABLE holdfast.partition_progress SET (autovacuum_enabled = off);" \
	"CREATE SCHEMA t;" \
	"CREATE FUNCTION t.explain(how text, name text, arguments text) RETURNS jsonb " \
	"LANGUAGE plpgsql AS $$ DECLARE plan json; BEGIN " \
	"EXECUTE format('EXPLAIN (%s, FORMAT JSON) EXECUTE %I%s', how, name, arguments) INTO plan; " \
	"RETURN plan; END $$;" \
	/* Columns by which an index is searched. */ \
	"CREATE FUNCTION t.columns(condition text) RETURNS text LANGUAGE sql AS $$ " \
	"SELECT '(' || string_agg(name, ', ' ORDER BY at) || ')' FROM (SELECT m[1] AS name, min(at) AS " \
	"at FROM regexp_matches($1, '\\(\"?([a-z_]+)\"? [=<>]', 'g') WITH ORDINALITY AS found (m, at) " \
	"GROUP BY 1) AS names $$;" \
	/* All that comes to rows of a table. Arguments are null: a generic plan asks for none. */ \
	"CREATE FUNCTION t.scans(name text) RETURNS text LANGUAGE sql AS $$ " \
	"SELECT coalesce(string_agg(concat_ws(' ', scan->>'Node Type', coalesce(scan->>'Index Name', " \
	"scan->>'Relation Name'), t.columns(scan->>'Index Cond')), ', ' ORDER BY at), '') FROM " \
	"jsonb_path_query(t.explain('COSTS OFF', $1, " \
	"(SELECT '(' || string_agg('NULL', ', ') || ')' FROM pg_prepared_statements AS p, " \
	"unnest(p.parameter_types) WHERE p.name = $1)), 'strict $.** ? (@.\"Node Type\" like_regex " \
	"\"Scan$\" && @.\"Node Type\" != \"Function Scan\" && @.\"Node Type\" != \"CTE Scan\" && " \
	"@.\"Node Type\" != \"Subquery Scan\")') WITH ORDINALITY AS found (scan, at) $$;" \
	"CREATE FUNCTION t.pages(name text, arguments text) RETURNS bigint LANGUAGE sql AS $$ " \
	"SELECT (top->>'Shared Hit Blocks')::int8 + (top->>'Shared Read Blocks')::int8 FROM " \
	"jsonb_path_query(t.explain('ANALYZE, BUFFERS', $1, $2), '$[0].Plan') AS top $$;"

/* One at a time: VACUUM runs in no transaction. */
static void run_all(struct db *db, const char *statements)
{
	struct buf sql = {0};

	for (const char *at = statements, *end; (end = strchr(at, ';')); at = end + 1) {
		buf_clear(&sql);
		buf_add(&sql, at, (size_t)(end - at));
		own_run(db, buf_text(&sql).data);
	}
	buf_release(&sql);
}

static void come_to(struct db *db, size_t state)
{
	own_run(db, "DROP SCHEMA IF EXISTS holdfast CASCADE; DROP SCHEMA IF EXISTS t CASCADE");
	own_migrate(db);
	own_run(db, GROUND_SQL);
	run_all(db, states[state].sql);
}

/* ---- asking ---- */

/* What psql prints, in a session like those of the programs in which all statements are prepared. */
static const char *ask(const char *pinned, const char *questions)
{
	const struct db_settings settings = {.answer_ms = OWN_WAIT_MS, .has_pinned_plans = true};
	const char *run = getenv("HOLDFAST_RUN_DIR"), *answer;
	struct buf sql = {0};
	char path[200];
	FILE *file;

	db_session_script(&settings, &sql);
	for (size_t i = 0; i < PLANS; i++)
		buf_print(&sql, "PREPARE %s AS %s;\n", query_name(plans[i].query), query_text(plans[i].query));
	buf_print(&sql, "\\o /dev/null\n%s;\n\\o\n%s", pinned, questions);
	snprintf(path, sizeof path, "%s/plans-%ld.sql", run ? run : "/tmp", (long)getpid());
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(buf_text(&sql).data, file);
	fclose(file);
	answer = shell_run("psql '%s' -XAtq -v ON_ERROR_STOP=1 -f '%s' 2>&1", own_url.data, path);
	remove(path);
	buf_release(&sql);
	return answer;
}

/* One line for each statement from `first` on. */
static void expect_scans(size_t first, size_t count, const char *pinned, const char *state)
{
	struct buf questions = {0};
	const char *found;

	for (size_t i = first; i < first + count; i++)
		buf_print(&questions, "SELECT t.scans('%s');\n", query_name(plans[i].query));
	found = ask(pinned, questions.data);
	for (size_t i = first; i < first + count; i++) {
		size_t bytes = strcspn(found, "\n");

		if (bytes != strlen(plans[i].scans) || memcmp(found, plans[i].scans, bytes) != 0)
			fail_msg("%s: %s: expected \"%s\", found \"%.*s\"", state, query_name(plans[i].query),
			         plans[i].scans, (int)bytes, found);
		found += bytes + (found[bytes] == '\n');
	}
	buf_release(&questions);
}

static void no_statement_goes_through_a_table_at_any_time(void **state)
{
	struct db *db = own_open();
	char audit[300];

	(void)state;
	snprintf(audit, sizeof audit, "RESET ALL; SET plan_cache_mode = force_generic_plan; BEGIN; %s",
	         query_text(QUERY_AUDIT_PIN_ORDER));
	for (size_t i = 0; i < STATES; i++) {
		come_to(db, i);
		expect_scans(0, PLANS - 1 - PAGES, "", states[i].name);
		expect_scans(PLANS - 1 - PAGES, PAGES, audit, states[i].name);
		expect_scans(PLANS - 1, 1, query_text(QUERY_EXPIRER_PIN_ORDER), states[i].name);
	}
	db_close(db);
}

static void every_statement_of_worker_and_expirer_is_in_the_table(void **state)
{
	(void)state;
	for (int q = 0; q < QUERY_COUNT; q++) {
		size_t i = 0;

		if (strncmp(query_name((enum query)q), "worker_", strlen("worker_")) != 0)
			continue;
		while (i < PLANS && plans[i].query != (enum query)q)
			i++;
		if (i == PLANS)
			fail_msg("%s is not in the table of plans", query_name((enum query)q));
	}
}

/* ---- how much is read ---- */

/* An array of KEYS values of numbers that step by 7, from `first` on; the value with its n. */
#define KEYS_SQL(value, first) \
	"(SELECT array_agg(" value ") FROM generate_series(" first "::int8, " first " + 7 * 9, 7) AS n)"
#define OF(argument) " || quote_literal(" argument ")"
#define THEN " || ', '"

/* Look-ups, with keys of rows that are there where any are: the arguments, as SQL that makes them. */
static const struct {
	enum query query;
	const char *arguments;
} looks[] = {
    {QUERY_WORKER_READ_SEATS,
     OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL("'seat-' || n", "100"))},
    {QUERY_WORKER_READ_SESSIONS,
     OF(KEYS_SQL(SHOW_SQL, "12100")) THEN OF(KEYS_SQL("sha256(int8send(n))", "12100"))},
    {QUERY_WORKER_READ_SESSIONS,
     OF(KEYS_SQL("'show-7'::text", "12100")) THEN OF(KEYS_SQL("sha256(int8send(n))", "12100"))},
    {QUERY_WORKER_READ_SESSIONS, /* who holds nothing */
     OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL("sha256(int8send(-n))", "100"))},
    {QUERY_WORKER_READ_CUSTOMERS,
     OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL("sha256(int8send(n / 4))", "100"))},
    {QUERY_WORKER_READ_CUSTOMERS, /* who has nothing */
     OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL("sha256(int8send(-n))", "100"))},
    {QUERY_WORKER_READ_RESERVATIONS,
     OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL(ID_SQL, "100"))
     THEN OF(KEYS_SQL("true", "100"))},
    {QUERY_WORKER_READ_AREAS, OF(KEYS_SQL(SHOW_SQL, "100"))},
    {QUERY_WORKER_READ_LAPSING, OF(KEYS_SQL(SHOW_SQL, "100"))
     THEN OF(KEYS_SQL("'area-' || n % 3", "100")) THEN OF(KEYS_SQL("10", "100"))
     THEN " || quote_literal(now())"},
    {QUERY_WORKER_READ_CLAIMS, OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL(ID_SQL, "100"))},
    {QUERY_WORKER_READ_SHOWS, OF(KEYS_SQL(SHOW_SQL, "100"))},
    {QUERY_WORKER_READ_CHANNELS, OF(KEYS_SQL(SHOW_SQL, "100"))},
    {QUERY_WORKER_READ_PLACES,
     OF(KEYS_SQL(SHOW_SQL, "100")) THEN OF(KEYS_SQL("'seat-' || n", "100"))},
    {QUERY_WORKER_READ_SLOTS, OF(KEYS_SQL(SHOW_SQL, "100"))
     THEN OF(KEYS_SQL("CASE WHEN n % 3 > 0 THEN 'section-' || n % 3 END", "100"))
     THEN OF(KEYS_SQL("'row-' || n / 400", "100")) THEN OF(KEYS_SQL("(1 + n % 400)::int4", "100"))},
    {QUERY_EXPIRER_READ_DUE, " || '0, '''', ''00000000-0000-0000-0000-000000000000'', 10'"},
};

#define LOOKS (sizeof looks / sizeof looks[0])

static void a_look_up_reads_what_its_keys_need_at_any_time(void **state)
{
	struct buf questions = {0};
	struct db *db = own_open();

	(void)state;
	for (size_t i = 0; i < LOOKS; i++)
		buf_print(&questions, "SELECT t.pages('%s', '('%s || ')');\n", query_name(looks[i].query),
		          looks[i].arguments);
	for (size_t i = 0; i < STATES; i++) {
		const char *found;

		come_to(db, i);
		found = ask(query_text(QUERY_EXPIRER_PIN_ORDER), questions.data);
		for (size_t look = 0; look < LOOKS; look++) {
			char *end;
			long pages = strtol(found, &end, 10);

			assert_true(end > found && *end == '\n');
			found = end + 1;
			if (pages > KEYS * PAGES_PER_KEY_MAX)
				fail_msg("%s: %s, %zu: %ld pages for %d keys", states[i].name,
				         query_name(looks[look].query), look, pages, KEYS);
		}
	}
	buf_release(&questions);
	db_close(db);
}

/* ---- lapsed holds ---- */

/* Ten have lapsed of 100,000 with places in the area; and the areas of other shows. */
#define DAY "timestamptz '2030-01-01 00:00:00+00'"
#define HELD_SQL \
	"INSERT INTO holdfast.seat_reservations (show_id, reservation_id, status, session_hash, " \
	"created_at, reserved_until, request_offset, places, area_places) SELECT 'show-7', " ID_SQL ", " \
	"'held', sha256(int8send(n)), " DAY " - interval '1 day', " DAY " + CASE WHEN n % 10000 = 0 " \
	"THEN interval '0' ELSE interval '1 day' END, n, 2, 2 FROM generate_series(1, 100000) AS n;" \
	"INSERT INTO holdfast.reservation_areas SELECT 'show-7', " ID_SQL ", 'area-1', 2, 0 " \
	"FROM generate_series(1, 100000) AS n;"

static void lapsed_holds_are_found_among_many_that_live(void **state)
{
	static const char *const orders[] = {"ANALYZE;" HELD_SQL, HELD_SQL "VACUUM ANALYZE;"};
	static const char question[] =
	    "SELECT t.pages('worker_read_lapsing', '(''{show-7}'', ''{area-1}'', ''{50}'', ' || "
	    "quote_literal(" DAY ") || ')');\n"
	    "EXECUTE worker_read_lapsing('{show-7,show-7,show-8}', '{area-1,area-2,area-1}', '{3,3,3}', "
	    DAY ");\n";
	struct db *db = own_open();

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		const char *found;
		char *end;
		long pages;

		come_to(db, 0);
		run_all(db, orders[i]);
		found = ask("SELECT 1", question);
		pages = strtol(found, &end, 10);
		if (end == found || pages > 10 * PAGES_PER_KEY_MAX)
			fail_msg("%zu: %s", i, found);
		assert_string_equal(end, "\nshow-7|area-1|3|{00000000-0000-0000-0000-000000002710,"
		                         "00000000-0000-0000-0000-000000004e20,"
		                         "00000000-0000-0000-0000-000000007530}|2030-01-02 00:00:00+00\n"
		                         "show-7|area-2|3|{}|2030-01-02 00:00:00+00\n"
		                         "show-8|area-1|3|{}|\n");
	}
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_statement_of_worker_and_expirer_is_in_the_table),
	    cmocka_unit_test(no_statement_goes_through_a_table_at_any_time),
	    cmocka_unit_test(a_look_up_reads_what_its_keys_need_at_any_time),
	    cmocka_unit_test(lapsed_holds_are_found_among_many_that_live),
	};

	return cmocka_run_group_tests(tests, own_make, own_drop);
}
