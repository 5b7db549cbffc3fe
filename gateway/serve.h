/*
 * serve.h - what the door hands over: each request to whom it belongs, by path and method.
 */
#ifndef HOLDFAST_GATEWAY_SERVE_H
#define HOLDFAST_GATEWAY_SERVE_H

#include "gateway/gateway.h"

/* A handler of the door, whose context is the gateway. */
struct http_handler serve_handler(struct gateway *gateway);

#endif
