/*
 * what_if_page.h - two policies side by side as a page that opens from disk, and its plots as CSV.
 */
#ifndef HOLDFAST_AUDIT_ASK_WHAT_IF_PAGE_H
#define HOLDFAST_AUDIT_ASK_WHAT_IF_PAGE_H

#include "audit/ask/what_if.h"

/* Append the data of the page: one JSON object. false: out of memory */
bool what_if_page_data(const struct what_if *w, struct buf *b) NODISCARD;

/*
 * Write <folder>/what-if.html, what-if/minutes.csv and what-if/seconds.csv.
 *
 * RC_FATAL  out of memory, or the folder or a file cannot be written
 */
enum rc what_if_page_write(const struct what_if *w, const char *folder, struct err *e) NODISCARD;

#endif
