/*
 * lost_places.h - places of areas that were asked for and refused, summed up by area and hour as
 * they come.
 *
 * Memory: grows with the areas and hours in which something was refused.
 */
#ifndef HOLDFAST_AUDIT_ASK_LOST_PLACES_H
#define HOLDFAST_AUDIT_ASK_LOST_PLACES_H

#include "audit/fold/fold.h"

#define HOUR_MS INT64_C(3600000)

/* Of one area of a show and one hour, UTC. */
struct lost_place {
	const struct show *show;
	struct text area_id;
	int64_t hour_ms;                  /* its beginning */
	size_t full_count, blocked_count; /* requests: too little room, or not open to them */
	int64_t wanted, refused;          /* places: all that they asked for; what there was no room for */
	UT_hash_handle hh;
};

/*
 * The fold's last record was refused for areas: a 409 AREA_FULL, or the 410 HOLD_EXPIRED of a
 * confirm. places: NULL at first. false: out of memory
 */
bool lost_places_add(struct lost_place **places, const struct fold *fold);
void lost_places_release(struct lost_place **places);

/* By show, hour and area. Returned, free(3); NULL: there is none, or memory is short. */
const struct lost_place **lost_places_list(const struct lost_place *places, size_t *count);

#endif
