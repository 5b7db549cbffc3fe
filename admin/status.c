#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/admin.h"
#include "common/backoff.h"
#include "common/clock.h"
#include "common/kafka_reader.h"
#include "common/msg_request.h"
#include "common/schema.h"

enum rc admin_show_status(const struct settings *s, const char *show_id, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args};
	const struct db_rows *r = &call.rows;
	struct db *db = NULL;
	enum rc rc;

	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_REJECT, EXIT_USAGE, "command line: that is no show_id");
	db_arg_text(&args, text_of(show_id));
	rc = admin_open_database(s, &db, e);
	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = db_run(db, &call, 1, NULL, e);
	if (!rc && call.rows.count == 0)
		rc = err_set(e, RC_REJECT, EXIT_REJECTED, "there is no show %s", show_id);
	if (!rc)
		printf(s->json ? "{\"show_id\":\"%s\",\"available\":%" PRId64 ",\"held\":%" PRId64
		                 ",\"lapsed\":%" PRId64 ",\"sold\":%" PRId64 ",\"hold_seconds\":%d"
		                 ",\"max_hold_seconds\":%d,\"max_seats\":%d}\n"
		               : "show              %s\navailable         %" PRId64
		                 "\nheld              %" PRId64 "\nlapsed            %" PRId64
		                 "\nsold              %" PRId64 "\nhold_seconds      %d"
		                 "\nmax_hold_seconds  %d\nmax_seats         %d\n",
		       show_id, db_int8(r, 0, 4), db_int8(r, 0, 5), db_int8(r, 0, 6), db_int8(r, 0, 7),
		       (int)db_int4(r, 0, 1), (int)db_int4(r, 0, 2), (int)db_int4(r, 0, 3));
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_close(db);
	return rc;
}

/* One partition as the database and the brokers see it. */
struct standing {
	int64_t decided, epoch, answered, first, end, decided_until_ms;
};

static void print_standing(const struct standing *p, int32_t partition, bool is_json)
{
	char time[CLOCK_TEXT_BYTES] = "";
	int64_t waiting = p->end - (p->answered >= 0 ? p->answered : p->first);

	if (p->decided_until_ms >= 0)
		clock_print(p->decided_until_ms, time);
	if (is_json)
		printf("%s{\"partition\":%d,\"next_offset\":%" PRId64 ",\"committed\":%" PRId64
		       ",\"end\":%" PRId64 ",\"waiting\":%" PRId64 ",\"owner_epoch\":%" PRId64
		       ",\"decided_until\":%s%s%s}",
		       partition ? "," : "", (int)partition, p->decided, p->answered, p->end, waiting,
		       p->epoch, *time ? "\"" : "", *time ? time : "null", *time ? "\"" : "");
	else
		printf("%9d  %11" PRId64 "  %9" PRId64 "  %9" PRId64 "  %7" PRId64 "  %11" PRId64
		       "  %s\n", (int)partition, p->decided, p->answered, p->end, waiting, p->epoch,
		       *time ? time : "-");
}

static void print_standings(const struct standing *standings, int32_t count, bool is_json)
{
	printf(is_json ? "{\"partitions\":["
	               : "partition  next_offset  committed        end  waiting  owner_epoch"
	                 "  decided_until\n");
	for (int32_t i = 0; i < count; i++)
		print_standing(&standings[i], i, is_json);
	if (is_json)
		printf("]}\n");
}

static enum rc read_progress(const struct settings *s, struct standing *standings, int32_t count,
                             struct err *e)
{
	struct db_call call = {.query = QUERY_ADMIN_READ_PROGRESS};
	const struct db_rows *rows = &call.rows;
	struct db *db = NULL;
	enum rc rc = admin_open_database(s, &db, e);

	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = db_run(db, &call, 1, NULL, e);
	for (int row = 0; !rc && row < rows->count; row++) {
		int32_t partition = db_int4(rows, row, 0);

		if (partition < 0 || partition >= count)
			continue;
		standings[partition].decided = db_int8(rows, row, 1);
		standings[partition].epoch = db_int8(rows, row, 2);
		if (!db_is_null(rows, row, 3))
			standings[partition].decided_until_ms = db_time_ms(rows, row, 3);
	}
	db_rows_release(&call.rows);
	db_close(db);
	return rc;
}

/* In the order that keeps committed <= next_offset <= end while the workers go on. */
static enum rc read_standings(const struct settings *s, struct kafka_topics *topics,
                              struct kafka_reader *reader, struct standing *standings,
                              int32_t count, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	enum rc rc = RC_OK;

	for (int32_t i = 0; !rc && i < count; i++) {
		struct backoff backoff = {.first_ms = 5, .limit_ms = 200};

		/* A worker's transaction under way keeps its offset from being told. */
		do
			rc = kafka_topics_committed(topics, s->group_id, s->requests_topic, i,
			                            &standings[i].answered, e);
		while (admin_may_retry(rc, until_ms, &backoff));
		standings[i].decided_until_ms = -1;
	}
	if (!rc)
		rc = read_progress(s, standings, count, e);
	for (int32_t i = 0; !rc && i < count; i++)
		rc = kafka_reader_bounds(reader, s->requests_topic, i, &standings[i].first,
		                         &standings[i].end, e);
	return rc;
}

enum rc admin_status(const struct settings *s, struct err *e)
{
	const struct kafka_settings kafka = admin_kafka(s);
	struct kafka_topics *topics = NULL;
	struct kafka_reader *reader = NULL;
	struct standing *standings = NULL;
	int32_t count = 0;
	enum rc rc = admin_open_topics(s, &topics, e);

	if (!rc)
		rc = kafka_reader_open(&reader, &kafka, true, e);
	if (!rc)
		rc = kafka_topics_partitions(topics, s->requests_topic, &count, e);
	if (!rc && count == 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH, "there is no topic %s; run holdfast-admin init",
		             s->requests_topic);
	if (!rc && !(standings = calloc((size_t)count, sizeof *standings)))
		rc = err_out_of_memory(e);
	if (!rc)
		rc = read_standings(s, topics, reader, standings, count, e);
	if (!rc)
		print_standings(standings, count, s->json);
	free(standings);
	kafka_reader_close(reader);
	kafka_topics_close(topics);
	return rc;
}
