/*
 * history_help.h - a history of requests, written down by hand and folded.
 *
 * In the JSON written in these tests ' stands for ".
 */
#ifndef HOLDFAST_TESTS_HISTORY_HELP_H
#define HOLDFAST_TESTS_HISTORY_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/fold/fold.h"
#include "common/base/partitioner.h"

#define T0 INT64_C(1795532400000) /* 2026-11-24T15:00:00.000Z */
#define S INT64_C(1000)
#define PARTITIONS 8
#define U(digits) "00000000-0000-4000-8000-0000000000" digits

/* Requests about show "s"; `more` starts with a comma. */
#define ASK(type, id, more) "{'type':'" type "','request_id':'" U(id) "','show_id':'s'" more "}"
#define CREATE(id, more) ASK("create_show", id, more)
#define ADD(id, seats) ASK("add_seats", id, ",'seat_ids':[" seats "]")
#define RESERVE(id, who, seats, more) \
	ASK("reserve", id, ",'session_id':'" who "','seat_ids':[" seats "]" more)
#define OF(type, id, who, of, more) \
	ASK(type, id, ",'session_id':'" who "','reservation_id':'" U(of) "'" more)
#define EXPIRE(id, of) ASK("expire", id, ",'reservation_id':'" U(of) "'")

/* A record of the partition; its offset is its place in the history. */
struct past {
	int64_t t_ms;
	const char *json;
	const char *key; /* NULL: "s" */
};

#define VALUE_BYTES 4096

static inline bool history_take(struct fold *fold, const struct past *past, int64_t offset,
                                bool is_passed)
{
	char value[VALUE_BYTES];
	struct record record = {
	    .topic = "requests",
	    .partition = fold->partition,
	    .offset = offset,
	    .timestamp_ms = past->t_ms,
	    .is_append_time = true,
	    .key = text_of(past->key ? past->key : "s"),
	};

	assert_true(strlen(past->json) < sizeof value);
	strcpy(value, past->json);
	for (char *c = value; *c; c++)
		if (*c == '\'')
			*c = '"';
	record.value = text_of(value);
	if (is_passed)
		fold_pass(fold, &record);
	return is_passed || fold_decide(fold, &record);
}

/* An empty fold of the partition of "s". */
static inline struct fold *history_open(void)
{
	struct fold *fold = calloc(1, sizeof *fold);

	assert_non_null(fold);
	fold->partition = partition_of_key("s", 1, PARTITIONS);
	fold->partition_count = PARTITIONS;
	return fold;
}

static inline void history_close(struct fold *fold)
{
	fold_release(fold);
	free(fold);
}

#endif
