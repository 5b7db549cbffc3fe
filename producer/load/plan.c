#include "producer/load/plan.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/partitioner.h"

#define PLACING_TRIES_MAX 10000000 /* numbers looked at for show ids */

typedef char show_name[SHOW_ID_BYTES_MAX + 1];

struct load_plan {
	struct load_settings settings;
	uint64_t random;
	show_name *show_ids;
	double *show_shares, *seat_shares; /* running sums up to 1; NULL: all alike */
	uint32_t *cursors;                 /* by show: the next seat, where they are taken in order */
	uint64_t made;                     /* requests so far that were no repetitions */
};

/* A Weyl sequence, each of its numbers stirred (SplitMix64). */
uint64_t load_random(uint64_t *state)
{
	uint64_t n = *state += UINT64_C(0x9e3779b97f4a7c15);

	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

static uint32_t below(uint64_t *state, uint32_t count)
{
	return (uint32_t)(load_random(state) % count);
}

static bool read_number(const char **text, uint32_t max, uint32_t *number)
{
	char *end;
	unsigned long n;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	n = strtoul(*text, &end, 10);
	if (errno || n > max)
		return false;
	*number = (uint32_t)n;
	*text = end;
	return true;
}

bool load_read_range(const char *text, uint32_t *min, uint32_t *max)
{
	if (!read_number(&text, RESERVE_SEATS_MAX, min))
		return false;
	*max = *min;
	if (*text == '-' && (text++, !read_number(&text, RESERVE_SEATS_MAX, max)))
		return false;
	return !*text && *min >= 1 && *min <= *max;
}

bool load_read_skew(const char *text, double *skew)
{
	char *end;

	*skew = 0;
	if (!strcmp(text, "uniform"))
		return true;
	if (*text < '0' || *text > '9')
		return false;
	*skew = strtod(text, &end);
	return !*end && *skew <= LOAD_SKEW_MAX;
}

bool load_read_mix(const char *text, struct load_mix *mix)
{
	const struct {
		const char *name;
		uint32_t *weight;
	} kinds[] = {
	    {"reserve:", &mix->reserve}, {"best:", &mix->best},       {"area:", &mix->area},
	    {"change:", &mix->change},   {"confirm:", &mix->confirm}, {"release:", &mix->release}};
	const size_t count = sizeof kinds / sizeof kinds[0];

	*mix = (struct load_mix){0};
	for (;;) {
		size_t i = 0;

		while (i < count && strncmp(text, kinds[i].name, strlen(kinds[i].name)) != 0)
			i++;
		if (i == count)
			return false;
		text += strlen(kinds[i].name);
		if (!read_number(&text, 1000000, kinds[i].weight))
			return false;
		if (!*text)
			return true;
		if (*text++ != ',')
			return false;
		text += strspn(text, " ");
	}
}

uint64_t load_mix_reserves(const struct load_mix *mix)
{
	return (uint64_t)mix->reserve + mix->best + mix->area;
}

/* Zipf's law: the n-th of them weighs 1 / n^skew. */
static enum rc make_shares(double **shares, uint32_t count, double skew, struct err *e)
{
	double sum = 0;

	if (skew <= 0)
		return RC_OK;
	*shares = malloc(count * sizeof(double));
	if (!*shares)
		return err_out_of_memory(e);
	for (uint32_t i = 0; i < count; i++)
		(*shares)[i] = sum += pow((double)i + 1, -skew);
	for (uint32_t i = 0; i < count; i++)
		(*shares)[i] /= sum;
	return RC_OK;
}

static uint32_t choose(uint64_t *state, const double *shares, uint32_t count)
{
	double at = (double)(load_random(state) >> 11) * 0x1p-53;
	uint32_t low = 0, high = count - 1;

	if (!shares)
		return below(state, count);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (shares[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Number the shows so that they fall where they shall. */
static enum rc name_shows(struct load_plan *plan, struct err *e)
{
	const struct load_settings *s = &plan->settings;
	int32_t only = -1;
	uint32_t number = 0;

	for (uint32_t show = 0; show < s->shows;) {
		char *id = plan->show_ids[show];
		int bytes = snprintf(id, sizeof(show_name), "%s-%u", s->show_prefix, ++number);
		int32_t partition;

		if (!id_is_well_formed(text_of(id), SHOW_ID_BYTES_MAX) || bytes > SHOW_ID_BYTES_MAX)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --show-prefix must be some of "
			               "A-Z a-z 0-9 . _ : / -, and short enough for a show_id of %d",
			               SHOW_ID_BYTES_MAX);
		partition = partition_of_key(id, (size_t)bytes, s->partition_count);
		if (only < 0)
			only = partition;
		if (number > PLACING_TRIES_MAX)
			return err_set(e, RC_FATAL, FROM_PROGRAM, "no show_id found for partition %d",
			               (int)(show % (uint32_t)s->partition_count));
		show += s->placement == PLACE_BY_HASH ||
		        (s->placement == PLACE_ON_ONE && partition == only) ||
		        (s->placement == PLACE_EVENLY &&
		         partition == (int32_t)(show % (uint32_t)s->partition_count));
	}
	return RC_OK;
}

/* What a request asks for that was to be of a granted reservation, where there is none. */
static enum load_wish wish_of(const struct load_settings *s)
{
	if (s->is_best || (!s->mix.reserve && s->mix.best))
		return WISH_BEST;
	return !s->mix.reserve && s->mix.area ? WISH_AREA : WISH_SEATS;
}

/* Seats that a reserve takes in the plan; where holds are changed, a free one for that among them. */
static uint32_t span_of(const struct load_settings *s, uint32_t seat_count)
{
	return seat_count + (s->mix.change > 0);
}

static uint32_t span_max(const struct load_settings *s)
{
	return s->mix.reserve || wish_of(s) != WISH_AREA ? span_of(s, s->seats_max) : 1;
}

enum rc load_plan_open(struct load_plan **out, const struct load_settings *settings,
                       struct err *e)
{
	struct load_plan *plan = calloc(1, sizeof *plan);
	enum rc rc;

	if (!plan)
		return err_out_of_memory(e);
	plan->settings = *settings;
	plan->random = settings->seed;
	plan->show_ids = calloc(settings->shows, sizeof plan->show_ids[0]);
	plan->cursors = calloc(settings->shows, sizeof plan->cursors[0]);
	rc = plan->show_ids && plan->cursors ? RC_OK : err_out_of_memory(e);
	if (!rc && span_max(settings) > settings->seats)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "command line: --seats-per-request must not be above --seats-per-show%s",
		             settings->mix.change ? ", less one with changes" : "");
	if (!rc)
		rc = name_shows(plan, e);
	if (!rc)
		rc = make_shares(&plan->show_shares, settings->shows, settings->skew, e);
	if (!rc)
		rc = make_shares(&plan->seat_shares, settings->seats, settings->skew, e);
	if (rc) {
		load_plan_close(plan);
		return rc;
	}
	*out = plan;
	return RC_OK;
}

void load_plan_close(struct load_plan *plan)
{
	if (!plan)
		return;
	free(plan->show_ids);
	free(plan->cursors);
	free(plan->show_shares);
	free(plan->seat_shares);
	free(plan);
}

const char *load_plan_show_id(const struct load_plan *plan, uint32_t show)
{
	return plan->show_ids[show];
}

void load_seat_id(uint32_t seat, char text[LOAD_SEAT_ID_BYTES])
{
	snprintf(text, LOAD_SEAT_ID_BYTES, "seat-%u", seat + 1);
}

struct place load_place(uint32_t seat, uint32_t row_seats, struct load_place_texts *texts)
{
	uint32_t row = seat / row_seats, pos = seat % row_seats + 1;
	/* Twice the distance from the middle of the row, so that it is whole. */
	uint32_t aside = 2 * pos > row_seats ? 2 * pos - row_seats - 1 : row_seats + 1 - 2 * pos;
	uint32_t rank = 1 + 4 * row + aside;

	snprintf(texts->section, sizeof texts->section, "section-%u", row / LOAD_SECTION_ROWS + 1);
	snprintf(texts->row, sizeof texts->row, "%u", row % LOAD_SECTION_ROWS + 1);
	return (struct place){
	    .section = text_of(texts->section),
	    .row = text_of(texts->row),
	    .pos = (int32_t)pos,
	    .rank = (int32_t)(rank < PLACE_RANK_DEFAULT ? rank : PLACE_RANK_DEFAULT),
	};
}

/* The next seats of the chosen show, or of the next one that has enough; then all begin again. */
static void take_in_order(struct load_plan *plan, struct load_step *step)
{
	const struct load_settings *s = &plan->settings;
	uint32_t span = span_of(s, step->seat_count);

	for (uint32_t tried = 0; tried < s->shows; tried++) {
		uint32_t *cursor = &plan->cursors[step->show];

		if (s->seats - *cursor >= span) {
			step->first_seat = *cursor;
			*cursor += span;
			return;
		}
		step->show = (step->show + 1) % s->shows;
	}
	memset(plan->cursors, 0, s->shows * sizeof plan->cursors[0]);
	step->first_seat = 0;
	plan->cursors[step->show] = span;
}

static void choose_seats(struct load_plan *plan, struct load_step *step)
{
	const struct load_settings *s = &plan->settings;

	step->show = choose(&plan->random, plan->show_shares, s->shows);
	step->seat_count = s->seats_min + below(&plan->random, s->seats_max - s->seats_min + 1);
	if (step->wish != WISH_SEATS)
		return;
	if (s->is_in_order) {
		take_in_order(plan, step);
		return;
	}
	step->first_seat =
	    choose(&plan->random, plan->seat_shares, s->seats - span_of(s, step->seat_count) + 1);
}

/* What is drawn of all that a mix may weigh. */
static void choose_type(struct load_plan *plan, struct load_step *step)
{
	const struct load_settings *s = &plan->settings;
	const struct load_mix *mix = &s->mix;
	const struct {
		uint32_t weight;
		enum request_type type;
		enum load_wish wish;
	} kinds[] = {
	    {mix->reserve, REQUEST_RESERVE, s->is_best ? WISH_BEST : WISH_SEATS},
	    {mix->confirm, REQUEST_CONFIRM, wish_of(s)},
	    {mix->release, REQUEST_RELEASE, wish_of(s)},
	    {mix->best, REQUEST_RESERVE, WISH_BEST},
	    {mix->area, REQUEST_RESERVE, WISH_AREA},
	    {mix->change, REQUEST_CHANGE_HOLD, wish_of(s)},
	};
	uint32_t sum = 0, at;
	size_t i = 0;

	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
		sum += kinds[k].weight;
	at = below(&plan->random, sum);
	for (; at >= kinds[i].weight; i++)
		at -= kinds[i].weight;
	step->type = plan->made < s->holds ? REQUEST_RESERVE : kinds[i].type;
	step->wish = kinds[i].wish;
}

void load_plan_next(struct load_plan *plan, struct load_step *step)
{
	*step = (struct load_step){0};
	if (plan->made && below(&plan->random, 100) < plan->settings.duplicates_percent) {
		uint32_t recent = plan->made < LOAD_RECENT ? (uint32_t)plan->made : LOAD_RECENT;

		step->is_again = true;
		step->back = 1 + below(&plan->random, recent);
		return;
	}
	choose_type(plan, step);
	plan->made++;
	step->draw = load_random(&plan->random);
	choose_seats(plan, step);
	if (plan->settings.customers)
		step->customer = below(&plan->random, plan->settings.customers);
}
