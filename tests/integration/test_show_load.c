/*
 * Seat maps made of the rows of a real server, which a real worker writes meanwhile: with the events
 * from there on each comes to what the rows are in the end, wherever it was read. And what stands in
 * the texts, what a channel's key opens, with what rights.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/partitioner.h"
#include "gateway/rows/show.h"
#include "tests/integration/ask.h"
#include "tests/integration/own_database.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"
#include "tests/integration/traffic.h"

#define ROUNDS 12
#define ROUND_REQUESTS 100
#define LOADS_IN_ROUND 20
#define EVENTS_OF_REQUEST_MAX 64

static long worker;
static struct db *db;
static struct err e;
static struct arena arena;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	return own_open_at(&db, getenv("DATABASE_URL"), OWN_WAIT_MS, &e) ? -1 : 0;
}

static int tear_down(void **state)
{
	db_close(db);
	arena_release(&arena);
	(void)rig_stop(worker, SIGTERM);
	return rig_drop(state);
}

static int32_t partition_of(const char *show)
{
	return partition_of_key(show, strlen(show), rig_partitions);
}

static struct seat_map *load(const char *show)
{
	struct seat_map *map;

	if (show_load(db, partition_of(show), text_of(show), &map, &e))
		fail_msg("%s", e.text);
	return map;
}

/* Kept by the arena. */
static const char *snap_of(const struct seat_map *map)
{
	struct buf text = {0};
	const char *kept;

	seat_map_write_snap(map, &text, true);
	assert_false(text.failed);
	kept = arena_copy(&arena, buf_text(&text)).data;
	buf_release(&text);
	return kept;
}

/* ---- while people buy ---- */

static struct {
	char show[20];
	struct seat_map *map;
} loads[ROUNDS * LOADS_IN_ROUND];
static size_t load_count, seen, old, reloads;

static void load_some(void)
{
	static uint64_t sequence = 77;

	for (int i = 0; i < LOADS_IN_ROUND; i++) {
		char *show = loads[load_count].show;

		snprintf(show, sizeof loads[0].show, "traffic-%d",
		         (int)traffic_random(&sequence, TRAFFIC_SHOWS));
		loads[load_count++].map = load(show);
	}
}

/* The events of one request, from records[first] on. */
static size_t read_request(const struct record *records, size_t count, size_t first,
                           struct map_event *events)
{
	size_t n = 0;

	while (first + n < count) {
		assert_true(n < EVENTS_OF_REQUEST_MAX);
		if (records[first + n].partition != records[first].partition)
			break;
		if (!map_event_read(records[first + n].value, &arena, &events[n]))
			fail_msg("not read: %.*s", TEXT_ARGS(records[first + n].value));
		assert_true(events[n].is_known && events[n].partition == records[first].partition);
		if (events[n].offset != events[0].offset)
			break;
		n++;
	}
	return n;
}

static int by_partition(const void *a, const void *b)
{
	const struct record *left = a, *right = b;

	if (left->partition != right->partition)
		return left->partition - right->partition;
	return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static void fold_all(const struct record *records, size_t count, size_t number)
{
	const char *show = loads[number].show;

	for (size_t first = 0, n; first < count; first += n) {
		struct map_event events[EVENTS_OF_REQUEST_MAX];
		struct seat_map **map = &loads[number].map;
		enum seat_map_fold came;

		n = 1;
		if (!text_same(records[first].key, text_of(show)))
			continue;
		n = read_request(records, count, first, events);
		came = seat_map_fold(*map, events, n);
		seen += came == MAP_SEEN;
		old += came == MAP_OLD;
		reloads += came == MAP_RELOAD;
		if (came == MAP_RELOAD) {
			seat_map_release(*map);
			*map = load(show);
		}
	}
}

static void maps_read_while_people_buy_come_to_the_rows(void **state)
{
	struct record *records = topics_records();
	size_t count, folded = 0;

	(void)state;
	traffic_open(5);
	for (int round = 0; round < ROUNDS; round++) {
		traffic_send(ROUND_REQUESTS);
		load_some();
		rig_await(ROUND_REQUESTS);
	}
	count = rig_read(rig_topics.events, records, TOPICS_RECORDS_MAX);
	qsort(records, count, sizeof *records, by_partition);
	for (size_t i = 0; i < load_count; i++) {
		size_t reloads_before = reloads;
		struct seat_map *now;

		fold_all(records, count, i);
		now = load(loads[i].show);
		assert_string_equal(snap_of(loads[i].map), snap_of(now));
		assert_string_equal(seat_map_layout_json(loads[i].map).data,
		                    seat_map_layout_json(now).data);
		folded += reloads == reloads_before;
		seat_map_release(now);
		seat_map_release(loads[i].map);
		arena_clear(&arena);
	}
	rig_give(records, count);
	free(records);
	print_message("seen %zu, old %zu, reloads %zu; %zu of %zu by events alone\n", seen, old, reloads,
	              folded, load_count);
	assert_true(seen > 100 && old > 1000 && reloads > 10 && folded > 10);
}

/* ---- what stands in the texts ---- */

static const char *quoted(const char *text)
{
	char *copy = strdup(text);

	assert_non_null(copy);
	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	return rig_keep(copy);
}

static void set(const char *show, const char *type, const char *rest)
{
	const char *reply = ask(show, rig_id(), type, quoted(rest));

	if (!strstr(reply, "\"code\":200"))
		fail_msg("%s", reply);
}

static void make_hall(const char *show)
{
	set(show, "create_show", ",'title':'Die \\'Räuber\\'','owner_key':'o','max_seats':7,"
	                         "'on_sale_from':'2020-01-01T00:00:00.001Z'");
	set(show, "add_seats", ",'owner_key':'o','seat_ids':['Z 1'],'seats':["
	                       "{'seat_id':'B1','section':'Rang','row':'2','pos':9,'category':'I',"
	                       "'rank':3,'flags':['restricted','accessible'],'x':0,'y':1000000},"
	                       "{'seat_id':'A1','row':'1','pos':1},{'seat_id':'A2','flags':[]},"
	                       "{'seat_id':'Ä1'}]");
	set(show, "set_areas", ",'owner_key':'o','areas':[{'area_id':'floor','capacity':500},"
	                       "{'area_id':'box','capacity':4,'channel':'vip','category':'II'}]");
	set(show, "block_seats", ",'owner_key':'o','channel':'vip','seat_ids':['A2','B1']");
	set(show, "block_seats", ",'owner_key':'o','channel':'press','seat_ids':['Z 1']");
}

static void a_map_has_all_that_is_seen_of_the_rows(void **state)
{
	const char *hold = rig_id();
	struct seat_map *map;
	char expected[1000], epoch[SEAT_MAP_EPOCH_CHARS + 1];

	(void)state;
	make_hall("hall/1");
	rig_expect(ask_reserve("hall/1", hold, "session-1", "A1", 600), 200, "RESERVED");
	set("hall/1", "reserve", ",'session_id':'session-2','seat_ids':['Ä1'],"
	                         "'areas':[{'area_id':'floor','count':5}]");
	rig_expect(ask_on_hold("hall/1", "confirm", hold, "session-1"), 200, "CONFIRMED");
	map = load("hall/1");
	assert_string_equal(
	    seat_map_layout_json(map).data,
	    quoted("{'seats':[{'seat_id':'A1','row':'1','pos':1,'rank':1000000},"
	           "{'seat_id':'A2','rank':1000000},"
	           "{'seat_id':'B1','section':'Rang','row':'2','pos':9,'category':'I','rank':3,"
	           "'flags':['accessible','restricted'],'x':0,'y':1000000},"
	           "{'seat_id':'Z 1'},{'seat_id':'Ä1','rank':1000000}],"
	           "'areas':[{'area_id':'box','category':'II'},{'area_id':'floor'}]}"));
	assert_int_equal(show_read_epoch(db, epoch, &e), RC_OK);
	assert_string_equal(epoch, rig_sql("SELECT epoch FROM holdfast.hand_changes"));
	snprintf(expected, sizeof expected,
	         "{'t':'snap','epoch':'%s','o':%s,'layout':'%s','s':'sbbbr',"
	         "'areas':[['box',4,4,'b'],['floor',495,500]],"
	         "'show':{'title':'Die \\'Räuber\\'','on_sale_from':'2020-01-01T00:00:00.001Z',"
	         "'closed':false,'max_seats':7,'hold_seconds':600,'max_hold_seconds':1800},"
	         "'ids':['A1','A2','B1','Z 1','Ä1']}",
	         epoch,
	         rig_sql("SELECT max(version) FROM (SELECT version FROM holdfast.show_seats WHERE show_id "
	                 "= 'hall/1' UNION ALL SELECT version FROM holdfast.show_areas WHERE show_id = "
	                 "'hall/1' UNION ALL SELECT version FROM holdfast.shows WHERE show_id = 'hall/1') "
	                 "AS v"),
	         seat_map_layout(map));
	assert_string_equal(snap_of(map), quoted(expected));
	assert_int_equal(seat_map_next_offset(map),
	                 atoi(rig_sql("SELECT next_offset FROM holdfast.partition_progress "
	                              "WHERE partition = %d", partition_of("hall/1"))));
	seat_map_release(map);
	assert_null(load("no such show"));
}

static void a_change_by_hand_gives_another_epoch(void **state)
{
	struct seat_map *before = load("hall/1"), *behind;
	char epoch[SEAT_MAP_EPOCH_CHARS + 1];

	(void)state;
	(void)rig_sql("UPDATE holdfast.show_seats SET version = version WHERE show_id = 'hall/1'");
	behind = load("hall/1");
	assert_string_not_equal(seat_map_epoch(before), seat_map_epoch(behind));
	assert_int_equal(strlen(seat_map_epoch(behind)), SEAT_MAP_EPOCH_CHARS);
	assert_int_equal(show_read_epoch(db, epoch, &e), RC_OK);
	assert_string_equal(epoch, seat_map_epoch(behind));
	assert_int_equal(seat_map_o(before), seat_map_o(behind));
	seat_map_release(before);
	seat_map_release(behind);
}

/* The lock holds the load up between two of its statements; then all is changed at once. */
static void a_map_is_of_one_moment(void **state)
{
	static const char change_in_between[] =
	    "psql -qX -v ON_ERROR_STOP=1 \"$DATABASE_URL\" <<'SQL'\n"
	    "BEGIN;\n"
	    "LOCK TABLE holdfast.seat_places IN ACCESS EXCLUSIVE MODE;\n"
	    "DO $$ BEGIN\n"
	    "  WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted\n"
	    "      AND relation = 'holdfast.seat_places'::regclass) LOOP\n"
	    "    PERFORM pg_sleep(0.01);\n"
	    "  END LOOP;\n"
	    "END $$;\n"
	    "UPDATE holdfast.show_areas SET capacity = capacity + 1, version = version + 1\n"
	    "WHERE show_id = 'hall/1';\n"
	    "COMMIT;\n"
	    "SQL\n";
	struct seat_map *map = load("hall/1");
	const char *before = snap_of(map);
	FILE *psql;

	(void)state;
	seat_map_release(map);
	psql = popen(change_in_between, "r");
	assert_non_null(psql);
	rig_await_sql("1", "SELECT count(*) FROM pg_locks WHERE granted AND mode = "
	                   "'AccessExclusiveLock' AND relation = 'holdfast.seat_places'::regclass");
	map = load("hall/1");
	assert_int_equal(pclose(psql), 0);
	assert_string_equal(snap_of(map), before);
	seat_map_release(map);
	map = load("hall/1");
	assert_string_not_equal(snap_of(map), before);
	seat_map_release(map);
}

/* ---- what a key opens ---- */

/* As "0:A1 4:Ä1|box floor", or "none" where there is no such channel. */
static const char *opened(const char *show, const char *key, struct show_open *open)
{
	struct buf text = {0};

	if (show_load_open(db, text_of(show), text_of(key), &arena, open, &e))
		fail_msg("%s", e.text);
	if (!open->exists)
		return open->show_exists ? "none" : "no show";
	for (size_t i = 0; i < open->seat_count; i++)
		buf_print(&text, "%s%d:%.*s", i ? " " : "", open->indices[i], TEXT_ARGS(open->seat_ids[i]));
	buf_add_string(&text, "|");
	for (size_t i = 0; i < open->area_count; i++)
		buf_print(&text, "%s%.*s", i ? " " : "", TEXT_ARGS(open->area_ids[i]));
	return rig_keep(text.data);
}

static void a_key_opens_its_channel_and_what_that_opens(void **state)
{
	const char *show = "opened";
	struct show_open open;

	(void)state;
	make_hall(show);
	make_hall("opened-too"); /* of the same keys, and other secrets' hashes */
	set(show, "set_channels",
	    ",'owner_key':'o','channels':[{'channel':'vip','channel_key':'vip-key',"
	    "'on_sale_from':'2020-01-01T00:00:00.000Z'},"
	    "{'channel':'presale','channel_key':'presale-key','opens':['public'],"
	    "'on_sale_until':'2030-01-01T00:00:00.000Z'},"
	    "{'channel':'office','channel_key':'office-key','opens':['vip','press','never set']},"
	    "{'channel':'press','opens':['public','vip']}]");
	rig_expect(ask_reserve(show, rig_id(), "session-1", "A1", 600), 200, "RESERVED");
	assert_string_equal(opened(show, "vip-key", &open), "1:A2 2:B1|box");
	assert_int_equal(open.seat_total, 5);
	assert_true(open.on_sale.has_from && !open.on_sale.has_until);
	assert_int_equal(open.on_sale.from_ms, 1577836800000);
	assert_string_equal(opened(show, "presale-key", &open), "0:A1 4:Ä1|floor");
	assert_true(!open.on_sale.has_from && open.on_sale.has_until);
	assert_int_equal(open.on_sale.until_ms, 1893456000000);
	assert_string_equal(opened(show, "office-key", &open), "1:A2 2:B1 3:Z 1|box");
	assert_true(!open.on_sale.has_from && !open.on_sale.has_until);
	assert_string_equal(opened(show, "press-key", &open), "none");
	assert_string_equal(opened(show, "", &open), "none");
	assert_string_equal(opened(show, "office-key ", &open), "none");
	assert_string_equal(opened("opened-too", "vip-key", &open), "none");
	assert_string_equal(opened("not opened", "vip-key", &open), "no show");
}

/* The worker agrees: each seat that is not taken, by each key. */
static void who_may_take_a_seat_is_who_it_is_open_to(void **state)
{
	static const char *const keys[] = {"vip-key", "presale-key", "office-key"};
	static const char *const seats[] = {"A1", "A2", "B1", "Z 1", "Ä1"};
	struct show_open open;
	char more[200], session[40];

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		(void)opened("opened", keys[k], &open);
		for (size_t i = 1; i < 5; i++) { /* A1 is taken */
			const char *hold = rig_id(), *reply;
			bool is_open = false;

			for (size_t n = 0; n < open.seat_count; n++)
				is_open |= text_same(open.seat_ids[n], text_of(seats[i]));
			snprintf(session, sizeof session, "agrees-%zu-%zu", k, i);
			snprintf(more, sizeof more, ",'session_id':'%s','channel_key':'%s','seat_ids':['%s']",
			         session, keys[k], seats[i]);
			reply = ask("opened", hold, "reserve", quoted(more));
			rig_expect(reply, is_open ? 200 : 409, is_open ? "RESERVED" : "SEATS_NOT_FOR_SALE");
			if (is_open)
				rig_expect(ask_on_hold("opened", "release", hold, session), 200, "RELEASED");
		}
	}
}

/* ---- rights ---- */

/* As they are printed for people. Without a worker, whose role is the same here. */
static void the_rights_of_a_gateway_are_enough(void **state)
{
	const char *grants = shell_run("\"${HOLDFAST_BUILD:-build}\"/holdfast-admin init --print-grants | "
	                               "sed -n 's/TO holdfast_gateway/TO CURRENT_USER/; "
	                               "/^-- holdfast_gateway/,/^$/p'");
	char epoch[SEAT_MAP_EPOCH_CHARS + 1];
	struct show_open open;
	struct seat_map *map;

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	(void)rig_sql("REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM CURRENT_USER");
	assert_int_equal(show_load(db, 0, text_of("hall/1"), &map, &e), RC_FATAL);
	assert_int_equal(show_read_epoch(db, epoch, &e), RC_FATAL);
	(void)rig_sql("%s", grants);
	map = load("hall/1");
	assert_non_null(map);
	seat_map_release(map);
	assert_int_equal(show_read_epoch(db, epoch, &e), RC_OK);
	assert_string_equal(opened("opened", "vip-key", &open), "1:A2 2:B1|box");
	(void)rig_sql("GRANT ALL ON ALL TABLES IN SCHEMA holdfast TO CURRENT_USER");
	worker = rig_start("holdfast-worker", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(maps_read_while_people_buy_come_to_the_rows),
	    cmocka_unit_test(a_map_has_all_that_is_seen_of_the_rows),
	    cmocka_unit_test(a_change_by_hand_gives_another_epoch),
	    cmocka_unit_test(a_map_is_of_one_moment),
	    cmocka_unit_test(a_key_opens_its_channel_and_what_that_opens),
	    cmocka_unit_test(who_may_take_a_seat_is_who_it_is_open_to),
	    cmocka_unit_test(the_rights_of_a_gateway_are_enough),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
