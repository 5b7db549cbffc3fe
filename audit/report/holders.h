/*
 * holders.h - who held and let lapse, and who got what, without a name: sessions have numbers.
 */
#ifndef HOLDFAST_AUDIT_REPORT_HOLDERS_H
#define HOLDFAST_AUDIT_REPORT_HOLDERS_H

#include "audit/report/outline.h"
#include "audit/report/table.h"

#define HOLDERS_TOLD_MAX 20
#define HOLDERS_LAPSED_MIN 2  /* holds that a session let lapse, to be told of */
#define CHAINS_TOLD_MAX 20
#define CHAIN_LAPSES_MIN 3    /* of one seat */
#define MOST_TOLD_MAX 5

struct holders {
	uint32_t *session_of;     /* by number of the reservation: in the order of their first ones */
	size_t session_count;
	struct table holders;     /* those that let most holds lapse */
	struct table most;        /* those that most places were sold to */
	struct table chains;      /* seats that were held and lapsed again and again */
	struct table channels;    /* requests by what they came by */
};

/* false: out of memory; holders_release in either case */
bool holders_make(struct holders *h, const struct outline *o) NODISCARD;
void holders_release(struct holders *h);

#endif
