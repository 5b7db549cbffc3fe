#include "worker/store/write_faults.h"

#ifdef FAULTS

static bool is_of_seats(enum query q)
{
	return q == QUERY_WORKER_INSERT_SEATS || q == QUERY_WORKER_UPDATE_SEATS;
}

enum rc store_run_writes(struct db *db, struct db_call *calls, int count, struct err *e)
{
	bool is_late = fault_breaks(FAULT_RULE_COMMIT_FIRST);
	enum rc rc = RC_OK;

	for (int i = 0; !rc && i < count - is_late; i++) {
		if (i == count - 1)
			rc = fault_at(FAULT_BEFORE_COMMIT, e);
		if (!rc)
			rc = db_run(db, &calls[i], 1, e);
		if (!rc && is_of_seats(calls[i].query))
			rc = fault_at(FAULT_SEATS_UPDATED, e);
	}
	return rc ? rc : fault_at(FAULT_COMMITTED, e);
}

enum rc store_begin_broken(struct db *db, int32_t partition, int64_t *next_offset,
                           int64_t *owner_epoch, struct err *e)
{
	struct db_call commit = {.query = QUERY_COMMIT};
	struct db_args args = {0};
	struct db_call read = {.query = QUERY_WORKER_READ_PROGRESS, .args = &args};
	enum rc rc = RC_OK;

	if (fault_breaks(FAULT_RULE_COMMIT_FIRST))
		rc = db_run(db, &commit, 1, e);
	if (rc || !fault_breaks(FAULT_RULE_COMPARE_AND_SET))
		return rc;
	db_arg_int4(&args, partition);
	rc = db_run(db, &read, 1, e);
	if (!rc && read.rows.count) {
		*next_offset = db_int8(&read.rows, 0, 0);
		*owner_epoch = db_int8(&read.rows, 0, 1);
	}
	db_rows_release(&read.rows);
	db_args_release(&args);
	return rc;
}

#else
extern int write_faults_are_left_out; /* a file must declare something */
#endif
