#include "admin/seat.h"

#include <inttypes.h>

#include "common/base/instant.h"

/* Columns of admin_show_seat. */
enum { STATUS, RESERVED_UNTIL, CHANNEL, HOLDER, TAKEN_AT, IS_LAPSED, CREATED_AT, ENDED_AT,
       SOLD_FROM, SECTION, ROW, POS, CATEGORY, RANK, FLAGS, X, Y };

/* ---- JSON ---- */

static void write_text(struct json *j, const char *key, const struct db_rows *r, int column)
{
	if (!db_is_null(r, 0, column))
		json_write_text(j, key, db_text(r, 0, column));
}

static void write_number(struct json *j, const char *key, const struct db_rows *r, int column)
{
	if (!db_is_null(r, 0, column))
		json_write_integer(j, key, db_integer(r, 0, column));
}

static void write_time(struct json *j, const char *key, const struct db_rows *r, int column)
{
	if (!db_is_null(r, 0, column))
		json_write_time(j, key, db_time_ms(r, 0, column));
}

static void write_flags(struct json *j, const struct db_rows *r)
{
	struct arena arena = {0};
	size_t count = 0;
	const struct text *flags = db_text_array(r, 0, FLAGS, &arena, &count);

	json_open_array(j, "flags");
	for (size_t i = 0; flags && i < count; i++)
		json_write_text(j, NULL, flags[i]);
	json_close_array(j);
	j->to->failed |= arena.failed;
	arena_release(&arena);
}

void seat_write(const char *show_id, const char *seat_id, const struct db_rows *r, struct json *j)
{
	json_open_object(j, NULL);
	json_write_string(j, "show_id", show_id);
	json_write_string(j, "seat_id", seat_id);
	json_write_text(j, "status", db_text(r, 0, STATUS));
	write_time(j, "reserved_until", r, RESERVED_UNTIL);
	if (!db_is_null(r, 0, IS_LAPSED))
		json_write_bool(j, "lapsed", db_bool(r, 0, IS_LAPSED));
	write_text(j, "channel", r, CHANNEL);
	if (!db_is_null(r, 0, HOLDER)) {
		struct uuid holder = db_uuid(r, 0, HOLDER);

		json_write_uuid(j, "reservation_id", &holder);
		write_number(j, "taken_at_offset", r, TAKEN_AT);
		write_time(j, "reserved_at", r, CREATED_AT);
		write_time(j, "sold_at", r, ENDED_AT);
		write_text(j, "sold_through", r, SOLD_FROM);
	}
	write_text(j, "section", r, SECTION);
	write_text(j, "row", r, ROW);
	write_number(j, "pos", r, POS);
	write_text(j, "category", r, CATEGORY);
	write_number(j, "rank", r, RANK);
	if (!db_is_null(r, 0, FLAGS))
		write_flags(j, r);
	write_number(j, "x", r, X);
	write_number(j, "y", r, Y);
	json_close_object(j);
}

/* ---- for people ---- */

static void add_time(struct buf *to, const char *before, const struct db_rows *r, int column)
{
	char text[INSTANT_TEXT_BYTES];

	if (db_is_null(r, 0, column))
		return;
	instant_print(db_time_ms(r, 0, column), text);
	buf_print(to, "%s%s", before, text);
}

static void print_holder(const struct db_rows *r, struct buf *to)
{
	char id[UUID_TEXT_CHARS + 1];
	bool is_sold = text_same(db_text(r, 0, STATUS), text_of("sold"));
	struct uuid holder;

	if (db_is_null(r, 0, HOLDER)) {
		buf_add_string(to, db_is_null(r, 0, CHANNEL) ? "is free" : "is free, and not public");
		return;
	}
	holder = db_uuid(r, 0, HOLDER);
	uuid_encode(&holder, id);
	buf_print(to, "is %s: reservation %s", is_sold ? "sold" :
	          db_bool(r, 0, IS_LAPSED) ? "in a hold that has lapsed" : "held", id);
	/* That of the reservation, which may have been changed and got the seat later. */
	add_time(to, ", made at ", r, CREATED_AT);
	buf_add_string(to, db_is_null(r, 0, CREATED_AT) ? " has it" : ", has it");
	if (is_sold)
		add_time(to, ", sold at ", r, ENDED_AT);
	else
		add_time(to, ", until ", r, RESERVED_UNTIL);
	if (!db_is_null(r, 0, TAKEN_AT))
		buf_print(to, " (request offset %" PRId64 ")", db_int8(r, 0, TAKEN_AT));
	if (!db_is_null(r, 0, SOLD_FROM))
		buf_print(to, ", through channel %.*s", TEXT_ARGS(db_text(r, 0, SOLD_FROM)));
}

static void print_place(const struct db_rows *r, struct buf *to)
{
	struct arena arena = {0};
	size_t count = 0;
	const struct text *flags = NULL;

	if (db_is_null(r, 0, RANK))
		return;
	buf_add_string(to, "Place:");
	if (!db_is_null(r, 0, SECTION))
		buf_print(to, " section %.*s,", TEXT_ARGS(db_text(r, 0, SECTION)));
	if (!db_is_null(r, 0, ROW))
		buf_print(to, " row %.*s, pos %d,", TEXT_ARGS(db_text(r, 0, ROW)), db_int4(r, 0, POS));
	if (!db_is_null(r, 0, CATEGORY))
		buf_print(to, " category %.*s,", TEXT_ARGS(db_text(r, 0, CATEGORY)));
	buf_print(to, " rank %d", db_int4(r, 0, RANK));
	flags = db_text_array(r, 0, FLAGS, &arena, &count);
	for (size_t i = 0; flags && i < count; i++)
		buf_print(to, ", %.*s", TEXT_ARGS(flags[i]));
	buf_add_string(to, ".\n");
	to->failed |= arena.failed;
	arena_release(&arena);
}

void seat_print(const char *show_id, const char *seat_id, const struct db_rows *r, struct buf *to)
{
	buf_print(to, "Seat %s of show %s ", seat_id, show_id);
	print_holder(r, to);
	buf_add_string(to, ".\n");
	if (!db_is_null(r, 0, CHANNEL))
		buf_print(to, "Channel: %.*s.\n", TEXT_ARGS(db_text(r, 0, CHANNEL)));
	print_place(r, to);
}
