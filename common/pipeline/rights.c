#include "common/pipeline/rights.h"

#include <stdio.h>
#include <string.h>

#include "common/pipeline/conditions.h"

#define COLUMNS 100 /* of what is printed */

/* ---- Kafka ---- */

enum {
	REQUESTS = 1,
	REPLIES = 2,
	EVENTS = 4,
	DEAD_LETTERS = 8,
	TOPICS = REQUESTS | REPLIES | EVENTS | DEAD_LETTERS,
	REPLY_TOPICS = 16,
	GROUP = 32,
	TRANSACTIONS = 64,
};

static const struct acl_row {
	const char *user, *operation;
	unsigned on;
} acl_rows[] = {
#define ACL(user, operation, on) {"holdfast_" user, operation, on},
#include "common/pipeline/acls.def"
#undef ACL
};

#define ACL_ROWS (sizeof acl_rows / sizeof acl_rows[0])

/* The resource of the row with that number among them; false: it has no more. */
static bool resource_at(const struct acl_names *names, unsigned on, size_t n, struct acl *acl)
{
	const char *topics[] = {names->topics.requests, names->topics.replies, names->topics.events,
	                        names->topics.dead_letters};
	size_t more = names->reply_topics && on & REPLY_TOPICS ? names->reply_topics->count : 0;

	acl->kind = on & GROUP ? ACL_GROUP : on & TRANSACTIONS ? ACL_TRANSACTIONAL_ID : ACL_TOPIC;
	acl->is_prefix = acl->kind == ACL_TRANSACTIONAL_ID;
	if (acl->kind == ACL_GROUP)
		snprintf(acl->name, sizeof acl->name, "%s", names->group_id);
	else if (acl->kind == ACL_TRANSACTIONAL_ID)
		snprintf(acl->name, sizeof acl->name, "%s.%s.", names->group_id, topics[0]);
	if (acl->kind != ACL_TOPIC)
		return n == 0;
	for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
		if (on & 1u << i && n-- == 0) {
			snprintf(acl->name, sizeof acl->name, "%s", topics[i]);
			return true;
		}
	if (n >= more)
		return false;
	snprintf(acl->name, sizeof acl->name, "%s", names->reply_topics->names[n]);
	return true;
}

static bool is_asked_for(const struct acl_names *names, const struct acl_row *row)
{
	return names->is_shadow == !strcmp(row->user, "holdfast_shadow");
}

bool acl_at(const struct acl_names *names, size_t i, struct acl *acl)
{
	for (size_t row = 0; row < ACL_ROWS; row++) {
		if (!is_asked_for(names, &acl_rows[row]))
			continue;
		acl->user = acl_rows[row].user;
		acl->operation = acl_rows[row].operation;
		for (size_t n = 0; resource_at(names, acl_rows[row].on, n, acl); n++)
			if (i-- == 0)
				return true;
	}
	return false;
}

static const char *const acl_flags[] = {
    [ACL_TOPIC] = "--topic",
    [ACL_GROUP] = "--group",
    [ACL_TRANSACTIONAL_ID] = "--transactional-id",
};

/* A flag and its value, on a line of its own where this one is full; column: where it is. */
static void add_flag(struct buf *to, size_t *column, const char *flag, const char *value)
{
	size_t bytes = strlen(flag) + strlen(value) + 2, before = to->bytes;

	if (*column + bytes + 2 > COLUMNS) {
		buf_add_string(to, " \\\n   ");
		before = to->bytes - 3;
		*column = 0;
	}
	buf_print(to, " %s %s", flag, value);
	*column += to->bytes - before;
}

void acls_print(const struct acl_names *names, struct buf *to)
{
	const char *user = "";

	for (size_t row = 0; row < ACL_ROWS; row++) {
		struct acl acl;
		size_t line, column;

		if (!is_asked_for(names, &acl_rows[row]))
			continue;
		if (strcmp(user, acl_rows[row].user) != 0)
			buf_print(to, "%s# %s\n", *user ? "\n" : "", acl_rows[row].user);
		user = acl_rows[row].user;
		line = to->bytes;
		buf_print(to, "$acls --add --allow-principal User:%s --operation %s", user,
		          acl_rows[row].operation);
		column = to->bytes - line;
		for (size_t n = 0; resource_at(names, acl_rows[row].on, n, &acl); n++) {
			add_flag(to, &column, acl_flags[acl.kind], acl.name);
			if (acl.is_prefix)
				add_flag(to, &column, "--resource-pattern-type", "prefixed");
		}
		buf_add_string(to, "\n");
	}
}

/* ---- PostgreSQL ---- */

/* A role for those programs. */
static const struct role {
	const char *name;
	unsigned whose;
} roles[] = {
    {"holdfast_worker", RIGHTS_WORKER},
    {"holdfast_reader", RIGHTS_EXPIRER | RIGHTS_AUDIT | RIGHTS_ADMIN},
    {"holdfast_gateway", RIGHTS_GATEWAY},
    {"holdfast_pruner", RIGHTS_PRUNER},
    {"holdfast_shadow", RIGHTS_WORKER | RIGHTS_SHADOW},
};

#define ROLE_COUNT (sizeof roles / sizeof roles[0])

static bool is_of(const struct right *right, const struct role *role)
{
	return !right->whose || right->whose & role->whose;
}

/* A privilege on an object may stand in two rows, of other programs each. */
static bool was_before(const struct role *role, size_t i)
{
	const struct right *right = right_at(i);

	for (size_t j = 0; j < i; j++)
		if (is_of(right_at(j), role) && !strcmp(right_at(j)->privilege, right->privilege) &&
		    !strcmp(right_at(j)->name, right->name))
			return true;
	return false;
}

bool grant_at(bool is_shadow, size_t i, struct grant *grant)
{
	for (size_t role = 0; role < ROLE_COUNT; role++)
		for (size_t n = 0; right_at(n); n++) {
			const struct right *right = right_at(n);
			bool is_other = is_shadow != !!(roles[role].whose & RIGHTS_SHADOW);

			if (is_other || !is_of(right, &roles[role]) || was_before(&roles[role], n) || i-- != 0)
				continue;
			*grant = (struct grant){roles[role].name, right->privilege, right->name,
			                        right->columns, right->weight == RIGHT_NEEDED};
			return true;
		}
	return false;
}

/* One statement for what a role may do in one way, from grant number `from` on. */
static void print_statement(bool is_shadow, size_t from, struct buf *to)
{
	struct grant first, grant;
	size_t line = to->bytes;
	const char *between = " ON ";

	(void)grant_at(is_shadow, from, &first);
	buf_print(to, "GRANT %s%s%s%s", first.privilege, first.columns[0] ? " (" : "", first.columns,
	          first.columns[0] ? ")" : "");
	for (size_t i = from; grant_at(is_shadow, i, &grant); i++) {
		const char *kind = right_kind(text_of(grant.privilege));

		if (strcmp(grant.role, first.role) != 0 || strcmp(grant.privilege, first.privilege) != 0 ||
		    strcmp(grant.columns, first.columns) != 0)
			continue;
		if (to->bytes - line + strlen(between) + strlen(kind) + strlen(grant.object) >= COLUMNS) {
			buf_add_string(to, ",\n");
			line = to->bytes;
			between = "    ";
		}
		buf_print(to, "%s%s%s", between, kind, grant.object);
		between = ", ";
	}
	buf_print(to, "%sTO %s;\n", to->bytes - line + strlen(first.role) + 5 > COLUMNS ? "\n    " : " ",
	          first.role);
}

/* Is there one like it before, with which it was printed? */
static bool is_printed(bool is_shadow, size_t i, const struct grant *grant)
{
	struct grant before;

	for (size_t j = 0; j < i; j++)
		if (grant_at(is_shadow, j, &before) && !strcmp(before.role, grant->role) &&
		    !strcmp(before.privilege, grant->privilege) &&
		    !strcmp(before.columns, grant->columns))
			return true;
	return false;
}

void grants_print(bool is_shadow, struct buf *to)
{
	struct grant grant;
	const char *role = "";

	for (size_t i = 0; grant_at(is_shadow, i, &grant); i++) {
		if (strcmp(role, grant.role) != 0)
			buf_print(to, "%s-- %s\n", i ? "\n" : "", grant.role);
		role = grant.role;
		if (!is_printed(is_shadow, i, &grant))
			print_statement(is_shadow, i, to);
	}
}
