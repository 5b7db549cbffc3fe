#include "tests/integration/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/ask.h"

#define MORE_BYTES 2000
#define EVENTS_MAX 4000
#define SHOWS_MAX 100

const char *say(const char *show, const char *id, const char *type, const char *rest)
{
	char more[MORE_BYTES];

	assert_true(strlen(rest) + 2 < sizeof more);
	snprintf(more, sizeof more, "%s%s", rest[0] ? "," : "", rest);
	for (char *c = more; *c; c++)
		if (*c == '\'')
			*c = '"';
	return ask(show, id, type, more);
}

/* ---- lines ---- */

#define SEATS_OF(list) \
	"(SELECT string_agg(x, ' ') FROM jsonb_array_elements_text(j->'" list "') x)"
#define AREAS_OF(list) \
	"(SELECT string_agg(x->>'area_id' || ':' || coalesce(x->>'count', x->>'capacity') || " \
	"coalesce('/' || (x->>'channel'), '') || coalesce('/' || (x->>'category'), ''), ' ') FROM " \
	"jsonb_array_elements(j->'" list "') x)"

void say_line(const char *reply, const char *line)
{
	const char *found = rig_sql(
	    "SELECT concat_ws(' ', j->>'code', j->>'reason', " SEATS_OF("seat_ids") ", " AREAS_OF("areas")
	    ", CASE WHEN j ?| '{kept_seat_ids,kept_areas}' THEN 'kept' END, " SEATS_OF("kept_seat_ids")
	    ", " AREAS_OF("kept_areas") ", CASE WHEN j ?| '{unavailable,unavailable_areas}' THEN "
	    "'not' END, "
	    "(SELECT string_agg(concat_ws('/', x->>'seat_id', x->>'status'), ' ') FROM "
	    "jsonb_array_elements(j->'unavailable') x), (SELECT string_agg(concat_ws(':', x->>'area_id', "
	    "x->>'room', x->>'taken'), ' ') FROM jsonb_array_elements(j->'unavailable_areas') x), "
	    "CASE WHEN j ? 'revived' THEN 'revived' END, 'pieces ' || (j->>'pieces'), 'free ' || "
	    "(j->>'free_seats'), 'customer ' || (j->'customer'->>'seats') || '/' || "
	    "(j->'customer'->>'holds'), 'singles ' || " SEATS_OF("singles") ") FROM "
	    "(SELECT $json$%s$json$::jsonb AS j) r", reply);

	if (strcmp(found, line) != 0)
		fail_msg("found    %s\nexpected %s\n%s", found, line, reply);
}

void say_expect(const char *show, const char *type, const char *rest, const char *line)
{
	say_line(say(show, rig_id(), type, rest), line);
}

const char *say_reserve(const char *show, const char *session, const char *rest, const char *line)
{
	const char *id = rig_id();
	char more[MORE_BYTES];

	snprintf(more, sizeof more, "'session_id':'%s',%s", session, rest);
	say_line(say(show, id, "reserve", more), line);
	return id;
}

void say_of(const char *show, const char *hold, const char *session, const char *type,
            const char *rest, const char *line)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, "'session_id':'%s','reservation_id':'%s'%s%s", session, hold,
	         rest[0] ? "," : "", rest);
	say_expect(show, type, more, line);
}

void say_cancel(const char *show, const char *sale, const char *rest, const char *line)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, "'owner_key':'k','reservation_id':'%s'%s%s", sale, rest[0] ? "," : "",
	         rest);
	say_expect(show, "cancel", more, line);
}

/* ---- events ---- */

static size_t *seen_of(const char *show)
{
	static struct {
		char show[64];
		size_t count;
	} seen[SHOWS_MAX];

	for (size_t i = 0; i < SHOWS_MAX; i++)
		if (!seen[i].show[0] || !strcmp(seen[i].show, show)) {
			snprintf(seen[i].show, sizeof seen[i].show, "%s", show);
			return &seen[i].count;
		}
	fail_msg("too many shows");
	return NULL;
}

/* A JSON array of those that were not seen yet. */
static void add_new_events(struct buf *b, const char *show)
{
	struct record *records = calloc(EVENTS_MAX, sizeof *records);
	size_t *seen = seen_of(show), found, count = 0;

	assert_non_null(records);
	found = rig_read(rig_topics.events, records, EVENTS_MAX);
	buf_add_string(b, "[");
	for (size_t i = 0; i < found; i++) {
		if (!text_same(records[i].key, text_of(show)) || count++ < *seen)
			continue;
		buf_add_string(b, count > *seen + 1 ? "," : "");
		buf_add_text(b, records[i].value);
	}
	buf_add_string(b, "]");
	*seen = count;
	rig_give(records, found);
	free(records);
}

void say_told(const char *show, const char *line)
{
	struct buf events = {0};
	const char *found;

	add_new_events(&events, show);
	found = rig_sql("SELECT string_agg(concat_ws(' ', j->>'event' || CASE WHEN j ? 'change' THEN '*' "
	                "ELSE '' END, " SEATS_OF("seat_ids") ", " AREAS_OF("areas") ", CASE WHEN "
	                "j ? 'retaken' THEN 'retaken' END), ' | ' ORDER BY n) FROM "
	                "jsonb_array_elements($json$%s$json$::jsonb) WITH ORDINALITY e (j, n)",
	                events.data);
	if (strcmp(found, line) != 0)
		fail_msg("told     %s\nexpected %s\n%s", found, line, events.data);
	buf_release(&events);
}

void say_skip(const char *show)
{
	struct buf events = {0};

	add_new_events(&events, show);
	buf_release(&events);
}
