#define HASH_NONFATAL_OOM 1
#include "gateway/topics/flights.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define NONE UINT32_MAX

struct place {
	struct flight flight;
	uint32_t generation; /* odd: taken */
	uint32_t next_free;
};

/* How many a session has under way. */
struct session {
	uint8_t id[FLIGHT_SESSION_BYTES];
	uint32_t count;
	UT_hash_handle hh;
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
	struct session *sessions;
	int32_t partition_count;
	uint32_t swept; /* places that this sweep has looked at */
	struct partition partitions[];
};

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
	if (!f->places) {
		free(f);
		return NULL;
	}
	return f;
}

void flights_close(struct flights *f)
{
	struct session *session, *next;

	if (!f)
		return;
	HASH_ITER(hh, f->sessions, session, next) {
		HASH_DELETE(hh, f->sessions, session);
		free(session);
	}
	free(f->places);
	free(f);
}

static struct session *find_session(const struct flights *f, const struct flight *flight)
{
	struct session *session = NULL;

	HASH_FIND(hh, f->sessions, flight->session, FLIGHT_SESSION_BYTES, session);
	return session;
}

/* false: no memory */
static bool count_session(struct flights *f, const struct flight *flight)
{
	struct session *session = find_session(f, flight);

	if (!session) {
		session = calloc(1, sizeof *session);
		if (!session)
			return false;
		memcpy(session->id, flight->session, FLIGHT_SESSION_BYTES);
		HASH_ADD(hh, f->sessions, id, FLIGHT_SESSION_BYTES, session);
		if (!session->hh.tbl) {
			free(session);
			return false;
		}
	}
	session->count++;
	return true;
}

static void uncount_session(struct flights *f, const struct flight *flight)
{
	struct session *session = find_session(f, flight);

	if (session && --session->count == 0) {
		HASH_DELETE(hh, f->sessions, session);
		free(session);
	}
}

static enum flight_refusal look_at(const struct flights *f, const struct flight *flight)
{
	const struct partition *partition = &f->partitions[flight->partition];
	const struct session *session;

	if (f->count >= f->room)
		return FLIGHT_ALL_TAKEN;
	if (f->limits.a_partition && partition->count >= f->limits.a_partition)
		return FLIGHT_PARTITION_TAKEN;
	if (flight->has_session && f->limits.a_session) {
		session = find_session(f, flight);
		if (session && session->count >= f->limits.a_session)
			return FLIGHT_SESSION_TAKEN;
	}
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
	if (flight->has_session && !count_session(f, flight))
		return FLIGHT_ALL_TAKEN;
	at = f->free;
	if (at == NONE)
		at = f->used_places++;
	else
		f->free = f->places[at].next_free;
	f->places[at].flight = *flight;
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
	*over = place->flight;
	if (over->has_session)
		uncount_session(f, over);
	f->partitions[over->partition].count--;
	f->count--;
	place->generation++;
	place->next_free = f->free;
	f->free = (uint32_t)(place - f->places);
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
