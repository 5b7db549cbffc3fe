/*
 * routes.h - what is served at which path.
 */
#ifndef HOLDFAST_GATEWAY_API_ROUTES_H
#define HOLDFAST_GATEWAY_API_ROUTES_H

#include <stdbool.h>

#include "common/base/text.h"
#include "common/message/request_types.h"

enum route {
	ROUTE_NONE, /* nothing is there */
#define ROUTE(symbol, name, method, path, type) ROUTE_##symbol,
#include "gateway/api/routes.def"
	ROUTE_PROBLEM, /* /problems/<reason> */
	ROUTE_SHOWS,   /* what the demo lists */
	ROUTE_PAGE,    /* what is served as it is: /, /demo/..., the seat map */
	ROUTE_COUNT
};

enum route route_of(struct text path);
const char *route_path(enum route route);
const char *route_method(enum route route); /* "GET" (then HEAD, too) or "POST" */
/* For metrics and logs: "reserve", "check"; "" of ROUTE_NONE. */
const char *route_name(enum route route);
/* What it has published; REQUEST_NONE: nothing, or what the body says. */
enum request_type route_type(enum route route);
/* May it change anything? Of POST. */
bool route_is_mutation(enum route route);
/* Is what it answers JSON, always? */
bool route_is_json(enum route route);
/* Does it show a map, which is for everybody but pages of unknown origins? */
bool route_is_map(enum route route);

#endif
