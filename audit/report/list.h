/*
 * list.h - room for one more: lists that grow.
 */
#ifndef HOLDFAST_AUDIT_REPORT_LIST_H
#define HOLDFAST_AUDIT_REPORT_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* How many are in a list, and how many it has room for. Zeroed is empty. */
struct extent {
	size_t count, capacity;
	void *list; /* where it lies since it last grew */
};

/*
 * Make room in a list of malloc's for `more` behind those that are counted; count stays. false: out
 * of memory, nothing is changed.
 */
#define LIST_HAS_ROOM(of, extent, more)                                  \
	(list_make_room(&(extent), (of), (more), sizeof *(of)) &&            \
	 ((of) = (extent).list, true))

/* For the above: bytes of one element; the list is extent->list afterwards. */
bool list_make_room(struct extent *extent, void *list, size_t more, size_t bytes);

#endif
