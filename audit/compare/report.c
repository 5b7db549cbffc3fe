#include "audit/compare/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/ids.h"

#define TEXT_SHOWN_BYTES 300
#define BEFORE_DIFFERENCE_BYTES 40
#define LINE_BYTES 600
#define DIGEST_SHOWN_BYTES 6

void report_open(struct report *r, bool is_json, uint64_t differences_max)
{
	*r = (struct report){.is_json = is_json, .differences_max = differences_max};
	if (is_json)
		printf("{\"differences\":[");
}

void report_close(struct report *r)
{
	buf_release(&r->kept_notes);
	buf_release(&r->scratch);
}

/*
 * Cut to a length that a reader stands, and without bytes that a terminal would obey; what is left
 * is ASCII. `from`: where the part that is shown begins.
 */
static struct text show(struct buf *b, struct text t, size_t from)
{
	size_t shown = t.bytes - from < TEXT_SHOWN_BYTES ? t.bytes - from : TEXT_SHOWN_BYTES;
	size_t start = b->bytes;

	if (!t.data)
		buf_add_string(b, "nothing");
	else if (!t.bytes)
		buf_add_string(b, "(empty)");
	if (from)
		buf_add_string(b, "...");
	for (size_t i = from; t.data && i < from + shown; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c < 0x20 || c >= 0x7F)
			buf_print(b, "\\x%02x", c);
		else
			buf_add(b, &t.data[i], 1);
	}
	if (from + shown < t.bytes)
		buf_add_string(b, "...");
	if (shown < t.bytes)
		buf_print(b, " (%zu bytes)", t.bytes);
	return b->failed ? (struct text){"", 0} : (struct text){b->data + start, b->bytes - start};
}

static size_t same_bytes(struct text a, struct text b)
{
	size_t i = 0;

	while (a.data && b.data && i < a.bytes && i < b.bytes && a.data[i] == b.data[i])
		i++;
	return i;
}

/* Of two long texts the parts are shown where they differ. */
static size_t show_from(struct text expected, struct text found)
{
	size_t same = same_bytes(expected, found);
	bool is_short = expected.bytes <= TEXT_SHOWN_BYTES && found.bytes <= TEXT_SHOWN_BYTES;

	return is_short || same <= BEFORE_DIFFERENCE_BYTES ? 0 : same - BEFORE_DIFFERENCE_BYTES;
}

void report_add_json_string(struct buf *b, struct text t)
{
	buf_add(b, "\"", 1);
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c == '"' || c == '\\')
			buf_print(b, "\\%c", c);
		else if (c < 0x20)
			buf_print(b, "\\u%04x", c);
		else
			buf_add(b, &t.data[i], 1);
	}
	buf_add(b, "\"", 1);
}

void report_json_string(struct text t)
{
	struct buf b = {0};

	report_add_json_string(&b, t);
	fwrite(b.data ? b.data : "\"\"", 1, b.data ? b.bytes : 2, stdout);
	buf_release(&b);
}

static void print_json(struct report *r, int32_t partition, int64_t offset, struct text what,
                       struct text expected, struct text found)
{
	size_t from = show_from(expected, found);

	buf_clear(&r->scratch);
	printf("%s\n{\"partition\":%d,\"offset\":", r->differences > 1 ? "," : "", (int)partition);
	if (offset == NO_OFFSET)
		printf("null");
	else
		printf("%" PRId64, offset);
	printf(",\"what\":");
	report_json_string(show(&r->scratch, what, 0));
	buf_clear(&r->scratch);
	printf(",\"expected\":");
	report_json_string(show(&r->scratch, expected, from));
	buf_clear(&r->scratch);
	printf(",\"found\":");
	report_json_string(show(&r->scratch, found, from));
	putchar('}');
}

static void print_line(struct report *r, int32_t partition, int64_t offset, struct text what,
                       struct text expected, struct text found)
{
	size_t from = show_from(expected, found);

	printf("DIFFERENCE partition %d, ", (int)partition);
	if (offset == NO_OFFSET)
		printf("no offset: ");
	else
		printf("offset %" PRId64 ": ", offset);
	buf_clear(&r->scratch);
	(void)show(&r->scratch, what, 0);
	buf_add_string(&r->scratch, ": expected ");
	(void)show(&r->scratch, expected, from);
	buf_add_string(&r->scratch, ", found ");
	(void)show(&r->scratch, found, from);
	printf("%s\n", r->scratch.failed ? "(out of memory)" : r->scratch.data);
}

void report_difference(struct report *r, int32_t partition, int64_t offset, struct text what,
                       struct text expected, struct text found)
{
	r->differences++;
	if (r->differences > r->differences_max)
		return;
	if (r->is_json)
		print_json(r, partition, offset, what, expected, found);
	else
		print_line(r, partition, offset, what, expected, found);
	fflush(stdout);
}

void report_differs(struct report *r, int32_t partition, int64_t offset, const char *expected,
                    const char *found, const char *what, ...)
{
	char line[LINE_BYTES];
	va_list args;

	va_start(args, what);
	vsnprintf(line, sizeof line, what, args);
	va_end(args);
	report_difference(r, partition, offset, text_of(line), text_of(expected), text_of(found));
}

/* "23 bytes, sha256 0123456789ab..." */
static void print_secret(struct text t, char *text, size_t bytes)
{
	uint8_t digest[SHA256_BYTES];
	int used = snprintf(text, bytes, "%zu bytes, sha256 ", t.bytes);

	sha256(digest, &t, 1);
	for (int i = 0; i < DIGEST_SHOWN_BYTES; i++)
		snprintf(text + used + 2 * i, bytes - (size_t)used - 2 * (size_t)i, "%02x...", digest[i]);
}

void report_secret_difference(struct report *r, int32_t partition, int64_t offset, const char *what,
                              struct text expected, struct text found)
{
	char line[LINE_BYTES], texts[2][80];

	snprintf(line, sizeof line, "%s", what);
	if (expected.data && found.data)
		snprintf(line, sizeof line, "%s, from its byte %zu on", what, same_bytes(expected, found));
	print_secret(expected, texts[0], sizeof texts[0]);
	print_secret(found, texts[1], sizeof texts[1]);
	report_difference(r, partition, offset, text_of(line), text_of(expected.data ? texts[0] : NULL),
	                  text_of(found.data ? texts[1] : NULL));
}

void report_note(struct report *r, int32_t partition, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	r->notes++;
	if (!r->is_json) {
		if (partition >= 0)
			printf("note: partition %d: %s\n", (int)partition, line);
		else
			printf("note: %s\n", line);
		return;
	}
	buf_clear(&r->scratch);
	buf_print(&r->kept_notes, "%s\n{\"partition\":", r->notes > 1 ? "," : "");
	if (partition >= 0)
		buf_print(&r->kept_notes, "%d,\"note\":", (int)partition);
	else
		buf_add_string(&r->kept_notes, "null,\"note\":");
	report_add_json_string(&r->kept_notes, show(&r->scratch, text_of(line), 0));
	buf_add_string(&r->kept_notes, "}");
}

void report_end_differences(struct report *r)
{
	if (r->is_json)
		printf("],\"difference_count\":%" PRIu64 ",\"notes\":[%s]", r->differences,
		       r->kept_notes.data ? r->kept_notes.data : "");
	else if (r->differences > r->differences_max)
		printf("(and %" PRIu64 " more difference%s, which --differences-max would show)\n",
		       r->differences - r->differences_max,
		       r->differences - r->differences_max > 1 ? "s" : "");
}

void report_break_off(struct report *r, const struct err *e)
{
	report_end_differences(r);
	printf(",\"error\":");
	buf_clear(&r->scratch);
	report_json_string(show(&r->scratch, text_of(e->text), 0));
	printf("}\n");
}

enum rc report_flush(struct err *e)
{
	if (fflush(stdout) || ferror(stdout))
		return err_set(e, RC_FATAL, EXIT_INTERNAL, "writing the report: %s", strerror(errno));
	return RC_OK;
}
