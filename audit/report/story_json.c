#include "audit/report/story_json.h"

#include "audit/report/story_parts.h"

/* ---- the show ---- */

static void write_time_or_null(const char *key, bool is_there, int64_t ms, struct json *j)
{
	if (is_there)
		json_write_integer(j, key, ms);
	else
		json_write_null(j, key);
}

static void write_policy(const struct policy *policy, struct json *j)
{
	json_write_integer(j, "hold_seconds", policy->hold_seconds);
	json_write_integer(j, "max_hold_seconds", policy->max_hold_seconds);
	json_write_integer(j, "max_seats", policy->max_seats);
	write_time_or_null("on_sale_from", policy->on_sale.has_from, policy->on_sale.from_ms, j);
	write_time_or_null("on_sale_until", policy->on_sale.has_until, policy->on_sale.until_ms, j);
	json_write_bool(j, "closed", policy->closed);
	json_write_string(j, "singles", singles_name(policy->singles));
	json_write_integer(j, "max_customer_seats", policy->max_customer_seats);
	json_write_integer(j, "max_customer_holds", policy->max_customer_holds);
}

static void write_show(const struct figures *f, struct json *j)
{
	const struct show *show = f->outline.story->show;
	const struct policy *policy = &show->policy;

	json_open_object(j, "show");
	json_write_text(j, "id", show->id);
	json_write_text(j, "title", policy->title);
	json_write_integer(j, "rules", show->rules);
	json_write_integer(j, "created_at", show->created_ms);
	json_write_integer(j, "created_offset", show->created_offset);
	json_open_object(j, "policy");
	write_policy(policy, j);
	json_close_object(j);
	write_time_or_null("on_sale_from", policy->on_sale.has_from, policy->on_sale.from_ms, j);
	write_time_or_null("on_sale_until", policy->on_sale.has_until, policy->on_sale.until_ms, j);
	json_write_bool(j, "closed", policy->closed);
	json_close_object(j);
}

static void write_policies(const struct story *s, struct json *j)
{
	json_open_array(j, "policies");
	for (size_t i = 0; i < s->policy_extent.count; i++) {
		json_open_object(j, NULL);
		json_write_integer(j, "offset", s->policies[i].offset);
		json_write_integer(j, "at", s->policies[i].at_ms);
		write_policy(&s->policies[i].policy, j);
		json_close_object(j);
	}
	json_close_array(j);
}

/* ---- the audit ---- */

static int64_t count_unanswered(const struct story *s, const struct part *part)
{
	int64_t count = 0;

	for (size_t i = s->request_extent.count; i > 0 && s->requests[i - 1].offset >= part->answered; i--)
		count++;
	return count;
}

/* Of the whole topic: what two parties compare. */
static void write_certificate(const struct compared *c, struct json *j)
{
	const struct pipeline *pipeline = c->settings->pipeline;
	char hash[HASH_TEXT_BYTES];
	uint8_t sum[SHA256_BYTES];
	int64_t records = 0;
	struct buf of = {0};

	for (int32_t p = 0; p < pipeline->partition_count; p++)
		records += (int64_t)c->certificates[p].records;
	certificate_sum(c->certificates, pipeline->partition_count, sum);
	certificate_print_hash(sum, hash);
	buf_print(&of, "%s/%s", pipeline->cluster_id, pipeline->topics.requests);
	json_open_object(j, "certificate");
	json_write_text(j, "of", buf_text(&of));
	json_write_integer(j, "partitions", pipeline->partition_count);
	json_write_integer(j, "requests", records);
	json_write_string(j, "sha256", hash);
	json_close_object(j);
	j->to->failed |= of.failed;
	buf_release(&of);
}

static void write_audit(const struct figures *f, const struct compared *c, struct json *j)
{
	const struct pipeline *pipeline = c->settings->pipeline;
	const struct certificate *certificate = &c->certificates[f->outline.story->partition];
	int64_t unanswered = count_unanswered(f->outline.story, &c->parts[f->outline.story->partition]);
	char hash[HASH_TEXT_BYTES];
	int32_t left_out = 0;

	for (int32_t p = 0; p < pipeline->partition_count; p++)
		left_out += c->parts[p].kept_from > 0;
	json_open_object(j, "audit");
	json_write_bool(j, "verified", c->differences == 0);
	json_write_integer(j, "differences", (int64_t)c->differences);
	json_write_bool(j, "with_tables", c->settings->has_database);
	json_write_string(j, "topic", pipeline->topics.requests);
	json_write_integer(j, "partition", f->outline.story->partition);
	json_write_integer(j, "partition_count", pipeline->partition_count);
	json_write_integer(j, "partitions_left_out", left_out);
	json_write_string(j, "group_id", pipeline->group_id);
	json_write_integer(j, "first", certificate->first);
	json_write_integer(j, "last", certificate->last);
	json_write_integer(j, "records", (int64_t)certificate->records);
	certificate_print_hash(certificate->hash, hash);
	json_write_string(j, "hash", hash);
	if (!c->differences && !left_out)
		write_certificate(c, j);
	json_write_integer(j, "unanswered", unanswered);
	json_open_array(j, "notes");
	buf_add_text(j->to, c->notes);
	json_close_array(j);
	json_close_object(j);
}

/* ---- all of it ---- */

static void write_span(const struct figures *f, struct json *j)
{
	json_open_object(j, "span");
	json_write_integer(j, "first_at", f->outline.first_ms);
	json_write_integer(j, "last_at", f->outline.last_ms);
	json_write_integer(j, "first_offset", f->outline.first_offset);
	json_write_integer(j, "last_offset", f->outline.last_offset);
	json_write_integer(j, "opening_at", f->opening_ms);
	json_close_object(j);
}

static void write_demand(const struct demand *d, struct json *j)
{
	json_open_object(j, "demand");
	table_write_columns(&d->seats, "seats", 0, j);
	table_write_rows(&d->rows, "rows", j);
	table_write_rows(&d->sections, "sections", j);
	table_write_rows(&d->categories, "categories", j);
	table_write_rows(&d->channels, "channels", j);
	table_write_rows(&d->wishes, "wishes", j);
	table_write_rows(&d->areas, "areas", j);
	json_close_object(j);
}

void story_write(const struct figures *f, const struct compared *compared, struct buf *b)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	json_write_integer(&j, "format", STORY_FORMAT);
	write_show(f, &j);
	json_end_line(&j);
	write_policies(f->outline.story, &j);
	json_end_line(&j);
	write_audit(f, compared, &j);
	json_end_line(&j);
	write_span(f, &j);
	json_end_line(&j);
	story_write_totals(f, &j);
	json_end_line(&j);
	story_write_layout(f, &j);
	json_end_line(&j);
	table_write_columns(&f->minutes, "minutes", f->outline.first_ms, &j);
	json_end_line(&j);
	table_write_columns(&f->seconds, "seconds", f->outline.first_ms, &j);
	json_end_line(&j);
	table_write_rows(&f->queue, "queue", &j);
	json_end_line(&j);
	write_demand(&f->demand, &j);
	json_end_line(&j);
	table_write_rows(&f->holders.holders, "holders", &j);
	json_end_line(&j);
	table_write_rows(&f->holders.chains, "chains", &j);
	json_end_line(&j);
	json_open_object(&j, "fair");
	table_write_rows(&f->holders.channels, "channels", &j);
	table_write_rows(&f->holders.most, "most_by_session", &j);
	json_close_object(&j);
	json_end_line(&j);
	story_write_reservations(f, &j);
	json_end_line(&j);
	story_write_changes(f, &j);
	json_end_line(&j);
	story_write_area_changes(f, &j);
	json_end_line(&j);
	story_write_refusals(f, &j);
	json_close_object(&j);
	buf_add_string(b, "\n");
}
