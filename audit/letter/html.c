/* A letter as an element of a page. */
#include "audit/letter/letter.h"
#include "audit/page/page.h"

static void add_element(struct buf *html, const char *name, struct text text)
{
	buf_print(html, "<%s>", name);
	page_add_text(html, text);
	buf_print(html, "</%s>\n", name);
}

void letter_print_html(const struct letter *l, struct buf *html)
{
	bool is_in_section = false;

	buf_add_string(html, "<article>\n");
	for (size_t i = 0; i < l->line_count; i++) {
		enum letter_line_kind kind = l->lines[i].kind;
		struct text text = letter_line_text(l, i);

		if (kind == LETTER_HEADING) {
			buf_add_string(html, is_in_section ? "</section>\n<section>\n" : "<section>\n");
			is_in_section = true;
		}
		add_element(html, kind == LETTER_TITLE ? "h1" : kind == LETTER_HEADING ? "h2" : "p", text);
	}
	buf_add_string(html, is_in_section ? "</section>\n</article>\n" : "</article>\n");
}
