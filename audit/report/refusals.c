#include "audit/report/refusals.h"

#include <stdlib.h>

#define MS_PER_S 1000
#define SEATS_OF_ONE 64 /* more than a request names */

_Static_assert(RESERVE_SEATS_MAX < SEATS_OF_ONE, "the count of seats has its 6 bits");

static bool is_refusal(const struct story_request *q)
{
	return q->is_ruled && q->seats.count && !outcome_is_accepted((enum outcome)q->outcome);
}

/* One way through all of them, with one quota. */
struct pass {
	const struct outline *o;
	const uint32_t *all;      /* refusals of each seat */
	uint32_t *met;            /* of these so far */
	struct refusals *r;
	int64_t offset, at_ms;    /* of the last one told */
};

/* ---- telling ---- */

static void add_varint(struct buf *b, uint64_t v)
{
	unsigned char bytes[10];
	size_t count = 0;

	do {
		bytes[count] = (unsigned char)(v & 127);
		v >>= 7;
		bytes[count] |= v ? 128 : 0;
		count++;
	} while (v);
	buf_add(b, bytes, count);
}

static uint64_t zigzag(int64_t d)
{
	return d < 0 ? 2 * (uint64_t)-d - 1 : 2 * (uint64_t)d;
}

static uint64_t number_of(struct refusals *r, enum outcome outcome)
{
	size_t number = 0;

	while (number < r->outcome_count && r->outcomes[number] != outcome)
		number++;
	if (number == r->outcome_count)
		r->outcomes[r->outcome_count++] = outcome;
	return number;
}

static void add_id(struct buf *b, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	for (const char *at = text; *at; at++)
		if (*at != '-')
			buf_add(b, at, 1);
}

static void tell(struct pass *pass, const struct story_request *q, const uint32_t *seats,
                 size_t count)
{
	struct refusals *r = pass->r;

	add_varint(&r->data, (uint64_t)(q->offset - pass->offset));
	add_varint(&r->data, (uint64_t)(q->at_ms - pass->at_ms));
	add_varint(&r->data, number_of(r, (enum outcome)q->outcome) * SEATS_OF_ONE + count);
	add_varint(&r->data, seats[0]);
	for (size_t i = 1; i < count; i++)
		add_varint(&r->data, zigzag((int64_t)seats[i] - seats[i - 1]));
	pass->offset = q->offset;
	pass->at_ms = q->at_ms;
	if (++r->told_count <= REFUSAL_IDS_MAX)
		add_id(&r->ids, &q->request_id);
}

/* ---- what is told ---- */

static bool is_in_quota(const struct pass *pass, uint32_t seat)
{
	uint32_t number = pass->met[seat];

	return number < pass->r->first || pass->all[seat] - number <= pass->r->last;
}

/* false: out of memory */
static bool add_request(struct pass *pass, const struct story_request *q)
{
	struct refusals *r = pass->r;
	uint32_t told[SEATS_OF_ONE];
	size_t count = 0;

	for (uint32_t k = 0; k < q->seats.count; k++) {
		uint32_t seat = pass->o->seat_at[pass->o->story->seats[q->seats.at + k]];

		if (is_in_quota(pass, seat)) {
			told[count++] = seat;
		} else {
			if (!LIST_HAS_ROOM(r->untold, r->untold_extent, 1))
				return false;
			r->untold[r->untold_extent.count++] = (struct untold){seat, 1, q->at_ms / MS_PER_S};
		}
		pass->met[seat]++;
	}
	if (count)
		tell(pass, q, told, count);
	return true;
}

static bool go_through(struct pass *pass)
{
	const struct story *s = pass->o->story;
	struct refusals *r = pass->r;

	buf_clear(&r->data);
	buf_clear(&r->ids);
	r->told_count = r->outcome_count = r->untold_extent.count = 0;
	pass->offset = pass->o->first_offset;
	pass->at_ms = pass->o->first_ms;
	for (size_t i = 0; i < pass->o->seat_count; i++)
		pass->met[i] = 0;
	for (size_t i = 0; i < s->request_extent.count; i++)
		if (is_refusal(&s->requests[i]) && !add_request(pass, &s->requests[i]))
			return false;
	if (r->told_count > REFUSAL_IDS_MAX)
		buf_clear(&r->ids);
	return !r->data.failed && !r->ids.failed;
}

static bool is_too_large(const struct refusals *r, size_t bytes_max)
{
	return r->first > 1 && r->data.bytes * 4 / 3 + r->ids.bytes > bytes_max;
}

/* ---- the rest ---- */

static int compare_untold(const void *left, const void *right)
{
	const struct untold *a = left, *b = right;

	if (a->seat != b->seat)
		return a->seat < b->seat ? -1 : 1;
	return (a->second > b->second) - (a->second < b->second);
}

static void sum_untold(struct refusals *r)
{
	size_t count = 0, all = r->untold_extent.count;

	if (all)
		qsort(r->untold, all, sizeof *r->untold, compare_untold);
	for (size_t i = 0; i < all; i++)
		if (count && !compare_untold(&r->untold[count - 1], &r->untold[i]))
			r->untold[count - 1].count++;
		else
			r->untold[count++] = r->untold[i];
	r->untold_extent.count = count;
}

bool refusals_make(struct refusals *r, const struct outline *o, size_t bytes_max)
{
	const struct story *s = o->story;
	uint32_t *all = calloc(o->seat_count + 1, sizeof *all);
	uint32_t *met = calloc(o->seat_count + 1, sizeof *met);
	struct pass pass = {.o = o, .all = all, .met = met, .r = r};
	bool is_done = all && met;

	*r = (struct refusals){.first = REFUSALS_FIRST, .last = REFUSALS_LAST};
	for (size_t i = 0; is_done && i < s->request_extent.count; i++)
		for (uint32_t k = 0; is_refusal(&s->requests[i]) && k < s->requests[i].seats.count; k++)
			all[o->seat_at[s->seats[s->requests[i].seats.at + k]]]++;
	is_done = is_done && go_through(&pass);
	while (is_done && is_too_large(r, bytes_max)) {
		r->first = r->first * 3 / 4;
		r->last = r->last * 3 / 4;
		is_done = go_through(&pass);
	}
	if (is_done)
		sum_untold(r);
	free(all);
	free(met);
	return is_done;
}

void refusals_release(struct refusals *r)
{
	buf_release(&r->data);
	buf_release(&r->ids);
	free(r->untold);
}
