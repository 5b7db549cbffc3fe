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
 * {{scripts}} for the seat map, plot.js and <name>.js, {{plot}} for the last two, each in an element
 * of its own, and {{data}} for the JSON, which cannot end the element that it stands in.
 *
 * name   "report", "what-if"; asserted that there are such files
 * title  any text
 * json   one value
 */
void page_write(struct buf *html, const char *name, struct text title, struct text json);

/* A page without scripts: {{body}} stands for HTML that is ready, made with page_add_text. */
void page_write_text(struct buf *html, const char *name, struct text title, struct text body);
/* Append any text as it stands between tags. */
void page_add_text(struct buf *html, struct text t);

#endif
