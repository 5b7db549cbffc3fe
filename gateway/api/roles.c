#include "gateway/api/roles.h"

#define NAME(constant, name) [constant] = name,
static const char *const names[ROLE_COUNT] = {[ROLE_BROWSER] = "browser", KEY_ROLES(NAME)};
#undef NAME

const char *role_name(enum role role)
{
	return names[role];
}

bool role_read(struct text name, enum role *role)
{
	for (int i = ROLE_CHECKOUT; i < ROLE_COUNT; i++)
		if (text_same(name, text_of(names[i]))) {
			*role = (enum role)i;
			return true;
		}
	return false;
}

/* The least role that may. */
static enum role role_for(enum request_type type, bool is_demo)
{
	if (type == REQUEST_CONFIRM)
		return is_demo ? ROLE_BROWSER : ROLE_CHECKOUT;
	return request_sender_of(type) == SENDER_CUSTOMER ? ROLE_BROWSER : ROLE_OWNER;
}

bool role_may_request(enum role role, enum request_type type, bool is_demo)
{
	return type != REQUEST_NONE && request_sender_of(type) != SENDER_PIPELINE &&
	       role >= role_for(type, is_demo);
}

bool role_may_name_customer(enum role role)
{
	return role >= ROLE_CHECKOUT;
}

bool role_may_see_all(enum role role)
{
	return role >= ROLE_OWNER;
}
