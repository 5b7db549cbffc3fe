#include "gateway/rows/lookup.h"

#include <string.h>

#include "common/message/packed.h"

static enum rc read_held(const struct db_rows *rows, struct arena *arena, struct held *held,
                         struct err *e)
{
	struct text hash;
	size_t counts;

	*held = (struct held){.exists = rows->count > 0};
	if (!held->exists)
		return RC_OK;
	hash = db_text(rows, 0, 2);
	held->id = db_uuid(rows, 0, 0);
	held->status = arena_copy(arena, db_text(rows, 0, 1));
	held->reserved_until_ms = db_time_ms(rows, 0, 3);
	held->seat_ids = db_text_array(rows, 0, 4, arena, &held->seat_count);
	held->area_ids = db_text_array(rows, 0, 5, arena, &held->area_count);
	held->counts = db_text_array(rows, 0, 6, arena, &counts);
	if (arena->failed)
		return err_out_of_memory(e);
	if (hash.bytes != SHA256_BYTES || counts != held->area_count)
		return err_set(e, RC_FATAL, FROM_PIPELINE, "a reservation's row cannot be read");
	memcpy(held->session_hash, hash.data, SHA256_BYTES);
	return RC_OK;
}

static enum rc run_held(struct db *db, struct db_call *call, struct arena *arena,
                        struct held *held, struct err *e)
{
	enum rc rc = db_run(db, call, 1, e);

	if (!rc)
		rc = read_held(&call->rows, arena, held, e);
	db_rows_release(&call->rows);
	db_args_release(call->args);
	return rc;
}

enum rc lookup_held(struct db *db, struct text show_id, const uint8_t session_hash[SHA256_BYTES],
                    struct arena *arena, struct held *held, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_GATEWAY_READ_HELD, .args = &args};

	db_arg_text(&args, show_id);
	db_arg_bytea(&args, (struct text){(const char *)session_hash, SHA256_BYTES});
	return run_held(db, &call, arena, held, e);
}

enum rc lookup_reservation(struct db *db, struct text show_id, const struct uuid *id,
                           struct arena *arena, struct held *held, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_GATEWAY_READ_RESERVATION, .args = &args};

	db_arg_text(&args, show_id);
	db_arg_uuid(&args, id);
	return run_held(db, &call, arena, held, e);
}

/* ---- decisions ---- */

static struct reply head_of(const struct db_rows *rows, const struct decided *decided)
{
	return (struct reply){
	    .outcome = outcome_of(db_int4(rows, 0, 5), db_text(rows, 0, 6)),
	    .type = request_type_of(db_text(rows, 0, 4)),
	    .has_request_id = decided->has_request_id,
	    .request_id = decided->request_id,
	    .show_id = decided->show_id,
	    .decided_at_ms = db_time_ms(rows, 0, 8),
	};
}

static enum rc read_decision(const struct db_rows *rows, const char *topic, struct arena *arena,
                             struct decided *decided, struct buf *reply, struct err *e)
{
	int64_t duplicate_of = NOT_A_DUPLICATE;
	struct record_place place;
	struct buf body = {0};
	struct reply head;
	bool is_fine;

	*decided = (struct decided){.exists = rows->count > 0};
	if (!decided->exists)
		return RC_OK;
	decided->partition = db_int4(rows, 0, 0);
	decided->offset = db_int8(rows, 0, 1);
	decided->has_request_id = !db_is_null(rows, 0, 2);
	if (decided->has_request_id)
		decided->request_id = db_uuid(rows, 0, 2);
	if (!db_is_null(rows, 0, 3))
		decided->show_id = arena_copy(arena, db_text(rows, 0, 3));
	if (!db_is_null(rows, 0, 7))
		duplicate_of = db_int8(rows, 0, 7);
	head = head_of(rows, decided);
	is_fine = head.outcome != OUTCOME_COUNT &&
	          packed_expand_reply(&body, db_text(rows, 0, 9), &head, arena);
	place = (struct record_place){topic, decided->partition, decided->offset};
	if (is_fine)
		reply_encode_whole(reply, buf_text(&body), duplicate_of, &place);
	buf_release(&body);
	if (arena->failed || body.failed || reply->failed)
		return err_out_of_memory(e);
	return is_fine ? RC_OK
	               : err_set(e, RC_FATAL, FROM_PIPELINE, "a decision's row cannot be read");
}

static enum rc run_decision(struct db *db, struct db_call *call, const char *topic,
                            struct arena *arena, struct decided *decided, struct buf *reply,
                            struct err *e)
{
	enum rc rc = db_run(db, call, 1, e);

	if (!rc)
		rc = read_decision(&call->rows, topic, arena, decided, reply, e);
	db_rows_release(&call->rows);
	db_args_release(call->args);
	return rc;
}

enum rc lookup_decision(struct db *db, const char *topic, int32_t partition, int64_t offset,
                        struct arena *arena, struct decided *decided, struct buf *reply,
                        struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_GATEWAY_READ_DECISION, .args = &args};

	db_arg_int4(&args, partition);
	db_arg_int8(&args, offset);
	return run_decision(db, &call, topic, arena, decided, reply, e);
}

enum rc lookup_claim(struct db *db, const char *topic, struct text show_id, const struct uuid *id,
                     struct arena *arena, struct decided *decided, struct buf *reply,
                     struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_GATEWAY_FIND_DECISION, .args = &args};

	db_arg_uuid(&args, id);
	db_arg_text(&args, show_id);
	return run_decision(db, &call, topic, arena, decided, reply, e);
}
