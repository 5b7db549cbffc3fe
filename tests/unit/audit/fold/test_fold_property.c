/*
 * The audit's fold and the worker's planner, each written from section 4 of docs/protocol.md on its
 * own, decide the same random streams: the same replies, events, claims, dead letters and rows.
 */
#include "tests/unit/random_stream.h"

#include "audit/fold/areas.h"
#include "audit/fold/body.h"
#include "audit/fold/channels.h"
#include "audit/fold/fold.h"
#include "audit/fold/rules.h"
#include "common/message/same.h"
#include "tests/unit/audit/fold/planner.h"

#define SEEDS 150
#define BATCH_MAX_TRIED 40 /* of a short stream */
#define LONG_RECORDS 50000
#define LONG_SEED 20261130
#define LONG_STRETCHES 10
#define LONG_GRANTED_MIN 100 /* reserves that are granted in each */
#define BATCH_MAX 2000

static size_t outcomes_seen[OUTCOME_COUNT];
static size_t granted_seen[LONG_STRETCHES]; /* of the long history */
static size_t duplicates_seen, revivals_seen, letters_seen, ended_together_seen, at_the_edge_seen;

/* What is being compared, for the message where it differs. */
static uint64_t seed;
static int64_t offset;

#define SAME(condition) \
	do { \
		if (!(condition)) \
			fail_msg("seed %llu, offset %lld: not %s", (unsigned long long)seed, \
			         (long long)offset, #condition); \
	} while (0)

static void same_body(struct text planned, struct text folded)
{
	struct message_difference d = {0};
	struct buf whole[2] = {{0}, {0}};

	buf_add_text(&whole[0], planned);
	buf_add_text(&whole[1], folded);
	buf_add(&whole[0], "}", 1);
	buf_add(&whole[1], "}", 1);
	/* `message` may be more exact in a reply of the worker's. */
	if (!message_is_same_but(buf_text(&whole[0]), buf_text(&whole[1]), "message", &d))
		fail_msg("seed %llu, offset %lld: the replies differ in %s\nplanned %s\nfolded  %s",
		         (unsigned long long)seed, (long long)offset, d.path.data, whole[0].data,
		         whole[1].data);
	message_difference_release(&d);
	buf_release(&whole[0]);
	buf_release(&whole[1]);
}

static void same_events(const struct fold *fold, struct text planned)
{
	struct buf folded = {0};

	for (size_t i = 0; i < fold->change_count; i++) {
		if (i)
			buf_add(&folded, "\n", 1);
		body_write_event(&fold->verdict, fold->show, &fold->changes[i], &folded);
	}
	if (!text_same(planned, buf_text(&folded)))
		fail_msg("seed %llu, offset %lld: the events differ\nplanned %.*s\nfolded  %.*s",
		         (unsigned long long)seed, (long long)offset, TEXT_ARGS(planned),
		         (int)folded.bytes, folded.data ? folded.data : "");
	buf_release(&folded);
}

static void same_decision(const struct fold *fold, const struct planned *planned)
{
	const struct verdict *v = &fold->verdict;
	struct buf body = {0};

	SAME(planned->outcome == v->outcome);
	SAME(planned->decided_ms == v->decided_ms);
	SAME(planned->duplicate_of == v->duplicate_of);
	SAME(planned->is_claim == fold->is_claim);
	SAME(planned->is_dead_letter == (v->dead_letter != NULL));
	SAME(!fold->is_claim || !memcmp(planned->content, fold->request.content, sizeof planned->content));
	body_write_reply(v, &body);
	same_body(planned->reply, buf_text(&body));
	/* Their messages say more than the audit has to. */
	if (v->outcome != OUTCOME_INVALID_REQUEST && v->outcome != OUTCOME_WRONG_OWNER &&
	    v->outcome != OUTCOME_WRONG_PARTITION)
		SAME(text_same(planned->reply, buf_text(&body)));
	buf_release(&body);
	same_events(fold, planned->events);
}

static void count(const struct fold *fold)
{
	const struct verdict *v = &fold->verdict;

	outcomes_seen[v->outcome]++;
	granted_seen[(size_t)offset / 2 * LONG_STRETCHES / LONG_RECORDS] +=
	    v->outcome == OUTCOME_RESERVED;
	duplicates_seen += v->duplicate_of != NOT_A_DUPLICATE;
	revivals_seen += v->is_revived;
	letters_seen += v->dead_letter != NULL;
	ended_together_seen += fold->change_count > 2;
	for (size_t i = 0; i < fold->change_count; i++)
		if (fold->changes[i].kind == EVENT_EXPIRED && fold->changes[i].until_ms == fold->t_ms)
			at_the_edge_seen++; /* it lapsed in this very millisecond */
}

/* ---- rows ---- */

static struct show *show_of(struct fold *fold, struct text show_id)
{
	struct show *show = model_find_show(&fold->model, show_id);

	SAME(show && show->is_created);
	return show;
}

static void same_seat(struct fold *fold, const struct planned_seat *row)
{
	const struct seat *seat = show_find_seat(show_of(fold, row->show_id), row->seat_id);

	SAME(seat);
	SAME(seat->status == row->status);
	SAME(seat->version == row->version);
	SAME(text_identical(seat->channel, row->channel));
	SAME((seat->holder != NULL) == row->has_holder && row->has_holder == row->has_taken_at);
	SAME((seat->status == SEAT_RESERVED) == row->has_until);
	if (!seat->holder)
		return;
	SAME(uuid_same(&seat->holder->id, &row->holder));
	SAME(seat->taken_at == row->taken_at);
	SAME(!row->has_until || seat->holder->until_ms == row->until_ms);
}

static void same_seats_left(const struct reservation *r, const struct planner *planner, size_t i,
                            size_t count)
{
	struct planned_left row;
	size_t rows = 0;

	for (const struct seat_left *left = r->left; left; left = left->next, rows++) {
		bool is_found = false;

		for (size_t k = 0; !is_found && planner_left(planner, i, k, &row); k++)
			is_found = text_same(row.seat_id, left->seat->id) && row.left_at == left->left_at;
		SAME(is_found);
	}
	SAME(rows == count);
}

/* Those with places came in by place, as in the reservation. */
static void same_shares(const struct reservation *r, const struct planner *planner, size_t i,
                        size_t count)
{
	struct planned_share row;
	int32_t place = -1;
	size_t rows = 0;

	for (const struct share *share = r->shares; share; share = share->next, rows++) {
		bool is_found = false;

		for (size_t k = 0; !is_found && planner_share(planner, i, k, &row); k++)
			is_found = text_same(row.area_id, share->area->id) && row.count == share->count;
		SAME(is_found);
		SAME(share->count == 0 || row.place > place);
		place = share->count ? row.place : place;
	}
	SAME(rows == count);
}

static void same_reservation(struct fold *fold, const struct planned_reservation *row,
                             const struct planner *planner, size_t number)
{
	const struct reservation *r = show_find_reservation(show_of(fold, row->show_id), &row->id);

	SAME(r);
	SAME(r->status == row->status);
	SAME(r->created_ms == row->created_ms && r->until_ms == row->until_ms);
	SAME(r->offset == row->offset);
	SAME(text_identical(r->channel, row->channel));
	SAME((r->status != RESERVATION_HELD) == row->has_ended);
	SAME(!row->has_ended || r->ended_ms == row->ended_ms);
	SAME(!memcmp(r->session_hash, row->session_hash, SHA256_BYTES));
	SAME(r->seat_count == row->seat_count && r->places == row->places);
	same_seats_left(r, planner, number, row->left_count);
	same_shares(r, planner, number, row->share_count);
	SAME(!r->buyer == !row->customer_hash);
	SAME(!r->buyer || !memcmp(r->buyer->hash, row->customer_hash, SHA256_BYTES));
	for (size_t i = 0; i < r->seat_count; i++)
		SAME(text_same(r->seats[i]->id, row->seat_ids[i]));
}

static void same_show(struct fold *fold, const struct planned_show *row)
{
	const struct show *show = show_of(fold, row->show_id);

	const struct policy *folded = &show->policy, *planned = row->policy;

	SAME(show->rules == row->rules && show->version == row->version);
	SAME(text_identical(folded->title, planned->title));
	SAME(folded->hold_seconds == planned->hold_seconds);
	SAME(folded->max_hold_seconds == planned->max_hold_seconds);
	SAME(folded->max_seats == planned->max_seats);
	SAME(window_same(&folded->on_sale, &planned->on_sale));
	SAME(folded->closed == planned->closed && folded->singles == planned->singles);
	SAME(folded->max_customer_seats == planned->max_customer_seats);
	SAME(folded->max_customer_holds == planned->max_customer_holds);
	SAME(show->has_owner == (row->owner_hash != NULL));
	SAME(!row->owner_hash || !memcmp(show->owner_hash, row->owner_hash, SHA256_BYTES));
	SAME(show->created_ms == row->created_ms && show->created_offset == row->created_offset);
}

static void same_place(struct fold *fold, const struct planned_place *row)
{
	const struct seat *seat = show_find_seat(show_of(fold, row->show_id), row->seat_id);
	const struct place *folded, *planned = row->place;

	SAME(seat && seat->place);
	folded = &seat->place->place;
	SAME(seat->place->version == row->version);
	SAME(text_identical(folded->section, planned->section));
	SAME(text_identical(folded->row, planned->row) && folded->pos == planned->pos);
	SAME(text_identical(folded->category, planned->category));
	SAME(folded->rank == planned->rank && folded->flags == planned->flags);
	SAME(folded->has_point == planned->has_point);
	SAME(!folded->has_point || (folded->x == planned->x && folded->y == planned->y));
}

static void same_channel(struct fold *fold, const struct planned_channel *row)
{
	const struct show_channel *c = show_find_channel(show_of(fold, row->show_id), row->name);

	SAME(c);
	SAME(c->version == row->version && c->is_exempt == row->is_exempt);
	SAME(c->has_key == (row->key_hash != NULL));
	SAME(!c->has_key || !memcmp(c->key_hash, row->key_hash, SHA256_BYTES));
	SAME(window_same(&c->on_sale, row->on_sale));
	SAME(c->opens_count == row->opens_count);
	for (size_t i = 0; i < c->opens_count; i++)
		SAME(text_same(c->opens[i], row->opens[i]));
}

static void same_area(struct fold *fold, const struct planned_area *row)
{
	const struct show_area *a = show_find_area(show_of(fold, row->show_id), row->area_id);

	SAME(a && a->version == row->version && a->capacity == row->capacity);
	SAME(show_area_held(a) == row->held && a->sold == row->sold);
	SAME(text_identical(a->channel, row->channel) && text_identical(a->category, row->category));
}

/* What the fold keeps as sums is what it has of each. */
static void sums_are_right(const struct show *show)
{
	for (const struct show_area *area = show->areas; area; area = area->hh.next) {
		int64_t held = 0, sold = 0;

		for (const struct reservation *r = show->reservations; r; r = r->hh.next)
			for (const struct share *share = r->shares; share; share = share->next) {
				held += share->area == area && r->status == RESERVATION_HELD ? share->count : 0;
				sold += share->area == area && r->status == RESERVATION_CONFIRMED ? share->count : 0;
			}
		SAME(held == show_area_held(area) && sold == area->sold);
		SAME(held + sold <= area->capacity);
	}
	for (const struct buyer *buyer = show->buyers; buyer; buyer = buyer->hh.next) {
		int64_t bought = 0;

		for (const struct reservation *r = show->reservations; r; r = r->hh.next)
			bought += r->buyer == buyer && r->status == RESERVATION_CONFIRMED ? r->places : 0;
		SAME(bought == buyer->places_bought);
	}
}

static void same_settings(struct fold *fold, const struct planner *planner)
{
	size_t places = 0, channels = 0, areas = 0;
	struct planned_place place;
	struct planned_channel channel;
	struct planned_area area;

	for (size_t i = 0; planner_place(planner, i, &place); i++, places++)
		same_place(fold, &place);
	for (size_t i = 0; planner_channel(planner, i, &channel); i++, channels++)
		same_channel(fold, &channel);
	for (size_t i = 0; planner_area(planner, i, &area); i++, areas++)
		same_area(fold, &area);
	/* And none besides. */
	for (const struct show *show = fold->model.shows; show; show = show->hh.next) {
		areas -= HASH_COUNT(show->areas);
		sums_are_right(show);
		for (const struct show_channel *c = show->channels; c; c = c->next)
			channels--;
		for (const struct seat *seat = show->seats; seat; seat = seat->hh.next)
			places -= seat->place != NULL;
	}
	SAME(places == 0 && channels == 0 && areas == 0);
}

static void same_rows(struct fold *fold, const struct planner *planner)
{
	size_t shows = 0, seats = 0, reservations = 0, by_status[SEAT_SOLD + 1] = {0};
	struct planned_reservation r;
	struct planned_show show;
	struct planned_seat seat;
	const struct show *folded;

	for (size_t i = 0; planner_show(planner, i, &show); i++, shows++)
		same_show(fold, &show);
	for (size_t i = 0; planner_seat(planner, i, &seat); i++, seats++) {
		same_seat(fold, &seat);
		by_status[seat.status]++;
	}
	for (size_t i = 0; planner_reservation(planner, i, &r); i++, reservations++)
		same_reservation(fold, &r, planner, i);
	/* And none besides. */
	for (folded = fold->model.shows; folded; folded = folded->hh.next) {
		shows -= folded->is_created;
		seats -= HASH_COUNT(folded->seats);
		reservations -= HASH_COUNT(folded->reservations);
		for (int s = 0; s <= SEAT_SOLD; s++)
			by_status[s] -= folded->seats_by_status[s];
	}
	SAME(shows == 0 && seats == 0 && reservations == 0);
	for (int s = 0; s <= SEAT_SOLD; s++)
		SAME(by_status[s] == 0);
}

/* ---- streams ---- */

/* How many records the i-th batch of a stream is to have, which has so many left. */
typedef size_t cut(struct stream *s, size_t i, size_t left);

static void compare_stream(struct stream *s, cut *next)
{
	struct fold fold = {.partition = STREAM_PARTITION, .partition_count = STREAM_PARTITIONS};
	struct planner *planner = planner_open(STREAM_PARTITION, STREAM_PARTITIONS, s->count);
	static struct record records[BATCH_MAX];
	static struct planned planned[BATCH_MAX];

	for (size_t first = 0, i = 0, in_batch; first < s->count; first += in_batch, i++) {
		in_batch = next(s, i, s->count - first);
		for (size_t k = 0; k < in_batch; k++)
			records[k] = s->sent[first + k].record;
		planner_decide(planner, records, in_batch, planned);
		for (size_t k = 0; k < in_batch; k++) {
			offset = records[k].offset;
			assert_true(fold_decide(&fold, &records[k]));
			SAME(fold.has_foreign_clock == !records[k].is_append_time);
			same_decision(&fold, &planned[k]);
			count(&fold);
		}
		same_rows(&fold, planner);
		same_settings(&fold, planner);
	}
	planner_close(planner);
	fold_release(&fold);
}

static size_t lower(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t random_cut(struct stream *s, size_t i, size_t left)
{
	(void)i;
	return lower(1 + stream_below(s, BATCH_MAX_TRIED), left);
}

static void fold_and_planner_decide_random_streams_the_same(void **state)
{
	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		struct stream *s = stream_make(seed);

		compare_stream(s, random_cut);
		free(s);
	}
}

/* A batch of each size again and again, and then one of any; small ones more often. */
static size_t every_cut(struct stream *s, size_t i, size_t left)
{
	static const struct {
		size_t records, batches;
	} sizes[] = {{1, 100}, {2, 60}, {3, 40}, {7, 40}, {50, 6}, {320, 2}, {2000, 1}, {0, 3}};
	size_t in_turn = 0, k = 0;

	for (size_t n = 0; n < sizeof sizes / sizeof sizes[0]; n++)
		in_turn += sizes[n].batches;
	for (i %= in_turn; i >= sizes[k].batches; k++)
		i -= sizes[k].batches;
	return lower(sizes[k].records ? sizes[k].records : 1 + stream_below(s, BATCH_MAX), left);
}

/* It must not have died down on the way, either. */
static void a_long_history_in_batches_of_every_size_is_decided_the_same(void **state)
{
	struct stream *s = stream_make_long(seed = LONG_SEED, LONG_RECORDS);
	size_t kinds = 0;

	(void)state;
	memset(outcomes_seen, 0, sizeof outcomes_seen);
	memset(granted_seen, 0, sizeof granted_seen);
	compare_stream(s, every_cut);
	free(s);
	for (int o = 0; o < OUTCOME_COUNT; o++)
		kinds += outcomes_seen[o] > 0;
	assert_int_equal(kinds, OUTCOME_COUNT);
	for (size_t i = 0; i < LONG_STRETCHES; i++)
		assert_in_range(granted_seen[i], LONG_GRANTED_MIN, LONG_RECORDS);
}

/* Else the test above says little. Runs behind it. */
static void the_random_streams_meet_every_outcome(void **state)
{
	(void)state;
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (!outcomes_seen[o])
			print_error("never seen: %d %s\n", outcome_code((enum outcome)o),
			            outcome_reason((enum outcome)o));
		assert_true(outcomes_seen[o] > 0);
	}
	assert_true(duplicates_seen > 0 && revivals_seen > 0 && letters_seen > 0);
	assert_true(ended_together_seen > 0);
	assert_true(at_the_edge_seen > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fold_and_planner_decide_random_streams_the_same),
	    cmocka_unit_test(the_random_streams_meet_every_outcome),
	    cmocka_unit_test(a_long_history_in_batches_of_every_size_is_decided_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
