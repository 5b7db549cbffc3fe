#include "audit/fold/part.h"

#include <assert.h>
#include <string.h>

#include "audit/fold/ruling.h"

static bool names_seat(const struct named_part *named, const struct seat *seat)
{
	for (size_t i = 0; i < named->seat_count; i++)
		if (text_same(named->seat_ids[i], seat->id))
			return true;
	return false;
}

/* Of a list; 0: it is not on it. */
static int32_t count_of(const struct area_count *areas, size_t count, struct text area_id)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(areas[i].area_id, area_id))
			return areas[i].count;
	return 0;
}

static bool refuse_what_is_not_in_it(struct fold *fold, const struct reservation *r,
                                     const struct named_part *named)
{
	for (size_t i = 0; i < named->seat_count; i++) {
		const struct seat *seat = show_find_seat(fold->show, named->seat_ids[i]);

		if ((!seat || seat->holder != r) && !refuse_name(fold, named->seat_ids[i]))
			return false;
	}
	for (size_t i = 0; i < named->area_count; i++) {
		const struct area_count *area = &named->areas[i];

		if (area->count > count_of(r->areas, r->area_count, area->area_id) &&
		    !refuse_area(fold, area->area_id, area->count))
			return false;
	}
	return true;
}

bool part_find(struct fold *fold, const struct reservation *r, const struct named_part *named,
               struct part *part)
{
	*part = (struct part){.seat_count = 0};
	for (size_t i = 0; i < r->seat_count; i++) {
		assert(r->seats[i]->holder == r);
		if (names_seat(named, r->seats[i]))
			part->seats[part->seat_count++] = r->seats[i];
	}
	part->places = (int64_t)part->seat_count;
	for (size_t i = 0; i < r->area_count; i++) {
		int32_t count = count_of(named->areas, named->area_count, r->areas[i].area_id);

		if (count == 0)
			continue;
		part->areas[part->area_count++] = (struct area_count){r->areas[i].area_id, count};
		part->places += count;
	}
	return refuse_what_is_not_in_it(fold, r, named);
}

bool part_give_back(struct fold *fold, struct reservation *r, const struct part *part,
                    int64_t offset)
{
	struct arena *memory = &fold->model.memory;

	for (size_t i = 0; i < part->seat_count; i++)
		seat_free(part->seats[i], offset);
	return reservation_move_seats(memory, r, part->seats, part->seat_count, NULL, 0, offset) &&
	       reservation_move_places(memory, r, part->areas, part->area_count, NULL, 0, offset);
}

bool part_note(struct fold *fold, enum event_kind kind, const struct reservation *r,
               const struct part *part)
{
	struct part *kept = arena_take(&fold->arena, sizeof *kept);
	struct change *change;

	if (!kept)
		return false;
	*kept = *part;
	change = note(fold, kind, r);
	change->is_change = true;
	change->seats = kept->seats;
	change->seat_count = kept->seat_count;
	change->areas = kept->areas;
	change->area_count = kept->area_count;
	return true;
}
