#include "producer/load/report.h"

#include <inttypes.h>
#include <stdio.h>

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

static void print_json_latencies(const char *name, const struct histogram *h)
{
	const char *between = "";

	printf("\"%s\":{\"count\":%" PRIu64, name, h->count);
	for (size_t i = 0; i < PERCENTILES; i++)
		printf(",\"%s\":%.3f", percentiles[i].name,
		       (double)histogram_percentile(h, percentiles[i].percent) / US_PER_MS);
	printf(",\"mean\":%.3f,\"buckets\":[", histogram_mean(h) / US_PER_MS);
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!h->counts[i])
			continue;
		printf("%s[%.3f,%" PRIu64 "]", between, (double)histogram_bucket_max(i) / US_PER_MS,
		       h->counts[i]);
		between = ",";
	}
	printf("]}");
}

void load_report_print_json(const struct load_report *r)
{
	double sending_s = seconds_between(r->start_us, r->last_sent_us);
	double answering_s = seconds_between(r->start_us, r->last_answered_us);
	const char *between = "";

	printf("{\"sent\":%" PRIu64 ",\"sent_again\":%" PRIu64 ",\"answered\":%" PRIu64
	       ",\"unanswered\":%" PRIu64 ",\"undelivered\":%" PRIu64,
	       r->sent, r->sent_again, r->answered, r->unanswered, r->undelivered);
	printf(",\"rate_asked\":%.1f,\"rate_sent\":%.1f,\"rate_answered\":%.1f,\"sending_s\":%.3f,"
	       "\"answering_s\":%.3f,\"behind_ms\":%.3f",
	       r->rate_asked, per_second(r->sent, sending_s), per_second(r->answered, answering_s),
	       sending_s, answering_s, (double)r->behind_us / US_PER_MS);
	printf(",\"outcomes\":[");
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		if (!r->outcomes[i])
			continue;
		printf("%s{\"code\":%d,\"reason\":\"%s\",\"count\":%" PRIu64 "}", between,
		       outcome_code((enum outcome)i), outcome_reason((enum outcome)i), r->outcomes[i]);
		between = ",";
	}
	printf("],\"latency_ms\":{");
	print_json_latencies("due_to_reply", &r->due_to_reply);
	printf(",");
	print_json_latencies("append_to_reply", &r->append_to_reply);
	printf("}}\n");
}
