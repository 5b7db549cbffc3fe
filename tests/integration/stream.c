#include "tests/integration/stream.h"

#include <stdio.h>
#include <string.h>

#include "tests/integration/rig.h"
#include "tests/integration/selling.h"

#define SESSIONS 12
#define WISHES 4 /* as many in STREAM_SEATS + WISHES + STANDING reserves are for the best seats */
#define STANDING 4 /* and as many for places of areas */
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
	rig_send(show, "{\"type\":\"set_areas\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"owner_key\":"
	               "\"" OWNER "\",\"areas\":[{\"area_id\":\"floor\",\"capacity\":9}]}", rig_id(), show);
	return 3;
}

/*
 * Two seats beside each other, the best two, or places of areas where there is no seat of that
 * number: the same of the same number.
 */
static void add_wish(struct buf *b, struct stream *s, unsigned seat)
{
	struct selling selling = selling_of(s);

	if (seat < STREAM_SEATS) {
		buf_add_string(b, ",\"seat_ids\":[");
		selling_add_name(b, &selling, seat);
		buf_add_string(b, ",");
		selling_add_name(b, &selling, (seat + 1) % STREAM_SEATS);
		buf_add_string(b, "]");
	} else if (seat < STREAM_SEATS + WISHES) {
		buf_print(b, ",\"best\":{\"count\":2,\"together\":%s}", seat % 2 ? "true" : "false");
		if (!(seat % 3)) /* by a channel, which may not be there */
			buf_print(b, ",\"channel_key\":\"key-%u\"", seat % 4);
	} else {
		if (seat % 2)
			buf_add_string(b, ",\"seat_ids\":[\"A0\"]");
		buf_print(b, ",\"areas\":[{\"area_id\":\"floor\",\"count\":%u}]", 1 + seat % 3);
	}
	buf_print(b, ",\"customer_id\":\"c-%u\"", seat % 7);
}

static void reserve(struct stream *s, const char *id, unsigned session, unsigned seat)
{
	struct buf wish = {0};

	add_wish(&wish, s, seat);
	rig_send(s->show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\",\"session_id\":"
	                  "\"session-%u\"%s}", id, s->show, session, wish.data);
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
	s->kept[i].seat = next(s, STREAM_SEATS + WISHES + STANDING);
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

/* Change the hold of an earlier reserve, or give back what is sold, mostly a part of it. */
static void follow_up_in_part(struct stream *s, size_t i, const char *type)
{
	struct selling selling = selling_of(s);
	struct buf wish = {0}, more = {0};

	add_wish(&wish, s, s->kept[i].seat);
	buf_add_string(&more, "");
	if (!strcmp(type, "change_hold"))
		selling_add_change(&more, &selling, wish.data);
	else
		selling_add_part(&more, &selling, wish.data);
	buf_print(&more, ",\"owner_key\":\"" OWNER "\"");
	follow_up(s, i, type, more.data);
	buf_release(&wish);
	buf_release(&more);
}

static void send_one(struct stream *s)
{
	unsigned chance = next(s, 100);
	size_t kept = s->reserves < STREAM_KEPT ? s->reserves : STREAM_KEPT;
	size_t i = kept ? next(s, (unsigned)kept) : 0;

	if (kept == 0 || chance < 40)
		reserve_new(s);
	else if (chance < 48) /* a retry */
		reserve(s, s->kept[i].id, s->kept[i].session, s->kept[i].seat);
	else if (chance < 52) /* its id for something else */
		reserve(s, s->kept[i].id, s->kept[i].session, s->kept[i].seat + 1);
	else if (chance < 60)
		organise(s);
	else if (chance < 64)
		follow_up(s, i, "release", "");
	else if (chance < 68)
		follow_up(s, i, "extend", ",\"hold_seconds\":900");
	else if (chance < 78)
		follow_up_in_part(s, i, "change_hold");
	else if (chance < 87)
		follow_up(s, i, "confirm", "");
	else if (chance < 94)
		follow_up_in_part(s, i, "cancel");
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
