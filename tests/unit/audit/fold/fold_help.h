/*
 * fold_help.h - asks the audit's fold about a show "s" and tells in one line what came of it.
 *
 * The line, with times in milliseconds from T0 and ids by their last two digits:
 *   200 RESERVED of 10: A2,A1,G:2 until 10000; reserved 10: A2,A1,G:2 until 10000
 * in front of the first semicolon the reply, behind it the events. "as of" follows where the time
 * of the decision is not the record's t, "again of" is duplicate_of, G:2 are two places of area G.
 */
#ifndef HOLDFAST_TESTS_FOLD_HELP_H
#define HOLDFAST_TESTS_FOLD_HELP_H

#include "audit/fold/areas.h"
#include "audit/fold/fold.h"
#include "common/base/partitioner.h"
#include "tests/unit/short_requests.h"

#define DAY (86400 * S)

/* What comes of a reserve that ends no lapsed hold. */
#define TAKES(id, seats, until) \
	"200 RESERVED of " id ": " seats " until " until "; reserved " id ": " seats " until " until

static struct fold fold;
static int64_t next_offset;

static inline struct record record_of(int64_t t_ms, const char *json)
{
	return (struct record){
	    .topic = "requests",
	    .partition = fold.partition,
	    .offset = next_offset++,
	    .timestamp_ms = T0 + t_ms,
	    .is_append_time = true,
	    .key = text_of("s"),
	    .value = json ? quoted(json) : (struct text){NULL, 0},
	};
}

static inline const char *end_of(const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	return join("%s", text + UUID_TEXT_CHARS - 2);
}

static inline const char *list_of(struct seat *const *seats, size_t count)
{
	const char *list = "";

	for (size_t i = 0; i < count; i++)
		list = join("%s%s%.*s", list, i ? "," : "", TEXT_ARGS(seats[i]->id));
	return list;
}

/* Seats, then places of areas: "A1,A2,G:2". */
static inline const char *list_all(struct seat *const *seats, size_t count,
                                   const struct area_count *areas, size_t area_count)
{
	const char *list = list_of(seats, count);

	for (size_t i = 0; i < area_count; i++)
		list = join("%s%s%.*s:%d", list, i || count ? "," : "", TEXT_ARGS(areas[i].area_id),
		            (int)areas[i].count);
	return list;
}

static inline const char *of_reservation(const struct reservation *r, const char *list)
{
	const char *line = r ? join(" %s", end_of(&r->id)) : "";

	return *list ? join("%s: %s", line, list) : line;
}

static inline const char *refusals_of(const struct verdict *v)
{
	const char *line = "";

	for (size_t i = 0; i < v->refusal_count; i++) {
		const struct refusal *r = &v->refusals[i];

		line = join("%s%s %.*s", line, i ? "," : " but", TEXT_ARGS(r->seat_id));
		if (r->winner)
			line = join("%s %s at %lld", line, seat_status_name(r->status), (long long)r->taken_at);
		else if (r->channel.data)
			line = join("%s blocked", line);
	}
	for (size_t i = 0; i < v->area_refusal_count; i++) {
		const struct area_refusal *r = &v->area_refusals[i];

		line = join("%s%s %.*s", line, i || v->refusal_count ? "," : " but", TEXT_ARGS(r->area_id));
		if (r->has_room)
			line = join("%s%s room %lld", line, r->is_blocked ? " blocked" : "", (long long)r->room);
		if (r->has_taken)
			line = join("%s taken %lld", line, (long long)r->taken);
	}
	return line;
}

static inline const char *what_came(void)
{
	const struct verdict *v = &fold.verdict;
	const char *line = join("%d %s", outcome_code(v->outcome), outcome_reason(v->outcome));

	const char *list = list_all(v->seats, v->seat_count, v->areas, v->area_count);

	if (v->reservation || v->seat_count)
		line = join("%s of%s", line, of_reservation(v->reservation, list));
	if (v->kept)
		line = join("%s keeps %s", line, list_all(v->kept->seats, v->kept->seat_count,
		                                          v->kept->areas, v->kept->area_count));
	if (v->has_until)
		line = join("%s until %lld", line, (long long)(v->until_ms - T0));
	line = join("%s%s%s", line, v->is_revived ? " revived" : "", refusals_of(v));
	if (v->pieces)
		line = join("%s in %d", line, (int)v->pieces);
	if (v->has_free_seats)
		line = join("%s of %zu", line, v->free_seats);
	if (v->has_window && v->window.has_from)
		line = join("%s from %lld", line, (long long)(v->window.from_ms - T0));
	if (v->has_window && v->window.has_until)
		line = join("%s to %lld", line, (long long)(v->window.until_ms - T0));
	if (v->has_customer)
		line = join("%s has %lld in %lld", line, (long long)v->customer.seats,
		            (long long)v->customer.holds);
	if (v->duplicate_of != NOT_A_DUPLICATE)
		line = join("%s again of %lld", line, (long long)v->duplicate_of);
	if (v->decided_ms != fold.t_ms)
		line = join("%s as of %lld", line, (long long)(v->decided_ms - T0));
	for (size_t i = 0; i < fold.change_count; i++) {
		const struct change *c = &fold.changes[i];

		list = list_all(c->seats, c->seat_count, c->areas, c->area_count);
		line = join("%s; %s%s%s", line, event_kind_name(c->kind), c->is_change ? " part" : "",
		            of_reservation(c->reservation, list));
		if (c->kind == EVENT_RESERVED || c->kind == EVENT_EXTENDED)
			line = join("%s until %lld", line, (long long)(c->until_ms - T0));
	}
	return line;
}

static inline const char *ask_record(struct record record)
{
	assert_true(fold_decide(&fold, &record));
	return what_came();
}

static inline const char *ask(int64_t t_ms, const char *json)
{
	return ask_record(record_of(t_ms, json));
}

/* Lines of a table, each decided after the one before. */
struct step {
	int64_t t_ms; /* of the record */
	const char *json, *expected;
};

static inline void take_steps(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *found = ask(steps[i].t_ms, steps[i].json);

		if (strcmp(found, steps[i].expected) != 0)
			fail_msg("step %zu: %s\nexpected %s\nfound    %s", i, steps[i].json, steps[i].expected,
			         found);
	}
}
#define TAKE(steps) take_steps((steps), sizeof(steps) / sizeof(steps)[0])

/* "reserved by 10 at 2, version 4" */
static inline const char *seat(const char *seat_id)
{
	const struct show *show = model_find_show(&fold.model, text_of("s"));
	const struct seat *s = show_find_seat(show, text_of(seat_id));
	const char *line;

	if (!s)
		return "none";
	line = seat_status_name(s->status);
	if (s->holder)
		line = join("%s by %s at %lld", line, end_of(&s->holder->id), (long long)s->taken_at);
	return join("%s, version %lld", line, (long long)s->version);
}

/* "held 2 sold 1 of 10, room 7, version 4", lapsed holds counting as held and as room */
static inline const char *area(const char *area_id)
{
	const struct show *show = model_find_show(&fold.model, text_of("s"));
	const struct show_area *a = show_find_area(show, text_of(area_id));

	return a ? join("held %lld sold %lld of %d, room %lld, version %lld", (long long)show_area_held(a),
	                (long long)a->sold, (int)a->capacity, (long long)show_area_room(a, fold.t_ms),
	                (long long)a->version)
	         : "none";
}

/* Seats that left it and did not come again: "A2 at 7,A1 at 6" */
static inline const char *left(const char *id_text)
{
	const struct show *show = model_find_show(&fold.model, text_of("s"));
	const struct reservation *r;
	const char *list = "";
	struct uuid id;

	assert_true(uuid_decode(text_of(id_text), &id));
	r = show_find_reservation(show, &id);
	assert_non_null(r);
	for (const struct seat_left *l = r->left; l; l = l->next)
		list = join("%s%s%.*s at %lld", list, *list ? "," : "", TEXT_ARGS(l->seat->id),
		            (long long)l->left_at);
	return list;
}

/* "expired, 0 to 10000, ended 12000" */
static inline const char *hold(const char *id_text)
{
	const struct show *show = model_find_show(&fold.model, text_of("s"));
	const struct reservation *r;
	struct uuid id;
	const char *line;

	assert_true(uuid_decode(text_of(id_text), &id));
	r = show_find_reservation(show, &id);
	if (!r)
		return "none";
	line = join("%s, %lld to %lld", reservation_status_name(r->status),
	            (long long)(r->created_ms - T0), (long long)(r->until_ms - T0));
	return r->status == RESERVATION_HELD ? line
	                                     : join("%s, ended %lld", line,
	                                            (long long)(r->ended_ms - T0));
}

static inline int open_nothing(void **state)
{
	(void)state;
	fold = (struct fold){.partition = partition_of_key("s", 1, PARTITIONS),
	                     .partition_count = PARTITIONS};
	next_offset = 0;
	return 0;
}

/* Holds of 10 up to 30 seconds, 3 seats each; offsets 0 and 1. */
static inline int open_show(void **state)
{
	open_nothing(state);
	assert_string_equal(ask(0, HEAD("create_show", "01") ",'owner_key':'boss','hold_seconds':10,"
	                                                     "'max_hold_seconds':30,'max_seats':3}"),
	                    "200 SHOW_CREATED; show_created");
	assert_string_equal(ask(0, HEAD("add_seats", "02") ",'owner_key':'boss','seat_ids':['A1','A2',"
	                                                   "'A3','A4','A5','A6']}"),
	                    "200 SEATS_ADDED of: A1,A2,A3,A4,A5,A6; seats_added: A1,A2,A3,A4,A5,A6");
	return 0;
}

static inline int close_fold(void **state)
{
	(void)state;
	fold_release(&fold);
	arena_release(&texts);
	return 0;
}

#endif
