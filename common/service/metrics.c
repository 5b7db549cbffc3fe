#include "common/service/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/kafka/conf.h"

enum kind { COUNTER, GAUGE, HISTOGRAM };
enum owner { WORKER, EVERY };

static const struct {
	enum owner owner;
	enum kind kind;
	const char *name, *help;
} rows[METRIC_COUNT] = {
#define METRIC(symbol, owner, kind, name, help) {owner, kind, name, help},
#include "common/service/metrics.def"
#undef METRIC
};

static const char *const kind_names[] = {"counter", "gauge", "histogram"};
static const char *const rebuild_names[REBUILT_COUNT] = {"not_committed", "transport_error"};
static const char *const fence_names[FENCED_COUNT] = {"database", "kafka"};
static const char *const offset_names[OFFSET_KINDS] = {"decided", "replied", "end"};

/* Upper bounds of a histogram's buckets, ascending; one without bound follows. */
#define BOUNDS_MAX 16
#define MS 1000
#define S 1000000

struct bounds {
	int64_t unit; /* what makes 1 of the name's unit */
	int64_t list[BOUNDS_MAX];
};

static const struct bounds times = {
    S, {1 * MS, 2500, 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 500 * MS, 1 * S,
        2500 * MS, 5 * S, 10 * S, 30 * S, 60 * S}};
static const struct bounds long_times = {
    S, {50 * MS, 100 * MS, 250 * MS, 500 * MS, 1 * S, 2500 * MS, 5 * S, 10 * S, 30 * S, 60 * S,
        300 * S, 900 * S, INT64_C(3600) * S}};
static const struct bounds sizes = {
    1, {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}};

static const struct bounds *const bounds_of[METRIC_COUNT] = {
    [METRIC_DECISION_SECONDS] = &times,       [METRIC_BATCH_SIZE] = &sizes,
    [METRIC_DB_TRANSACTION_SECONDS] = &times, [METRIC_KAFKA_TRANSACTION_SECONDS] = &times,
    [METRIC_EXPIRY_LATENESS_SECONDS] = &long_times,
};

/*
 * Which types are answered so: these pairs are there from the start, with 0, since a rate does not
 * see the first step of a counter that appears. Any other pair appears when it is counted.
 */
#define OF(type) (1u << REQUEST_##type)
#define SESSIONS (OF(RELEASE) | OF(EXTEND) | OF(CONFIRM))
#define RESERVATIONS (SESSIONS | OF(CANCEL) | OF(EXPIRE))
#define CLAIMING (OF(CREATE_SHOW) | OF(ADD_SEATS) | OF(RESERVE) | SESSIONS | OF(CANCEL))

static const unsigned types_of[OUTCOME_COUNT] = {
    [OUTCOME_INVALID_REQUEST] = OF(NONE) | CLAIMING | OF(EXPIRE),
    [OUTCOME_WRONG_PARTITION] = OF(NONE) | CLAIMING | OF(EXPIRE),
    [OUTCOME_IDEMPOTENCY_MISMATCH] = CLAIMING,
    [OUTCOME_SHOW_CREATED] = OF(CREATE_SHOW),
    [OUTCOME_SHOW_EXISTS] = OF(CREATE_SHOW),
    [OUTCOME_SEATS_ADDED] = OF(ADD_SEATS),
    [OUTCOME_UNKNOWN_SHOW] = OF(ADD_SEATS) | OF(RESERVE) | OF(EXTEND) | OF(CANCEL),
    [OUTCOME_WRONG_OWNER] = OF(ADD_SEATS) | OF(CANCEL),
    [OUTCOME_SEAT_EXISTS] = OF(ADD_SEATS),
    [OUTCOME_TOO_MANY_SEATS] = OF(RESERVE),
    [OUTCOME_HOLD_TOO_LONG] = OF(RESERVE) | OF(EXTEND),
    [OUTCOME_UNKNOWN_SEAT] = OF(RESERVE),
    [OUTCOME_ALREADY_RESERVED] = OF(RESERVE),
    [OUTCOME_SEATS_TAKEN] = OF(RESERVE),
    [OUTCOME_RESERVED] = OF(RESERVE),
    [OUTCOME_UNKNOWN_RESERVATION] = RESERVATIONS,
    [OUTCOME_WRONG_SESSION] = SESSIONS,
    [OUTCOME_CONFIRMED_BEFORE] = OF(RELEASE) | OF(EXTEND),
    [OUTCOME_NOTHING_HELD] = OF(RELEASE) | OF(EXPIRE),
    [OUTCOME_RELEASED] = OF(RELEASE),
    [OUTCOME_HOLD_RELEASED] = OF(EXTEND) | OF(CONFIRM),
    [OUTCOME_HOLD_EXPIRED] = OF(EXTEND) | OF(CONFIRM),
    [OUTCOME_EXTENDED] = OF(EXTEND),
    [OUTCOME_ALREADY_CONFIRMED] = OF(CONFIRM),
    [OUTCOME_CONFIRMED] = OF(CONFIRM),
    [OUTCOME_CANCELLED] = OF(CANCEL),
    [OUTCOME_NOT_CONFIRMED] = OF(CANCEL),
    [OUTCOME_EXPIRED] = OF(EXPIRE),
    [OUTCOME_NOT_DUE] = OF(EXPIRE),
};

#define CELLS_MAX ((unsigned)REQUEST_TYPE_COUNT * OUTCOME_COUNT)
#define SUM_CELL (BOUNDS_MAX + 1) /* of a histogram; the buckets are the cells before it */

struct partition {
	atomic_llong offsets[OFFSET_KINDS]; /* -1: not known */
	atomic_int halted;                  /* -1: no gauges */
};

static const char *program_name = "";
static bool is_worker;
static atomic_ullong cells[METRIC_COUNT][CELLS_MAX];
static _Atomic(struct partition *) partitions;
static int32_t partition_count;

void metrics_open(const char *program, bool has_lanes)
{
	program_name = program;
	is_worker = has_lanes;
}

void metrics_add(enum metric m, unsigned cell, uint64_t n)
{
	atomic_fetch_add_explicit(&cells[m][cell], n, memory_order_relaxed);
}

uint64_t metrics_count(enum metric m, unsigned cell)
{
	return atomic_load_explicit(&cells[m][cell], memory_order_relaxed);
}

/* ---- histograms ---- */

static unsigned bucket_count(const struct bounds *bounds)
{
	unsigned count = 0;

	while (count < BOUNDS_MAX && bounds->list[count])
		count++;
	return count;
}

void metrics_observe(enum metric m, int64_t value)
{
	const struct bounds *bounds = bounds_of[m];
	unsigned bucket = 0, last = bucket_count(bounds);

	if (value < 0)
		value = 0;
	while (bucket < last && value > bounds->list[bucket])
		bucket++;
	metrics_add(m, bucket, 1);
	metrics_add(m, SUM_CELL, (uint64_t)value);
}

uint64_t metrics_observed(enum metric m, uint64_t *sum)
{
	uint64_t count = 0;

	for (unsigned i = 0; i <= bucket_count(bounds_of[m]); i++)
		count += metrics_count(m, i);
	if (sum)
		*sum = metrics_count(m, SUM_CELL);
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

static void print_histogram(struct buf *text, enum metric m)
{
	const struct bounds *bounds = bounds_of[m];
	unsigned last = bucket_count(bounds);
	uint64_t count = 0;

	for (unsigned i = 0; i < last; i++) {
		count += metrics_count(m, i);
		buf_print(text, "%s_bucket{le=\"", rows[m].name);
		print_in_units(text, (uint64_t)bounds->list[i], bounds->unit);
		buf_print(text, "\"} %" PRIu64 "\n", count);
	}
	count += metrics_count(m, last);
	buf_print(text, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum ", rows[m].name, count,
	          rows[m].name);
	print_in_units(text, metrics_count(m, SUM_CELL), bounds->unit);
	buf_print(text, "\n%s_count %" PRIu64 "\n", rows[m].name, count);
}

/* ---- partitions ---- */

enum rc metrics_open_partitions(int32_t count, struct err *e)
{
	struct partition *opened = calloc((size_t)count, sizeof *opened);

	if (!opened)
		return err_out_of_memory(e);
	for (int32_t i = 0; i < count; i++) {
		for (int kind = 0; kind < OFFSET_KINDS; kind++)
			atomic_init(&opened[i].offsets[kind], -1);
		atomic_init(&opened[i].halted, -1);
	}
	partition_count = count;
	atomic_store(&partitions, opened);
	return RC_OK;
}

static struct partition *find(int32_t partition)
{
	struct partition *list = atomic_load(&partitions);

	return list && partition >= 0 && partition < partition_count ? &list[partition] : NULL;
}

void metrics_set_offset(int32_t partition, enum metric_offset kind, int64_t offset)
{
	struct partition *p = find(partition);

	if (p)
		atomic_store_explicit(&p->offsets[kind], offset, memory_order_relaxed);
}

void metrics_set_halted(int32_t partition, bool is_halted)
{
	struct partition *p = find(partition);

	if (p)
		atomic_store(&p->halted, is_halted);
}

void metrics_forget_partition(int32_t partition)
{
	struct partition *p = find(partition);

	if (!p)
		return;
	atomic_store(&p->halted, -1);
	for (int kind = 0; kind < OFFSET_KINDS; kind++)
		metrics_set_offset(partition, (enum metric_offset)kind, -1);
}

int64_t metrics_lag(void)
{
	int64_t lag = 0;

	for (int32_t i = 0; find(i); i++) {
		struct partition *p = find(i);
		int64_t replied = atomic_load(&p->offsets[OFFSET_REPLIED]);
		int64_t end = atomic_load(&p->offsets[OFFSET_END]);

		if (atomic_load(&p->halted) >= 0 && replied >= 0 && end > replied)
			lag += end - replied;
	}
	return lag;
}

static void print_offsets(struct buf *text)
{
	for (int32_t i = 0; find(i); i++)
		for (int kind = 0; kind < OFFSET_KINDS; kind++) {
			long long offset = atomic_load(&find(i)->offsets[kind]);

			if (offset >= 0 && atomic_load(&find(i)->halted) >= 0)
				buf_print(text, "%s{partition=\"%d\",kind=\"%s\"} %lld\n",
				          rows[METRIC_PARTITION_OFFSET].name, (int)i, offset_names[kind], offset);
		}
}

static void print_halted(struct buf *text)
{
	for (int32_t i = 0; find(i); i++) {
		int halted = atomic_load(&find(i)->halted);

		if (halted >= 0)
			buf_print(text, "%s{partition=\"%d\"} %d\n", rows[METRIC_PARTITION_HALTED].name, (int)i,
			          halted);
	}
}

/* ---- counters ---- */

/* Outcomes of one reason and several codes are one series. */
static void print_reason(struct buf *text, enum request_type type, enum outcome first)
{
	const char *reason = outcome_reason(first), *name = request_type_name(type);
	bool is_expected = false;
	uint64_t count = 0;

	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (strcmp(outcome_reason((enum outcome)o), reason) != 0)
			continue;
		if (o < (int)first)
			return;
		is_expected |= (types_of[o] >> type & 1) != 0;
		count += metrics_count(METRIC_DECISIONS, METRIC_DECISION_CELL(type, o));
	}
	if (count || is_expected)
		buf_print(text, "%s{type=\"%s\",reason=\"%s\"} %" PRIu64 "\n", rows[METRIC_DECISIONS].name,
		          name ? name : "none", reason, count);
}

static void print_decisions(struct buf *text)
{
	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (int o = 0; o < OUTCOME_COUNT; o++)
			print_reason(text, (enum request_type)type, (enum outcome)o);
}

static void print_list(struct buf *text, enum metric m, const char *label,
                       const char *const *values, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buf_print(text, "%s{%s=\"%s\"} %" PRIu64 "\n", rows[m].name, label, values[i],
		          metrics_count(m, i));
}

static void print_samples(struct buf *text, enum metric m)
{
	switch (m) {
	case METRIC_BUILD_INFO:
		buf_print(text, "%s{program=\"%s\",version=\"%s\",librdkafka=\"%s\"} 1\n", rows[m].name,
		          program_name, HOLDFAST_VERSION, kafka_version());
		break;
	case METRIC_DECISIONS:
		print_decisions(text);
		break;
	case METRIC_PRODUCER_REBUILDS:
		print_list(text, m, "reason", rebuild_names, REBUILT_COUNT);
		break;
	case METRIC_FENCED:
		print_list(text, m, "by", fence_names, FENCED_COUNT);
		break;
	case METRIC_PARTITION_OFFSET:
		print_offsets(text);
		break;
	case METRIC_PARTITION_HALTED:
		print_halted(text);
		break;
	default:
		if (rows[m].kind == HISTOGRAM)
			print_histogram(text, m);
		else
			buf_print(text, "%s %" PRIu64 "\n", rows[m].name, metrics_count(m, 0));
	}
}

void metrics_print(struct buf *text)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (rows[m].owner == WORKER && !is_worker)
			continue;
		buf_print(text, "# HELP %s %s\n# TYPE %s %s\n", rows[m].name, rows[m].help, rows[m].name,
		          kind_names[rows[m].kind]);
		print_samples(text, (enum metric)m);
	}
}

void metrics_close(void)
{
	free(atomic_exchange(&partitions, NULL));
	partition_count = 0;
	for (int m = 0; m < METRIC_COUNT; m++)
		for (unsigned i = 0; i < CELLS_MAX; i++)
			atomic_store(&cells[m][i], 0);
}
