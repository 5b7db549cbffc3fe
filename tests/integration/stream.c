#include "tests/integration/stream.h"

#include <stdio.h>
#include <string.h>

#include "tests/integration/rig.h"
#include "tests/integration/selling.h"

#define SESSIONS 12
#define WISHES 4 /* as many in STREAM_SEATS + WISHES reserves are for the best seats */
#define OWNER "owner-of-all"

static unsigned next(struct stream *s, unsigned below)
{
	s->random = s->random * 1103515245u + 12345u;
	return (s->random >> 16) % below;
}

static unsigned next_of(void *s, unsigned below)
{
	return next(s, below);
}

static struct selling selling_of(struct stream *s)
{
	return (struct selling){next_of, s, "A", STREAM_SEATS, OWNER, false};
}

size_t stream_open(struct stream *s, const char *show, unsigned seed)
{
	struct selling selling = selling_of(s);
	struct buf hall = {0};

	*s = (struct stream){.random = seed};
	snprintf(s->show, sizeof s->show, "%s", show);
	rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"owner_key\":"
	               "\"" OWNER "\",\"title\":\"Fault by fault\"}", rig_id(), show);
	selling_add_hall(&hall, &selling);
	rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"owner_key\":"
	               "\"" OWNER "\"%s}", rig_id(), show, hall.data);
	buf_release(&hall);
	return 2;
}

/* Two seats beside each other, or the best two where there is no seat of that number. */
static void reserve(struct stream *s, const char *id, unsigned session, unsigned seat)
{
	struct selling selling = selling_of(s);
	struct buf wish = {0};

	if (seat < STREAM_SEATS) {
		buf_add_string(&wish, "\"seat_ids\":[");
		selling_add_name(&wish, &selling, seat);
		buf_add_string(&wish, ",");
		selling_add_name(&wish, &selling, (seat + 1) % STREAM_SEATS);
		buf_add_string(&wish, "]");
	} else {
		buf_print(&wish, "\"best\":{\"count\":2,\"together\":%s},\"channel_key\":\"key-%u\"",
		          seat % 2 ? "true" : "false", seat % 4);
		if (seat % 3) /* by a channel, which may not be there; or without */
			wish.bytes = (size_t)(strchr(wish.data, '}') + 1 - wish.data);
	}
	rig_send(s->show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"session_id\":"
	                  "\"session-%u\",%.*s}", id, s->show, session, (int)wish.bytes, wish.data);
	buf_release(&wish);
}

static void organise(struct stream *s)
{
	struct selling selling = selling_of(s);
	const char *type = selling_type(&selling);
	struct buf b = {0};

	selling_add_fields(&b, &selling, type);
	rig_send(s->show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}", type,
	         rig_id(), s->show, b.data);
	buf_release(&b);
}

static void reserve_new(struct stream *s)
{
	size_t i = s->reserves++ % STREAM_KEPT;

	snprintf(s->kept[i].id, sizeof s->kept[i].id, "%s", rig_id());
	s->kept[i].session = next(s, SESSIONS);
	s->kept[i].seat = next(s, STREAM_SEATS + WISHES);
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
	else if (chance < 66)
		organise(s);
	else if (chance < 71)
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
