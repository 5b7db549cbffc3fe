#include "gateway/topics/flights.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define HEADS_MIN 1024
#define HEADS_MAX 65536

struct place {
	struct flight flight;
	uint32_t generation; /* odd: taken */
	uint32_t next;       /* of those that are free; or of those whose sessions share a head */
};

struct partition {
	uint32_t count;
	int64_t oldest_ms, seen_ms; /* as of the last sweep; as of this one. INT64_MAX: none */
};

struct flights {
	struct flight_limits limits;
	uint64_t nonce;
	int64_t shed_ms;
	struct place *places;
	uint32_t room, used_places, free;
	size_t count;
	uint32_t *heads, head_mask; /* places of sessions, by their ids */
	int32_t partition_count;
	uint32_t swept; /* places that this sweep has looked at */
	struct partition partitions[];
};

/* As many as there are places, about. NULL: no memory */
static uint32_t *make_heads(struct flights *f)
{
	uint32_t count = HEADS_MIN, *heads;

	while (count < f->room && count < HEADS_MAX)
		count *= 2;
	heads = malloc(count * sizeof *heads);
	for (uint32_t i = 0; heads && i < count; i++)
		heads[i] = NONE;
	f->head_mask = count - 1;
	return heads;
}

struct flights *flights_open(const struct flight_limits *limits, int32_t partition_count,
                             uint64_t nonce, int64_t shed_ms)
{
	struct flights *f =
	    calloc(1, sizeof *f + (size_t)partition_count * sizeof f->partitions[0]);

	if (!f)
		return NULL;
	f->limits = *limits;
	f->room = limits->all ? limits->all : FLIGHTS_MOST;
	f->nonce = nonce;
	f->shed_ms = shed_ms;
	f->free = NONE;
	f->partition_count = partition_count;
	for (int32_t i = 0; i < partition_count; i++)
		f->partitions[i].oldest_ms = f->partitions[i].seen_ms = INT64_MAX;
	/* Untouched pages cost nothing. */
	f->places = calloc(f->room, sizeof *f->places);
	f->heads = make_heads(f);
	if (!f->places || !f->heads) {
		flights_close(f);
		return NULL;
	}
	return f;
}

void flights_close(struct flights *f)
{
	if (!f)
		return;
	free(f->heads);
	free(f->places);
	free(f);
}

/* ---- sessions ---- */

/* Ids are digests, or what a caller says: the nonce keeps him from choosing his place. */
static uint32_t *head_of(struct flights *f, const struct flight *flight)
{
	uint64_t id, more;

	memcpy(&id, flight->session, sizeof id);
	memcpy(&more, flight->session + sizeof id, sizeof more);
	id = (id ^ f->nonce) * UINT64_C(0x9e3779b97f4a7c15) ^ more;
	return &f->heads[(id ^ id >> 32) & f->head_mask];
}

/* Has the session as many under way as it may? */
static bool is_session_full(struct flights *f, const struct flight *flight)
{
	uint32_t count = 0;

	for (uint32_t at = *head_of(f, flight); at != NONE; at = f->places[at].next)
		count += !memcmp(f->places[at].flight.session, flight->session, FLIGHT_SESSION_BYTES);
	return count >= f->limits.a_session;
}

static void count_session(struct flights *f, uint32_t at)
{
	uint32_t *head = head_of(f, &f->places[at].flight);

	f->places[at].next = *head;
	*head = at;
}

static void uncount_session(struct flights *f, uint32_t at)
{
	uint32_t *link = head_of(f, &f->places[at].flight);

	while (*link != at)
		link = &f->places[*link].next;
	*link = f->places[at].next;
}

/* ---- places ---- */

static enum flight_refusal look_at(struct flights *f, const struct flight *flight)
{
	const struct partition *partition = &f->partitions[flight->partition];

	if (f->count >= f->room)
		return FLIGHT_ALL_TAKEN;
	if (f->limits.a_partition && partition->count >= f->limits.a_partition)
		return FLIGHT_PARTITION_TAKEN;
	if (flight->has_session && f->limits.a_session && is_session_full(f, flight))
		return FLIGHT_SESSION_TAKEN;
	if (f->shed_ms && partition->count && partition->oldest_ms != INT64_MAX &&
	    flight->since_ms - partition->oldest_ms > f->shed_ms)
		return FLIGHT_SHED;
	return FLIGHT_TAKEN;
}

_Static_assert(sizeof(void *) >= 8, "place and generation fit a token");

void *flight_token(const struct flight_id *id)
{
	uint64_t token;

	memcpy(&token, id->bytes + 8, sizeof token);
	return (void *)(uintptr_t)token;
}

struct flight_id flights_id(const struct flights *f, void *token)
{
	uint64_t number = (uintptr_t)token;
	struct flight_id id;

	memcpy(id.bytes, &f->nonce, 8);
	memcpy(id.bytes + 8, &number, 8);
	return id;
}

/* Of what stands behind the last slash. */
int64_t flight_place_offset(struct text place)
{
	int64_t offset = 0, scale = 1;
	size_t at = place.data ? place.bytes : 0;

	if (!at || place.data[at - 1] == '/')
		return -1;
	for (; at && place.data[at - 1] >= '0' && place.data[at - 1] <= '9' && scale <= INT64_MAX / 100;
	     at--, scale *= 10)
		offset += scale * (place.data[at - 1] - '0');
	return at && place.data[at - 1] == '/' ? offset : -1;
}

static void write_id(const struct flights *f, uint32_t place, struct flight_id *id)
{
	memcpy(id->bytes, &f->nonce, 8);
	memcpy(id->bytes + 8, &place, 4);
	memcpy(id->bytes + 12, &f->places[place].generation, 4);
}

enum flight_refusal flights_add(struct flights *f, const struct flight *flight,
                                struct flight_id *id)
{
	enum flight_refusal refusal;
	uint32_t at;

	assert(flight->partition >= 0 && flight->partition < f->partition_count);
	refusal = look_at(f, flight);
	if (refusal)
		return refusal;
	at = f->free;
	if (at == NONE)
		at = f->used_places++;
	else
		f->free = f->places[at].next;
	f->places[at].flight = *flight;
	if (flight->has_session && f->limits.a_session)
		count_session(f, at);
	f->places[at].generation++;
	f->partitions[flight->partition].count++;
	f->count++;
	write_id(f, at, id);
	return FLIGHT_TAKEN;
}

static struct place *place_of(struct flights *f, struct text id)
{
	uint32_t at, generation;

	if (id.bytes != FLIGHT_ID_BYTES || memcmp(id.data, &f->nonce, 8) != 0)
		return NULL;
	memcpy(&at, id.data + 8, 4);
	memcpy(&generation, id.data + 12, 4);
	if (at >= f->used_places || generation % 2 == 0 || f->places[at].generation != generation)
		return NULL;
	return &f->places[at];
}

struct flight *flights_find(struct flights *f, struct text id)
{
	struct place *place = place_of(f, id);

	return place ? &place->flight : NULL;
}

static void end(struct flights *f, struct place *place, struct flight *over)
{
	uint32_t at = (uint32_t)(place - f->places);

	*over = place->flight;
	if (over->has_session && f->limits.a_session)
		uncount_session(f, at);
	f->partitions[over->partition].count--;
	f->count--;
	place->generation++;
	place->next = f->free;
	f->free = at;
}

bool flights_end(struct flights *f, struct text id, struct flight *over)
{
	struct place *place = place_of(f, id);

	if (place)
		end(f, place, over);
	return place;
}

bool flights_find_late(struct flights *f, int64_t now_ms, struct flight *late)
{
	while (f->swept < f->used_places) {
		struct place *place = &f->places[f->swept++];
		struct flight *flight = &place->flight, over;
		struct partition *partition = &f->partitions[flight->partition];
		bool is_told = flight->is_told;

		if (place->generation % 2 == 0)
			continue;
		*late = *flight;
		flight->is_told = flight->is_told || flight->told_ms <= now_ms;
		if (flight->until_ms <= now_ms)
			end(f, place, &over);
		else if (flight->since_ms < partition->seen_ms)
			partition->seen_ms = flight->since_ms;
		if (!is_told && flight->is_told)
			return true;
	}
	f->swept = 0;
	for (int32_t i = 0; i < f->partition_count; i++) {
		f->partitions[i].oldest_ms = f->partitions[i].seen_ms;
		f->partitions[i].seen_ms = INT64_MAX;
	}
	return false;
}

size_t flights_count(const struct flights *f)
{
	return f->count;
}
