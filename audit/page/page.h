/*
 * page.h - an HTML file that needs nothing beside it: files of web/, and the data that they show.
 *
 * Doesn't know: what the data are.
 */
#ifndef HOLDFAST_AUDIT_PAGE_PAGE_H
#define HOLDFAST_AUDIT_PAGE_PAGE_H

#include "common/base/text.h"

/*
 * Append the page: <name>.html, where {{title}} stands for the title, {{style}} for report.css,
 * {{scripts}} for the seat map, plot.js and <name>.js, each in an element of its own, and {{data}}
 * for the JSON, which cannot end the element that it stands in.
 *
 * name   "report"; asserted that there are such files
 * title  any text
 * json   one value
 */
void page_write(struct buf *html, const char *name, struct text title, struct text json);

#endif
