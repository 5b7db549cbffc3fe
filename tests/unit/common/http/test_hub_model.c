/*
 * The hub against what each viewer is owed: in random histories every frame that a viewer gets fits
 * where it stands, without a gap or through one catch-up, and in the end all are where the feed is.
 * Viewers read at random speeds, vanish, ask for everything anew, talk nonsense.
 */
#include "common/http/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "tests/unit/common/http/crowd.h"

#define HISTORIES 60
#define STEPS 1500

/* What the other end of a viewer knows. */
struct known {
	uint32_t generation;
	int64_t position;
	unsigned speed;      /* of 100 steps, in so many it reads */
	bool has_begun, has_left, is_closed, may_repeat, had_ping, has_spoilt;
};

static struct known known[CROWD_ENDS_MAX];
static uint32_t generation; /* of the feed */
static int64_t position;
static uint64_t seed;
static unsigned catch_ups, wholes, follows;

static unsigned below(unsigned limit)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % limit;
}

static size_t size(void)
{
	return below(20) ? below(800) : below(60000);
}

/* ---- what a viewer gets ---- */

/* The same again only for who has asked for it; what he asked may have come too late for this one. */
static void check_whole(struct known *k, uint32_t g, int64_t to)
{
	bool is_new = !k->has_begun || g > k->generation || (g == k->generation && to > k->position);

	assert_true(is_new || (k->may_repeat && g == k->generation && to == k->position));
	k->may_repeat = k->may_repeat && is_new;
	wholes++;
}

static void check(struct known *k, const struct shown *shown)
{
	unsigned g;
	long long from, to;
	char text[100], kind;

	snprintf(text, sizeof text, "%.*s", (int)(shown->payload.bytes < 99 ? shown->payload.bytes : 99),
	         shown->payload.data);
	assert_int_equal(sscanf(text, "%c %u %lld %lld ", &kind, &g, &from, &to), 4);
	if (kind == 'w') {
		check_whole(k, g, to);
	} else if (!k->has_begun) {
		assert_int_equal(kind, 'd');
	} else if (kind == 'a') {
		assert_true(g == k->generation && to == k->position);
	} else {
		assert_int_equal(g, k->generation);
		assert_true(kind == 'c' ? from == k->position && to >= k->position
		                        : from <= k->position && to > k->position);
		catch_ups += kind == 'c';
		follows += kind == 'd';
	}
	k->has_begun = true;
	k->generation = g;
	k->position = to;
}

static void take(unsigned i)
{
	struct known *k = &known[i];
	struct shown shown;

	while (other_end_next(&crowd_ends[i], &shown)) {
		assert_false(k->is_closed);
		if (shown.opcode == WS_TEXT)
			check(k, &shown);
		else if (shown.opcode == WS_CLOSE)
			k->is_closed = true;
		else
			assert_true(shown.opcode == WS_PING || (shown.opcode == WS_PONG && k->had_ping));
	}
	if (crowd_ends[i].has_ended)
		k->is_closed = true;
	assert_true(!k->is_closed || k->has_spoilt);
}

/* ---- what happens ---- */

static void join_one(void)
{
	struct known *k = &known[crowd_end_count];
	bool is_sse = below(4) == 0, is_since = below(3) == 0 && position > 0;
	int64_t since = is_since ? (int64_t)below((unsigned)position) : 0;

	if (crowd_end_count == CROWD_ENDS_MAX)
		return;
	*k = (struct known){.speed = below(5) ? below(100) : below(4)};
	(void)crowd_join(crowd_frame(is_since ? 'd' : 'w', generation, since, position, size()), is_sse,
	                 crowd_nothing);
}

static void change(void)
{
	int64_t from = position;

	position += 1 + below(5);
	if (below(60) == 0) {
		generation++;
		crowd_send('w', generation, 0, position, size());
	} else {
		crowd_send('d', generation, from, position, size());
	}
}

static void answer_one(void)
{
	struct crowd_asked_at at;

	if (!crowd_asked_count)
		return;
	at = crowd_asked[below(crowd_asked_count)];
	if (at.generation == generation)
		crowd_answer(at, crowd_frame('c', generation, at.position, position, size()));
	else
		crowd_answer(at, crowd_frame('w', generation, 0, position, size()));
}

/* The socket may be full of what it said before; then it says nothing. */
static void say_something(unsigned i)
{
	struct known *k = &known[i];

	if (crowd_ends[i].is_sse || k->has_spoilt)
		return;
	if (below(20) == 0) {
		k->has_spoilt = true;
		other_end_say(&crowd_ends[i], WS_BINARY, text_of("x"));
	} else if (below(2)) {
		k->had_ping = true;
		other_end_say(&crowd_ends[i], WS_PING, text_of("p"));
	} else {
		k->may_repeat = true;
		other_end_say_text(&crowd_ends[i], "resync");
	}
}

static void act(unsigned i)
{
	struct known *k = &known[i];

	if (k->has_left)
		return;
	if (below(100) < k->speed) {
		(void)other_end_read(&crowd_ends[i], 1 + below(below(4) ? 2000 : 50000));
		take(i);
	}
	/* Not so often that it would be too often. */
	if (below(4000) == 0)
		say_something(i);
	if (below(2000) == 0) {
		k->has_left = true;
		other_end_close(&crowd_ends[i]);
	}
}

static void step(unsigned viewers_max)
{
	if (crowd_end_count < viewers_max && below(10) == 0)
		join_one();
	if (below(4) == 0)
		change();
	if (below(50) == 0)
		crowd_send('a', generation, position, position, 0);
	if (below(3) == 0)
		answer_one();
	for (unsigned i = 0; i < crowd_end_count; i++)
		act(i);
	if (below(3))
		crowd_turn(below(20));
}

/* Everybody reads, and everything is answered, until nothing comes any more. */
static void let_settle(void)
{
	size_t came;

	do {
		came = 0;
		crowd_settle();
		while (crowd_asked_count)
			answer_one();
		crowd_settle();
		for (unsigned i = 0; i < crowd_end_count; i++)
			if (!known[i].has_left) {
				came += other_end_read(&crowd_ends[i], 1 << 16);
				take(i);
			}
	} while (came);
}

static void expect_all_there(void)
{
	for (unsigned i = 0; i < crowd_end_count; i++)
		if (!known[i].has_left && !known[i].is_closed) {
			if (known[i].generation != generation || known[i].position != position)
				fail_msg("viewer %u is at %u %lld, not at %u %lld", i, known[i].generation,
				         (long long)known[i].position, generation, (long long)position);
		}
}

static void live(unsigned number, unsigned viewers_max, unsigned sends_a_turn)
{
	seed = number * UINT64_C(0x9e3779b97f4a7c15) + 1;
	generation = 1;
	position = 0;
	crowd_start(0);
	crowd_hub.slice_cost = sends_a_turn * HUB_SEND_COST;
	for (unsigned i = 0; i < STEPS; i++)
		step(viewers_max);
	let_settle();
	expect_all_there();
	crowd_send('a', generation, position, position, 0);
	let_settle();
	expect_all_there();
	crowd_stop();
}

static void each_viewer_sees_everything_in_order(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HISTORIES; i++) {
		live(i, 1 + i % 25, 1 + i % 7);
	}
	/* It was a test of all of them. */
	assert_true(catch_ups > 100 && wholes > 100 && follows > 1000);
}

static void so_do_hundreds_in_slices(void **state)
{
	(void)state;
	live(1000, 300, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_viewer_sees_everything_in_order),
	    cmocka_unit_test(so_do_hundreds_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
