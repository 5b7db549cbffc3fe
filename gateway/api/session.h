/*
 * session.h - whose session a request is of, and how that stands in the topic: section 1 of
 * docs/http.md.
 *
 * What a browser or a shop's server shows is never what stands in the topic: who can read that can
 * take over no browser's session, and the value of a header cannot be made to count as a cookie.
 */
#ifndef HOLDFAST_GATEWAY_API_SESSION_H
#define HOLDFAST_GATEWAY_API_SESSION_H

#include "common/base/base64url.h"
#include "common/base/digest.h"
#include "common/base/text.h"

#define COOKIE_BYTES 24 /* at random */
#define COOKIE_CHARS BASE64URL_CHARS(COOKIE_BYTES)
#define COOKIE_SECONDS 86400
#define SESSION_CHARS BASE64URL_CHARS(SHA256_BYTES)
#define SESSION_HEADER_CHARS_MIN 16

/* A session_id as it stands in the topic, with a NUL. */
struct topic_session {
	char text[SESSION_CHARS + 1];
};

struct topic_session session_of_cookie(struct text value);
struct topic_session session_of_header(struct text value);

/* Holdfast-Session: a secret of at least SESSION_HEADER_CHARS_MIN characters. */
bool session_header_is_fit(struct text value);
/* Holdfast-Token: a session as it stands in the topic. */
bool session_token_is_fit(struct text value);

/* What a Cookie header says. */
enum cookie_found { COOKIE_NONE, COOKIE_ONE, COOKIE_TWO };
/*
 * Look for the cookie of that name. A value that is not as this gateway makes them counts as absent.
 *
 * value  borrowed; set where COOKIE_ONE
 */
enum cookie_found cookie_find(struct text header, const char *name, struct text *value);

#endif
