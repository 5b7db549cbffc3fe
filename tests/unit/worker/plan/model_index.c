/* Where a row of the model stands. Two of one hash there are none. */
#include "tests/unit/worker/plan/model_rows.h"

#define SLOTS_AT_FIRST 256

struct text model_id(const struct uuid *id)
{
	return (struct text){(const char *)id->bytes, sizeof id->bytes};
}

static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
	for (const unsigned char *at = data; bytes > 0; at++, bytes--)
		hash = (hash ^ *at) * UINT64_C(0x100000001B3); /* FNV-1a */
	return hash;
}

static uint64_t hash_of(enum model_table table, struct text show_id, struct text id)
{
	uint64_t hash = mix(UINT64_C(0xCBF29CE484222325), &table, sizeof table);

	hash = mix(hash, show_id.data, show_id.bytes);
	hash = mix(hash, "", 1);
	return mix(hash, id.data, id.bytes);
}

/* The hash's own, or the first free one where it would be. */
static struct model_slot *slot_of(const struct model *m, uint64_t hash)
{
	size_t at = (size_t)hash & (m->slots_max - 1);

	while (m->slots[at].is_taken && m->slots[at].hash != hash)
		at = (at + 1) & (m->slots_max - 1);
	return &m->slots[at];
}

size_t model_find(const struct model *m, enum model_table table, struct text show_id, struct text id)
{
	const struct model_slot *slot;

	if (!m->slots_max)
		return SIZE_MAX;
	slot = slot_of(m, hash_of(table, show_id, id));
	return slot->is_taken ? slot->row : SIZE_MAX;
}

static void grow(struct model *m)
{
	struct model_slot *former = m->slots;
	size_t count = m->slots_max;

	m->slots_max = count ? 2 * count : SLOTS_AT_FIRST;
	m->slots = calloc(m->slots_max, sizeof m->slots[0]);
	assert_non_null(m->slots);
	for (size_t i = 0; i < count; i++)
		if (former[i].is_taken)
			*slot_of(m, former[i].hash) = former[i];
	free(former);
}

void model_index(struct model *m, enum model_table table, struct text show_id, struct text id,
                     size_t row)
{
	struct model_slot *slot;

	if (2 * m->slots_taken >= m->slots_max)
		grow(m);
	slot = slot_of(m, hash_of(table, show_id, id));
	m->slots_taken += !slot->is_taken;
	*slot = (struct model_slot){hash_of(table, show_id, id), row, true};
}

void model_delete_seat(struct model *m, struct text show_id, struct text seat_id)
{
	struct model_seat *seat = model_seat(m, show_id, seat_id);

	assert_non_null(seat);
	model_index(m, MODEL_SEAT, show_id, seat_id, SIZE_MAX);
	*seat = m->seats[--m->seat_count];
	if (seat < &m->seats[m->seat_count])
		model_index(m, MODEL_SEAT, seat->show_id, seat->seat_id, (size_t)(seat - m->seats));
}
