#include "audit/report/refusals.h"

#include <stdlib.h>


#define MS_PER_S 1000

/* What each takes in the JSON, about: two differences, a letter, a comma; an index; a pair. */
#define REQUEST_BYTES 7u
#define SEAT_BYTES 6
#define UNTOLD_BYTES 8
#define ID_BYTES 32u

size_t refusals_bytes(size_t requests, size_t seats, size_t untold)
{
	return requests * (REQUEST_BYTES + (requests <= REFUSAL_IDS_MAX ? ID_BYTES : 0)) +
	       seats * SEAT_BYTES + untold * UNTOLD_BYTES;
}

static bool is_refusal(const struct story_request *q)
{
	return q->is_ruled && q->seats.count && !outcome_is_accepted((enum outcome)q->outcome);
}

/* One way through all of them. */
struct pass {
	const struct outline *o;
	const uint32_t *all;      /* refusals of each seat */
	uint32_t *met;            /* of these so far */
	struct refusals *r;
	bool is_told;             /* the lists are filled, not only counted */
};

static bool is_kept(const struct pass *pass, uint32_t seat)
{
	uint32_t number = pass->met[seat];

	return number < pass->r->first || pass->all[seat] - number <= pass->r->last;
}

static void go_through(struct pass *pass)
{
	const struct story *s = pass->o->story;
	struct refusals *r = pass->r;

	r->told_count = r->seat_count = r->untold_count = 0;
	for (size_t i = 0; i < pass->o->seat_count; i++)
		pass->met[i] = 0;
	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];
		struct told_refusal told = {.request = q, .seats = {.at = r->seat_count}};

		for (uint32_t k = 0; is_refusal(q) && k < q->seats.count; k++) {
			uint32_t seat = pass->o->seat_at[s->seats[q->seats.at + k]];
			bool kept = is_kept(pass, seat);

			pass->met[seat]++;
			told.seats.count += kept;
			if (pass->is_told && kept)
				r->seats[r->seat_count] = seat;
			else if (pass->is_told)
				r->untold[r->untold_count] = (struct untold){seat, 1, q->at_ms / MS_PER_S};
			r->seat_count += kept;
			r->untold_count += !kept;
		}
		if (!told.seats.count)
			continue;
		if (pass->is_told)
			r->told[r->told_count] = told;
		r->told_count++;
	}
}

static int compare_untold(const void *left, const void *right)
{
	const struct untold *a = left, *b = right;

	if (a->seat != b->seat)
		return a->seat < b->seat ? -1 : 1;
	return (a->second > b->second) - (a->second < b->second);
}

static void sum_untold(struct refusals *r)
{
	size_t count = 0;

	if (r->untold_count)
		qsort(r->untold, r->untold_count, sizeof *r->untold, compare_untold);
	for (size_t i = 0; i < r->untold_count; i++)
		if (count && !compare_untold(&r->untold[count - 1], &r->untold[i]))
			r->untold[count - 1].count++;
		else
			r->untold[count++] = r->untold[i];
	r->untold_count = count;
}

/* With the quota at hand. */
static bool tell(struct pass *pass)
{
	struct refusals *r = pass->r;

	r->told = calloc(r->told_count + 1, sizeof *r->told);
	r->seats = calloc(r->seat_count + 1, sizeof *r->seats);
	r->untold = calloc(r->untold_count + 1, sizeof *r->untold);
	if (!r->told || !r->seats || !r->untold)
		return false;
	pass->is_told = true;
	go_through(pass);
	sum_untold(r);
	return true;
}

bool refusals_make(struct refusals *r, const struct outline *o)
{
	const struct story *s = o->story;
	uint32_t *all = calloc(o->seat_count + 1, sizeof *all);
	uint32_t *met = calloc(o->seat_count + 1, sizeof *met);
	struct pass pass = {o, all, met, r, false};
	bool is_done = all && met;

	*r = (struct refusals){.first = REFUSALS_FIRST, .last = REFUSALS_LAST};
	for (size_t i = 0; is_done && i < s->request_extent.count; i++)
		for (uint32_t k = 0; is_refusal(&s->requests[i]) && k < s->requests[i].seats.count; k++)
			all[o->seat_at[s->seats[s->requests[i].seats.at + k]]]++;
	if (is_done)
		go_through(&pass);
	/* Those that are not told are counted by the second: how many pairs that makes shows later. */
	while (is_done && r->first > 1 &&
	       refusals_bytes(r->told_count, r->seat_count, 0) > REFUSALS_BYTES_MAX) {
		r->first /= 2;
		r->last /= 2;
		go_through(&pass);
	}
	is_done = is_done && tell(&pass);
	free(all);
	free(met);
	return is_done;
}

void refusals_release(struct refusals *r)
{
	free(r->told);
	free(r->seats);
	free(r->untold);
}
