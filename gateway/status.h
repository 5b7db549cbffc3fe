/*
 * status.h - how a gateway stands: for probes, for the service manager, and for operators the page at
 * /status of --metrics-listen: partitions, the last hour, what is under way. It changes nothing, and
 * has no customer's data.
 */
#ifndef HOLDFAST_GATEWAY_STATUS_H
#define HOLDFAST_GATEWAY_STATUS_H

#include "gateway/gateway.h"

#define STATUS_TYPE "text/html; charset=utf-8"

/* Whose page it is from now on; NULL: nobody's. The gateway is open as long. */
void status_of(struct gateway *gateway);
/* Now and then: why it cannot serve, a literal; NULL: it can. The first NULL is told as being ready. */
void status_tell(const char *trouble);
void status_end(void); /* the gateway serves no longer */
/* For a struct page. */
int status_make(struct buf *body);

#endif
