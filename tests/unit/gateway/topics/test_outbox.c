/* Records that wait for those before them: when they may go, in which order, how many at once. */
#include "gateway/topics/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put(struct outbox *o, int32_t partition, int64_t since_ms, struct text value)
{
	struct outbox_record record = {.partition = partition, .since_ms = since_ms, .value = value};

	assert_true(outbox_put(o, &record));
}

/* Takes one, which is said to be given; NULL: there must be none. */
static void expect_next(struct outbox *o, int32_t partition, const char *value)
{
	struct outbox_record *record = outbox_take(o, partition);

	if (!value) {
		assert_null(record);
		return;
	}
	assert_non_null(record);
	assert_true(text_same(record->value, text_of(value)));
	assert_int_equal(record->partition, partition);
	outbox_gave(o, partition);
	outbox_release(o, record);
}

static void those_that_wait_go_together_once_nothing_is_under_way(void **state)
{
	struct outbox *o = outbox_open(2);

	(void)state;
	assert_true(outbox_is_clear(o, 0));
	outbox_gave(o, 0);
	assert_false(outbox_is_clear(o, 0));
	assert_true(outbox_is_clear(o, 1));
	put(o, 0, 0, text_of("a"));
	put(o, 0, 0, text_of("b"));
	expect_next(o, 0, NULL);
	outbox_arrived(o, 0);
	assert_false(outbox_is_clear(o, 0)); /* nothing passes those that wait */
	expect_next(o, 0, "a");
	expect_next(o, 0, "b");
	expect_next(o, 0, NULL);
	put(o, 0, 0, text_of("c"));
	outbox_arrived(o, 0);
	expect_next(o, 0, NULL);
	outbox_arrived(o, 0);
	expect_next(o, 0, "c");
	outbox_arrived(o, 0);
	assert_true(outbox_is_clear(o, 0));
	outbox_close(o);
}

static void as_many_go_as_fit_a_batch(void **state)
{
	static char value[OUTBOX_BURST_BYTES];
	struct outbox *o = outbox_open(1);
	int count = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		put(o, 0, 0, (struct text){value, OUTBOX_BURST_BYTES / 5});
	for (struct outbox_record *r; (r = outbox_take(o, 0)); count++) {
		outbox_gave(o, 0);
		outbox_release(o, r);
	}
	assert_in_range(count, 4, 5);
	assert_null(outbox_take(o, 0));
	while (count--)
		outbox_arrived(o, 0);
	/* One that is larger than that goes alone. */
	outbox_close(o);
	o = outbox_open(1);
	put(o, 0, 0, (struct text){value, sizeof value});
	put(o, 0, 0, text_of("small"));
	outbox_release(o, outbox_take(o, 0));
	outbox_gave(o, 0);
	expect_next(o, 0, NULL);
	outbox_arrived(o, 0);
	expect_next(o, 0, "small");
	outbox_close(o);
}

static void what_is_forgotten_holds_nothing_up(void **state)
{
	struct outbox *o = outbox_open(2);

	(void)state;
	outbox_gave(o, 1);
	outbox_gave(o, 1);
	put(o, 1, 0, text_of("a"));
	outbox_forget(o);
	expect_next(o, 1, "a");
	outbox_arrived(o, 1);
	outbox_arrived(o, 1); /* of those that were forgotten */
	assert_true(outbox_is_clear(o, 1));
	outbox_close(o);
}

static void the_old_ones_are_found_and_no_others(void **state)
{
	struct outbox *o = outbox_open(3);
	struct outbox_record *record;

	(void)state;
	outbox_gave(o, 2);
	put(o, 2, 100, text_of("a"));
	put(o, 2, 101, text_of("b"));
	assert_null(outbox_take_old(o, 99));
	record = outbox_take_old(o, 100);
	assert_non_null(record);
	assert_true(text_same(record->value, text_of("a")));
	outbox_release(o, record);
	assert_null(outbox_take_old(o, 100));
	put(o, 2, 102, text_of("c"));
	outbox_arrived(o, 2);
	expect_next(o, 2, "b");
	expect_next(o, 2, "c");
	outbox_close(o);
}

static void a_record_is_kept_whole(void **state)
{
	struct outbox *o = outbox_open(1);
	char key[] = "key", value[] = "value", name[] = "name", header[] = "header";
	struct outbox_record record = {
	    .token = o, .key = text_of(key), .value = text_of(value), .header_count = 2,
	    .headers = {{text_of(name), text_of(header)}, {text_of("null"), {NULL, 0}}}};
	struct outbox_record *kept;

	(void)state;
	assert_true(outbox_put(o, &record));
	memset(key, 'x', 3);
	memset(value, 'x', 5);
	memset(name, 'x', 4);
	memset(header, 'x', 6);
	kept = outbox_take(o, 0);
	assert_non_null(kept);
	assert_ptr_equal(kept->token, o);
	assert_true(text_same(kept->key, text_of("key")));
	assert_true(text_same(kept->value, text_of("value")));
	assert_int_equal(kept->header_count, 2);
	assert_true(text_same(kept->headers[0].name, text_of("name")));
	assert_true(text_same(kept->headers[0].value, text_of("header")));
	assert_null(kept->headers[1].value.data);
	outbox_release(o, kept);
	assert_true(outbox_put(o, &record));
	outbox_close(o); /* with what is left */
	outbox_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(those_that_wait_go_together_once_nothing_is_under_way),
	    cmocka_unit_test(as_many_go_as_fit_a_batch),
	    cmocka_unit_test(what_is_forgotten_holds_nothing_up),
	    cmocka_unit_test(the_old_ones_are_found_and_no_others),
	    cmocka_unit_test(a_record_is_kept_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
