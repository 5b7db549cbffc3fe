#include "audit/report/holders.h"

#include <stdlib.h>
#include <string.h>

#include "audit/report/timeline.h"


#define MS_PER_S 1000

/* ---- sessions ---- */

struct known_session {
	uint8_t hash[SHA256_BYTES];
	uint32_t number;
	UT_hash_handle hh;
};

/* What one session had of the show. */
struct had {
	int64_t holds, lapsed, sold, places, places_sold, lapsed_ms;
};

static bool number_sessions(struct holders *h, const struct story *s)
{
	size_t count = HASH_COUNT(s->show->reservations);
	struct known_session *list = calloc(count + 1, sizeof *list), *all = NULL;
	bool is_done = list != NULL;

	h->session_of = calloc(count + 1, sizeof *h->session_of);
	is_done = is_done && h->session_of;
	for (const struct reservation *r = s->show->reservations; is_done && r; r = r->hh.next) {
		struct known_session *one;

		HASH_FIND(hh, all, r->session_hash, SHA256_BYTES, one);
		if (!one) {
			one = &list[h->session_count];
			memcpy(one->hash, r->session_hash, SHA256_BYTES);
			one->number = (uint32_t)h->session_count++;
			HASH_ADD(hh, all, hash, SHA256_BYTES, one);
			is_done = one->hh.tbl != NULL;
		}
		h->session_of[r->number] = one->number;
	}
	HASH_CLEAR(hh, all);
	free(list);
	return is_done;
}

static struct had *count_sessions(const struct holders *h, const struct outline *o)
{
	struct had *list = calloc(h->session_count + 1, sizeof *list);

	for (const struct reservation *r = o->story->show->reservations; list && r; r = r->hh.next) {
		struct had *had = &list[h->session_of[r->number]];
		bool is_sold = r->status == RESERVATION_CONFIRMED;

		had->holds++;
		had->places += r->places;
		had->sold += is_sold;
		had->places_sold += is_sold ? r->places : 0;
		if (!outline_has_lapsed(o, r))
			continue;
		had->lapsed++;
		had->lapsed_ms += r->places * (r->until_ms - r->created_ms);
	}
	return list;
}

/* ---- tables by rank ---- */

/* From the greatest on, by two columns, then by a third, ascending. */
static int compare_rows(const union cell *a, const union cell *b, size_t first, size_t second,
                        size_t third)
{
	if (a[first].number != b[first].number)
		return a[first].number < b[first].number ? 1 : -1;
	if (a[second].number != b[second].number)
		return a[second].number < b[second].number ? 1 : -1;
	return (a[third].number > b[third].number) - (a[third].number < b[third].number);
}

static void rank(struct table *t, int (*compare)(const void *, const void *), size_t count_max)
{
	if (t->row_count)
		qsort(t->cells, t->row_count, t->column_count * sizeof *t->cells, compare);
	table_cut(t, count_max);
}

enum { HOLDER_LAPSED = 2, HOLDER_SEAT_SECONDS = 5 };

static int compare_holders(const void *a, const void *b)
{
	return compare_rows(a, b, HOLDER_LAPSED, HOLDER_SEAT_SECONDS, 0);
}

static bool list_holders(struct table *t, const struct had *list, size_t count)
{
	static const struct column columns[] = {
	    {"session", COLUMN_NUMBER}, {"holds", COLUMN_NUMBER}, {"lapsed", COLUMN_NUMBER},
	    {"sold", COLUMN_NUMBER},    {"seats", COLUMN_NUMBER}, {"seat_seconds", COLUMN_NUMBER},
	};

	*t = TABLE_OF("holders", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < count; i++) {
		union cell *row = list[i].lapsed >= HOLDERS_LAPSED_MIN ? table_add(t) : NULL;

		if (!row)
			continue;
		row[0].number = (int64_t)i;
		row[1].number = list[i].holds;
		row[HOLDER_LAPSED].number = list[i].lapsed;
		row[3].number = list[i].sold;
		row[4].number = list[i].places;
		row[HOLDER_SEAT_SECONDS].number = list[i].lapsed_ms / MS_PER_S;
	}
	rank(t, compare_holders, HOLDERS_TOLD_MAX);
	return !t->failed;
}

enum { MOST_SEATS = 1, MOST_HOLDS };

static int compare_most(const void *a, const void *b)
{
	return compare_rows(a, b, MOST_SEATS, MOST_HOLDS, 0);
}

static bool list_most(struct table *t, const struct had *list, size_t count)
{
	static const struct column columns[] = {
	    {"session", COLUMN_NUMBER}, {"seats", COLUMN_NUMBER}, {"holds", COLUMN_NUMBER}};

	*t = TABLE_OF("most", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < count; i++) {
		union cell *row = list[i].places_sold ? table_add(t) : NULL;

		if (!row)
			continue;
		row[0].number = (int64_t)i;
		row[MOST_SEATS].number = list[i].places_sold;
		row[MOST_HOLDS].number = list[i].sold;
	}
	rank(t, compare_most, MOST_TOLD_MAX);
	return !t->failed;
}

/* ---- seats that lapsed again and again ---- */

struct lapse {
	uint32_t seat, session;
	int64_t held_ms;
};

static int compare_lapses(const void *left, const void *right)
{
	const struct lapse *a = left, *b = right;

	if (a->seat != b->seat)
		return a->seat < b->seat ? -1 : 1;
	return (a->session > b->session) - (a->session < b->session);
}

/* Every seat of every hold that lapsed, sorted by seat and session. */
static struct lapse *list_lapses(const struct holders *h, const struct outline *o, size_t *count)
{
	const struct story *s = o->story;
	int64_t *since_ms = calloc(o->seat_count + 1, sizeof *since_ms);
	struct lapse *list = calloc(s->seat_extent.count + 1, sizeof *list);
	const struct reservation **by_number =
	    calloc(HASH_COUNT(s->show->reservations) + 1, sizeof *by_number);
	bool is_done = since_ms && list && by_number;

	*count = 0;
	for (const struct reservation *r = s->show->reservations; is_done && r; r = r->hh.next)
		by_number[r->number] = r;
	for (size_t i = 0; is_done && i < s->change_extent.count; i++) {
		const struct story_change *c = &s->changes[i];

		if (c->moment.what != 'h' && c->moment.what != 'l')
			continue;
		for (uint32_t k = 0; k < c->seats.count; k++) {
			uint32_t seat = o->seat_at[s->seats[c->seats.at + k]];

			if (c->moment.what == 'h')
				since_ms[seat] = c->moment.at_ms;
			else
				list[(*count)++] = (struct lapse){
				    seat, h->session_of[c->moment.reservation],
				    by_number[c->moment.reservation]->until_ms - since_ms[seat]};
		}
	}
	if (is_done)
		qsort(list, *count, sizeof *list, compare_lapses);
	free(since_ms);
	free(by_number);
	if (is_done)
		return list;
	free(list);
	return NULL;
}

enum { CHAIN_ID, CHAIN_SEAT, CHAIN_LAPSES, CHAIN_SESSIONS, CHAIN_SECONDS };

static int compare_chains(const void *a, const void *b)
{
	return compare_rows(a, b, CHAIN_LAPSES, CHAIN_SECONDS, CHAIN_SEAT);
}

static bool list_chains(struct table *t, const struct holders *h, const struct outline *o)
{
	static const struct column columns[] = {
	    {"seat_id", COLUMN_TEXT},    {"seat", COLUMN_NUMBER},    {"lapses", COLUMN_NUMBER},
	    {"sessions", COLUMN_NUMBER}, {"seconds", COLUMN_NUMBER},
	};
	size_t count;
	struct lapse *list = list_lapses(h, o, &count);

	*t = TABLE_OF("chains", columns, sizeof columns / sizeof columns[0]);
	t->json_from = CHAIN_SEAT;
	for (size_t first = 0, end; list && first < count; first = end) {
		int64_t sessions = 0, held_ms = 0;
		union cell *row;

		for (end = first; end < count && list[end].seat == list[first].seat; end++) {
			sessions += end == first || list[end].session != list[end - 1].session;
			held_ms += list[end].held_ms;
		}
		row = end - first >= CHAIN_LAPSES_MIN ? table_add(t) : NULL;
		if (!row)
			continue;
		row[CHAIN_ID].text = o->seats[list[first].seat]->id;
		row[CHAIN_SEAT].number = list[first].seat;
		row[CHAIN_LAPSES].number = (int64_t)(end - first);
		row[CHAIN_SESSIONS].number = sessions;
		row[CHAIN_SECONDS].number = held_ms / MS_PER_S;
	}
	free(list);
	rank(t, compare_chains, CHAINS_TOLD_MAX);
	return list && !t->failed;
}

/* ---- channels ---- */

static bool came_by(const struct story_request *q, int channel)
{
	return q->is_asked && q->channel == channel;
}

static bool add_channel(struct table *t, const struct outline *o, const char *key, int channel)
{
	const struct story *s = o->story;
	struct waits waits;
	union cell *row = table_add(t);

	if (!row || !timeline_waits(s, came_by, channel, &waits))
		return false;
	row[0].text = text_of(key);
	if (channel >= 0)
		row[1].text = s->channels[channel];
	for (size_t i = 0; i < s->request_extent.count; i++) {
		const struct story_request *q = &s->requests[i];
		bool is_granted = outcome_is_accepted((enum outcome)q->outcome);

		if (!came_by(q, channel))
			continue;
		row[2].number++;
		row[3].number += is_granted;
		row[4].number += !is_granted;
	}
	row[5].number = waits.p50_ms;
	row[6].number = waits.p99_ms;
	row[7].number = waits.max_ms;
	if (channel == CHANNEL_WRONG && row[2].number == 0)
		table_cut(t, t->row_count - 1);
	return true;
}

static bool list_channels(struct table *t, const struct outline *o)
{
	static const struct column columns[] = {
	    {"key", COLUMN_TEXT},         {"channel", COLUMN_TEXT},    {"requests", COLUMN_NUMBER},
	    {"granted", COLUMN_NUMBER},   {"refused", COLUMN_NUMBER},  {"wait_p50", COLUMN_NUMBER},
	    {"wait_p99", COLUMN_NUMBER},  {"wait_max", COLUMN_NUMBER},
	};

	*t = TABLE_OF("keys", columns, sizeof columns / sizeof columns[0]);
	if (!add_channel(t, o, "none", CHANNEL_NONE))
		return false;
	for (size_t i = 0; i < o->story->channel_extent.count; i++)
		if (!add_channel(t, o, "known", (int)i))
			return false;
	return add_channel(t, o, "wrong", CHANNEL_WRONG);
}

bool holders_make(struct holders *h, const struct outline *o)
{
	struct had *list = NULL;
	bool is_done = number_sessions(h, o->story) && (list = count_sessions(h, o)) &&
	               list_holders(&h->holders, list, h->session_count) &&
	               list_most(&h->most, list, h->session_count) && list_chains(&h->chains, h, o) &&
	               list_channels(&h->channels, o);

	free(list);
	return is_done;
}

void holders_release(struct holders *h)
{
	free(h->session_of);
	table_release(&h->holders);
	table_release(&h->most);
	table_release(&h->chains);
	table_release(&h->channels);
}
