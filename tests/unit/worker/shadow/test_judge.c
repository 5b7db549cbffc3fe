/*
 * One decided request beside what is there of it: what is waited for, counted, told of and passed over.
 * Places and messages are made up here, in place of worker/shadow/listen.c and worker/lane/messages.c.
 */
#include "worker/shadow/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"

#define OFFSET 7
#define PLACE_MAX 8
#define REPLY(code) "{\"code\":" #code ",\"message\":\"m\"}"

/* ---- places ---- */

struct spot {
	struct {
		int64_t offset; /* of its request */
		struct record record;
	} list[PLACE_MAX];
	size_t next, count;
	bool is_cut, has_ended;
};

static struct spot replies, listed, events;

static void put(struct spot *place, int64_t offset, const char *value)
{
	place->list[place->count].offset = offset;
	place->list[place->count++].record = (struct record){.key = text_of("show"),
	                                                     .value = text_of(value)};
}

enum rc listen_place(struct listen *l, const struct message_route *route, int64_t since_ms,
                     struct spot **place, struct err *e)
{
	(void)l, (void)since_ms, (void)e;
	*place = route->topic >= TOPIC_FIRST_LISTED ? &listed : &replies;
	return RC_OK;
}

struct spot *listen_events(struct listen *l)
{
	(void)l;
	return &events;
}

enum spot_state spot_look(struct spot *place, int64_t offset, struct text expected)
{
	int64_t here;

	(void)expected;
	if (place->next == place->count)
		return SPOT_EMPTY;
	here = place->list[place->next].offset;
	if (here == offset)
		return SPOT_HERE;
	return here < offset ? SPOT_STRAY : place->is_cut ? SPOT_GONE : SPOT_BEYOND;
}

size_t spot_count(struct spot *place, int64_t offset, bool *is_all)
{
	size_t n = 0;

	while (place->next + n < place->count && place->list[place->next + n].offset == offset)
		n++;
	*is_all = place->next + n < place->count;
	return n;
}

bool spot_is_cut_at(struct spot *place, int64_t offset)
{
	(void)offset;
	return place->is_cut;
}

const struct record *spot_record(const struct spot *place)
{
	return &place->list[place->next].record;
}

int64_t spot_offset(const struct spot *place)
{
	return place->list[place->next].offset;
}

void spot_take(struct spot *place)
{
	place->next++;
}

bool spot_has_ended(struct spot *place)
{
	return place->has_ended;
}

/* ---- what is decided here ---- */

static struct message decided;      /* the reply */
static const char *decided_events[3]; /* up to NULL */
static int event_number;

enum rc messages_make_reply(struct messages *m, const struct entry *entry, struct message *made,
                            struct err *e)
{
	(void)m, (void)entry, (void)e;
	event_number = 0;
	*made = decided;
	return RC_OK;
}

enum rc messages_make_event(struct messages *m, struct message *made, bool *is_there, struct err *e)
{
	(void)m, (void)e;
	*is_there = decided_events[event_number] != NULL;
	if (*is_there)
		*made = (struct message){.key = text_of("show"),
		                         .value = text_of(decided_events[event_number++])};
	return RC_OK;
}

void messages_release(struct messages *m)
{
	(void)m;
}

/* ---- the cases ---- */

static struct judge judge;
static struct book book;
static struct entry entry;
static struct err e;

static int set_up(void **state)
{
	(void)state;
	replies = listed = events = (struct spot){.next = 0};
	decided = (struct message){.key = text_of("show"), .value = text_of(REPLY(200))};
	decided_events[0] = decided_events[1] = NULL;
	judge = (struct judge){.book = &book};
	book = (struct book){.unsaved = OFFSET};
	entry = (struct entry){.record = {.offset = OFFSET},
	                       .decision = {.outcome = OUTCOME_RESERVED, .show_id = text_of("show")}};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	judge_release(&judge);
	book_close(&book);
	return 0;
}

static void decide_event(const char *value)
{
	decided_events[decided_events[0] ? 1 : 0] = value;
	entry.decision.events = text_of("packed");
}

static bool is_done(void)
{
	bool done;

	assert_int_equal(judge_entry(&judge, &entry, &done, &e), RC_OK);
	assert_int_equal(book.unsaved, OFFSET + done);
	return done;
}

static void expect_counts(int same, int reworded, int different, int unseen)
{
	assert_int_equal(book.more.same, same);
	assert_int_equal(book.more.reworded, reworded);
	assert_int_equal(book.more.different, different);
	assert_int_equal(book.more.unseen, unseen);
}

static void expect_found(int64_t offset, const char *what, const char *here, const char *there)
{
	const struct found *f = &book.found[book.found_count - 1];

	assert_true(book.found_count > 0);
	assert_int_equal(f->offset, offset);
	assert_string_equal(f->what.data, what);
	assert_string_equal(f->here.data, here);
	assert_string_equal(f->there.data ? f->there.data : "", there);
}

static void what_is_there_as_decided_is_the_same_and_is_taken(void **state)
{
	(void)state;
	decide_event("{\"seat\":1}");
	put(&replies, OFFSET, REPLY(200));
	put(&events, OFFSET, "{\"seat\":1}");
	put(&events, OFFSET + 1, "{\"seat\":2}");
	assert_true(is_done());
	expect_counts(1, 0, 0, 0);
	assert_int_equal(replies.next, 1);
	assert_int_equal(events.next, 1);
}

static void other_words_are_no_difference(void **state)
{
	(void)state;
	put(&replies, OFFSET, "{\"code\":200,\"message\":\"other words\"}");
	assert_true(is_done());
	expect_counts(0, 1, 0, 0);
}

static void a_reply_and_events_that_are_not_there_yet_are_waited_for(void **state)
{
	(void)state;
	decide_event("{\"seat\":1}");
	decide_event("{\"seat\":2}");
	replies.has_ended = events.has_ended = true;
	assert_false(is_done());
	put(&replies, OFFSET, REPLY(200));
	put(&events, OFFSET, "{\"seat\":1}");
	assert_false(is_done());
	expect_counts(0, 0, 0, 0);
	put(&events, OFFSET, "{\"seat\":2}");
	assert_true(is_done());
	expect_counts(1, 0, 0, 0);
}

/* Nothing but an open transaction hides it, and none is open for so long. */
static void an_event_that_does_not_come_is_a_difference_in_the_end(void **state)
{
	(void)state;
	decide_event("{\"seat\":1}");
	put(&replies, OFFSET, REPLY(200));
	assert_false(is_done());
	judge.events_since_ms -= JUDGE_HIDDEN_MS;
	assert_false(is_done()); /* there may be more */
	events.has_ended = true;
	assert_true(is_done());
	expect_counts(0, 0, 1, 0);
	expect_found(OFFSET, "event 0: none was published", "200 RESERVED", "200 RESERVED");
}

static void a_reply_that_was_passed_by_is_missing(void **state)
{
	(void)state;
	put(&replies, OFFSET + 1, REPLY(409));
	assert_true(is_done());
	expect_counts(0, 0, 1, 0);
	expect_found(OFFSET, "reply: none was published", "200 RESERVED", "nothing");
	assert_int_equal(replies.next, 0); /* the next one's */
}

static void a_reply_that_cannot_be_had_says_nothing(void **state)
{
	(void)state;
	put(&replies, OFFSET + 1, REPLY(409));
	replies.is_cut = true;
	put(&events, OFFSET, "{\"seat\":1}");
	assert_true(is_done());
	expect_counts(0, 0, 0, 1);
	assert_int_equal(events.next, 1);
	assert_int_equal(book.found_count, 0);
}

/* It is told once: what came of another decision is another, too. */
static void events_of_a_request_whose_reply_differs_are_no_strays(void **state)
{
	bool done;

	(void)state;
	put(&replies, OFFSET, REPLY(409));
	assert_true(is_done());
	expect_counts(0, 0, 1, 0);
	put(&events, OFFSET, "{\"seat\":1}"); /* late */
	put(&replies, OFFSET + 1, REPLY(200));
	entry.record.offset++;
	assert_int_equal(judge_entry(&judge, &entry, &done, &e), RC_OK);
	assert_true(done);
	expect_counts(1, 0, 1, 0);
	assert_int_equal(events.next, 1);
}

static void one_more_reply_is_told_with_the_offset_of_its_request(void **state)
{
	(void)state;
	put(&replies, OFFSET - 2, REPLY(200));
	put(&replies, OFFSET, REPLY(200));
	assert_true(is_done());
	expect_counts(1, 0, 1, 0);
	expect_found(OFFSET - 2, "one more reply: none was decided", "nothing", "no reply of holdfast");
}

/* The worker could not write to it, and answered on the default topic. */
static void a_reply_for_a_listed_topic_may_be_on_the_default_one(void **state)
{
	(void)state;
	decided.route.topic = TOPIC_FIRST_LISTED;
	assert_false(is_done());
	put(&replies, OFFSET, REPLY(200));
	assert_true(is_done());
	expect_counts(1, 0, 0, 0);
}

static void with_a_full_book_nothing_is_judged(void **state)
{
	(void)state;
	put(&replies, OFFSET, REPLY(200));
	book.found_count = BOOK_FOUND_MAX;
	assert_false(is_done());
	assert_int_equal(replies.next, 0);
	book.found_count = 0;
	assert_true(is_done());
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(what_is_there_as_decided_is_the_same_and_is_taken),
	    CASE(other_words_are_no_difference),
	    CASE(a_reply_and_events_that_are_not_there_yet_are_waited_for),
	    CASE(an_event_that_does_not_come_is_a_difference_in_the_end),
	    CASE(a_reply_that_was_passed_by_is_missing),
	    CASE(a_reply_that_cannot_be_had_says_nothing),
	    CASE(events_of_a_request_whose_reply_differs_are_no_strays),
	    CASE(one_more_reply_is_told_with_the_offset_of_its_request),
	    CASE(a_reply_for_a_listed_topic_may_be_on_the_default_one),
	    CASE(with_a_full_book_nothing_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
