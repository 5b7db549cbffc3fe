#include "audit/compare/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/digest.h"

#define TEXT_SHOWN_BYTES 300
#define BEFORE_DIFFERENCE_BYTES 40
#define LINE_BYTES 600
#define DIGEST_SHOWN_BYTES 6

void report_open(struct report *r, bool is_json, uint64_t differences_max)
{
	*r = (struct report){.is_json = is_json, .differences_max = differences_max};
	r->document.to = &r->unprinted;
	r->notes.to = &r->kept_notes;
	if (is_json) {
		json_open_object(&r->document, NULL);
		json_open_array(&r->document, "differences");
		json_print(&r->document, stdout);
	}
}

void report_close(struct report *r)
{
	buf_release(&r->unprinted);
	buf_release(&r->kept_notes);
	buf_release(&r->scratch);
}

/*
 * Cut to a length that a reader stands, and without bytes that a terminal would obey; what is left
 * is ASCII. `from`: where the part that is shown begins.
 */
static struct text printable(struct buf *b, struct text t, size_t from)
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

static void write_printable(struct report *r, struct json *j, const char *key, struct text t,
                            size_t from)
{
	buf_clear(&r->scratch);
	json_write_text(j, key, printable(&r->scratch, t, from));
}

static void print_json(struct report *r, int32_t partition, int64_t offset, struct text what,
                       struct text expected, struct text found)
{
	struct json *j = &r->document;
	size_t from = show_from(expected, found);

	json_end_line(j);
	json_open_object(j, NULL);
	json_write_integer(j, "partition", partition);
	if (offset == NO_OFFSET)
		json_write_null(j, "offset");
	else
		json_write_integer(j, "offset", offset);
	write_printable(r, j, "what", what, 0);
	write_printable(r, j, "expected", expected, from);
	write_printable(r, j, "found", found, from);
	json_close_object(j);
	json_print(j, stdout);
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
	(void)printable(&r->scratch, what, 0);
	buf_add_string(&r->scratch, ": expected ");
	(void)printable(&r->scratch, expected, from);
	buf_add_string(&r->scratch, ", found ");
	(void)printable(&r->scratch, found, from);
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
	json_end_line(&r->notes);
	json_open_object(&r->notes, NULL);
	if (partition >= 0)
		json_write_integer(&r->notes, "partition", partition);
	else
		json_write_null(&r->notes, "partition");
	write_printable(r, &r->notes, "note", text_of(line), 0);
	json_close_object(&r->notes);
	if (!r->is_json && partition >= 0)
		printf("note: partition %d: %s\n", (int)partition, line);
	else if (!r->is_json)
		printf("note: %s\n", line);
}

void report_end_differences(struct report *r)
{
	if (r->is_json) {
		json_close_array(&r->document);
		json_write_integer(&r->document, "difference_count", (int64_t)r->differences);
		json_open_array(&r->document, "notes");
		buf_add_text(&r->unprinted, buf_text(&r->kept_notes));
		json_close_array(&r->document);
	} else if (r->differences > r->differences_max) {
		printf("(and %" PRIu64 " more difference%s, which --differences-max would show)\n",
		       r->differences - r->differences_max,
		       r->differences - r->differences_max > 1 ? "s" : "");
	}
}

void report_end(struct report *r)
{
	if (!r->is_json)
		return;
	json_close_object(&r->document);
	buf_add_string(&r->unprinted, "\n");
	json_print(&r->document, stdout);
}

void report_break_off(struct report *r, const struct err *e)
{
	report_end_differences(r);
	write_printable(r, &r->document, "error", text_of(e->text), 0);
	report_end(r);
}

enum rc report_flush(struct err *e)
{
	if (fflush(stdout) || ferror(stdout))
		return err_set(e, RC_FATAL, FROM_PROGRAM, "writing the report: %s", strerror(errno));
	return RC_OK;
}
