#include "tests/integration/traffic.h"

#include <stdio.h>
#include <string.h>

#include "common/base/ids.h"
#include "tests/integration/rig.h"
#include "tests/integration/selling.h"

#define KNOWN 64 /* reservations that later requests may be about */
#define SESSIONS 60

struct known {
	int show, session;
	char id[UUID_TEXT_CHARS + 1];
	char last[600]; /* the value of a request, for repeating */
};

static struct known known[KNOWN];
static uint64_t sequence;

uint64_t traffic_random(uint64_t *state, uint64_t bound)
{
	/* Marsaglia's xorshift; the seed must not be 0 */
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % bound;
}

static int below(int bound)
{
	return (int)traffic_random(&sequence, (uint64_t)bound);
}

static unsigned below_of(void *none, unsigned limit)
{
	(void)none;
	return (unsigned)below((int)limit);
}

static const struct selling selling = {below_of, NULL, "S", TRAFFIC_SEATS, "canary-owner", false};

void traffic_open(uint64_t seed)
{
	struct buf hall = {0};
	char show[20];

	sequence = seed * 2 + 1;
	memset(known, 0, sizeof known);
	selling_add_hall(&hall, &selling);
	for (int i = 0; i < TRAFFIC_SHOWS; i++) {
		snprintf(show, sizeof show, "traffic-%d", i);
		rig_ask(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		              "\"owner_key\":\"canary-owner\",\"hold_seconds\":%d}", rig_id(), show, 1 + i % 3);
		rig_ask(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		              "\"owner_key\":\"canary-owner\"%s}", rig_id(), show, hall.data);
	}
	buf_release(&hall);
}

static void add_seats(struct buf *b)
{
	unsigned seat = below_of(NULL, TRAFFIC_SEATS - 3), count = 1 + below_of(NULL, 3);

	buf_add_string(b, ",\"seat_ids\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(b, i ? "," : "");
		selling_add_name(b, &selling, seat + i);
	}
	buf_add_string(b, "]");
}

static void reserve(void)
{
	struct known *k = &known[below(KNOWN)];
	const char *id = rig_id();
	struct buf b = {0};
	char show[20];

	k->show = below(TRAFFIC_SHOWS);
	k->session = below(SESSIONS);
	memcpy(k->id, id, sizeof k->id);
	snprintf(show, sizeof show, "traffic-%d", k->show);
	buf_print(&b, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	          "\"session_id\":\"canary-%d\"", id, show, k->session);
	if (below(4))
		add_seats(&b);
	else if (below(2))
		selling_add_best(&b, &selling);
	else
		selling_add_areas(&b, &selling);
	selling_add_key(&b, &selling);
	selling_add_customer(&b, &selling);
	buf_add_string(&b, "}");
	snprintf(k->last, sizeof k->last, "%s", b.data);
	buf_release(&b);
	rig_send(show, "%s", k->last);
}

static void organise(void)
{
	const char *type = selling_type(&selling);
	struct buf b = {0};
	char show[20];

	snprintf(show, sizeof show, "traffic-%d", below(TRAFFIC_SHOWS));
	selling_add_fields(&b, &selling, type);
	rig_send(show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}", type,
	         rig_id(), show, b.data);
	buf_release(&b);
}

static void of_reservation(const struct known *k, const char *type, const char *more)
{
	char show[20];

	snprintf(show, sizeof show, "traffic-%d", k->show);
	rig_send(show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	               "\"reservation_id\":\"%s\",\"session_id\":\"canary-%d\"%s}", type, rig_id(), show,
	         k->id, below(20) ? k->session : SESSIONS, more);
}

/* Change a hold, or give back what is sold, mostly a part of it. */
static void of_a_part(const struct known *k, const char *type)
{
	struct buf more = {0};

	buf_add_string(&more, ",\"owner_key\":\"canary-owner\"");
	if (!strcmp(type, "change_hold"))
		selling_add_change(&more, &selling, k->last);
	else
		selling_add_part(&more, &selling, k->last);
	of_reservation(k, type, more.data);
	buf_release(&more);
}

static void unreadable(void)
{
	static const char *const values[] = {"", "{", "{\"type\":\"reserve\"}", "[1]", "null"};
	char show[20];

	snprintf(show, sizeof show, "traffic-%d", below(TRAFFIC_SHOWS));
	rig_send(show, "%s", values[below(5)]);
}

/* The same again, or the same id with other content. */
static void again(const struct known *k, int is_other)
{
	char show[20];

	snprintf(show, sizeof show, "traffic-%d", k->show);
	if (is_other)
		rig_send(show, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		               "\"session_id\":\"canary-%d\",\"seat_ids\":[\"S39\"]}", k->id, show,
		         k->session);
	else
		rig_send(show, "%s", k->last);
}

static void send_one(void)
{
	const struct known *k = &known[below(KNOWN)];
	int what = below(100);

	if (!k->id[0] || what < 52)
		reserve();
	else if (what < 62)
		organise();
	else if (what < 68)
		of_reservation(k, "release", "");
	else if (what < 75)
		of_reservation(k, "confirm", "");
	else if (what < 80)
		of_reservation(k, "extend", ",\"hold_seconds\":4");
	else if (what < 86)
		of_a_part(k, "cancel");
	else if (what < 90)
		of_a_part(k, "change_hold");
	else if (what < 92)
		of_reservation(k, "expire", "");
	else if (what < 94)
		unreadable();
	else
		again(k, what > 97);
}

void traffic_send(size_t count)
{
	for (size_t i = 0; i < count; i++)
		send_one();
}
