/*
 * Prints how each partition stands: lines for people, of 100 columns at most, or JSON.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/standings.h"
#include "common/base/instant.h"
#include "common/base/json.h"

#define COLUMNS 100
#define INDENT 11  /* of what is told of a partition below its line */
#define ID_END 36  /* of a member id that is cut: what tells it from others, a UUID */

static int64_t waiting_of(const struct standing *p)
{
	return p->end - (p->answered >= 0 ? p->answered : p->first);
}

static void write_number_or_null(struct json *j, const char *key, int64_t number)
{
	if (number >= 0)
		json_write_integer(j, key, number);
	else
		json_write_null(j, key);
}

static void write_owner(struct json *j, const struct kafka_owner *owner)
{
	if (!owner->member_id) {
		json_write_null(j, "owner");
		return;
	}
	json_open_object(j, "owner");
	json_write_string(j, "member_id", owner->member_id);
	json_write_string(j, "client_id", owner->client_id);
	json_write_string(j, "host", owner->host);
	json_close_object(j);
}

static void write_halt(struct json *j, const struct standing *p)
{
	if (p->halted_ms < 0) {
		json_write_null(j, "halted");
		return;
	}
	json_open_object(j, "halted");
	json_write_time(j, "at", p->halted_ms);
	write_number_or_null(j, "offset", p->halted_offset);
	json_write_string(j, "sqlstate", p->halted_sqlstate[0] ? p->halted_sqlstate : NULL);
	json_write_string(j, "reason", p->halted_reason);
	json_close_object(j);
}

static void write_gap(struct json *j, const struct standing_gap *gap)
{
	if (gap->accepted_ms < 0) {
		json_write_null(j, "accepted_gap");
		return;
	}
	json_open_object(j, "accepted_gap");
	json_write_time(j, "at", gap->accepted_ms);
	json_write_integer(j, "next_offset", gap->decided);
	json_write_integer(j, "first_offset", gap->first);
	json_write_string(j, "database_user", gap->database_user);
	json_write_string(j, "os_user", gap->os_user);
	json_write_string(j, "host", gap->host);
	json_write_string(j, "reason", gap->reason);
	json_close_object(j);
}

static void write_json(struct json *j, int32_t partition, const struct standing *p,
                       const struct kafka_owner *owner)
{
	json_open_object(j, NULL);
	json_write_integer(j, "partition", partition);
	json_write_integer(j, "next_offset", p->decided);
	json_write_integer(j, "committed", p->answered);
	json_write_integer(j, "end", p->end);
	json_write_integer(j, "waiting", waiting_of(p));
	write_number_or_null(j, "wait_ms", p->wait_ms);
	json_write_integer(j, "per_second", (int64_t)(p->per_ms * 1000 + 0.5));
	json_write_integer(j, "owner_epoch", p->epoch);
	if (p->decided_until_ms >= 0)
		json_write_time(j, "decided_until", p->decided_until_ms);
	else
		json_write_null(j, "decided_until");
	write_number_or_null(j, "last_offset", p->last_offset);
	write_owner(j, owner);
	write_halt(j, p);
	write_gap(j, &p->gap);
	json_close_object(j);
}

static void write_asked(struct json *j, const struct standing_asked *asked)
{
	json_open_object(j, "request");
	json_write_integer(j, "partition", asked->partition);
	json_write_integer(j, "offset", asked->offset);
	json_write_integer(j, "before", asked->before);
	write_number_or_null(j, "wait_ms", asked->wait_ms);
	json_close_object(j);
}

/* Add text that begins in this column, with its further lines behind INDENT; cut between words. */
static void add_wrapped(struct buf *to, size_t column, const char *text)
{
	size_t left = strlen(text);

	while (column + left > COLUMNS) {
		size_t fits = COLUMNS - column, bytes = fits;

		while (bytes > 0 && text[bytes] != ' ')
			bytes--;
		if (bytes == 0) /* a word that is longer than a line, between two characters */
			for (bytes = fits; bytes > 1 && ((unsigned char)text[bytes] & 0xc0) == 0x80;)
				bytes--;
		buf_print(to, "%.*s\n%*s", (int)bytes, text, INDENT, "");
		text += bytes + (text[bytes] == ' ');
		left = strlen(text);
		column = INDENT;
	}
	buf_print(to, "%s\n", text);
}

/* What is told of a partition below its line; the text is released. */
static void add_below(struct buf *to, struct buf *text)
{
	buf_print(to, "%*s", INDENT, "");
	if (text->failed)
		to->failed = true;
	else
		add_wrapped(to, INDENT, text->data);
	buf_release(text);
}

static void add_gap(struct buf *to, const struct standing_gap *gap)
{
	char time[INSTANT_TEXT_BYTES];
	struct buf text = {0};

	instant_print(gap->accepted_ms, time);
	buf_print(&text, "gap accepted at %s by %s (%s on %s): kept from offset %" PRId64
	          " on, decided below %" PRId64 ": %s", time, gap->database_user, gap->os_user, gap->host,
	          gap->first, gap->decided, gap->reason);
	add_below(to, &text);
}

static void add_halt(struct buf *to, const struct standing *p)
{
	char time[INSTANT_TEXT_BYTES];
	struct buf text = {0};

	instant_print(p->halted_ms, time);
	buf_print(&text, "halted since %s", time);
	if (p->halted_offset >= 0)
		buf_print(&text, " at offset %" PRId64, p->halted_offset);
	buf_print(&text, "%s%s: %s", p->halted_sqlstate[0] ? ", SQLSTATE " : "", p->halted_sqlstate,
	          p->halted_reason);
	add_below(to, &text);
}

/* A pace may be far less than one a second. */
static void add_wait(struct buf *to, int64_t wait_ms, const struct standing *p)
{
	if (wait_ms >= 0)
		buf_print(to, "decided in about %.1f s, at %.*f a second", (double)wait_ms / 1000,
		          p->per_ms < 0.002 ? 1 : 0, p->per_ms * 1000);
	else if (p->pace.count > 1)
		buf_add_string(to, "nothing was decided in the last two seconds");
	else
		buf_add_string(to, p->halted_ms >= 0 ? "the partition is halted" : "nobody decides");
}

static void add_pace(struct buf *to, const struct standing *p)
{
	struct buf text = {0};

	buf_print(&text, "%" PRId64 " before a request that is appended now: ", p->end - p->decided);
	add_wait(&text, p->wait_ms, p);
	add_below(to, &text);
}

static void add_asked(struct buf *to, const struct standings *standings)
{
	const struct standing_asked *asked = &standings->asked;

	buf_print(to, "request %d-%" PRId64 ": ", (int)asked->partition, asked->offset);
	if (asked->is_decided) {
		buf_add_string(to, "decided\n");
		return;
	}
	buf_print(to, "%" PRId64 " before it: ", asked->before);
	add_wait(to, asked->wait_ms, &standings->list[asked->partition]);
	buf_add_string(to, "\n");
}

/* owner  its number among the owners, which are told below; 0: nobody has the partition */
static void add_line(struct buf *to, int32_t partition, const struct standing *p, int32_t owner)
{
	char time[INSTANT_TEXT_BYTES] = "-", number[12] = "-";

	if (p->decided_until_ms >= 0)
		instant_print(p->decided_until_ms, time);
	if (owner)
		snprintf(number, sizeof number, "%d", (int)owner);
	buf_print(to,
	          "%9d  %11" PRId64 "  %11" PRId64 "  %11" PRId64 "  %8" PRId64 "  %5" PRId64
	          "  %-24s  %5s\n",
	          (int)partition, p->decided, p->answered, p->end, waiting_of(p), p->epoch, time, number);
	if (p->halted_ms >= 0)
		add_halt(to, p);
	else if (p->end > p->decided)
		add_pace(to, p);
	if (p->gap.accepted_ms >= 0)
		add_gap(to, &p->gap);
}

/* "owner 1: its member id at its address"; a long id is cut in its middle. */
static void add_owner(struct buf *to, int32_t number, const struct kafka_owner *owner)
{
	const char *host = owner->host + (owner->host[0] == '/'); /* Kafka writes /127.0.0.1 */
	size_t id_bytes = strlen(owner->member_id), other_bytes;
	size_t before = to->bytes;

	buf_print(to, "owner %d: ", (int)number);
	other_bytes = to->bytes - before + strlen(" at ") + strlen(host);
	if (id_bytes + other_bytes > COLUMNS && other_bytes + 3 + ID_END < COLUMNS)
		buf_print(to, "%.*s...%s", (int)(COLUMNS - other_bytes - 3 - ID_END), owner->member_id,
		          owner->member_id + id_bytes - ID_END);
	else
		buf_add_string(to, owner->member_id);
	buf_print(to, " at %s\n", host);
}

/* The owner's number, from 1 in the order of their first partitions. */
static int32_t number_of(const struct kafka_owner *owner, const struct kafka_owner **known,
                         int32_t *count)
{
	if (!owner->member_id)
		return 0;
	for (int32_t i = 0; i < *count; i++)
		if (!strcmp(known[i]->member_id, owner->member_id))
			return i + 1;
	known[(*count)++] = owner;
	return *count;
}

static void print_lines(const struct standings *standings, struct buf *to)
{
	const struct kafka_owner **known = calloc((size_t)standings->count + 1, sizeof known[0]);
	int32_t known_count = 0;

	if (!known) {
		to->failed = true;
		return;
	}
	buf_add_string(to, "partition  next_offset    committed          end   waiting  epoch  "
	                   "decided_until             owner\n");
	for (int32_t i = 0; i < standings->count; i++)
		add_line(to, i, &standings->list[i],
		         number_of(&standings->owners[i], known, &known_count));
	for (int32_t i = 0; i < known_count; i++)
		add_owner(to, i + 1, known[i]);
	if (standings->asked.is_given)
		add_asked(to, standings);
	free(known);
	if (standings->surplus)
		buf_print(to, "partitions %d to %d of the requests were added after the database was made "
		          "for %d;\nnothing on them is decided or answered: %" PRId64 " records\n",
		          (int)standings->count, (int)(standings->count + standings->surplus - 1),
		          (int)standings->count, standings->surplus_records);
}

void standings_print(const struct standings *standings, bool is_json, struct buf *to)
{
	struct json j = {.to = to};

	if (!is_json) {
		print_lines(standings, to);
		return;
	}
	json_open_object(&j, NULL);
	json_open_array(&j, "partitions");
	for (int32_t i = 0; i < standings->count; i++)
		write_json(&j, i, &standings->list[i], &standings->owners[i]);
	json_close_array(&j);
	if (standings->asked.is_given)
		write_asked(&j, &standings->asked);
	if (standings->surplus) {
		json_write_integer(&j, "surplus_partitions", standings->surplus);
		json_write_integer(&j, "surplus_records", standings->surplus_records);
	}
	json_close_object(&j);
	buf_add_string(to, "\n");
}
