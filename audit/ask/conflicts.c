#include "audit/ask/conflicts.h"

#include <assert.h>
#include <stdlib.h>

#define CAPACITY_FIRST 256

static bool make_room(struct conflicts *c, size_t more)
{
	size_t capacity = c->capacity ? c->capacity : CAPACITY_FIRST;
	struct conflict *grown;

	if (c->capacity - c->count >= more)
		return true;
	while (capacity - c->count < more)
		capacity *= 2;
	grown = realloc(c->list, capacity * sizeof *grown);
	if (!grown)
		return false;
	c->list = grown;
	c->capacity = capacity;
	return true;
}

static bool is_asked_for(const struct conflicts *c, const struct verdict *v)
{
	return v->duplicate_of == NOT_A_DUPLICATE && v->decided_ms >= c->since_ms &&
	       (!c->has_request_id || uuid_same(&v->request_id, &c->request_id)) &&
	       (!c->show_id.data || text_same(v->show_id, c->show_id));
}

/* Others list seats, too, which nobody was refused. */
static bool has_refused_seats(const struct verdict *v)
{
	return v->outcome == OUTCOME_SEATS_TAKEN || v->outcome == OUTCOME_SEATS_NOT_FOR_SALE ||
	       v->outcome == OUTCOME_LEAVES_SINGLE ||
	       (v->outcome == OUTCOME_HOLD_EXPIRED && v->refusal_count);
}

static enum conflict_why why_of(const struct verdict *v, const struct refusal *refusal)
{
	if (v->outcome == OUTCOME_LEAVES_SINGLE)
		return CONFLICT_SINGLE;
	return refusal->winner ? CONFLICT_TAKEN : CONFLICT_BLOCKED;
}

static bool add_seats(struct conflicts *c, const struct fold *fold, const struct record *request)
{
	const struct verdict *v = &fold->verdict;
	size_t before = c->count;

	if (!make_room(c, v->refusal_count))
		return false;
	for (size_t i = 0; i < v->refusal_count; i++) {
		const struct refusal *refusal = &v->refusals[i];

		assert(refusal->taken_ms <= v->decided_ms);
		if (c->seat_id.data && !text_same(refusal->seat_id, c->seat_id))
			continue;
		c->list[c->count++] = (struct conflict){
		    .partition = fold->partition,
		    .show = fold->show,
		    .seat_id = refusal->seat_id,
		    .why = why_of(v, refusal),
		    .status = refusal->status,
		    .channel = refusal->channel,
		    .offset = request->offset,
		    .decided_ms = v->decided_ms,
		    .request_id = v->request_id,
		    .type = v->type,
		    .winner = refusal->winner,
		    .taken_at = refusal->taken_at,
		    .taken_ms = refusal->taken_ms,
		};
	}
	c->request_count += c->count > before;
	return true;
}

bool conflicts_add(struct conflicts *c, const struct fold *fold, const struct record *request)
{
	if (!is_asked_for(c, &fold->verdict))
		return true;
	if (!c->seat_id.data && !lost_places_add(&c->places, fold))
		return false;
	if (has_refused_seats(&fold->verdict))
		return add_seats(c, fold, request);
	return !fold->verdict.has_free_seats || c->seat_id.data || lost_wishes_add(&c->wishes, fold);
}

void conflicts_release(struct conflicts *c)
{
	lost_places_release(&c->places);
	lost_wishes_release(&c->wishes);
	free(c->list);
	c->list = NULL;
	c->count = c->capacity = c->request_count = 0;
}

const char *conflict_status(const struct conflict *c)
{
	return c->why == CONFLICT_SINGLE ? "single" : refused_status_name(c->status);
}

int64_t conflict_gap_ms(const struct conflict *c)
{
	return c->why == CONFLICT_TAKEN ? c->decided_ms - c->taken_ms : -1;
}

/* ---- sums: sorted references, gone through group by group ---- */

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int64_t hour_of(const struct conflict *c)
{
	return c->decided_ms / HOUR_MS * HOUR_MS;
}

static int compare_shows(const struct conflict *a, const struct conflict *b)
{
	return text_compare(a->show->id, b->show->id);
}

static int by_hour(const void *left, const void *right)
{
	const struct conflict *a = *(const struct conflict *const *)left;
	const struct conflict *b = *(const struct conflict *const *)right;
	int order = compare_shows(a, b);

	if (!order)
		order = compare(hour_of(a), hour_of(b));
	return order ? order : compare(conflict_gap_ms(a), conflict_gap_ms(b));
}

/* Reservations of one show differ by the offsets of their reserves; seats without come first. */
static int64_t winner_of(const struct conflict *c)
{
	return c->winner ? c->winner->offset : -1;
}

static int by_seat(const void *left, const void *right)
{
	const struct conflict *a = *(const struct conflict *const *)left;
	const struct conflict *b = *(const struct conflict *const *)right;
	int order = compare_shows(a, b);

	if (!order)
		order = text_compare(a->seat_id, b->seat_id);
	return order ? order : compare(winner_of(a), winner_of(b));
}

/* References to all, sorted; room for as many sums in `list`. false: out of memory, nothing kept. */
static bool sort(const struct conflicts *c, int (*order)(const void *, const void *),
                 const struct conflict ***sorted, void **list, size_t sum_bytes)
{
	*sorted = calloc(c->count, sizeof **sorted);
	*list = calloc(c->count, sum_bytes);
	if (!*sorted || !*list) {
		free(*sorted);
		free(*list);
		*list = NULL;
		return false;
	}
	for (size_t i = 0; i < c->count; i++)
		(*sorted)[i] = &c->list[i];
	qsort(*sorted, c->count, sizeof **sorted, order);
	return true;
}

static bool is_first_of_request(const struct conflicts *c, const struct conflict *one)
{
	return one == c->list || one[-1].offset != one->offset || one[-1].partition != one->partition;
}

/* Those without a winner come first, as their gap is -1. */
static struct conflict_hour sum_hour(const struct conflicts *c, const struct conflict *const *group,
                                     size_t count)
{
	struct conflict_hour sum = {
	    .show = group[0]->show,
	    .hour_ms = hour_of(group[0]),
	    .seat_count = count,
	    .gap_ms_min = -1,
	    .gap_ms_median = -1,
	};
	size_t first = 0;

	for (size_t i = 0; i < count; i++) {
		sum.request_count += is_first_of_request(c, group[i]);
		first += !group[i]->winner;
	}
	if (first < count) {
		sum.gap_ms_min = conflict_gap_ms(group[first]);
		sum.gap_ms_median = conflict_gap_ms(group[first + (count - first - 1) / 2]);
	}
	return sum;
}

bool conflicts_sum_hours(const struct conflicts *c, struct conflict_hour **list, size_t *count)
{
	const struct conflict **sorted;
	void *sums;

	*list = NULL;
	*count = 0;
	if (!c->count)
		return true;
	if (!sort(c, by_hour, &sorted, &sums, sizeof **list))
		return false;
	*list = sums;
	for (size_t from = 0, i = 1; i <= c->count; i++)
		if (i == c->count || sorted[i]->show != sorted[from]->show ||
		    hour_of(sorted[i]) != hour_of(sorted[from])) {
			(*list)[(*count)++] = sum_hour(c, sorted + from, i - from);
			from = i;
		}
	free(sorted);
	return true;
}

static struct conflict_seat sum_seat(const struct conflict *const *group, size_t count)
{
	struct conflict_seat sum = {
	    .show = group[0]->show,
	    .seat_id = group[0]->seat_id,
	    .count = count,
	    .first_ms = group[0]->decided_ms,
	    .last_ms = group[0]->decided_ms,
	};

	for (size_t i = 0; i < count; i++) {
		int64_t t_ms = group[i]->decided_ms;

		sum.winner_count += group[i]->winner && (i == 0 || group[i]->winner != group[i - 1]->winner);
		sum.first_ms = t_ms < sum.first_ms ? t_ms : sum.first_ms;
		sum.last_ms = t_ms > sum.last_ms ? t_ms : sum.last_ms;
	}
	return sum;
}

static int by_count(const void *left, const void *right)
{
	const struct conflict_seat *a = left, *b = right;
	int order = compare((int64_t)b->count, (int64_t)a->count);

	if (!order)
		order = text_compare(a->show->id, b->show->id);
	return order ? order : text_compare(a->seat_id, b->seat_id);
}

bool conflicts_sum_seats(const struct conflicts *c, struct conflict_seat **list, size_t *count)
{
	const struct conflict **sorted;
	void *sums;

	*list = NULL;
	*count = 0;
	if (!c->count)
		return true;
	if (!sort(c, by_seat, &sorted, &sums, sizeof **list))
		return false;
	*list = sums;
	for (size_t from = 0, i = 1; i <= c->count; i++)
		if (i == c->count || sorted[i]->show != sorted[from]->show ||
		    !text_same(sorted[i]->seat_id, sorted[from]->seat_id)) {
			(*list)[(*count)++] = sum_seat(sorted + from, i - from);
			from = i;
		}
	free(sorted);
	qsort(*list, *count, sizeof **list, by_count);
	return true;
}
