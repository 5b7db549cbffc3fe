/*
 * Small things that are read from text, each held against a plain reading of its own. The first
 * byte says which:
 *
 *   p  HOLDFAST_KAFKA_PROPERTIES       s  a file of seat ids
 *   r  --reply-topics                  t  a time
 *   d  the size of a record that goes to the dead letters
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/seat_list.h"
#include "common/clock.h"
#include "common/msg_request.h"
#include "common/options_value.h"
#include "common/reply_topics.h"
#include "tests/fuzz/fuzz.h"
#include "worker/dead_letter.h"

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
	struct option_pairs pairs = {0};
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
		FUZZ_CHECK(rc == RC_REJECT && e.exit_code == EXIT_USAGE);
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
		if (!item.bytes || text_same(item, text_of(names.replies)))
			continue;
		has_forbidden = has_forbidden || is_forbidden(item);
		if (rc == RC_OK)
			FUZZ_CHECK(count < topics.count && text_same(item, text_of(topics.names[count])));
		count++;
	}
	if (rc)
		FUZZ_CHECK(e.exit_code == EXIT_USAGE && (has_forbidden || count > REPLY_TOPICS_MAX));
	else
		FUZZ_CHECK(!has_forbidden && count == topics.count && count <= REPLY_TOPICS_MAX);
	reply_topics_release(&topics);
}

/* ---- s ---- */

static void check_seats(const struct seat_list *list, const char *file)
{
	struct text line;
	size_t count = 0;

	while (next_of(&file, '\n', &line)) {
		if (line.bytes && line.data[line.bytes - 1] == '\r')
			line.bytes--;
		if (!line.bytes)
			continue;
		FUZZ_CHECK(count < list->count && text_same(list->seat_ids[count], line));
		FUZZ_CHECK(id_is_well_formed(line, SEAT_ID_BYTES_MAX));
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(!text_same(list->seat_ids[i], line));
		count++;
	}
	FUZZ_CHECK(count == list->count);
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
		FUZZ_CHECK(rc == RC_REJECT && e.exit_code == EXIT_USAGE);
	seat_list_release(&list);
	close(fd);
}

/* ---- t ---- */

static void feed_time(const char *text)
{
	char printed[CLOCK_TEXT_BYTES];
	int64_t ms, again;

	if (clock_parse(text, &ms))
		return;
	clock_print(ms, printed);
	FUZZ_CHECK(clock_parse(printed, &again) == 0 && again == ms);
	/* A time that there is says the same when printed. */
	FUZZ_CHECK(!strncmp(printed, text, strcspn(text, ".Z")));
	if (strlen(text) == CLOCK_TEXT_BYTES - 1)
		FUZZ_CHECK(!strcmp(printed, text));
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
	case 'd':
		feed_dead_letter(data + 1, bytes - 1);
		break;
	default:
		break;
	}
	buf_release(&text);
}
