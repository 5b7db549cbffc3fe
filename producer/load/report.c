#include "producer/load/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/json.h"

#define US_PER_S 1e6
#define US_PER_MS 1e3
#define BAR_COLUMNS 50

static const struct {
	const char *name; /* in JSON */
	double percent;
} percentiles[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99_9", 99.9}, {"max", 100}};

#define PERCENTILES (sizeof percentiles / sizeof percentiles[0])

static double seconds_between(int64_t from_us, int64_t to_us)
{
	return to_us > from_us ? (double)(to_us - from_us) / US_PER_S : 0;
}

static double per_second(uint64_t count, double seconds)
{
	return seconds > 0 ? (double)count / seconds : 0;
}

static void print_latencies(const char *name, const struct histogram *h)
{
	if (!h->count)
		return;
	printf("%-18s", name);
	for (size_t i = 0; i < PERCENTILES; i++)
		printf(" %9.1f", (double)histogram_percentile(h, percentiles[i].percent) / US_PER_MS);
	printf(" %9.1f %10" PRIu64 "\n", histogram_mean(h) / US_PER_MS, h->count);
}

/* A bar for each doubling, from a millisecond on. */
static void print_bars(const struct histogram *h)
{
	uint64_t in_bar = 0;
	double limit_ms = 1;
	int bucket = 0;

	for (uint64_t shown = 0; shown < h->count; limit_ms *= 2, in_bar = 0) {
		int columns;

		while (bucket < HISTOGRAM_BUCKETS &&
		       (double)histogram_bucket_max(bucket) <= limit_ms * US_PER_MS)
			in_bar += h->counts[bucket++];
		shown += in_bar;
		if (!shown)
			continue;
		columns = (int)((double)in_bar * BAR_COLUMNS / (double)h->count + 0.5);
		printf("up to %8.0f ms %10" PRIu64 " %.*s\n", limit_ms, in_bar, columns,
		       "##################################################");
	}
}

void load_report_print(const struct load_report *r)
{
	double sending_s = seconds_between(r->start_us, r->last_sent_us);
	double answering_s = seconds_between(r->start_us, r->last_answered_us);

	printf("sent        %10" PRIu64 "  in %.3f s, %.1f a second", r->sent, sending_s,
	       per_second(r->sent, sending_s));
	if (r->rate_asked > 0)
		printf(" (asked: %.1f; at worst %.1f ms behind)", r->rate_asked,
		       (double)r->behind_us / US_PER_MS);
	printf("\n%s  %10" PRIu64 "  in %.3f s, %.1f a second\n",
	       r->is_awaiting ? "answered  " : "delivered ", r->answered, answering_s,
	       per_second(r->answered, answering_s));
	if (r->sent_again)
		printf("sent again  %10" PRIu64 "  of these, with the same id\n", r->sent_again);
	if (r->unanswered)
		printf("unanswered  %10" PRIu64 "\n", r->unanswered);
	if (r->undelivered)
		printf("undelivered %10" PRIu64 "\n", r->undelivered);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (r->outcomes[i])
			printf("%3d %-22s %10" PRIu64 "\n", outcome_code((enum outcome)i),
			       outcome_reason((enum outcome)i), r->outcomes[i]);
	if (!r->due_to_reply.count)
		return;
	printf("\n%-18s %9s %9s %9s %9s %9s %9s %10s\n", "latency, ms", "p50", "p90", "p99", "p99.9",
	       "max", "mean", "count");
	print_latencies("due to reply", &r->due_to_reply);
	print_latencies("append to reply", &r->append_to_reply);
	printf("\ndue to reply\n");
	print_bars(&r->due_to_reply);
}

static void write_latencies(struct json *j, const char *key, const struct histogram *h)
{
	json_open_object(j, key);
	json_write_integer(j, "count", (int64_t)h->count);
	for (size_t i = 0; i < PERCENTILES; i++)
		json_write_real(j, percentiles[i].name,
		                (double)histogram_percentile(h, percentiles[i].percent) / US_PER_MS, 3);
	json_write_real(j, "mean", histogram_mean(h) / US_PER_MS, 3);
	json_open_array(j, "buckets");
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!h->counts[i])
			continue;
		json_open_array(j, NULL);
		json_write_real(j, NULL, (double)histogram_bucket_max(i) / US_PER_MS, 3);
		json_write_integer(j, NULL, (int64_t)h->counts[i]);
		json_close_array(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void write_counts(struct json *j, const struct load_report *r)
{
	double sending_s = seconds_between(r->start_us, r->last_sent_us);
	double answering_s = seconds_between(r->start_us, r->last_answered_us);

	json_write_integer(j, "sent", (int64_t)r->sent);
	json_write_integer(j, "sent_again", (int64_t)r->sent_again);
	json_write_integer(j, "answered", (int64_t)r->answered);
	json_write_integer(j, "unanswered", (int64_t)r->unanswered);
	json_write_integer(j, "undelivered", (int64_t)r->undelivered);
	json_write_real(j, "rate_asked", r->rate_asked, 1);
	json_write_real(j, "rate_sent", per_second(r->sent, sending_s), 1);
	json_write_real(j, "rate_answered", per_second(r->answered, answering_s), 1);
	json_write_real(j, "sending_s", sending_s, 3);
	json_write_real(j, "answering_s", answering_s, 3);
	json_write_real(j, "behind_ms", (double)r->behind_us / US_PER_MS, 3);
	json_open_array(j, "outcomes");
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		if (!r->outcomes[i])
			continue;
		json_open_object(j, NULL);
		json_write_integer(j, "code", outcome_code((enum outcome)i));
		json_write_string(j, "reason", outcome_reason((enum outcome)i));
		json_write_integer(j, "count", (int64_t)r->outcomes[i]);
		json_close_object(j);
	}
	json_close_array(j);
}

bool load_report_print_json(const struct load_report *r)
{
	struct buf b = {0};
	struct json j = {.to = &b};
	bool is_whole;

	json_open_object(&j, NULL);
	write_counts(&j, r);
	json_open_object(&j, "latency_ms");
	write_latencies(&j, "due_to_reply", &r->due_to_reply);
	write_latencies(&j, "append_to_reply", &r->append_to_reply);
	json_close_object(&j);
	json_close_object(&j);
	buf_add_string(&b, "\n");
	json_print(&j, stdout);
	is_whole = !b.failed;
	buf_release(&b);
	return is_whole;
}
