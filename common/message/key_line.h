/*
 * key_line.h - a line of a gateway's file of API keys, as holdfast-admin writes and the gateway reads
 * it: `name role sha256-of-the-key-in-hex show-id-prefix|* [requests a second]`.
 */
#ifndef HOLDFAST_MESSAGE_KEY_LINE_H
#define HOLDFAST_MESSAGE_KEY_LINE_H

#define KEY_NAME_BYTES_MAX 64

/* The roles of keys, in the order of what they may: X(constant, as the file has it). */
#define KEY_ROLES(X)            \
	X(ROLE_CHECKOUT, "checkout") \
	X(ROLE_OWNER, "owner")
#define KEY_ROLES_TEXT "checkout or owner"

#endif
