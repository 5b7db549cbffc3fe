#include "gateway/api/origin.h"

#include <string.h>

static bool begins_with(struct text t, const char *prefix)
{
	size_t bytes = strlen(prefix);

	return t.bytes >= bytes && !memcmp(t.data, prefix, bytes);
}

/* Host and port of an origin; data NULL: it has no such form. */
static struct text host_of(struct text origin)
{
	size_t skip = begins_with(origin, "https://") ? 8 : begins_with(origin, "http://") ? 7 : 0;

	if (!skip || origin.bytes == skip)
		return (struct text){NULL, 0};
	return (struct text){origin.data + skip, origin.bytes - skip};
}

bool origin_is_well_formed(struct text origin)
{
	struct text host = host_of(origin);

	if (!host.data)
		return false;
	for (size_t i = 0; i < host.bytes; i++) {
		char c = host.data[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!is_letter && c != '.' && c != '-' && c != ':' && c != '[' && c != ']')
			return false;
	}
	return true;
}

/* Without the port that the origin's scheme has anyway. */
static struct text without_port(struct text host, struct text origin)
{
	const char *port = begins_with(origin, "https:") ? ":443" : ":80";
	size_t bytes = strlen(port);

	if (host.bytes > bytes && !memcmp(host.data + host.bytes - bytes, port, bytes))
		host.bytes -= bytes;
	return host;
}

static bool is_same_host(struct text a, struct text b)
{
	if (a.bytes != b.bytes)
		return false;
	for (size_t i = 0; i < a.bytes; i++) {
		char x = a.data[i], y = b.data[i];

		x = (char)(x >= 'A' && x <= 'Z' ? x + 'a' - 'A' : x);
		y = (char)(y >= 'A' && y <= 'Z' ? y + 'a' - 'A' : y);
		if (x != y)
			return false;
	}
	return true;
}

enum origin_kind origin_of(const struct origins *origins, const struct origin_headers *headers)
{
	const struct text origin = headers->origin, site = headers->fetch_site;
	struct text host;

	if (!origin.data) {
		bool is_own = !site.data || text_same(site, text_of("same-origin")) ||
		              text_same(site, text_of("none"));

		return is_own ? ORIGIN_NONE : ORIGIN_FOREIGN;
	}
	if (origins->own.data && text_same(origin, origins->own))
		return ORIGIN_OWN;
	for (size_t i = 0; i < origins->count; i++)
		if (text_same(origin, origins->list[i]))
			return ORIGIN_LISTED;
	host = host_of(origin);
	if (!host.data || !headers->host.data)
		return ORIGIN_FOREIGN;
	return is_same_host(without_port(host, origin), without_port(headers->host, origin))
	           ? ORIGIN_OWN : ORIGIN_FOREIGN;
}
