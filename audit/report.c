#include "audit/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SHOWN_BYTES 300
#define LINE_BYTES 600

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

/* Cut to a length that a reader stands, and without bytes that a terminal would obey. */
static struct text show(struct buf *b, struct text t)
{
	size_t shown = t.bytes < TEXT_SHOWN_BYTES ? t.bytes : TEXT_SHOWN_BYTES;
	size_t start = b->bytes;

	if (!t.data)
		buf_add_string(b, "nothing");
	for (size_t i = 0; t.data && i < shown; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c < 0x20 || c >= 0x7F)
			buf_print(b, "\\x%02x", c);
		else
			buf_add(b, &t.data[i], 1);
	}
	if (shown < t.bytes)
		buf_print(b, "... (%zu bytes)", t.bytes);
	return b->failed ? (struct text){"", 0} : (struct text){b->data + start, b->bytes - start};
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
	printf("%s\n{\"partition\":%d,\"offset\":", r->differences > 1 ? "," : "", (int)partition);
	if (offset == NO_OFFSET)
		printf("null");
	else
		printf("%" PRId64, offset);
	printf(",\"what\":");
	report_json_string(what);
	buf_clear(&r->scratch);
	printf(",\"expected\":");
	report_json_string(show(&r->scratch, expected));
	buf_clear(&r->scratch);
	printf(",\"found\":");
	report_json_string(show(&r->scratch, found));
	putchar('}');
}

static void print_line(struct report *r, int32_t partition, int64_t offset, struct text what,
                       struct text expected, struct text found)
{
	printf("DIFFERENCE partition %d, ", (int)partition);
	if (offset == NO_OFFSET)
		printf("no offset: ");
	else
		printf("offset %" PRId64 ": ", offset);
	buf_clear(&r->scratch);
	(void)show(&r->scratch, what);
	buf_add_string(&r->scratch, ": expected ");
	(void)show(&r->scratch, expected);
	buf_add_string(&r->scratch, ", found ");
	(void)show(&r->scratch, found);
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

void report_note(struct report *r, int32_t partition, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (!r->is_json) {
		if (partition >= 0)
			printf("note: partition %d: %s\n", (int)partition, line);
		else
			printf("note: %s\n", line);
		return;
	}
	buf_print(&r->kept_notes, "%s\n{\"partition\":", r->notes++ ? "," : "");
	if (partition >= 0)
		buf_print(&r->kept_notes, "%d,\"note\":", (int)partition);
	else
		buf_add_string(&r->kept_notes, "null,\"note\":");
	report_add_json_string(&r->kept_notes, text_of(line));
	buf_add_string(&r->kept_notes, "}");
}

void report_end_differences(struct report *r)
{
	if (r->is_json)
		printf("],\"difference_count\":%" PRIu64 ",\"notes\":[%s]", r->differences,
		       r->kept_notes.data ? r->kept_notes.data : "");
	else if (r->differences > r->differences_max)
		printf("(and %" PRIu64 " more differences, which --differences-max would show)\n",
		       r->differences - r->differences_max);
}

void report_break_off(struct report *r, const struct err *e)
{
	report_end_differences(r);
	printf(",\"error\":");
	report_json_string(text_of(e->text));
	printf("}\n");
}
