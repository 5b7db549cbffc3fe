#include "tests/integration/stream.h"

#include <stdio.h>
#include <string.h>

#include "tests/integration/rig.h"

#define SESSIONS 12
#define OWNER "owner-of-all"

static unsigned next(struct stream *s, unsigned below)
{
	s->random = s->random * 1103515245u + 12345u;
	return (s->random >> 16) % below;
}

size_t stream_open(struct stream *s, const char *show, unsigned seed)
{
	*s = (struct stream){.random = seed};
	snprintf(s->show, sizeof s->show, "%s", show);
	rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"owner_key\":"
	               "\"" OWNER "\",\"title\":\"Fault by fault\"}", rig_id(), show);
	rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"owner_key\":"
	               "\"" OWNER "\",\"seat_ids\":[\"A0\",\"A1\",\"A2\",\"A3\",\"A4\",\"A5\",\"A6\","
	               "\"A7\",\"A8\",\"A9\"]}", rig_id(), show);
	return 2;
}

static void reserve(struct stream *s, const char *id, unsigned session, unsigned seat)
{
	rig_send(s->show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"session_id\":"
	                  "\"session-%u\",\"seat_ids\":[\"A%u\",\"A%u\"]}", id, s->show, session,
	         seat, (seat + 1) % STREAM_SEATS);
}

static void reserve_new(struct stream *s)
{
	size_t i = s->reserves++ % STREAM_KEPT;

	snprintf(s->kept[i].id, sizeof s->kept[i].id, "%s", rig_id());
	s->kept[i].session = next(s, SESSIONS);
	s->kept[i].seat = next(s, STREAM_SEATS);
	reserve(s, s->kept[i].id, s->kept[i].session, s->kept[i].seat);
}

/* Something about an earlier reserve, by its session or, one time in eight, by another. */
static void follow_up(struct stream *s, size_t i, const char *type, const char *more)
{
	unsigned session = s->kept[i].session + (next(s, 8) == 0);

	rig_send(s->show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"session_id\":"
	                  "\"session-%u\",\"reservation_id\":\"%s\"%s}", type, rig_id(), s->show, session,
	         s->kept[i].id, more);
}

static void send_one(struct stream *s)
{
	unsigned chance = next(s, 100);
	size_t kept = s->reserves < STREAM_KEPT ? s->reserves : STREAM_KEPT;
	size_t i = kept ? next(s, (unsigned)kept) : 0;

	if (kept == 0 || chance < 46)
		reserve_new(s);
	else if (chance < 54) /* a retry */
		reserve(s, s->kept[i].id, s->kept[i].session, s->kept[i].seat);
	else if (chance < 58) /* its id for something else */
		reserve(s, s->kept[i].id, s->kept[i].session, s->kept[i].seat + 1);
	else if (chance < 70)
		follow_up(s, i, "release", "");
	else if (chance < 78)
		follow_up(s, i, "extend", ",\"hold_seconds\":900");
	else if (chance < 88)
		follow_up(s, i, "confirm", "");
	else if (chance < 94)
		follow_up(s, i, "cancel", ",\"owner_key\":\"" OWNER "\"");
	else if (chance < 97)
		follow_up(s, i, "expire", "");
	else
		rig_send(s->show, "{\"type\":\"reserve\",\"show_id\":\"%s\",", s->show);
}

size_t stream_send(struct stream *s, size_t count)
{
	for (size_t i = 0; i < count; i++)
		send_one(s);
	return count;
}
