#include "audit/compare/headers.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/fold/limits.h"
#include "common/base/instant.h"

#define LETTER_OWN 6

static const char *const passed_on[] = {"kafka_correlationId", "traceparent", "tracestate"};

static void expect(struct headers *h, const char *name, struct text value)
{
	h->list[h->count++] = (struct record_header){text_of(name), value};
}

void headers_expect(struct headers *h, const struct verdict *v, const struct record *request,
                    const char *source, const char *kind, int number)
{
	int bytes;

	h->count = 0;
	if (v->has_request_id) {
		uuid_encode(&v->request_id, h->request_id);
		expect(h, "request_id", text_of(h->request_id));
	}
	snprintf(h->code, sizeof h->code, "%d", outcome_code(v->outcome));
	bytes = snprintf(h->place, sizeof h->place, "%s/%d/%" PRId64, request->topic,
	                 (int)request->partition, request->offset);
	if (number >= 0)
		snprintf(h->place + bytes, sizeof h->place - (size_t)bytes, "#%d", number);
	snprintf(h->kind, sizeof h->kind, "holdfast.%s.%s", number >= 0 ? "event" : "reply", kind);
	for (char *c = h->kind; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	instant_print(v->decided_ms, h->time);
	expect(h, "code", text_of(h->code));
	expect(h, "content-type", text_of("application/json"));
	expect(h, "ce_specversion", text_of("1.0"));
	expect(h, "ce_id", text_of(h->place));
	expect(h, "ce_source", text_of(source));
	expect(h, "ce_type", text_of(h->kind));
	expect(h, "ce_time", text_of(h->time));
	for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++) {
		const struct record_header *given = record_header_last(request, passed_on[i]);

		if (given && given->value.bytes <= PASSED_ON_BYTES_MAX)
			expect(h, passed_on[i], given->value);
	}
}

static void differs(struct report *report, const struct record *request, const char *what,
                    struct text name, struct text expected, struct text found)
{
	char line[200];

	snprintf(line, sizeof line, "%s: header %.*s", what, (int)(name.bytes < 100 ? name.bytes : 100),
	         name.data ? name.data : "");
	report_difference(report, request->partition, request->offset, text_of(line), expected, found);
}

static const struct record_header *find(const struct record_header *list, size_t count,
                                        struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(list[i].name, name))
			return &list[i];
	return NULL;
}

void headers_compare(const struct headers *h, const struct record *found, struct report *report,
                     const struct record *request, const char *what)
{
	static const struct text nothing = {NULL, 0};

	for (size_t i = 0; i < h->count; i++) {
		const struct record_header *f = find(found->headers, found->header_count, h->list[i].name);

		if (!f || !text_identical(f->value, h->list[i].value))
			differs(report, request, what, h->list[i].name, h->list[i].value, f ? f->value : nothing);
	}
	for (size_t i = 0; i < found->header_count; i++) {
		const struct record_header *f = &found->headers[i];

		if (!find(h->list, h->count, f->name) || find(found->headers, i, f->name))
			differs(report, request, what, f->name, nothing, f->value);
	}
}

/* The headers of the request that fit, from the first on. */
static size_t fitting(const struct record *request)
{
	size_t bytes = 0, count = 0;

	while (count < request->header_count && count < LETTER_HEADERS_MAX) {
		const struct record_header *h = &request->headers[count];

		bytes += h->name.bytes + h->value.bytes;
		if (bytes > LETTER_HEADERS_BYTES_MAX)
			break;
		count++;
	}
	return count;
}

static struct text integer(struct buf *b, uint64_t value, int bytes)
{
	buf_clear(b);
	if (bytes == 8)
		buf_add_u64(b, value);
	else
		buf_add_u32(b, (uint32_t)value);
	return buf_text(b);
}

static void compare_own(const struct record *request, const struct record *found, const char *name,
                        struct text expected, struct report *report)
{
	const struct record_header *f = record_header_last(found, name);
	bool is_message = !expected.data; /* for people: that there is one counts */

	if (is_message ? f && f->value.bytes > 0 : f && text_identical(f->value, expected))
		return;
	differs(report, request, "dead letter", text_of(name), is_message ? text_of("a text") : expected,
	        f ? f->value : (struct text){NULL, 0});
}

void headers_compare_letter(const struct record *request, const struct record *found,
                            const char *group_id, struct report *report)
{
	static const struct text nothing = {NULL, 0};
	size_t kept = fitting(request);
	struct buf b = {0};

	for (size_t i = 0; i < kept; i++) {
		const struct record_header *e = &request->headers[i];
		const struct record_header *f = i < found->header_count ? &found->headers[i] : NULL;

		if (!f || !text_same(f->name, e->name) || !text_identical(f->value, e->value))
			differs(report, request, "dead letter", e->name, e->value, f ? f->value : nothing);
	}
	if (found->header_count != kept + LETTER_OWN) {
		char expected[24], counted[24];

		snprintf(expected, sizeof expected, "%zu", kept + LETTER_OWN);
		snprintf(counted, sizeof counted, "%zu", found->header_count);
		report_differs(report, request->partition, request->offset, expected, counted,
		               "dead letter: number of headers");
	}
	compare_own(request, found, "kafka_dlt-original-topic", text_of(request->topic), report);
	compare_own(request, found, "kafka_dlt-original-partition",
	            integer(&b, (uint64_t)request->partition, 4), report);
	compare_own(request, found, "kafka_dlt-original-offset",
	            integer(&b, (uint64_t)request->offset, 8), report);
	compare_own(request, found, "kafka_dlt-original-timestamp",
	            integer(&b, (uint64_t)request->timestamp_ms, 8), report);
	compare_own(request, found, "kafka_dlt-original-consumer-group", text_of(group_id), report);
	compare_own(request, found, "kafka_dlt-exception-message", nothing, report);
	buf_release(&b);
}
