/*
 * address.h - where the door listens: an address and a port, or the path of a Unix socket.
 */
#ifndef HOLDFAST_HTTP_ADDRESS_H
#define HOLDFAST_HTTP_ADDRESS_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/http/handler.h"

#define ADDRESS_BYTES 128
#define ADDRESS_UNIX "unix:"

struct address {
	int fd;                   /* listens, never blocks; -1: closed */
	char text[ADDRESS_BYTES]; /* in the form of http_settings.listen, as it came to be */
};

/*
 * Listen at ADDR:PORT with an IPv4 address, the name of one, or an IPv6 address in brackets; or at
 * unix:PATH. A socket that nobody listens at any more is replaced.
 *
 * option    the flag that it comes from: errors begin with it
 * is_taken  somebody listens there
 *
 * RC_USAGE  not of that form, or nothing can listen there
 */
enum rc address_open(struct address *address, const char *option, const char *listen,
                     bool *is_taken, struct err *e) NODISCARD;
void address_close(struct address *address); /* takes a closed one */

/*
 * The next client that waits there; its socket never blocks.
 *
 * -1: none, or errno says why not
 */
int address_accept(const struct address *address, struct http_peer *peer);

#endif
