/*
 * Small things that are read from text, each held against a plain reading of its own. The first
 * byte says which:
 *
 *   p  HOLDFAST_KAFKA_PROPERTIES       s  a file of seat ids
 *   r  --reply-topics                  t  a time
 *   w  --what-if                       a  --at
 *   m  seat ids that are drawn and listed
 *   d  the size of a record that goes to the dead letters
 */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/seat_list.h"
#include "common/message/name.h"
#include "audit/ask/seat_map.h"
#include "audit/ask/seat_drawing.h"
#include "audit/ask/what_if.h"
#include "common/base/instant.h"
#include "common/base/moment_text.h"
#include "common/message/request.h"
#include "common/pipeline/reply_topics.h"
#include "common/program/options.h"
#include "tests/fuzz/fuzz.h"
#include "worker/lane/dead_letter.h"

/* One of the list, up to the separator; false: there is no further one. */
static bool next_of(const char **at, char separator, struct text *item)
{
	const char *end;

	if (!*at)
		return false;
	end = strchr(*at, separator);
	*item = (struct text){*at, end ? (size_t)(end - *at) : strlen(*at)};
	*at = end ? end + 1 : NULL;
	return true;
}

/* Without the blanks before it, which are allowed behind a comma. */
static struct text unblanked(struct text item)
{
	for (; item.bytes && *item.data == ' '; item.bytes--)
		item.data++;
	return item;
}

/* ---- p ---- */

#define PROPERTIES "HOLDFAST_KAFKA_PROPERTIES"

static const struct options_spec no_options = {.program = "fuzz", .usage = "", .about = ""};

/* Every item is NAME=VALUE; an empty one may stand at the end. */
static bool are_properties(const char *list)
{
	struct text item;

	while (next_of(&list, ',', &item)) {
		const char *equals = memchr(item.data, '=', item.bytes);

		if (!equals && (item.bytes || list))
			return false;
		if (equals == item.data)
			return false;
	}
	return true;
}

/* The last one of a name counts. */
static struct text property(const char *list, const char *name)
{
	struct text item, value = {NULL, 0};
	size_t bytes = strlen(name);

	while (next_of(&list, ',', &item))
		if (item.bytes > bytes && item.data[bytes] == '=' && !strncmp(item.data, name, bytes))
			value = (struct text){item.data + bytes + 1, item.bytes - bytes - 1};
	return value;
}

static void feed_properties(const char *list)
{
	struct pairs pairs = {0};
	char program[] = "fuzz", *arguments[] = {program, NULL}, **rest = NULL;
	int rest_count;
	bool is_done;
	struct err e;
	enum rc rc;

	setenv(PROPERTIES, list, 1);
	rc = options_read(&no_options, 1, arguments, &pairs, &rest, &rest_count, &is_done, &e);
	unsetenv(PROPERTIES);
	FUZZ_CHECK((rc == RC_OK) == are_properties(list));
	if (rc) {
		FUZZ_CHECK(rc == RC_USAGE && e.origin == FROM_SETTINGS);
		FUZZ_CHECK(!strcmp(e.text, "environment: " PROPERTIES " must be PROPERTY=VALUE,..."));
		return;
	}
	for (size_t i = 0; i < pairs.count; i++)
		FUZZ_CHECK(text_same(property(list, pairs.names[i]), text_of(pairs.values[i])));
	options_release(&no_options, &pairs, rest);
}

/* ---- r ---- */

static const struct topic_names names = {"in", "out", "events", "dead"};

static bool is_forbidden(struct text topic)
{
	return text_same(topic, text_of(names.requests)) || text_same(topic, text_of(names.events)) ||
	       text_same(topic, text_of(names.dead_letters));
}

/* The same one stands in front of it. */
static bool is_before(const char *list, struct text item)
{
	struct text other;

	while (next_of(&list, ',', &other) && (other = unblanked(other)).data != item.data)
		if (text_same(other, item))
			return true;
	return false;
}

static void feed_reply_topics(const char *list)
{
	const char *at = list;
	struct reply_topics topics = {0};
	struct text item;
	size_t count = 0;
	bool has_forbidden = false;
	struct err e;
	enum rc rc = reply_topics_read(&topics, list, &names, &e);

	while (next_of(&at, ',', &item)) {
		item = unblanked(item);
		if (!item.bytes || text_same(item, text_of(names.replies)) || is_before(list, item))
			continue;
		has_forbidden = has_forbidden || is_forbidden(item);
		if (rc == RC_OK)
			FUZZ_CHECK(count < topics.count && text_same(item, text_of(topics.names[count])));
		count++;
	}
	if (rc)
		FUZZ_CHECK(e.origin == FROM_SETTINGS && (has_forbidden || count > REPLY_TOPICS_MAX));
	else
		FUZZ_CHECK(!has_forbidden && count == topics.count && count <= REPLY_TOPICS_MAX);
	reply_topics_release(&topics);
}

/* ---- s ---- */

static void check_seats(const struct seat_list *list, const char *file)
{
	struct text line;
	size_t count = 0;

	if (!strncmp(file, "\xef\xbb\xbf", 3))
		file += 3;
	while (next_of(&file, '\n', &line)) {
		if (line.bytes && line.data[line.bytes - 1] == '\r')
			line.bytes--;
		if (!line.bytes)
			continue;
		FUZZ_CHECK(count < list->count && text_same(list->seat_ids[count], line));
		FUZZ_CHECK(name_is_well_formed(line));
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(!text_same(list->seat_ids[i], line));
		count++;
	}
	FUZZ_CHECK(count == list->count && count > 0);
}

static void feed_seats(const char *file)
{
	char path[FUZZ_PATH_BYTES];
	int fd = fuzz_file(text_of(file), path);
	struct seat_list list = {0};
	struct err e;
	enum rc rc = seat_list_read(&list, path, &e);

	if (rc == RC_OK)
		check_seats(&list, file);
	else
		FUZZ_CHECK(rc == RC_USAGE && e.origin == FROM_SETTINGS);
	seat_list_release(&list);
	close(fd);
}

/* ---- t ---- */

static void feed_time(const char *text)
{
	char printed[INSTANT_TEXT_BYTES];
	int64_t ms, again;

	if (instant_parse(text, &ms))
		return;
	instant_print(ms, printed);
	FUZZ_CHECK(instant_parse(printed, &again) == 0 && again == ms);
	/* A time that there is says the same when printed. */
	FUZZ_CHECK(!strncmp(printed, text, strcspn(text, ".Z")));
	if (strlen(text) == INSTANT_TEXT_BYTES - 1)
		FUZZ_CHECK(!strcmp(printed, text));
}

/* ---- w, a ---- */

static void feed_what_if(const char *text)
{
	struct other_policy p;
	struct err e;
	enum rc rc = what_if_read_policy(&p, text, &e);

	if (rc) {
		FUZZ_CHECK(rc == RC_USAGE && e.origin == FROM_SETTINGS);
		return;
	}
	FUZZ_CHECK(p.hold_seconds || p.max_hold_seconds || p.max_seats);
	FUZZ_CHECK(p.hold_seconds >= 0 && p.hold_seconds <= 86400);
	FUZZ_CHECK(p.max_hold_seconds >= 0 && p.max_hold_seconds <= 86400);
	FUZZ_CHECK(p.max_seats >= 0 && p.max_seats <= 50);
}

static void feed_moment(const char *text)
{
	struct moment at = {0};
	struct err e;
	enum rc rc = moment_read(&at, text, &e);
	int64_t ms;

	if (rc) {
		FUZZ_CHECK(rc == RC_USAGE && e.origin == FROM_SETTINGS);
		FUZZ_CHECK(moment_text_read(text, &ms) != 0);
	} else if (at.is_time) {
		FUZZ_CHECK(moment_text_read(text, &ms) == 0 && (ms == at.t_ms || !strcmp(text, "now")));
	} else {
		FUZZ_CHECK(strspn(text, "0123456789") == strlen(text) && at.offset >= 0);
	}
}

/* ---- m ---- */

#define DRAWN_MAX 200
#define COLUMNS 80
#define MARKS "#+" /* of which no seat id is made */

static size_t take_marks(const char *file, struct seat_mark marks[DRAWN_MAX])
{
	struct text id;
	size_t count = 0;

	while (count < DRAWN_MAX && next_of(&file, '\n', &id)) {
		bool is_new = id_is_well_formed(id, SEAT_ID_BYTES_MAX);

		for (size_t i = 0; i < count && is_new; i++)
			is_new = !text_same(marks[i].id, id);
		if (is_new) {
			marks[count] = seat_mark_of(id, MARKS[count % 7 == 6]);
			count++;
		}
	}
	return count;
}

static void check_drawing(const struct seat_mark *marks, size_t count)
{
	struct buf drawn = {0};
	size_t column = 0, seen = 0;

	buf_add(&drawn, "", 0);
	if (!seat_drawing_add_rows(marks, count, COLUMNS, &drawn))
		FUZZ_CHECK(drawn.bytes == 0);
	else
		for (size_t i = 0; i < drawn.bytes; i++) {
			column = drawn.data[i] == '\n' ? 0 : column + 1;
			FUZZ_CHECK(column <= COLUMNS);
			seen += strchr(MARKS, drawn.data[i]) != NULL;
		}
	FUZZ_CHECK(drawn.bytes == 0 || seen == count);
	buf_release(&drawn);
}

/* "A1..A9" is nine seats, all else one. */
static size_t count_listed(const char *item, size_t bytes)
{
	const char *dots = memmem(item, bytes, "..", 2);
	struct seat_mark from, to;

	if (!dots)
		return 1;
	from = seat_mark_of((struct text){item, (size_t)(dots - item)}, '#');
	to = seat_mark_of((struct text){dots + 2, bytes - (size_t)(dots - item) - 2}, '#');
	FUZZ_CHECK(from.number != NO_NUMBER && from.number < to.number && text_same(from.row, to.row));
	return (size_t)(to.number - from.number) + 1;
}

static void check_list(const struct seat_mark *marks, size_t count, char mark)
{
	struct buf listed = {0};
	size_t expected = 0, seen = 0;

	for (size_t i = 0; i < count; i++) {
		if (memmem(marks[i].id.data, marks[i].id.bytes, "..", 2))
			return; /* a list of it can be read in two ways */
		expected += marks[i].mark == mark;
	}
	buf_add(&listed, "", 0);
	seat_drawing_add_list(marks, count, mark, COLUMNS, &listed);
	for (const char *at = listed.data; *(at += strspn(at, " ,\n"));) {
		size_t bytes = strcspn(at, " ,\n");

		seen += count_listed(at, bytes);
		at += bytes;
	}
	FUZZ_CHECK(seen == expected);
	buf_release(&listed);
}

static void feed_map(const char *file)
{
	struct seat_mark marks[DRAWN_MAX];
	size_t count = take_marks(file, marks);

	seat_drawing_sort(marks, count);
	check_drawing(marks, count);
	check_list(marks, count, MARKS[0]);
	check_list(marks, count, MARKS[1]);
}

/* ---- d ---- */

#define HEADERS_TRIED_MAX 300
#define SIZE_STEP 37 /* bytes of value or name for each step of a byte */

static char filler[256 * 300];

static void check_letter(const struct dead_letter *letter, const struct record *record,
                         const char *why)
{
	size_t kept = letter->header_count - 6, bytes = 0;
	struct text said = letter->headers[letter->header_count - 1].value;

	FUZZ_CHECK(kept <= record->header_count && letter->value.data == record->value.data);
	FUZZ_CHECK(letter->value.bytes ==
	           (record->value.bytes < 65536 ? record->value.bytes : 65536u));
	for (size_t i = 0; i < record->header_count; i++) {
		bytes += record->headers[i].name.bytes + record->headers[i].value.bytes;
		FUZZ_CHECK((bytes <= 16384) == (i < kept));
		if (i < kept)
			FUZZ_CHECK(!memcmp(&letter->headers[i], &record->headers[i], sizeof letter->headers[i]));
	}
	FUZZ_CHECK(said.bytes >= strlen(why) && !memcmp(said.data, why, strlen(why)));
	FUZZ_CHECK((said.bytes > strlen(why)) ==
	           (kept < record->header_count || letter->value.bytes < record->value.bytes));
}

static void feed_dead_letter(const uint8_t *sizes, size_t count)
{
	struct record_header headers[HEADERS_TRIED_MAX];
	struct record record = {.topic = "in", .headers = headers};
	struct dead_letter letter = {0};

	if (!count)
		return;
	record.value = (struct text){sizes[0] ? filler : NULL, sizes[0] * 300u};
	for (size_t i = 1; i < count && record.header_count < HEADERS_TRIED_MAX; i++)
		headers[record.header_count++] =
		    (struct record_header){{filler, sizes[i] % 16u}, {filler, sizes[i] / 16u * SIZE_STEP * 4}};
	FUZZ_CHECK(dead_letter_make(&letter, &record, "in", "group", "why"));
	check_letter(&letter, &record, "why");
	dead_letter_release(&letter);
}

void fuzz_lists(const uint8_t *data, size_t bytes)
{
	struct buf text = {0};

	if (!bytes)
		return;
	buf_add(&text, data + 1, bytes - 1);
	switch (data[0]) {
	case 'p':
		feed_properties(text.data);
		break;
	case 'r':
		feed_reply_topics(text.data);
		break;
	case 's':
		feed_seats(text.data);
		break;
	case 't':
		feed_time(text.data);
		break;
	case 'w':
		feed_what_if(text.data);
		break;
	case 'a':
		feed_moment(text.data);
		break;
	case 'm':
		feed_map(text.data);
		break;
	case 'd':
		feed_dead_letter(data + 1, bytes - 1);
		break;
	default:
		break;
	}
	buf_release(&text);
}
