/*
 * listing.h - the shows of one database, for a page that lists them.
 */
#ifndef HOLDFAST_GATEWAY_ROWS_LISTING_H
#define HOLDFAST_GATEWAY_ROWS_LISTING_H

#include "common/db/db.h"

/*
 * Write them behind what is there, an object each: show_id, title, on_sale_from, on_sale_until, closed,
 * places and free, those of areas too. to: "[", or what stands behind it already
 *
 * RC_REOPEN: nothing was written
 */
enum rc listing_read(struct db *db, struct buf *to, struct err *e) NODISCARD;

#endif
