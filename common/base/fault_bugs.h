/*
 * fault_bugs.h - the wrong decisions that a test build can be told to make: fault.h says how.
 */
#ifndef HOLDFAST_BASE_FAULT_BUGS_H
#define HOLDFAST_BASE_FAULT_BUGS_H

/* Symbol, name, what is decided wrongly. */
#define FAULT_BUGS(BUG) \
	BUG(IGNORE_SESSION, "ignore_session", "releases, extends and confirms by whatever session") \
	BUG(FORGET_LAPSED, "forget_lapsed", "takes the seats of lapsed holds without ending these") \
	BUG(LATE_BY_ONE_MS, "late_by_one_ms", "a hold lapses a millisecond behind its reserved_until") \
	BUG(WINDOW_LATE, "window_late", "a sale begins and ends a millisecond late") \
	BUG(SELL_BLOCKED, "sell_blocked", "whoever asks gets the seats of any channel") \
	BUG(TIE_OTHERWISE, "tie_otherwise", "of blocks that are alike the one of higher pos is best") \
	BUG(STALE_LAYOUT, "stale_layout", "best available goes by a batch that was not committed") \
	BUG(ONE_OVER_THE_LIMIT, "one_over_the_limit", "a customer may have one more than the limit") \
	BUG(KEEP_DROPPED, "keep_dropped", "a seat that leaves a reservation is not free") \
	BUG(DROPS_NOT_FREE, "drops_not_free", "a change's best and singles do not see its drops as free") \
	BUG(ADDED_AT_FIRST, "added_at_first", "a seat that is added was taken when its hold was made") \
	BUG(ADDED_IN_FRONT, "added_in_front", "seats that are added stand before those the hold had") \
	BUG(CHANGE_UNLIMITED, "change_unlimited", "a change asks for no limit of a customer") \
	BUG(CHANGE_ANY_TIME, "change_any_time", "what a change adds need not be on sale") \
	BUG(CHANGE_LAPSED, "change_lapsed", "a lapsed hold is changed while nobody took it") \
	BUG(CHANGE_NEW_CAP, "change_new_cap", "a change counts the longest hold from its own time") \
	BUG(CHANGE_TELLS_ALL, "change_tells_all", "events of a change list all that is in it") \
	BUG(KEPT_WRONG, "kept_wrong", "kept_seat_ids has what was given back, too") \
	BUG(PART_FREES_ALL, "part_frees_all", "a cancel of a part frees what is kept, too") \
	BUG(PART_STILL_COUNTS, "part_still_counts", "what is given back of a sale still counts") \
	BUG(AREA_ONE_OVER, "area_one_over", "an area gives one place more than it has room for") \
	BUG(LAPSED_NO_ROOM, "lapsed_no_room", "places that lapsed holds have are no room") \
	BUG(END_ONE_MORE, "end_one_more", "for places of an area one more lapsed hold ends") \
	BUG(PLACES_BACK_TWICE, "places_back_twice", "places that are given back are counted twice") \
	BUG(CAPACITY_AS_TAKEN, "capacity_as_taken", "as many places as are taken are too few") \
	BUG(AREA_KEEPS_PLACE, "area_keeps_place", "an area that comes again stands where it stood") \
	BUG(WRONG_DUPLICATE, "wrong_duplicate", "duplicate_of is the duplicate's own offset")

#endif
