/*
 * roles.h - who may ask for what: the one table of roles and operations.
 */
#ifndef HOLDFAST_GATEWAY_API_ROLES_H
#define HOLDFAST_GATEWAY_API_ROLES_H

#include <stdbool.h>

#include "common/base/text.h"
#include "common/message/key_line.h"
#include "common/message/request_types.h"

/* In the order of what they may: each may all that those before it may. */
#define ROLE_CONSTANT(constant, name) constant,
enum role {
	ROLE_BROWSER, /* without a key */
	KEY_ROLES(ROLE_CONSTANT)
	ROLE_COUNT
};
#undef ROLE_CONSTANT

const char *role_name(enum role role); /* "browser", "checkout", "owner" */
/* Of a key: "checkout", a shop's server, or "owner", an organiser's. false: it is none of them. */
bool role_read(struct text name, enum role *role);

/*
 * May it have a request of this type published? A browser may not say that it has paid.
 *
 * is_demo  --demo: browsers may confirm
 */
bool role_may_request(enum role role, enum request_type type, bool is_demo);
bool role_may_name_customer(enum role role);
/* Look at any session's reservation, not only at its own. */
bool role_may_see_all(enum role role);

#endif
