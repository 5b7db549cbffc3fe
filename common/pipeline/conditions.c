#include "common/pipeline/conditions.h"

#include <string.h>

#include "common/base/log.h"
#include "common/db/sqlstate.h"

#define GOOD_MAX 2

/* "Conditions of the servers" in docs/operations.md has the same table. */
static const struct setting {
	const char *name;
	const char *good[GOOD_MAX]; /* the first is the usual one */
	bool is_fatal;              /* exit code 3 where it is another; else a warning */
	const char *advice;
} settings[] = {
    {"server_encoding", {"UTF8"}, true,
     "titles and names are Unicode: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0, and use "
     "that one"},
    {"standard_conforming_strings", {"on"}, true,
     "text would be read otherwise than it is written: ALTER DATABASE ... SET "
     "standard_conforming_strings = on"},
    {"session_replication_role", {"origin"}, true,
     "triggers would not count changes by hand: ALTER DATABASE ... RESET session_replication_role, "
     "and of the role"},
    {"default_transaction_isolation", {"read committed"}, true,
     "a batch must see what was committed before it: ALTER DATABASE ... RESET "
     "default_transaction_isolation, and of the role"},
    {"synchronous_commit", {"on"}, true,
     "this session has set it on, so a pooler gave it to another: have the URL name the server itself"},
    {"fsync", {"on"}, false,
     "a crash of the machine loses or damages what was answered: set it on in postgresql.conf"},
    {"full_page_writes", {"on"}, false,
     "a crash of the machine may damage what was answered: set it on in postgresql.conf"},
    {"wal_level", {"replica", "logical"}, false,
     "there can be no standby and no backup up to a point in time: set it to replica in "
     "postgresql.conf"},
    {"zero_damaged_pages", {"off"}, false, "damaged rows vanish without an error: set it off"},
    {"ignore_checksum_failure", {"off"}, false, "damaged rows are believed: set it off"},
};

#define SETTING_COUNT (sizeof settings / sizeof settings[0])

enum {
	EXPIRER = RIGHTS_EXPIRER,
	WORKER = RIGHTS_WORKER,
	GATEWAY = RIGHTS_GATEWAY,
	ADMIN = RIGHTS_ADMIN,
	PRUNER = RIGHTS_PRUNER,
	SHADOW = RIGHTS_SHADOW,
	READS = RIGHTS_WORKER | RIGHTS_AUDIT,
};

static const struct right rights[] = {
#define GRANT(privilege, object, columns, whose, weight) \
	{privilege, object, columns, whose, RIGHT_##weight},
#include "common/pipeline/grants.def"
#undef GRANT
};

#define RIGHT_COUNT (sizeof rights / sizeof rights[0])

const struct right *right_at(size_t i)
{
	return i < RIGHT_COUNT ? &rights[i] : NULL;
}

static const struct setting *setting_named(struct text name)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (text_same(name, text_of(settings[i].name)))
			return &settings[i];
	return NULL;
}

static bool is_good(const struct setting *setting, struct text value)
{
	for (int i = 0; i < GOOD_MAX && setting->good[i]; i++)
		if (text_same(value, text_of(setting->good[i])))
			return true;
	return false;
}

static enum rc judge_setting(const struct setting *setting, struct text value, struct err *e)
{
	struct err said;

	if (is_good(setting, value))
		return RC_OK;
	(void)err_set(&said, RC_FATAL, FROM_PIPELINE, "the database has %s = %.*s, it must be %s; %s",
	              setting->name, (int)value.bytes, value.data, setting->good[0], setting->advice);
	if (setting->is_fatal) {
		*e = said;
		return e->rc;
	}
	log_warning(said.text);
	return RC_OK;
}

enum rc conditions_verify_settings(struct db *db, struct err *e)
{
	struct db_array names = {.type = DB_TEXT};
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_CONDITIONS_READ_SETTINGS, .args = &args};
	enum rc rc;

	for (size_t i = 0; i < SETTING_COUNT; i++)
		db_array_text(&names, text_of(settings[i].name));
	db_arg_array(&args, &names);
	rc = db_run(db, &call, 1, e);
	for (int i = 0; !rc && i < call.rows.count; i++) {
		const struct setting *setting = setting_named(db_text(&call.rows, i, 0));

		if (setting)
			rc = judge_setting(setting, db_text(&call.rows, i, 1), e);
	}
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_array_release(&names);
	return rc;
}

static bool is_wished(struct text privilege, struct text name)
{
	for (size_t i = 0; i < RIGHT_COUNT; i++)
		if (text_same(privilege, text_of(rights[i].privilege)) &&
		    text_same(name, text_of(rights[i].name)))
			return rights[i].weight == RIGHT_WISHED;
	return false;
}

const char *right_kind(struct text privilege)
{
	return text_same(privilege, text_of("USAGE"))     ? "SCHEMA "
	       : text_same(privilege, text_of("EXECUTE")) ? "FUNCTION holdfast."
	                                                  : "holdfast.";
}

/* The first that is missing, and how many more. */
static enum rc judge_rights(const struct db_rows *missing, struct err *e)
{
	struct err said = {0};
	int needed = 0, first = 0;

	for (int i = missing->count - 1; i >= 0; i--)
		if (!is_wished(db_text(missing, i, 0), db_text(missing, i, 1))) {
			needed++;
			first = i;
		}
	if (missing->count) {
		struct text privilege = db_text(missing, first, 0), name = db_text(missing, first, 1),
		            role = db_text(missing, first, 2);

		(void)err_set_code(&said, RC_FATAL, FROM_PIPELINE, SQLSTATE_NO_RIGHT,
		                   "rights are missing in the database, %d in all: GRANT %.*s ON %s%.*s TO "
		                   "\"%.*s\" is the first; docs/install.md has the list",
		                   missing->count, (int)privilege.bytes, privilege.data,
		                   right_kind(privilege), (int)name.bytes, name.data, (int)role.bytes,
		                   role.data);
	}
	if (needed) {
		*e = said;
		return e->rc;
	}
	if (missing->count)
		log_err(LOG_WARNING, "halts cannot be recorded in the database", &said);
	return RC_OK;
}

enum rc conditions_verify_rights(struct db *db, unsigned whose, struct err *e)
{
	struct db_array privileges = {.type = DB_TEXT}, names = {.type = DB_TEXT};
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_CONDITIONS_READ_MISSING_RIGHTS, .args = &args};
	enum rc rc;

	for (size_t i = 0; i < RIGHT_COUNT; i++)
		if (rights[i].weight != RIGHT_LATER && (!rights[i].whose || rights[i].whose & whose)) {
			db_array_text(&privileges, text_of(rights[i].privilege));
			db_array_text(&names, text_of(rights[i].name));
		}
	db_arg_array(&args, &privileges);
	db_arg_array(&args, &names);
	rc = db_run(db, &call, 1, e);
	if (!rc)
		rc = judge_rights(&call.rows, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_array_release(&privileges);
	db_array_release(&names);
	return rc;
}
