/*
 * story_help.h - a story made of records that are folded here, without Kafka: of the show "s" with the
 * seats B, A and C. Times count from T0.
 */
#ifndef HOLDFAST_TESTS_STORY_HELP_H
#define HOLDFAST_TESTS_STORY_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/report/story.h"
#include "common/base/partitioner.h"

#define T0 INT64_C(1795532400000) /* 2026-11-24T15:00:00Z */

static struct fold fold;
static struct story *story;
static int64_t next_offset;

/* A request whose request_id ends with its offset and one. */
static void ask(int64_t t_ms, const char *type, const char *more)
{
	struct buf value = {0};
	struct record record;

	buf_print(&value, "{\"type\":\"%s\",\"request_id\":\"00000000-0000-4000-8000-%012d\",\"show_id\":"
	          "\"s\"%s}", type, (int)next_offset + 1, more);
	record = (struct record){
	    .topic = "requests",
	    .partition = fold.partition,
	    .offset = next_offset++,
	    .timestamp_ms = T0 + t_ms,
	    .is_append_time = true,
	    .key = text_of("s"),
	    .value = buf_text(&value),
	};
	assert_true(fold_decide(&fold, &record));
	assert_true(story_add(story, &fold, &record, -1));
	buf_release(&value);
}

static void story_begin(void)
{
	next_offset = 0;
	fold = (struct fold){.partition = partition_of_key("s", 1, 8), .partition_count = 8};
	story = story_open(text_of("s"), fold.partition);
	assert_non_null(story);
	ask(0, "create_show", "");
	ask(0, "add_seats", ",\"seat_ids\":[\"B\",\"A\",\"C\"]");
}

static void story_end(void)
{
	story_release(story);
	fold_release(&fold);
}

#endif
