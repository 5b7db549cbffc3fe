/*
 * keys.h - the API keys of a file: who may do what, known by digests alone. Section 1 of
 * docs/http.md.
 *
 * A line each as key_line.h has it. Blank lines and those that begin with # are left out.
 */
#ifndef HOLDFAST_GATEWAY_API_KEYS_H
#define HOLDFAST_GATEWAY_API_KEYS_H

#include <stdbool.h>

#include "common/base/digest.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/message/key_line.h"
#include "gateway/api/roles.h"

#define KEYS_MAX 10000
#define KEY_RATE_MAX 1000000

struct api_key {
	struct text name;      /* an id */
	enum role role;        /* ROLE_CHECKOUT or ROLE_OWNER */
	uint8_t hash[SHA256_BYTES];
	struct text show_prefix; /* bytes 0: any show */
	int32_t rate;          /* requests a second; 0: the gateway's own limit */
};

struct keys;

/* text: the whole file, copied. RC_USAGE: the line and what is wrong there; no digest is quoted. */
enum rc keys_read(struct keys **keys, struct text text, struct err *e) NODISCARD;
void keys_release(struct keys *keys); /* takes NULL */
size_t keys_count(const struct keys *keys); /* NULL: 0 */

/* NULL: no such key. It lives as long as `keys`, which may be NULL. */
const struct api_key *keys_find(const struct keys *keys, struct text key);
bool key_covers_show(const struct api_key *key, struct text show_id);

#endif
