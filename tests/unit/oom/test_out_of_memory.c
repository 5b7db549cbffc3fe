/*
 * Every allocation of a function fails once, and once all from there on: it says so by its own
 * means, and leaves nothing behind (which AddressSanitizer's build tells at the end).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mask.h"
#include "common/base/partitioner.h"
#include "tests/unit/worker/plan/model.h"
#include "tests/unit/worker/plan/naive_hall.h"

#include "admin/seat_list.h"
#include "common/kafka/conf.h"
#include "common/message/same.h"
#include "common/program/options.h"
#include "common/pipeline/reply_topics.h"
#include "tests/fuzz/fold_oracle.h"
#include "tests/oom/alloc.h"
#include "tests/oom/msg_hooks.h"
#include "worker/lane/dead_letter.h"

#define PARTITIONS 2
#define LARGEST_SEATS 400 /* enough for uthash to grow its buckets */
#define T0 INT64_C(1000000000000)
#define ID(digits) "\"00000000-0000-4000-8000-0000000000" digits "\""
#define HEAD(type, id) "{\"type\":\"" type "\",\"request_id\":" ID(id) ",\"show_id\":\"s\""

/* True: done. False: it said that memory ran out. Leaves nothing behind in either case. */
typedef bool attempt(void);

static void fail_each(attempt *try, bool for_good)
{
	for (long n = 1;; n++) {
		bool is_done, has_failed;

		alloc_fail_at(n, for_good);
		is_done = try();
		has_failed = alloc_has_failed();
		alloc_fail_at(0, false);
		if (is_done == has_failed)
			fail_msg("allocation %ld %s, and it says that it is %s", n,
			         has_failed ? "failed" : "did not fail", is_done ? "done" : "not done");
		if (is_done) {
			assert_true(n > 1); /* or nothing was tried */
			return;
		}
	}
}

static void fail_each_way(attempt *try)
{
	fail_each(try, false);
	fail_each(try, true);
}

/* What err_out_of_memory fills in; anything else is not what is asked for. */
static bool is_fine(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return true;
	assert_int_equal(rc, RC_FATAL);
	assert_int_equal(e->origin, FROM_PROGRAM);
	assert_string_equal(e->text, "out of memory");
	return false;
}

/* ---- messages ---- */

static const char *requests[] = {
    HEAD("create_show", "01") ",\"owner_key\":\"boss\",\"title\":\"An evening\",\"max_seats\":3}",
    HEAD("add_seats", "02") ",\"owner_key\":\"boss\",\"seat_ids\":[\"A1\",\"A2\",\"A3\",\"A4\"]}",
    HEAD("set_areas", "10") ",\"owner_key\":\"boss\",\"areas\":[{\"area_id\":\"floor\","
                            "\"capacity\":5}]}",
    HEAD("reserve", "03") ",\"session_id\":\"alice\",\"seat_ids\":[\"A1\",\"A2\"]}",
    HEAD("reserve", "04") ",\"session_id\":\"bob\",\"seat_ids\":[\"A2\",\"A3\"]}",
    HEAD("extend", "05") ",\"session_id\":\"alice\",\"reservation_id\":" ID("03")
        ",\"hold_seconds\":700}",
    HEAD("confirm", "06") ",\"session_id\":\"alice\",\"reservation_id\":" ID("03") "}",
    HEAD("reserve", "07") ",\"session_id\":\"bob\",\"seat_ids\":[\"A3\",\"A4\"],\"hold_seconds\":1}",
    HEAD("change_hold", "11") ",\"session_id\":\"bob\",\"reservation_id\":" ID("07")
        ",\"drop_seat_ids\":[\"A3\"],\"areas\":[{\"area_id\":\"floor\",\"count\":2}]}",
    HEAD("reserve", "08") ",\"session_id\":\"carol\",\"seat_ids\":[\"A4\"]}",
    HEAD("release", "09") ",\"session_id\":\"carol\",\"reservation_id\":" ID("08") "}",
    HEAD("confirm", "0a") ",\"session_id\":\"bob\",\"reservation_id\":" ID("07") "}",
    HEAD("cancel", "12") ",\"owner_key\":\"boss\",\"reservation_id\":" ID("03")
        ",\"seat_ids\":[\"A2\"]}",
    HEAD("cancel", "0b") ",\"owner_key\":\"boss\",\"reservation_id\":" ID("03") "}",
    HEAD("expire", "0c") ",\"reservation_id\":" ID("08") "}",
    HEAD("reserve", "04") ",\"session_id\":\"bob\",\"seat_ids\":[\"A2\",\"A3\"]}",
    HEAD("reserve", "03") ",\"session_id\":\"bob\",\"seat_ids\":[\"A2\"]}",
    HEAD("reserve", "0d") ",\"session_id\":\"bob\",\"seat_ids\":[\"Z1\"]}",
    HEAD("reserve", "0e") ",\"session_id\":\"bob\"}",
    "{",
    "", /* add_seats of many: tables grow */
};

#define REQUESTS (sizeof requests / sizeof requests[0])

static void make_largest(struct buf *b)
{
	buf_add_string(b, HEAD("add_seats", "0f") ",\"owner_key\":\"boss\",\"seat_ids\":[");
	for (int i = 0; i < LARGEST_SEATS; i++)
		buf_print(b, "%s\"row-%d\"", i ? "," : "", i);
	buf_add_string(b, "]}");
	requests[REQUESTS - 1] = b->data;
}

static bool read_requests(void)
{
	struct arena arena = {0};
	struct buf written = {0};
	bool is_done = true;

	for (size_t i = 0; i < REQUESTS && is_done; i++) {
		struct request r;

		request_decode(text_of(requests[i]), &arena, &r);
		is_done = !arena.failed;
		if (is_done)
			request_encode(&written, &r);
	}
	is_done = is_done && !written.failed;
	buf_release(&written);
	arena_release(&arena);
	return is_done;
}

static void requests_are_read_and_written(void **state)
{
	(void)state;
	fail_each_way(read_requests);
}

static bool complete(void)
{
	struct arena arena = {0};
	struct buf completed = {0};
	struct text show_id;
	struct err e;
	bool is_done = is_fine(request_complete(text_of("{\"type\":\"expire\",\"show_id\":\"s\"}"), &arena,
	                                        &completed, &show_id, &e), &e);

	buf_release(&completed);
	arena_release(&arena);
	return is_done;
}

static void requests_are_completed(void **state)
{
	(void)state;
	fail_each_way(complete);
}

static const struct unavailable taken[] = {
    {.seat_id = {"A1", 2}, .has_status = true, .status = SEAT_SOLD},
};

static struct buf written_reply(void)
{
	const struct reply reply = {
	    .outcome = OUTCOME_SEATS_TAKEN,
	    .type = REQUEST_RESERVE,
	    .has_request_id = true,
	    .request_id = {{1}},
	    .show_id = {"s", 1},
	    .unavailable = taken,
	    .unavailable_count = 1,
	    .decided_at_ms = T0,
	};
	const struct record_place place = {"requests", 1, 57};
	struct buf body = {0}, whole = {0};

	reply_encode_body(&body, &reply);
	reply_encode_whole(&whole, buf_text(&body), 5, &place);
	whole.failed |= body.failed;
	buf_release(&body);
	return whole;
}

static bool write_reply(void)
{
	struct buf reply = written_reply();
	bool is_done = !reply.failed;

	buf_release(&reply);
	return is_done;
}

static struct buf reply_text; /* of a test */

static bool read_reply(void)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err e;
	bool is_done = is_fine(reply_decode(buf_text(&reply_text), &arena, &view, &e), &e);

	arena_release(&arena);
	return is_done;
}

static bool find_place(void)
{
	struct message_place found;

	return message_find_place(buf_text(&reply_text), "requests", &found);
}

static bool compare_replies(void)
{
	struct message_difference d = {0};
	bool same = message_is_same_but(buf_text(&reply_text), buf_text(&reply_text), "message", &d);
	bool is_done = !message_difference_failed(&d);

	if (is_done)
		assert_true(same);
	message_difference_release(&d);
	return is_done;
}

static bool tell_replies_apart(void)
{
	static const char other[] = "{\"request_id\":null}";
	struct message_difference d = {0};
	bool same = message_is_same_but(buf_text(&reply_text), text_of(other), NULL, &d);
	bool is_done = !message_difference_failed(&d);

	if (is_done)
		assert_false(same);
	message_difference_release(&d);
	return is_done;
}

static const struct text told_seats[] = {{"A1", 2}, {"B2", 2}};

/* A reply and its event, packed and expanded again. */
static bool pack_and_expand(void)
{
	struct reply reply = {
	    .outcome = OUTCOME_INVALID_REQUEST,
	    .message = "A message of its own.",
	    .show_id = {"s", 1},
	    .seat_ids = told_seats,
	    .seat_count = 2,
	    .unavailable = taken,
	    .unavailable_count = 1,
	    .decided_at_ms = T0,
	};
	const struct event event = {
	    .kind = EVENT_SOLD, .show_id = {"s", 1}, .seat_ids = &told_seats[1], .seat_count = 1,
	    .at_ms = T0,
	};
	struct buf packed = {0}, events = {0}, bodies = {0};
	struct arena arena = {0};
	struct packed_events left;
	bool is_done;

	packed_add_reply(&packed, &reply);
	packed_add_event(&events, &event, &reply);
	is_done = !packed.failed && !events.failed;
	if (is_done) {
		struct reply found = {.outcome = reply.outcome, .show_id = reply.show_id,
		                      .decided_at_ms = T0};

		left = packed_open_events(buf_text(&events));
		is_done = packed_expand_reply(&bodies, buf_text(&packed), &found, &arena) &&
		          packed_expand_event(&bodies, &left, &found, &arena) && !bodies.failed;
		assert_true(is_done || arena.failed || bodies.failed);
	}
	buf_release(&packed);
	buf_release(&events);
	buf_release(&bodies);
	arena_release(&arena);
	return is_done;
}

static void replies_are_written_read_and_compared(void **state)
{
	(void)state;
	fail_each_way(write_reply);
	fail_each_way(pack_and_expand);
	reply_text = written_reply();
	fail_each_way(read_reply);
	fail_each_way(find_place);
	fail_each_way(compare_replies);
	fail_each_way(tell_replies_apart);
	buf_release(&reply_text);
}

/* ---- deciding ---- */

static char show_key[] = "s";
static struct plan_place place;
static struct record records[REQUESTS];
static struct model *database;

static void make_records(void)
{
	place = (struct plan_place){partition_of_key(show_key, 1, PARTITIONS), PARTITIONS};
	for (size_t i = 0; i < REQUESTS; i++)
		records[i] = (struct record){
		    .topic = "requests",
		    .partition = place.partition,
		    .offset = (int64_t)i,
		    .timestamp_ms = T0 + (int64_t)i * 500, /* the hold of 07 lapses before 08 */
		    .is_append_time = true,
		    .key = text_of(show_key),
		    .value = text_of(requests[i]),
		};
}

static bool plan_all(void)
{
	return model_try(database, records, REQUESTS);
}

static void a_batch_is_planned_or_nothing_is(void **state)
{
	(void)state;
	make_records();
	database = model_open(&place);
	/* The model's own memory is not what is tried. */
	model_reserve(database, REQUESTS);
	for (int way = 0; way < 2; way++)
		fail_each(plan_all, way);
	model_decide(database, records, REQUESTS);
	assert_int_equal(database->decision_count, REQUESTS);
	model_check_seats(database);
	model_close(database);
}

/* ---- the cache ---- */

#define CACHED_SEATS 100 /* of a show, with a hold each: tables grow */

static void fill_show_view(struct view *view, struct arena *arena)
{
	struct show *show;

	view_open(view, arena);
	show = view_show(view, text_of("s"));
	show->exists = true;
	for (unsigned i = 0; i < CACHED_SEATS; i++) {
		char name[8];
		int bytes = snprintf(name, sizeof name, "A%u", i);
		struct uuid id = {{(uint8_t)i}};
		struct seat *seat = view_seat(view, show, (struct text){name, (size_t)bytes});
		struct reservation *r = view_reservation(view, show, &id);

		seat->exists = r->exists = true;
		r->session_hash[0] = (uint8_t)i;
		r->seat_ids = &seat->seat_id;
		r->seat_count = 1;
	}
}

/* It is no failure of the batch: a cache that finds no memory is empty, and learns again. */
static void a_cache_learns_all_or_forgets_all(void **state)
{
	struct cache *cache = cache_open(10 * CACHED_SEATS);
	struct arena arena = {0};
	bool has_failed = true;
	struct view view;

	(void)state;
	assert_non_null(cache);
	fill_show_view(&view, &arena);
	for (long n = 1; has_failed; n++)
		for (int for_good = 0; for_good < 2; for_good++) {
			alloc_fail_at(n, for_good);
			cache_learn(cache, &view);
			has_failed = alloc_has_failed();
			alloc_fail_at(0, false);
			assert_int_equal(cache_seats(cache), has_failed ? 0 : CACHED_SEATS);
			assert_int_equal(cache_bytes(cache) > 0, !has_failed);
			cache_drop(cache);
			assert_int_equal(cache_bytes(cache), 0);
		}
	view_close(&view);
	cache_close(cache);
	arena_release(&arena);
}

static bool fold_all(void)
{
	struct fold_oracle *fold = fold_oracle_open(place.partition, PARTITIONS);
	bool is_done = fold != NULL;

	for (size_t i = 0; i < REQUESTS && is_done; i++) {
		struct fold_said said;

		is_done = fold_oracle_decide(fold, &records[i], &said);
	}
	fold_oracle_close(fold);
	return is_done;
}

static void the_audit_folds_or_says_that_it_cannot(void **state)
{
	(void)state;
	make_records();
	fail_each_way(fold_all);
}

static bool make_dead_letter(void)
{
	struct record_header header = {text_of("name"), text_of("value")};
	struct record record = records[0];
	struct dead_letter letter = {0};
	bool is_done;

	record.headers = &header;
	record.header_count = 1;
	is_done = dead_letter_make(&letter, &record, "requests", "group", "why");
	dead_letter_release(&letter);
	return is_done;
}

static void a_dead_letter_is_whole(void **state)
{
	(void)state;
	make_records();
	fail_each_way(make_dead_letter);
}

/* ---- settings and lists ---- */

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
	struct pairs kafka;
};

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
};

static const struct options_spec spec = {
    .program = "test",
    .usage = "",
    .about = "",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static char config_path[] = "/tmp/holdfast-test-oom-XXXXXX";

static bool read_options(void)
{
	char program[] = "test", config[] = "--config", level[] = "--log-level=debug",
	     property[] = "--kafka.a=b", property_again[] = "--kafka.a=c", word[] = "word";
	char *arguments[] = {program, config, config_path, level, property, property_again, word, NULL};
	struct settings settings = {0};
	char **rest = NULL;
	int rest_count;
	bool is_done_already, is_done;
	struct err e;

	is_done = is_fine(options_read(&spec, 7, arguments, &settings, &rest, &rest_count,
	                               &is_done_already, &e), &e);
	if (is_done)
		options_release(&spec, &settings, rest);
	return is_done;
}

static void options_are_read_from_every_source(void **state)
{
	static const char config[] = "replies-topic = here\nkafka.x = y\n";
	int fd = mkstemp(config_path);

	(void)state;
	assert_true(fd >= 0 && write(fd, config, sizeof config - 1) == (ssize_t)sizeof config - 1);
	close(fd);
	setenv("HOLDFAST_EVENTS_TOPIC", "there", 1);
	setenv("HOLDFAST_KAFKA_PROPERTIES", "p=1,q=2", 1);
	fail_each_way(read_options);
	unsetenv("HOLDFAST_EVENTS_TOPIC");
	unsetenv("HOLDFAST_KAFKA_PROPERTIES");
	unlink(config_path);
}

static bool mask(void)
{
	struct buf url = {0}, keywords = {0};
	bool is_done;

	mask_url("postgresql://u:p@h/d?password=x", &url);
	mask_url("host=h password=p", &keywords);
	is_done = !url.failed && !keywords.failed;
	buf_release(&url);
	buf_release(&keywords);
	return is_done;
}

static bool read_reply_topics(void)
{
	static const struct topic_names names = {"in", "out", "events", "dead"};
	struct reply_topics topics = {0};
	struct err e;
	bool is_done = is_fine(reply_topics_read(&topics, "a,b", &names, &e), &e);

	reply_topics_release(&topics);
	return is_done;
}

static bool read_seats(void)
{
	struct seat_list list = {0};
	struct err e;
	bool is_done = is_fine(seat_list_read(&list, config_path, &e), &e);

	seat_list_release(&list);
	return is_done;
}

static void lists_and_masks_are_made(void **state)
{
	FILE *file = fopen(config_path, "w");

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 1500; i++)
		fprintf(file, "seat-%d\n", i);
	fclose(file);
	fail_each_way(read_seats);
	unlink(config_path);
	fail_each_way(mask);
	fail_each_way(read_reply_topics);
}

/* ---- layouts ---- */

/* A hall of two rows, wishes together and apart beside a named seat, a channel not heard of before. */
static bool ask_a_layout(void)
{
	static struct naive_hall hall;
	static const struct wish wishes[] = {{.count = 3, .together = true}, {.count = 25}};
	const uint32_t named = 39;
	struct layout_request request = {.has_public = true, .named = &named, .named_count = 1};
	struct layout_answer answer;
	struct layout *layout;
	bool is_done;

	hall.count = 0;
	for (int i = 0; i < 40; i++)
		naive_add(&hall, (struct place){.section = text_of(i % 2 ? "left" : "right"),
		                                .row = text_of("A"),
		                                .category = text_of("stalls"),
		                                .pos = i / 2 + 1});
	layout = naive_layout(&hall);
	is_done = layout && layout_set_channel(layout, 7, text_of("house"));
	for (int i = 0; is_done && i < 2; i++) {
		request.wish = &wishes[i];
		is_done = layout_find(layout, &request, &answer) == LAYOUT_FOUND;
	}
	layout_close(layout);
	return is_done;
}

static void no_layout_answers_without_memory(void **state)
{
	(void)state;
	fail_each_way(ask_a_layout);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_are_read_and_written),
	    cmocka_unit_test(requests_are_completed),
	    cmocka_unit_test(replies_are_written_read_and_compared),
	    cmocka_unit_test(a_batch_is_planned_or_nothing_is),
	    cmocka_unit_test(a_cache_learns_all_or_forgets_all),
	    cmocka_unit_test(the_audit_folds_or_says_that_it_cannot),
	    cmocka_unit_test(a_dead_letter_is_whole),
	    cmocka_unit_test(options_are_read_from_every_source),
	    cmocka_unit_test(lists_and_masks_are_made),
	    cmocka_unit_test(no_layout_answers_without_memory),
	};

	struct buf largest = {0};
	int failed;

	make_largest(&largest);
	msg_hooks_install(); /* what cJSON allocates counts, too */
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_release(&largest);
	return failed;
}
