#include "worker/lane/gap.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#define NAME_BYTES 256

static int64_t last_offset(const struct owner *owner)
{
	return store_progress(owner->store)->last_offset;
}

bool gap_is_there(const struct owner *owner, int64_t first)
{
	return owner->answered < first || (last_offset(owner) >= 0 && last_offset(owner) < first);
}

/* One statement in a session of its own; the rows are released by the caller. */
static enum rc ask(const struct owner *owner, enum query query, struct db_args *args,
                   struct db_rows *rows, struct err *e)
{
	const struct database *database =
	    database_of(&owner->settings->pipeline->databases, owner->partition);
	struct db_call call = {.query = query, .args = args};
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = db_run(db, &call, 1, e);
	db_close(db);
	db_args_release(args);
	*rows = call.rows;
	return rc;
}

enum rc gap_is_accepted(const struct owner *owner, int64_t first, bool *is_accepted,
                        struct err *e)
{
	struct db_args args = {0};
	struct db_rows rows;
	enum rc rc;

	db_arg_int4(&args, owner->partition);
	db_arg_int8(&args, owner->answered);
	db_arg_int8(&args, first);
	rc = ask(owner, QUERY_WORKER_FIND_GAP, &args, &rows, e);
	*is_accepted = !rc && rows.count > 0;
	db_rows_release(&rows);
	return rc;
}

enum rc gap_check(const struct owner *owner, int64_t first, struct err *e)
{
	bool is_accepted;

	if (!gap_is_there(owner, first))
		return RC_OK;
	if (gap_is_accepted(owner, first, &is_accepted, e))
		return e->rc;
	if (is_accepted)
		return RC_OK;
	return err_set(e, RC_FATAL, FROM_PIPELINE,
	               "the requests are kept from offset %lld on only; they are answered below %lld and "
	               "decided below %lld. If nothing is missing: holdfast-admin accept-gap %d",
	               (long long)first, (long long)owner->answered,
	               (long long)store_progress(owner->store)->next_offset, (int)owner->partition);
}

/* What is decided and not answered is answered from its record, which must be there for that. */
static enum rc refuse_unanswered(const struct owner *owner, int64_t first, struct err *e)
{
	struct db_args args = {0};
	struct db_rows rows;
	enum rc rc;

	db_arg_int4(&args, owner->partition);
	db_arg_int8(&args, owner->answered);
	db_arg_int8(&args, first);
	rc = ask(owner, QUERY_WORKER_FIND_UNANSWERED, &args, &rows, e);
	if (!rc && db_int8(&rows, 0, 0))
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "%lld requests from offset %lld to %lld are decided and not answered, and their "
		             "records are gone, without which nobody can answer them",
		             (long long)db_int8(&rows, 0, 0), (long long)db_int8(&rows, 0, 1),
		             (long long)db_int8(&rows, 0, 2));
	db_rows_release(&rows);
	return rc;
}

static void name_user(char name[NAME_BYTES])
{
	const struct passwd *user = getpwuid(geteuid());

	if (user)
		snprintf(name, NAME_BYTES, "%s", user->pw_name);
	else
		snprintf(name, NAME_BYTES, "%lu", (unsigned long)geteuid());
}

enum rc gap_accept(const struct owner *owner, int64_t first, const char *reason, struct err *e)
{
	char user[NAME_BYTES], host[NAME_BYTES] = "";
	struct db_args args = {0};
	struct db_rows rows;
	enum rc rc = refuse_unanswered(owner, first, e);

	if (rc)
		return rc;
	name_user(user);
	(void)gethostname(host, sizeof host - 1);
	db_arg_int4(&args, owner->partition);
	db_arg_int8(&args, first);
	db_arg_int8(&args, owner->answered);
	db_arg_text(&args, text_of(user));
	db_arg_text(&args, text_of(host));
	db_arg_text(&args, text_of(reason));
	db_arg_int8(&args, store_progress(owner->store)->owner_epoch);
	rc = ask(owner, QUERY_WORKER_INSERT_GAP, &args, &rows, e);
	if (!rc && rows.changed != 1)
		rc = err_set(e, RC_FENCED, FROM_DATABASE, "another owner took partition %d over",
		             (int)owner->partition);
	db_rows_release(&rows);
	return rc;
}
