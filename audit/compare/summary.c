#include "audit/compare/summary.h"

#include <inttypes.h>
#include <stdio.h>

struct summary {
	const struct audit_settings *settings;
	const struct part *parts;
	const struct certificate *certificates;
	struct report *report;
	uint64_t records;        /* whose replies are in the certificates */
	int32_t left_out;        /* partitions that were not compared */
	char hash[HASH_TEXT_BYTES]; /* of all of them */
};

/* ---- for people ---- */

static void print_counts(const struct part *part)
{
	const char *between = "";

	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (!part->counts[o])
			continue;
		printf("%s%" PRIu64 " %d %s", between, part->counts[o], outcome_code((enum outcome)o),
		       outcome_reason((enum outcome)o));
		between = ", ";
	}
	putchar('\n');
}

static void print_partitions(const struct summary *s)
{
	int32_t idle = 0;

	for (int32_t p = 0; p < s->settings->pipeline->partition_count; p++) {
		const struct part *part = &s->parts[p];
		char hash[HASH_TEXT_BYTES];

		if (part->kept_from > 0) {
			printf("partition %d, not compared: its requests are kept from offset %" PRId64
			       " on only\n", (int)p, part->kept_from);
			continue;
		}
		if (part->last < 0) {
			idle++;
			continue;
		}
		printf("partition %d, offsets 0 to %" PRId64 ": ", (int)p, part->last);
		print_counts(part);
		certificate_print_hash(s->certificates[p].hash, hash);
		if (s->report->differences == 0)
			printf("partition %d, %" PRIu64 " answered: sha256 %s\n", (int)p,
			       s->certificates[p].records, hash);
	}
	if (idle)
		printf("%d partitions without a decided request\n", (int)idle);
}

static void print_all(const struct summary *s)
{
	const struct pipeline *pipeline = s->settings->pipeline;
	uint64_t differences = s->report->differences;

	print_partitions(s);
	if (pipeline_surplus(pipeline) > 0)
		printf("partitions %d to %d, not compared: they were added after the database was made, and "
		       "nothing on them is decided or answered\n", (int)pipeline->partition_count,
		       (int)pipeline->present.requests - 1);
	if (differences) {
		printf("%" PRIu64 " difference%s\n", differences, differences > 1 ? "s" : "");
		return;
	}
	if (s->left_out) {
		printf("no differences in what was compared: %d of %d partitions\n",
		       (int)(pipeline->partition_count - s->left_out), (int)pipeline->partition_count);
		return;
	}
	printf("certificate of %s/%s: %d partitions, %" PRIu64 " requests answered, sha256 %s\n",
	       pipeline->cluster_id, pipeline->topics.requests, (int)pipeline->partition_count, s->records,
	       s->hash);
	printf("no differences\n");
}

/* ---- for machines ---- */

static void write_counts(const struct part *part, struct json *j)
{
	json_open_array(j, "counts");
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (!part->counts[o])
			continue;
		json_open_object(j, NULL);
		json_write_integer(j, "code", outcome_code((enum outcome)o));
		json_write_string(j, "reason", outcome_reason((enum outcome)o));
		json_write_integer(j, "count", (int64_t)part->counts[o]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void write_partitions(const struct summary *s, struct json *j)
{
	json_end_line(j);
	json_open_array(j, "partitions");
	for (int32_t p = 0; p < s->settings->pipeline->partition_count; p++) {
		const struct part *part = &s->parts[p];
		char hash[HASH_TEXT_BYTES];

		json_end_line(j);
		json_open_object(j, NULL);
		json_write_integer(j, "partition", p);
		if (part->kept_from > 0)
			json_write_integer(j, "kept_from", part->kept_from);
		json_write_integer(j, "next_offset", part->last + 1);
		json_write_integer(j, "answered", (int64_t)s->certificates[p].records);
		json_write_integer(j, "unanswered", (int64_t)part->unanswered);
		write_counts(part, j);
		certificate_print_hash(s->certificates[p].hash, hash);
		json_write_string(j, "sha256", hash);
		json_close_object(j);
	}
	json_close_array(j);
}

static void write_certificate(const struct summary *s, struct json *j)
{
	struct buf of = {0};

	buf_print(&of, "%s/%s", s->settings->pipeline->cluster_id, s->settings->pipeline->topics.requests);
	json_end_line(j);
	json_open_object(j, "certificate");
	json_write_text(j, "of", buf_text(&of));
	json_write_integer(j, "partitions", s->settings->pipeline->partition_count);
	json_write_integer(j, "requests", (int64_t)s->records);
	json_write_string(j, "sha256", s->hash);
	json_close_object(j);
	buf_release(&of);
}

/* ---- both ---- */

enum rc summary_print(const struct audit_settings *settings, const struct part *parts,
                      const struct certificate *certificates, struct report *report, struct err *e)
{
	struct summary s = {settings, parts, certificates, report, 0, 0, ""};
	uint64_t differences = report->differences;
	uint8_t sum[SHA256_BYTES];

	for (int32_t p = 0; p < settings->pipeline->partition_count; p++)
		s.records += certificates[p].records, s.left_out += parts[p].kept_from > 0;
	certificate_sum(certificates, settings->pipeline->partition_count, sum);
	certificate_print_hash(sum, s.hash);
	report_end_differences(report);
	if (report->is_json) {
		write_partitions(&s, &report->document);
		if (pipeline_surplus(settings->pipeline) > 0)
			json_write_integer(&report->document, "surplus_partitions",
			                   pipeline_surplus(settings->pipeline));
		if (!differences && !s.left_out)
			write_certificate(&s, &report->document);
	} else {
		print_all(&s);
	}
	report_end(report);
	if (report_flush(e))
		return e->rc;
	if (differences)
		return err_set(e, RC_REJECT, FROM_AUDIT, "differences: %" PRIu64, differences);
	if (s.left_out)
		return err_set(e, RC_FATAL, FROM_PIPELINE, "partitions not compared, as requests are gone from "
		               "the head of %s: %d", settings->pipeline->topics.requests, (int)s.left_out);
	return RC_OK;
}
