#include "gateway/throttle.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/base/wait.h"

#define BUCKETS_MAX 65536 /* of each kind */

struct throttle {
	struct wait lock;
	struct bucket_limit limits[THROTTLE_COUNT];
	struct buckets *buckets[THROTTLE_COUNT];
	struct crowd *viewers;
};

static const char *const names[THROTTLE_COUNT] = {
    [THROTTLE_ADDRESS_MUTATIONS] = "address_mutations",
    [THROTTLE_ADDRESS_READS] = "address_reads",
    [THROTTLE_ADDRESS_SESSIONS] = "address_sessions",
    [THROTTLE_ADDRESS_WRONG_KEYS] = "address_wrong_keys",
    [THROTTLE_SESSION_MUTATIONS] = "session_mutations",
    [THROTTLE_SESSION_WRONG_KEYS] = "session_wrong_keys",
    [THROTTLE_KEY_REQUESTS] = "key_requests",
};

const char *throttle_name(enum throttle_kind kind)
{
	return names[kind];
}

enum rc throttle_open(struct throttle **throttle, const struct bucket_limit limits[THROTTLE_COUNT],
                      uint32_t viewers_max, struct err *e)
{
	struct throttle *t = calloc(1, sizeof *t);
	uint64_t seed;

	*throttle = NULL;
	if (!t)
		return err_out_of_memory(e);
	wait_open(&t->lock);
	memcpy(t->limits, limits, sizeof t->limits);
	for (int i = 0; i < THROTTLE_COUNT; i++) {
		if (!random_fill(&seed, sizeof seed) ||
		    !(t->buckets[i] = buckets_open(BUCKETS_MAX, seed))) {
			throttle_close(t);
			return err_out_of_memory(e);
		}
	}
	t->viewers = crowd_open(viewers_max);
	if (!t->viewers) {
		throttle_close(t);
		return err_out_of_memory(e);
	}
	*throttle = t;
	return RC_OK;
}

void throttle_close(struct throttle *throttle)
{
	if (!throttle)
		return;
	for (int i = 0; i < THROTTLE_COUNT; i++)
		buckets_close(throttle->buckets[i]);
	crowd_close(throttle->viewers);
	wait_close(&throttle->lock);
	free(throttle);
}

struct throttle_key throttle_address(const struct address *address)
{
	struct address group = address_group(address);
	struct throttle_key key;

	memcpy(key.bytes, group.bytes, sizeof key.bytes);
	return key;
}

struct throttle_key throttle_text(struct text text)
{
	uint8_t digest[SHA256_BYTES];
	struct throttle_key key;

	sha256(digest, &text, 1);
	memcpy(key.bytes, digest, sizeof key.bytes);
	return key;
}

typedef bool ask(struct buckets *, const uint8_t *, struct bucket_limit, int64_t, int64_t *);

static bool ask_locked(struct throttle *t, ask *how, enum throttle_kind kind,
                       const struct throttle_key *key, struct bucket_limit limit,
                       int64_t *retry_ms)
{
	bool may;

	wait_lock(&t->lock);
	may = how(t->buckets[kind], key->bytes, limit, clock_monotonic_ms(), retry_ms);
	wait_unlock(&t->lock);
	return may;
}

bool throttle_take(struct throttle *t, enum throttle_kind kind, const struct throttle_key *key,
                   int64_t *retry_ms)
{
	return ask_locked(t, buckets_take, kind, key, t->limits[kind], retry_ms);
}

bool throttle_may(struct throttle *t, enum throttle_kind kind, const struct throttle_key *key,
                  int64_t *retry_ms)
{
	return ask_locked(t, buckets_has, kind, key, t->limits[kind], retry_ms);
}

bool throttle_take_at(struct throttle *t, enum throttle_kind kind, const struct throttle_key *key,
                      int32_t per_s, int64_t *retry_ms)
{
	const struct bucket_limit limit = {per_s, 1000, 2 * per_s};

	return ask_locked(t, buckets_take, kind, key, limit, retry_ms);
}

uint32_t throttle_enter(struct throttle *t, const struct throttle_key *key)
{
	uint32_t place;

	wait_lock(&t->lock);
	place = crowd_enter(t->viewers, key->bytes);
	wait_unlock(&t->lock);
	return place;
}

void throttle_leave(struct throttle *t, uint32_t place)
{
	if (!place)
		return;
	wait_lock(&t->lock);
	crowd_leave(t->viewers, place);
	wait_unlock(&t->lock);
}
