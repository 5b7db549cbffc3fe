/*
 * throttle.h - who asks too often: an address, a session, an API key. Section 3 of docs/http.md.
 *
 * Threads: any.
 */
#ifndef HOLDFAST_GATEWAY_THROTTLE_H
#define HOLDFAST_GATEWAY_THROTTLE_H

#include "common/base/err.h"
#include "gateway/api/address.h"
#include "gateway/api/buckets.h"
#include "gateway/api/crowd.h"
#include "gateway/api/session.h"

enum throttle_kind {
	THROTTLE_ADDRESS_MUTATIONS,
	THROTTLE_ADDRESS_READS,
	THROTTLE_ADDRESS_SESSIONS,
	THROTTLE_ADDRESS_WRONG_KEYS,
	THROTTLE_SESSION_MUTATIONS,
	THROTTLE_SESSION_WRONG_KEYS,
	THROTTLE_KEY_REQUESTS,
	THROTTLE_COUNT
};
const char *throttle_name(enum throttle_kind kind); /* "address_mutations" ... */

struct throttle;

/* viewers_max: at once, of one address; 0: no limit */
enum rc throttle_open(struct throttle **throttle, const struct bucket_limit limits[THROTTLE_COUNT],
                      uint32_t viewers_max, struct err *e) NODISCARD;
void throttle_close(struct throttle *throttle); /* takes NULL */

/* What is counted: an address, or any text, of which a digest is kept. */
struct throttle_key {
	uint8_t bytes[BUCKET_KEY_BYTES];
};
struct throttle_key throttle_address(const struct address *address);
struct throttle_key throttle_text(struct text text);

/*
 * May it once more? Counts it; throttle_may only looks.
 *
 * retry_ms  where false: until it may
 */
bool throttle_take(struct throttle *throttle, enum throttle_kind kind,
                   const struct throttle_key *key, int64_t *retry_ms);
bool throttle_may(struct throttle *throttle, enum throttle_kind kind,
                  const struct throttle_key *key, int64_t *retry_ms);
/* The same by a rate of the key's own: requests a second, and twice as many at once. */
bool throttle_take_at(struct throttle *throttle, enum throttle_kind kind,
                      const struct throttle_key *key, int32_t per_s, int64_t *retry_ms);

/* One more viewer of an address. Returns what throttle_leave takes; 0: too many, or no memory */
uint32_t throttle_enter(struct throttle *throttle, const struct throttle_key *key);
void throttle_leave(struct throttle *throttle, uint32_t place); /* takes 0 */

#endif
