/*
 * address.h - whose address counts for limits: section 3 of docs/http.md.
 *
 * An IPv4 address counts whole, of IPv6 the /64, which is what one household has.
 */
#ifndef HOLDFAST_GATEWAY_API_ADDRESS_H
#define HOLDFAST_GATEWAY_API_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/text.h"

/* IPv4 as IPv6: ::ffff:a.b.c.d. */
struct address {
	uint8_t bytes[16];
};

/* "127.0.0.1", "2001:db8::1", "[2001:db8::1]", one with a port as proxies write it. */
bool address_read(struct text text, struct address *address);
bool address_is_loopback(const struct address *address);
/* What it counts as: itself, or its /64. */
struct address address_group(const struct address *address);

struct address_range {
	struct address first;
	int bits; /* of 128 */
};

#define TRUSTED_PROXIES_MAX 100

/* --trusted-proxies. */
struct trusted_proxies {
	struct address_range list[TRUSTED_PROXIES_MAX];
	size_t count;
};
/* text: "10.0.0.0/8,2001:db8::/32,192.0.2.1"; RC_USAGE: the entry that is none, by number */
enum rc trusted_read(struct text text, struct trusted_proxies *proxies, struct err *e) NODISCARD;
bool trusted_has(const struct trusted_proxies *proxies, const struct address *address);

/*
 * The client's address: the peer's own, or where the peer is trusted the rightmost of
 * X-Forwarded-For that is no trusted one; of several such headers that of the last is the rightmost.
 *
 * peer       NULL: of a Unix socket, which has none and is trusted
 * forwarded  the headers' values joined by commas; data NULL: there is none
 * false: a trusted peer's header cannot be read; the peer's own address is left in `client`, or zeros
 */
bool address_of_client(const struct trusted_proxies *proxies, const struct address *peer,
                       struct text forwarded, struct address *client);

#endif
