#include "audit/report/figures.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS INT64_C(60000)

/* ---- totals ---- */

static void count_requests(struct totals *t, const struct story *s)
{
	t->requests = (int64_t)s->request_extent.count;
	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];
		bool is_granted = outcome_is_accepted((enum outcome)q->outcome);

		t->by_type[q->type]++;
		t->repeated += q->is_repeated;
		t->unreadable += q->is_unreadable;
		t->asked += q->is_asked;
		t->granted += q->is_asked && is_granted;
		t->refused += q->is_asked && !is_granted;
		t->asked_by_outcome[q->outcome] += q->is_asked;
		if (q->is_repeated)
			continue;
		t->by_outcome[q->type][q->outcome]++;
		t->limited_requests += q->outcome == OUTCOME_CUSTOMER_LIMIT;
	}
	for (size_t i = 0; i < s->change_extent.count; i++)
		t->lapses += s->changes[i].moment.what == 'l';
}

static void count_holds(struct figures *f)
{
	struct totals *t = &f->totals;

	for (const struct reservation *r = f->outline.story->show->reservations; r; r = r->hh.next) {
		bool is_held = outline_is_live(&f->outline, r);

		t->holds++;
		t->holds_held += is_held;
		t->holds_lapsed += outline_has_lapsed(&f->outline, r);
		t->holds_released += r->status == RESERVATION_RELEASED;
		t->holds_sold += r->status == RESERVATION_CONFIRMED;
		t->holds_cancelled += r->status == RESERVATION_CANCELLED;
		t->seats_held += is_held ? (int64_t)r->seat_count : 0;
		t->places_held += is_held ? r->places - (int64_t)r->seat_count : 0;
	}
	t->seats = (int64_t)f->outline.seat_count;
	t->seats_sold = (int64_t)f->outline.story->show->seats_by_status[SEAT_SOLD];
	for (const struct show_area *area = f->outline.story->show->areas; area; area = area->hh.next) {
		t->places += area->capacity;
		t->places_sold += area->sold;
	}
}

static int compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, SHA256_BYTES);
}

static bool count_limited(struct totals *t, const struct story *s)
{
	size_t count = s->limited_extent.count;
	uint8_t (*sorted)[SHA256_BYTES] = calloc(count + 1, sizeof *sorted);

	if (!sorted)
		return false;
	if (count)
		memcpy(sorted, s->limited, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare_hashes);
	for (size_t i = 0; i < count; i++)
		t->limited_customers += i == 0 || memcmp(sorted[i], sorted[i - 1], SHA256_BYTES) != 0;
	free(sorted);
	return true;
}

static bool is_any(const struct story_request *q, int of)
{
	(void)q, (void)of;
	return true;
}

/* By the names that they have in the report. */
static bool list_totals(struct figures *f)
{
	static const struct column columns[] = {{"figure", COLUMN_TEXT}, {"number", COLUMN_NUMBER}};
	const struct totals *t = &f->totals;
	const struct {
		const char *name;
		int64_t number;
	} list[] = {
	    {"requests", t->requests},
	    {"repeated", t->repeated},
	    {"unreadable", t->unreadable},
	    {"asked", t->asked},
	    {"granted", t->granted},
	    {"refused", t->refused},
	    {"holds", t->holds},
	    {"holds_held", t->holds_held},
	    {"holds_lapsed", t->holds_lapsed},
	    {"holds_released", t->holds_released},
	    {"holds_sold", t->holds_sold},
	    {"holds_cancelled", t->holds_cancelled},
	    {"lapses", t->lapses},
	    {"seats", t->seats},
	    {"seats_sold", t->seats_sold},
	    {"seats_held", t->seats_held},
	    {"places", t->places},
	    {"places_sold", t->places_sold},
	    {"places_held", t->places_held},
	    {"wishes", f->outline.story->wishes.asked},
	    {"wishes_granted", f->outline.story->wishes.granted},
	    {"limited_requests", t->limited_requests},
	    {"limited_customers", t->limited_customers},
	    {"waits", t->waits.count},
	    {"wait_p50", t->waits.p50_ms},
	    {"wait_p99", t->waits.p99_ms},
	    {"wait_max", t->waits.max_ms},
	    {"waited_over_1s", t->waits.over_1s},
	};

	f->numbers = TABLE_OF("totals", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		union cell *row = table_add(&f->numbers);

		if (!row)
			return false;
		row[0].text = text_of(list[i].name);
		row[1].number = list[i].number;
	}
	return true;
}

/* ---- all ---- */

static bool make_timelines(struct figures *f)
{
	int64_t opening_ms = f->opening_ms / SECOND_MS * SECOND_MS;

	f->minutes.name = "minutes";
	f->seconds.name = "seconds";
	f->queue.name = "queue";
	return timeline_by(f->outline.story, MINUTE_MS, INT64_MIN, INT64_MAX, &f->minutes) &&
	       timeline_by(f->outline.story, SECOND_MS, opening_ms - OPENING_BEFORE_MS,
	                   opening_ms + OPENING_AFTER_MS, &f->seconds) &&
	       timeline_queue(f->outline.story, &f->queue);
}

bool figures_make(struct figures *f, const struct story *s)
{
	*f = (struct figures){.opening_ms = timeline_opening(s)};
	if (!outline_make(&f->outline, s))
		return false;
	count_requests(&f->totals, s);
	count_holds(f);
	return count_limited(&f->totals, s) && timeline_waits(s, is_any, 0, &f->totals.waits) &&
	       list_totals(f) && make_timelines(f) && demand_make(&f->demand, &f->outline) &&
	       holders_make(&f->holders, &f->outline) &&
	       refusals_make(&f->refusals, &f->outline, REFUSALS_BYTES_MAX);
}

void figures_list(const struct figures *f, const struct table *tables[FIGURES_TABLES])
{
	const struct table *const all[] = {
	    &f->numbers,         &f->minutes,           &f->seconds,         &f->queue,
	    &f->demand.seats,    &f->demand.rows,       &f->demand.sections, &f->demand.categories,
	    &f->demand.channels, &f->demand.areas,      &f->demand.wishes,   &f->holders.holders,
	    &f->holders.most,    &f->holders.chains,    &f->holders.channels, NULL,
	};

	_Static_assert(sizeof all / sizeof all[0] == FIGURES_TABLES, "all of them fit");
	memcpy(tables, all, sizeof all);
}

void figures_release(struct figures *f)
{
	table_release(&f->numbers);
	outline_release(&f->outline);
	table_release(&f->minutes);
	table_release(&f->seconds);
	table_release(&f->queue);
	demand_release(&f->demand);
	holders_release(&f->holders);
	refusals_release(&f->refusals);
}
