#include "audit/letter/letter.h"

#include <stdlib.h>

struct text letter_line_text(const struct letter *l, size_t at)
{
	return (struct text){l->text.data + l->lines[at].from, l->lines[at].bytes};
}

void letter_release(struct letter *l)
{
	buf_release(&l->text);
	free(l->lines);
	*l = (struct letter){.lines = NULL};
}

/* ---- as plain text ---- */

/* Characters, not bytes: one in UTF-8 has one byte that is no continuation. */
static size_t width_of(struct text word)
{
	size_t width = 0;

	for (size_t i = 0; i < word.bytes; i++)
		width += ((unsigned char)word.data[i] & 0xC0) != 0x80;
	return width;
}

/* Word by word; what is longer than a line has one of its own. */
static void add_wrapped(struct buf *b, struct text line, const char *indent, size_t columns)
{
	size_t indent_width = width_of(text_of(indent)), at = indent_width;
	bool is_first = true;

	buf_add_string(b, indent);
	for (size_t i = 0; i < line.bytes;) {
		struct text word = {line.data + i, 0};

		while (i + word.bytes < line.bytes && line.data[i + word.bytes] != ' ')
			word.bytes++;
		if (!is_first && at + 1 + width_of(word) > columns) {
			buf_add_string(b, "\n");
			buf_add_string(b, indent);
			at = indent_width;
		} else if (!is_first) {
			buf_add_string(b, " ");
			at++;
		}
		buf_add_text(b, word);
		at += width_of(word);
		is_first = false;
		i += word.bytes + 1;
	}
	buf_add_string(b, "\n");
}

void letter_print(const struct letter *l, size_t columns, struct buf *b)
{
	for (size_t i = 0; i < l->line_count; i++) {
		bool is_body = l->lines[i].kind == LETTER_PARAGRAPH;

		if (i > 0 && l->lines[i].kind != LETTER_SUBTITLE &&
		    !(is_body && l->lines[i - 1].kind == LETTER_HEADING))
			buf_add_string(b, "\n");
		add_wrapped(b, letter_line_text(l, i), is_body ? "  " : "", columns);
	}
}
