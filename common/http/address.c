#define _GNU_SOURCE /* accept4 */
#include "common/http/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

/* ---- ADDR:PORT ---- */

static bool is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits >= 1 && digits <= 5 && !text[digits] && strtoul(text, NULL, 10) <= UINT16_MAX;
}

/* An address in full, or the name of an IPv4 one: nobody is asked for what can be no name. */
static bool is_host(int family, const char *text)
{
	struct in6_addr unused;

	return inet_pton(family, text, &unused) == 1 ||
	       (family == AF_INET &&
	        strpbrk(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
}

/* NULL: it is not of that form, or no name. Release with freeaddrinfo. */
static struct addrinfo *find_address(const char *text)
{
	bool is_v6 = text[0] == '[';
	const struct addrinfo hints = {.ai_family = is_v6 ? AF_INET6 : AF_INET,
	                               .ai_socktype = SOCK_STREAM,
	                               .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	const char *begin = text + is_v6, *end = is_v6 ? strstr(text, "]:") : strchr(text, ':');
	const char *port = end ? end + is_v6 + 1 : NULL;
	struct addrinfo *found = NULL;
	char host[ADDRESS_BYTES];

	if (!end || (size_t)(end - begin) >= sizeof host)
		return NULL;
	snprintf(host, sizeof host, "%.*s", (int)(end - begin), begin);
	if (!is_port(port) || !is_host(hints.ai_family, host) ||
	    getaddrinfo(host, port, &hints, &found))
		return NULL;
	return found;
}

/* The address that a socket has, in the form of find_address. */
static bool print_address(struct address *a)
{
	struct sockaddr_storage address;
	socklen_t bytes = sizeof address;
	char host[INET6_ADDRSTRLEN], port[sizeof "65535"];

	if (getsockname(a->fd, (struct sockaddr *)&address, &bytes) ||
	    getnameinfo((struct sockaddr *)&address, bytes, host, sizeof host, port, sizeof port,
	                NI_NUMERICHOST | NI_NUMERICSERV))
		return false;
	snprintf(a->text, sizeof a->text, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
	         port);
	return true;
}

static bool listen_at(struct address *a, const struct addrinfo *found)
{
	const int yes = 1;

	a->fd = socket(found->ai_family, SOCK_STREAM | FLAGS, 0);
	/* A restart must not wait for the last one's connections to be forgotten. */
	return a->fd >= 0 && !setsockopt(a->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) &&
	       (found->ai_family != AF_INET6 ||
	        !setsockopt(a->fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes)) &&
	       !bind(a->fd, found->ai_addr, found->ai_addrlen) && !listen(a->fd, SOMAXCONN) &&
	       print_address(a);
}

/* ---- unix:PATH ---- */

/* Nobody listens at this socket any more: a program that was killed has left it. */
static bool is_left(const struct sockaddr_un *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | FLAGS, 0);
	struct stat file;
	bool is_left = fd >= 0 && !stat(path->sun_path, &file) && S_ISSOCK(file.st_mode) &&
	               connect(fd, (const struct sockaddr *)path, sizeof *path) && errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return is_left;
}

static bool listen_at_path(struct address *a, const struct sockaddr_un *path)
{
	bool is_bound;

	a->fd = socket(AF_UNIX, SOCK_STREAM | FLAGS, 0);
	if (a->fd < 0)
		return false;
	is_bound = !bind(a->fd, (const struct sockaddr *)path, sizeof *path);
	if (!is_bound && errno == EADDRINUSE) {
		if (is_left(path) && !unlink(path->sun_path))
			is_bound = !bind(a->fd, (const struct sockaddr *)path, sizeof *path);
		else
			errno = EADDRINUSE;
	}
	snprintf(a->text, sizeof a->text, ADDRESS_UNIX "%s", path->sun_path);
	return is_bound && !listen(a->fd, SOMAXCONN);
}

/* ---- either ---- */

static enum rc fail(struct address *a, const char *option, const char *listen, struct err *e)
{
	int cause = errno;

	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
	err_set(e, RC_USAGE, FROM_SETTINGS, "%s: cannot listen at %s: %s", option, listen,
	        strerror(cause));
	errno = cause;
	return e->rc;
}

static enum rc open_path(struct address *a, const char *option, const char *listen, struct err *e)
{
	struct sockaddr_un path = {.sun_family = AF_UNIX};
	const char *name = listen + strlen(ADDRESS_UNIX);

	if (!*name || strlen(name) >= sizeof path.sun_path)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s: the path of \"%s\" must have 1 to %zu bytes",
		               option, listen, sizeof path.sun_path - 1);
	memcpy(path.sun_path, name, strlen(name));
	return listen_at_path(a, &path) ? RC_OK : fail(a, option, listen, e);
}

enum rc address_open(struct address *address, const char *option, const char *listen,
                     bool *is_taken, struct err *e)
{
	struct addrinfo *found;
	enum rc rc = RC_OK;

	*address = (struct address){.fd = -1};
	errno = 0;
	if (!strncmp(listen, ADDRESS_UNIX, strlen(ADDRESS_UNIX))) {
		rc = open_path(address, option, listen, e);
	} else {
		found = find_address(listen);
		if (!found)
			rc = err_set(e, RC_USAGE, FROM_SETTINGS,
			             "%s: \"%s\" is not ADDR:PORT with an IPv4 address, the name of one, or an "
			             "IPv6 address in brackets, nor " ADDRESS_UNIX "PATH", option, listen);
		else if (!listen_at(address, found))
			rc = fail(address, option, listen, e);
		if (found)
			freeaddrinfo(found);
	}
	*is_taken = rc && errno == EADDRINUSE;
	return rc;
}

void address_close(struct address *address)
{
	if (address->fd < 0)
		return;
	close(address->fd);
	address->fd = -1;
	if (!strncmp(address->text, ADDRESS_UNIX, strlen(ADDRESS_UNIX)))
		(void)unlink(address->text + strlen(ADDRESS_UNIX));
}

/* ---- clients ---- */

static struct http_peer peer_of(const struct sockaddr_storage *address)
{
	static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff}, own[16] = {[15] = 1};
	struct http_peer peer = {.is_unix = address->ss_family == AF_UNIX};

	if (address->ss_family == AF_INET) {
		memcpy(peer.address, v4, sizeof v4);
		memcpy(peer.address + sizeof v4, &((const struct sockaddr_in *)address)->sin_addr, 4);
	} else if (address->ss_family == AF_INET6) {
		memcpy(peer.address, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
	}
	peer.is_loopback = !memcmp(peer.address, own, sizeof own) ||
	                   (!memcmp(peer.address, v4, sizeof v4) && peer.address[sizeof v4] == 127);
	return peer;
}

int address_accept(const struct address *address, struct http_peer *peer)
{
	struct sockaddr_storage from = {0};
	socklen_t bytes = sizeof from;
	const int yes = 1;
	int fd = accept4(address->fd, (struct sockaddr *)&from, &bytes, FLAGS);

	if (fd < 0)
		return -1;
	*peer = peer_of(&from);
	if (!peer->is_unix)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return fd;
}
