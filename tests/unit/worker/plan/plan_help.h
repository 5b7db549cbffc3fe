/*
 * plan_help.h - asks the planner about a show "s", and says what must come of it.
 */
#ifndef HOLDFAST_TESTS_PLAN_HELP_H
#define HOLDFAST_TESTS_PLAN_HELP_H

#include "common/base/partitioner.h"
#include "common/base/record.h"
#include "tests/unit/worker/plan/model.h"

#include "tests/unit/short_requests.h"

#define NONE INT64_C(-1)

static struct model *model;
static int64_t next_offset;
static int32_t partition_of_s;
static bool is_changed_by_hand; /* a row of this test */

/* ---- asking ---- */

static inline struct record record_of(int64_t t_ms, const char *json)
{
	return (struct record){
	    .topic = "requests",
	    .partition = partition_of_s,
	    .offset = next_offset++,
	    .timestamp_ms = t_ms,
	    .is_append_time = true,
	    .key = text_of("s"),
	    .value = json ? quoted(json) : (struct text){NULL, 0},
	};
}

static inline const struct model_decision *last(void)
{
	return &model->decisions[model->decision_count - 1];
}

static inline const struct model_decision *ask_record(struct record record)
{
	model_decide(model, &record, 1);
	return last();
}

static inline const struct model_decision *ask(int64_t t_ms, const char *json)
{
	return ask_record(record_of(t_ms, json));
}

/* ---- what must come of it ---- */

static inline void is_said(struct text found, const char *expected)
{
	assert_non_null(found.data);
	assert_string_equal(found.data, quoted(expected).data);
}

/* The whole reply as it is sent, to a request about show "s". */
static inline void replies(const struct model_decision *d, const char *id, const char *type,
                           int code, const char *reason, const char *rest)
{
	enum outcome o = outcome_of(code, text_of(reason));
	struct record_place place = {"requests", partition_of_s, d->offset};
	struct buf whole = {0};
	const char *duplicate = "";

	assert_int_not_equal(o, OUTCOME_COUNT);
	assert_int_equal(d->decision.outcome, o);
	if (d->decision.duplicate_of != NOT_A_DUPLICATE)
		duplicate = join(",'duplicate_of':%lld", (long long)d->decision.duplicate_of);
	reply_encode_whole(&whole, d->reply, d->decision.duplicate_of, &place);
	is_said(buf_text(&whole),
	        join("{'request_id':'%s','type':'%s','show_id':'s','status':'%s','code':%d,"
	             "'reason':'%s','message':'%s'%s%s,'decided_at':'%s'%s,"
	             "'request':{'topic':'requests','partition':%d,'offset':%lld}}",
	             id, type, code == 200 ? "accepted" : "rejected", code, reason, outcome_message(o),
	             rest[0] ? "," : "", rest, at(d->decision.decided_at_ms), duplicate,
	             (int)partition_of_s, (long long)d->offset));
	buf_release(&whole);
}

/* A new answer, which claims the id (but expire's). */
static inline void answers(const struct model_decision *d, const char *id, const char *type,
                           int code, const char *reason, const char *rest)
{
	assert_int_equal(d->decision.duplicate_of, NOT_A_DUPLICATE);
	assert_int_equal(d->decision.decided_at_ms, d->t_ms);
	assert_int_equal(d->decision.is_claim, strcmp(type, "expire") != 0);
	replies(d, id, type, code, reason, rest);
}

static inline const char *event(const char *kind, const char *rest)
{
	return join("{'event':'%s','show_id':'s'%s%s,'at':'%s'", kind, rest[0] ? "," : "", rest,
	            at(last()->t_ms));
}

static inline void tells(const struct model_decision *d, const char *events)
{
	if (events)
		is_said(d->events, events);
	else
		assert_null(d->events.data);
}

/* An answer that changes nothing. */
static inline void refuses(const struct model_decision *d, const char *id, const char *type,
                           int code, const char *reason, const char *rest)
{
	answers(d, id, type, code, reason, rest);
	tells(d, NULL);
	for (size_t i = 0; i < model->seat_count; i++)
		assert_int_not_equal(model->seats[i].row.version, d->offset);
}

static inline struct uuid uuid_of(const char *text)
{
	struct uuid id;

	assert_true(uuid_decode(text_of(text), &id));
	return id;
}

static inline struct seat_row *row_of_seat(const char *seat_id)
{
	struct model_seat *s = model_seat(model, text_of("s"), text_of(seat_id));

	assert_non_null(s);
	return &s->row;
}

static inline void is_available(const char *seat_id, int64_t version)
{
	const struct seat_row *row = row_of_seat(seat_id);

	assert_int_equal(row->status, SEAT_AVAILABLE);
	assert_false(row->has_reserved_until || row->has_reserved_by || row->has_taken_at);
	assert_int_equal(row->version, version);
}

/* until_ms NONE: sold */
static inline void is_taken(const char *seat_id, const char *by, int64_t until_ms, int64_t taken_at,
                     int64_t version)
{
	const struct seat_row *row = row_of_seat(seat_id);
	struct uuid id = uuid_of(by);

	assert_int_equal(row->status, until_ms == NONE ? SEAT_SOLD : SEAT_RESERVED);
	assert_int_equal(row->has_reserved_until, until_ms != NONE);
	if (until_ms != NONE)
		assert_int_equal(row->reserved_until_ms, until_ms);
	assert_true(row->has_reserved_by && uuid_same(&row->reserved_by, &id));
	assert_true(row->has_taken_at);
	assert_int_equal(row->taken_at_offset, taken_at);
	assert_int_equal(row->version, version);
}

static inline void change_by_hand(const char *seat_id, enum seat_status status)
{
	*row_of_seat(seat_id) = (struct seat_row){.status = status, .version = 1};
	is_changed_by_hand = true;
}

static inline struct model_reservation *reservation(const char *text)
{
	struct uuid id = uuid_of(text);
	struct model_reservation *r = model_reservation(model, text_of("s"), &id);

	assert_non_null(r);
	return r;
}

static inline void is_reservation(const char *id, enum reservation_status status, int64_t until_ms,
                           int64_t ended_at_ms)
{
	const struct model_reservation *r = reservation(id);

	assert_int_equal(r->status, status);
	assert_int_equal(r->reserved_until_ms, until_ms);
	assert_int_equal(r->has_ended_at, ended_at_ms != NONE);
	if (ended_at_ms != NONE)
		assert_int_equal(r->ended_at_ms, ended_at_ms);
}

/* ---- the show of most tests: holds of 10 up to 30 seconds, 3 seats each ---- */

static inline int open_nothing(void **state)
{
	(void)state;
	partition_of_s = partition_of_key("s", 1, PARTITIONS);
	model = model_open(&(struct plan_place){partition_of_s, PARTITIONS});
	next_offset = 0;
	is_changed_by_hand = false;
	return 0;
}

static inline int open_show(void **state)
{
	open_nothing(state);
	answers(ask(T0, HEAD("create_show", "01") ",'owner_key':'boss','hold_seconds':10,"
	                                          "'max_hold_seconds':30,'max_seats':3}"),
	        U("01"), "create_show", 200, "SHOW_CREATED", "");
	answers(ask(T0, HEAD("add_seats", "02") ",'owner_key':'boss',"
	                                        "'seat_ids':['A1','A2','A3','A4','A5']}"),
	        U("02"), "add_seats", 200, "SEATS_ADDED", "'seat_ids':['A1','A2','A3','A4','A5']");
	return 0;
}

/* Every test ends with whole holds, but those that change rows by hand. */
static inline int close_all(void **state)
{
	(void)state;
	if (!is_changed_by_hand) {
		model_check_seats(model);
		model_check_areas(model);
	}
	model_close(model);
	model = NULL;
	arena_release(&texts);
	return 0;
}

/* Alice holds A1 and A2 with reservation 10, asked at offset 2 and T0; until T0 + 10 s. */
static inline void alice_reserves(void)
{
	answers(ask(T0, RESERVE("10", "alice", "'A2','A1'")), U("10"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("10", "'A2','A1'"), until(T0 + 10 * S)));
}

#endif
