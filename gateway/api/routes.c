#include "gateway/api/routes.h"

#include <string.h>

#define PROBLEMS "/problems/"
#define DEMO "/demo/"
#define SEAT_MAP "/holdfast-seat-map.js"

struct row {
	const char *method, *path, *name;
	enum request_type type;
};

static const struct row rows[ROUTE_COUNT] = {
    [ROUTE_NONE] = {"GET", "", "", REQUEST_NONE},
#define ROUTE(symbol, name, method, path, type) [ROUTE_##symbol] = {method, path, name, REQUEST_##type},
#include "gateway/api/routes.def"
    [ROUTE_PROBLEM] = {"GET", PROBLEMS, "problem", REQUEST_NONE},
    [ROUTE_SHOWS] = {"GET", "/demo/shows.json", "shows", REQUEST_NONE},
    [ROUTE_PAGE] = {"GET", DEMO, "page", REQUEST_NONE},
};

static bool begins_with(struct text t, const char *prefix)
{
	size_t bytes = strlen(prefix);

	return t.bytes > bytes && !memcmp(t.data, prefix, bytes);
}

enum route route_of(struct text path)
{
	for (int i = ROUTE_NONE + 1; i < ROUTE_PROBLEM; i++)
		if (text_same(path, text_of(rows[i].path)))
			return (enum route)i;
	if (begins_with(path, PROBLEMS))
		return ROUTE_PROBLEM;
	if (text_same(path, text_of(rows[ROUTE_SHOWS].path)))
		return ROUTE_SHOWS;
	return text_same(path, text_of("/")) || text_same(path, text_of(DEMO)) ||
	               text_same(path, text_of(SEAT_MAP)) || begins_with(path, DEMO)
	           ? ROUTE_PAGE
	           : ROUTE_NONE;
}

const char *route_path(enum route route)
{
	return rows[route].path;
}

const char *route_method(enum route route)
{
	return rows[route].method;
}

const char *route_name(enum route route)
{
	return rows[route].name;
}

enum request_type route_type(enum route route)
{
	return rows[route].type;
}

bool route_is_mutation(enum route route)
{
	return rows[route].method[0] == 'P';
}

bool route_is_json(enum route route)
{
	return route > ROUTE_SESSION && route <= ROUTE_OPEN && route != ROUTE_LIVE;
}

bool route_is_map(enum route route)
{
	return route == ROUTE_SEAT_MAP || route == ROUTE_LAYOUT || route == ROUTE_LIVE;
}
