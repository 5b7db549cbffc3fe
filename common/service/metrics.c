#include "common/service/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>

static const char *const kind_names[] = {"counter", "gauge", "histogram"};

static const char *build_labels = "";
static const struct metrics_row *rows;
static unsigned row_count;

/* Row m has the cells from first[m] up to first[m + 1]. A histogram: its buckets, then its sum. */
static unsigned first[METRICS_MAX + 1];
static atomic_ullong cells[METRICS_CELLS_MAX];

static unsigned bucket_count(const struct metrics_bounds *bounds)
{
	unsigned count = 0;

	while (bounds->list[count])
		count++;
	return count + 1; /* the last has no bound */
}

static unsigned cell_count(const struct metrics_samples *samples)
{
	if (samples->bounds)
		return bucket_count(samples->bounds) + 1;
	return samples->cell_count ? samples->cell_count : 1;
}

void metrics_open(const char *labels, const struct metrics_row *list, size_t count)
{
	assert(count <= METRICS_MAX);
	build_labels = labels;
	rows = list;
	row_count = (unsigned)count;
	for (unsigned m = 0; m < row_count; m++)
		first[m + 1] = first[m] + cell_count(rows[m].samples);
	assert(first[row_count] <= METRICS_CELLS_MAX);
}

void metrics_close(void)
{
	for (unsigned i = 0; i < first[row_count]; i++)
		atomic_store(&cells[i], 0);
	row_count = 0;
}

/* NULL: nothing is counted. */
static atomic_ullong *find(unsigned metric, unsigned cell)
{
	if (row_count == 0)
		return NULL;
	assert(metric < row_count && first[metric] + cell < first[metric + 1]);
	return &cells[first[metric] + cell];
}

void metrics_add(unsigned metric, unsigned cell, uint64_t n)
{
	atomic_ullong *counted = find(metric, cell);

	if (counted)
		atomic_fetch_add_explicit(counted, n, memory_order_relaxed);
}

uint64_t metrics_count(unsigned metric, unsigned cell)
{
	atomic_ullong *counted = find(metric, cell);

	return counted ? atomic_load_explicit(counted, memory_order_relaxed) : 0;
}

/* ---- histograms ---- */

void metrics_observe(unsigned metric, int64_t value)
{
	const struct metrics_bounds *bounds;
	unsigned bucket = 0, count;

	if (row_count == 0)
		return;
	bounds = rows[metric].samples->bounds;
	count = bucket_count(bounds);
	if (value < 0)
		value = 0;
	while (bucket + 1 < count && value > bounds->list[bucket])
		bucket++;
	metrics_add(metric, bucket, 1);
	metrics_add(metric, count, (uint64_t)value);
}

uint64_t metrics_observed(unsigned metric, uint64_t *sum)
{
	unsigned buckets = row_count ? bucket_count(rows[metric].samples->bounds) : 0;
	uint64_t count = 0;

	for (unsigned i = 0; i < buckets; i++)
		count += metrics_count(metric, i);
	if (sum)
		*sum = metrics_count(metric, buckets);
	return count;
}

/* A whole number of `unit`s or a decimal fraction, without zeros at its end. */
static void print_in_units(struct buf *text, uint64_t value, int64_t unit)
{
	uint64_t rest = value % (uint64_t)unit;

	buf_print(text, "%" PRIu64, value / (uint64_t)unit);
	if (rest)
		buf_add_string(text, ".");
	for (uint64_t digit = (uint64_t)unit / 10; rest; digit /= 10) {
		buf_print(text, "%c", (char)('0' + rest / digit));
		rest %= digit;
	}
}

static void print_histogram(struct buf *text, unsigned metric)
{
	const char *name = rows[metric].name;
	const struct metrics_bounds *bounds = rows[metric].samples->bounds;
	unsigned last = bucket_count(bounds) - 1;
	uint64_t count = 0;

	for (unsigned i = 0; i < last; i++) {
		count += metrics_count(metric, i);
		buf_print(text, "%s_bucket{le=\"", name);
		print_in_units(text, (uint64_t)bounds->list[i], bounds->unit);
		buf_print(text, "\"} %" PRIu64 "\n", count);
	}
	count += metrics_count(metric, last);
	buf_print(text, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum ", name, count, name);
	print_in_units(text, metrics_count(metric, last + 1), bounds->unit);
	buf_print(text, "\n%s_count %" PRIu64 "\n", name, count);
}

/* ---- the page ---- */

static void print_build_info(struct buf *text, const char *name)
{
	buf_print(text, "%s{%s} 1\n", name, build_labels);
}

static const struct metrics_samples build_info = {.print = print_build_info};

static const struct metrics_row rows_of_all[] = {
#define METRIC(symbol, kind, samples, name, help) {METRICS_##kind, name, help, &samples},
#include "common/service/metrics.def"
#undef METRIC
};

static void print_head(struct buf *text, const struct metrics_row *row)
{
	buf_print(text, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name,
	          kind_names[row->kind]);
}

static void print_samples(struct buf *text, unsigned metric)
{
	const struct metrics_row *row = &rows[metric];
	const struct metrics_samples *samples = row->samples;

	if (samples->print)
		samples->print(text, row->name);
	else if (samples->bounds)
		print_histogram(text, metric);
	else if (!samples->label)
		buf_print(text, "%s %" PRIu64 "\n", row->name, metrics_count(metric, 0));
	else
		for (unsigned i = 0; i < samples->cell_count; i++)
			buf_print(text, "%s{%s=\"%s\"} %" PRIu64 "\n", row->name, samples->label,
			          samples->values[i], metrics_count(metric, i));
}

void metrics_print(struct buf *text)
{
	for (size_t i = 0; i < sizeof rows_of_all / sizeof rows_of_all[0]; i++) {
		print_head(text, &rows_of_all[i]);
		rows_of_all[i].samples->print(text, rows_of_all[i].name);
	}
	for (unsigned m = 0; m < row_count; m++) {
		print_head(text, &rows[m]);
		print_samples(text, m);
	}
}
