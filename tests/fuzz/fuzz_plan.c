/*
 * A stream of requests through the planner and a small database in memory, one by one, in batches,
 * all at once and with a cache, the audit's fold beside it: the same decisions, the same rows,
 * whole holds, no hold ended before its time. Where rows are changed by hand there is no fold to
 * compare with; then the guards alone must hold.
 */
#include <string.h>

#include "common/message/same.h"
#include "tests/fuzz/fold_oracle.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/stream.h"

#include "tests/unit/worker/plan/model_rows.h"

#define SEATS_MAX 64
#define CACHED_SEATS 20 /* two of the shows and not the third */

static const struct plan_place place = {STREAM_PARTITION, STREAM_PARTITIONS};

/* ---- one record against the fold ---- */

static void whole_reply(struct buf *b, const struct record *record, struct text body,
                        int64_t duplicate_of)
{
	const struct record_place at = {record->topic, record->partition, record->offset};

	buf_clear(b);
	reply_encode_whole(b, body, duplicate_of, &at);
}

static void check_reply(struct model *m, const struct record *record,
                        const struct model_decision *d, const struct fold_said *said)
{
	struct buf found = {0}, expected = {0};
	struct message_difference difference = {0};
	struct arena arena = {0};
	struct reply_view view;
	struct err e;

	whole_reply(&found, record, d->reply, d->decision.duplicate_of);
	whole_reply(&expected, record, said->reply, said->duplicate_of);
	if (!message_is_same_but(buf_text(&expected), buf_text(&found), "message", &difference))
		print_error("%s: expected %s, found %s\n", difference.path.data, difference.expected.data,
		            difference.found.data);
	MODEL_CHECK(m, difference.path.bytes == 0);
	/* Their messages say more than the audit has to. */
	if (said->outcome != OUTCOME_INVALID_REQUEST && said->outcome != OUTCOME_WRONG_OWNER &&
	    said->outcome != OUTCOME_WRONG_PARTITION)
		MODEL_CHECK(m, text_same(said->reply, d->reply));
	MODEL_CHECK(m, !reply_decode(buf_text(&found), &arena, &view, &e));
	MODEL_CHECK(m, view.code == outcome_code(d->decision.outcome));
	MODEL_CHECK(m, view.has_request_id == d->decision.has_request_id &&
	                   uuid_same(&view.request_id, &d->decision.request_id));
	MODEL_CHECK(m, view.offset == record->offset &&
	                   view.duplicate_of == d->decision.duplicate_of &&
	                   view.decided_at_ms == d->decision.decided_at_ms);
	arena_release(&arena);
	message_difference_release(&difference);
	buf_release(&found);
	buf_release(&expected);
}

static bool is_dead_letter(const struct record *record)
{
	struct entry entry = {.record = *record};
	struct arena arena = {0};
	bool is_one;

	request_decode(record->value, &arena, &entry.request);
	is_one = plan_dead_letter_reason(&entry) != NULL;
	arena_release(&arena);
	return is_one;
}

static void check_decision(struct model *m, const struct record *record, struct fold_oracle *fold)
{
	const struct model_decision *d = &m->decisions[m->decision_count - 1];
	struct fold_said said;

	MODEL_CHECK(m, fold_oracle_decide(fold, record, &said));
	MODEL_CHECK(m, said.t_ms == d->t_ms && said.outcome == d->decision.outcome);
	MODEL_CHECK(m, said.is_claim == d->decision.is_claim);
	MODEL_CHECK(m, said.is_dead_letter == is_dead_letter(record));
	MODEL_CHECK(m, text_same(said.events, d->events));
	check_reply(m, record, d, &said);
}

/* ---- the rows against the fold ---- */

static void check_show_row(struct model *m, const struct model_show *s, struct fold_oracle *fold)
{
	struct fold_show expected;

	MODEL_CHECK(m, fold_oracle_show(fold, s->show_id, &expected));
	MODEL_CHECK(m, s->rules == expected.rules && s->version == expected.version);
	MODEL_CHECK(m, model_same_policy(&s->policy, expected.policy));
	MODEL_CHECK(m, s->has_owner == (expected.owner_hash != NULL));
	MODEL_CHECK(m, !s->has_owner || !memcmp(s->owner_hash, expected.owner_hash, SHA256_BYTES));
	MODEL_CHECK(m, s->created_at_ms == expected.created_ms &&
	                   s->created_offset == expected.created_offset);
}

static void check_channel_row(struct model *m, const struct model_channel *c,
                              struct fold_oracle *fold)
{
	const struct channel_row *row = &c->row;
	struct fold_channel expected;
	struct channel_row other;

	MODEL_CHECK(m, fold_oracle_channel(fold, c->show_id, row->name, &expected));
	other = *row;
	other.has_key = expected.key_hash != NULL;
	if (expected.key_hash)
		memcpy(other.key_hash, expected.key_hash, SHA256_BYTES);
	other.on_sale = *expected.on_sale;
	other.opens = expected.opens;
	other.opens_count = expected.opens_count;
	other.is_exempt = expected.is_exempt;
	other.version = expected.version;
	MODEL_CHECK(m, model_same_channel(row, &other));
}

static void check_place_row(struct model *m, const struct model_place *p, struct fold_oracle *fold)
{
	struct fold_seat expected;

	MODEL_CHECK(m, fold_oracle_seat(fold, p->show_id, p->seat_id, &expected));
	MODEL_CHECK(m, expected.place && p->version == expected.place_version);
	MODEL_CHECK(m, model_same_place(&p->place, expected.place));
}

static void check_seat_row(struct model *m, const struct model_seat *s, struct fold_oracle *fold)
{
	struct fold_seat expected;

	MODEL_CHECK(m, fold_oracle_seat(fold, s->show_id, s->seat_id, &expected));
	MODEL_CHECK(m, s->row.status == expected.status && s->row.version == expected.version);
	MODEL_CHECK(m, text_identical(s->row.channel, expected.channel));
	MODEL_CHECK(m, s->row.has_reserved_by == expected.has_holder);
	if (!expected.has_holder)
		return;
	MODEL_CHECK(m, uuid_same(&s->row.reserved_by, &expected.holder));
	MODEL_CHECK(m, s->row.taken_at_offset == expected.taken_at);
	if (expected.status == SEAT_RESERVED)
		MODEL_CHECK(m, s->row.reserved_until_ms == expected.until_ms);
}

static void check_reservation_row(struct model *m, const struct model_reservation *r,
                                  struct fold_oracle *fold)
{
	struct fold_reservation expected;

	MODEL_CHECK(m, fold_oracle_reservation(fold, r->show_id, &r->id, &expected));
	MODEL_CHECK(m, r->status == expected.status && r->seat_count == expected.seat_count);
	MODEL_CHECK(m, r->created_at_ms == expected.created_ms && r->request_offset == expected.offset);
	MODEL_CHECK(m, r->reserved_until_ms == expected.until_ms);
	MODEL_CHECK(m, r->has_ended_at == (expected.status != RESERVATION_HELD));
	MODEL_CHECK(m, !r->has_ended_at || r->ended_at_ms == expected.ended_ms);
	MODEL_CHECK(m, text_identical(r->channel, expected.channel));
	MODEL_CHECK(m, !memcmp(r->session_hash, expected.session_hash, SHA256_BYTES));
	MODEL_CHECK(m, r->has_customer == (expected.customer_hash != NULL));
	MODEL_CHECK(m, !r->has_customer ||
	                   !memcmp(r->customer_hash, expected.customer_hash, SHA256_BYTES));
}

static void check_rows(struct model *m, struct fold_oracle *fold)
{
	struct fold_counts counts;

	fold_oracle_count(fold, &counts);
	MODEL_CHECK(m, counts.shows == m->show_count && counts.seats == m->seat_count);
	MODEL_CHECK(m, counts.places == m->place_count && counts.channels == m->channel_count);
	MODEL_CHECK(m, counts.reservations == m->reservation_count);
	for (size_t i = 0; i < m->show_count; i++)
		check_show_row(m, &m->shows[i], fold);
	for (size_t i = 0; i < m->channel_count; i++)
		check_channel_row(m, &m->channels[i], fold);
	for (size_t i = 0; i < m->place_count; i++)
		check_place_row(m, &m->places[i], fold);
	for (size_t i = 0; i < m->seat_count; i++)
		check_seat_row(m, &m->seats[i], fold);
	for (size_t i = 0; i < m->reservation_count; i++)
		check_reservation_row(m, &m->reservations[i], fold);
}

/* ---- changes by hand ---- */

/* Whatever the table's CHECK allows. */
static void change_by_hand(struct model *m, const struct stream_edit *edit)
{
	struct seat_row row = {.status = (enum seat_status)(edit->how % 3), .version = 1};
	struct model_seat *s = model_seat(m, text_of(edit->show_id), text_of(edit->seat_id));

	if (!edit->is_there || !s)
		return;
	if (row.status == SEAT_RESERVED) {
		row.has_reserved_until = true;
		row.reserved_until_ms = m->t_ms + (int64_t)edit->how * 1000 - 6000;
	}
	if (row.status != SEAT_AVAILABLE && edit->how % 2) {
		row.has_reserved_by = true;
		row.reserved_by = edit->reservation_id;
		row.has_taken_at = edit->how % 4 == 3;
		row.taken_at_offset = row.has_taken_at ? 2 : 0;
	}
	if (edit->how > 8)
		row.channel = text_of("a");
	s->row = row;
}

/* ---- deciding ---- */

static struct model *decide_one_by_one(const struct stream *s)
{
	static struct model_reservation before[STREAM_RECORDS_MAX];
	struct fold_oracle *fold = s->has_edits ? NULL : fold_oracle_open(place.partition,
	                                                                  place.partition_count);
	struct model *m = model_open_small(&place, SEATS_MAX, STREAM_RECORDS_MAX);

	m->note = "one by one";
	for (size_t i = 0; i < s->count; i++) {
		const struct record *record = &s->records[i].record;
		size_t count = m->reservation_count;

		memcpy(before, m->reservations, count * sizeof before[0]);
		change_by_hand(m, &s->records[i].edit);
		model_decide(m, record, 1);
		if (s->has_edits)
			continue;
		model_check_seats(m);
		model_check_ends(m, before, count, record);
		check_decision(m, record, fold);
	}
	if (!s->has_edits)
		check_rows(m, fold);
	fold_oracle_close(fold);
	return m;
}

/* `cache` may be NULL: none. A change by hand makes it forget everything. */
static void decide_in_batches(const struct stream *s, struct model *expected, bool is_whole,
                              struct cache *cache)
{
	struct record records[STREAM_RECORDS_MAX];
	struct model *m = model_open_small(&place, SEATS_MAX, STREAM_RECORDS_MAX);
	int64_t changes = 0;

	m->note = cache ? "with a cache" : is_whole ? "all at once" : "in batches";
	m->cache = cache;
	for (size_t first = 0, count; first < s->count; first += count) {
		change_by_hand(m, &s->records[first].edit);
		changes += s->records[first].edit.is_there;
		if (cache)
			(void)!cache_begin(cache, changes); /* false: it knows nothing any more */
		for (count = 0; first + count < s->count; count++) {
			const struct stream_record *r = &s->records[first + count];

			if (count && ((r->is_cut && !is_whole) || r->edit.is_there))
				break;
			records[count] = r->record;
		}
		model_decide(m, records, count);
		if (!s->has_edits)
			model_check_seats(m);
	}
	model_check_same(expected, m);
	model_close(m);
}

void fuzz_plan(const uint8_t *data, size_t bytes)
{
	static struct stream s;
	struct model *expected;
	struct cache *cache;

	stream_make(&s, data, bytes);
	if (!s.count)
		return;
	expected = decide_one_by_one(&s);
	decide_in_batches(&s, expected, false, NULL);
	decide_in_batches(&s, expected, true, NULL);
	cache = cache_open(CACHED_SEATS);
	FUZZ_CHECK(cache);
	decide_in_batches(&s, expected, false, cache);
	cache_close(cache);
	model_close(expected);
}
