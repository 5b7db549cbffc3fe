#include "gateway/pages/pages.h"

#include <string.h>

struct page {
	const char *name, *text;
	size_t bytes;
};

static const struct page pages[] = {
#define PAGE(name, text) {name, text, sizeof text - 1},
#include "pages.inc"
#undef PAGE
};

struct text page_find(const char *name)
{
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
		if (!strcmp(pages[i].name, name))
			return (struct text){pages[i].text, pages[i].bytes};
	return (struct text){NULL, 0};
}
