/*
 * areas.h - the areas of a show: setting them, and how many places they have left.
 */
#ifndef HOLDFAST_AUDIT_FOLD_AREAS_H
#define HOLDFAST_AUDIT_FOLD_AREAS_H

#include "audit/fold/model.h"
#include "common/base/err.h"

struct show_area *show_find_area(const struct show *show, struct text id);

/* Make the area, or set it to what is given; not below what is taken. false: out of memory */
bool show_set_area(struct arena *memory, struct show *show, const struct area *given,
                   int64_t offset) NODISCARD;

int64_t show_area_held(const struct show_area *area);  /* by holds that have lapsed, too */
int64_t show_area_taken(const struct show_area *area); /* held and sold */
int64_t show_area_room(const struct show_area *area, int64_t t_ms); /* lapsed holds counting as ended */

#endif
