#include "audit/ask/conflicts.h"

#include <assert.h>
#include <stdlib.h>

#define CAPACITY_FIRST 256
#define HOUR_MS INT64_C(3600000)

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

/* Others list seats, too, which nobody lost. */
static bool is_wanted(const struct conflicts *c, const struct verdict *v)
{
	return (v->outcome == OUTCOME_SEATS_TAKEN || v->outcome == OUTCOME_HOLD_EXPIRED) &&
	       v->duplicate_of == NOT_A_DUPLICATE && v->decided_ms >= c->since_ms &&
	       (!c->has_request_id || uuid_same(&v->request_id, &c->request_id)) &&
	       (!c->show_id.data || text_same(v->show_id, c->show_id));
}

bool conflicts_add(struct conflicts *c, const struct fold *fold, const struct record *request)
{
	const struct verdict *v = &fold->verdict;
	size_t before = c->count;

	if (!is_wanted(c, v))
		return true;
	if (!make_room(c, v->refusal_count))
		return false;
	for (size_t i = 0; i < v->refusal_count; i++) {
		const struct refusal *refusal = &v->refusals[i];

		if (!refusal->winner)
			continue;
		assert(refusal->taken_ms <= v->decided_ms);
		if (c->seat_id.data && !text_same(refusal->seat_id, c->seat_id))
			continue;
		c->list[c->count++] = (struct conflict){
		    .partition = fold->partition,
		    .seat_id = refusal->seat_id,
		    .status = refusal->status,
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

void conflicts_release(struct conflicts *c)
{
	free(c->list);
	c->list = NULL;
	c->count = c->capacity = c->request_count = 0;
}

const struct show *conflict_show(const struct conflict *c)
{
	return c->winner->show;
}

int64_t conflict_gap_ms(const struct conflict *c)
{
	return c->decided_ms - c->taken_ms;
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
	return text_compare(conflict_show(a)->id, conflict_show(b)->id);
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

/* Reservations of one show differ by the offsets of their reserves. */
static int by_seat(const void *left, const void *right)
{
	const struct conflict *a = *(const struct conflict *const *)left;
	const struct conflict *b = *(const struct conflict *const *)right;
	int order = compare_shows(a, b);

	if (!order)
		order = text_compare(a->seat_id, b->seat_id);
	return order ? order : compare(a->winner->offset, b->winner->offset);
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

static struct conflict_hour sum_hour(const struct conflicts *c, const struct conflict *const *group,
                                     size_t count)
{
	struct conflict_hour sum = {
	    .show = conflict_show(group[0]),
	    .hour_ms = hour_of(group[0]),
	    .seat_count = count,
	    .gap_ms_min = conflict_gap_ms(group[0]),
	    .gap_ms_median = conflict_gap_ms(group[(count - 1) / 2]),
	};

	for (size_t i = 0; i < count; i++)
		sum.request_count += is_first_of_request(c, group[i]);
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
		if (i == c->count || conflict_show(sorted[i]) != conflict_show(sorted[from]) ||
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
	    .show = conflict_show(group[0]),
	    .seat_id = group[0]->seat_id,
	    .count = count,
	    .first_ms = group[0]->decided_ms,
	    .last_ms = group[0]->decided_ms,
	};

	for (size_t i = 0; i < count; i++) {
		int64_t t_ms = group[i]->decided_ms;

		sum.winner_count += i == 0 || group[i]->winner != group[i - 1]->winner;
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
		if (i == c->count || conflict_show(sorted[i]) != conflict_show(sorted[from]) ||
		    !text_same(sorted[i]->seat_id, sorted[from]->seat_id)) {
			(*list)[(*count)++] = sum_seat(sorted + from, i - from);
			from = i;
		}
	free(sorted);
	qsort(*list, *count, sizeof **list, by_count);
	return true;
}
