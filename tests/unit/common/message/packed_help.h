/*
 * packed_help.h - packing and expanding again, for the tests of packed rows.
 */
#ifndef HOLDFAST_TESTS_PACKED_HELP_H
#define HOLDFAST_TESTS_PACKED_HELP_H

#include "common/message/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T INT64_C(1795532400123)

static struct arena arena;
static struct buf packed, packed_events, expanded, expected;

static inline int release(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&packed);
	buf_release(&packed_events);
	buf_release(&expanded);
	buf_release(&expected);
	return 0;
}

/* What the row's other columns say of a reply. */
static inline struct reply head_of(const struct reply *r)
{
	return (struct reply){.outcome = r->outcome, .type = r->type,
	                      .has_request_id = r->has_request_id, .request_id = r->request_id,
	                      .show_id = r->show_id, .decided_at_ms = r->decided_at_ms};
}

static inline bool expand_reply(struct text kept, struct reply *r)
{
	bool is_fine;

	buf_clear(&expanded);
	is_fine = packed_expand_reply(&expanded, kept, r, &arena);
	assert_false(arena.failed || expanded.failed);
	return is_fine;
}

static inline void expands_to_what_was_packed(const struct reply *r, const struct event *events,
                                       size_t event_count)
{
	struct reply found = head_of(r);
	struct packed_events left;

	arena_clear(&arena);
	buf_clear(&packed);
	buf_clear(&packed_events);
	buf_clear(&expected);
	packed_add_reply(&packed, r);
	reply_encode_body(&expected, r);
	assert_true(expand_reply(buf_text(&packed), &found));
	assert_string_equal(expanded.data, expected.data);
	assert_int_equal(expanded.bytes, expected.bytes);
	for (size_t i = 0; i < event_count; i++)
		packed_add_event(&packed_events, &events[i], r);
	left = packed_open_events(event_count ? buf_text(&packed_events) : (struct text){NULL, 0});
	for (size_t i = 0; i < event_count; i++) {
		buf_clear(&expanded);
		buf_clear(&expected);
		event_encode_body(&expected, &events[i]);
		assert_true(packed_expand_event(&expanded, &left, &found, &arena));
		assert_string_equal(expanded.data, expected.data);
	}
	assert_false(packed_expand_event(&expanded, &left, &found, &arena));
	assert_false(left.failed);
	found = head_of(r);
	assert_true(packed_is_readable(buf_text(&packed), event_count ? buf_text(&packed_events)
	                                                              : (struct text){NULL, 0},
	                               &found, &arena));
}

#endif
