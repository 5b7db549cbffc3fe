/*
 * Plans of houses. The first byte says how the seats of a seating plan are called. What is taken
 * must be fit for requests, and ranked within bounds.
 */
#include "admin/plan/hall.h"
#include "common/message/limits.h"
#include "common/message/name.h"
#include "tests/fuzz/fuzz.h"

static void check_seat(const struct hall_seat *seat)
{
	const struct place *p = &seat->place;

	FUZZ_CHECK(name_is_well_formed(seat->id));
	FUZZ_CHECK(!p->section.data || name_is_well_formed(p->section));
	FUZZ_CHECK(!p->category.data || name_is_well_formed(p->category));
	FUZZ_CHECK(!p->row.data || name_is_well_formed(p->row));
	FUZZ_CHECK(!p->row.data == !p->pos && p->pos >= 0 && p->pos <= POS_MAX);
	FUZZ_CHECK(p->rank >= (p->row.data ? 1 : 0) && p->rank <= PLACE_RANK_DEFAULT);
	FUZZ_CHECK(p->x >= 0 && p->x <= COORDINATE_MAX && p->y >= 0 && p->y <= COORDINATE_MAX);
	FUZZ_CHECK(p->flag_count <= PLACE_FLAG_COUNT);
}

void fuzz_hall(const uint8_t *data, size_t bytes)
{
	static const char *const names[] = {NULL, "{section} {row}/{number}"};
	static const struct focus none;
	const struct text plan = {(const char *)data + 1, bytes ? bytes - 1 : 0};
	struct hall hall = {0};
	struct buf told = {0};
	struct err e;
	enum rc rc;

	if (!bytes)
		return;
	rc = hall_read(&hall, plan, names[data[0] & 1], &e);
	FUZZ_CHECK(rc == RC_OK || rc == RC_USAGE);
	if (!rc && !hall.is_ranked) {
		FUZZ_CHECK(hall_rank(&hall, &none, &e) == RC_OK);
		for (size_t i = 0; i < hall.count; i++)
			check_seat(&hall.seats[i]);
		hall_describe(&hall, &told);
		FUZZ_CHECK(told.bytes > 0);
	}
	buf_release(&told);
	hall_release(&hall);
}
