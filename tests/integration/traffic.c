#include "tests/integration/traffic.h"

#include <stdio.h>
#include <string.h>

#include "common/base/ids.h"
#include "tests/integration/rig.h"

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

void traffic_open(uint64_t seed)
{
	char show[20];

	sequence = seed * 2 + 1;
	memset(known, 0, sizeof known);
	for (int i = 0; i < TRAFFIC_SHOWS; i++) {
		snprintf(show, sizeof show, "traffic-%d", i);
		rig_ask(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		              "\"owner_key\":\"owner\",\"hold_seconds\":%d}", rig_id(), show, 1 + i % 3);
		rig_ask(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		              "\"owner_key\":\"owner\",\"seat_ids\":[\"S0\",\"S1\",\"S2\",\"S3\",\"S4\",\"S5\","
		              "\"S6\",\"S7\",\"S8\",\"S9\",\"S10\",\"S11\",\"S12\",\"S13\",\"S14\",\"S15\","
		              "\"S16\",\"S17\",\"S18\",\"S19\",\"S20\",\"S21\",\"S22\",\"S23\",\"S24\","
		              "\"S25\",\"S26\",\"S27\",\"S28\",\"S29\",\"S30\",\"S31\",\"S32\",\"S33\","
		              "\"S34\",\"S35\",\"S36\",\"S37\",\"S38\",\"S39\"]}", rig_id(), show);
	}
}

static void reserve(void)
{
	struct known *k = &known[below(KNOWN)];
	int seat = below(TRAFFIC_SEATS - 3), count = 1 + below(3), bytes;
	const char *id = rig_id();
	char show[20];

	k->show = below(TRAFFIC_SHOWS);
	k->session = below(SESSIONS);
	memcpy(k->id, id, sizeof k->id);
	snprintf(show, sizeof show, "traffic-%d", k->show);
	bytes = snprintf(k->last, sizeof k->last,
	                 "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                 "\"session_id\":\"session-%d\",\"seat_ids\":[\"S%d\"", id, show, k->session,
	                 seat);
	for (int i = 1; i < count; i++)
		bytes += snprintf(k->last + bytes, sizeof k->last - (size_t)bytes, ",\"S%d\"", seat + i);
	snprintf(k->last + bytes, sizeof k->last - (size_t)bytes, "]}");
	rig_send(show, "%s", k->last);
}

static void of_reservation(const struct known *k, const char *type, const char *more)
{
	char show[20];

	snprintf(show, sizeof show, "traffic-%d", k->show);
	rig_send(show, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	               "\"reservation_id\":\"%s\",\"session_id\":\"session-%d\"%s}", type, rig_id(), show,
	         k->id, below(20) ? k->session : SESSIONS, more);
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
		               "\"session_id\":\"session-%d\",\"seat_ids\":[\"S39\"]}", k->id, show,
		         k->session);
	else
		rig_send(show, "%s", k->last);
}

static void send_one(void)
{
	const struct known *k = &known[below(KNOWN)];
	int what = below(100);

	if (!k->id[0] || what < 55)
		reserve();
	else if (what < 65)
		of_reservation(k, "release", "");
	else if (what < 75)
		of_reservation(k, "confirm", "");
	else if (what < 80)
		of_reservation(k, "extend", ",\"hold_seconds\":4");
	else if (what < 86)
		of_reservation(k, "cancel", ",\"owner_key\":\"owner\"");
	else if (what < 89)
		of_reservation(k, "expire", "");
	else if (what < 92)
		unreadable();
	else
		again(k, what > 97);
}

void traffic_send(size_t count)
{
	for (size_t i = 0; i < count; i++)
		send_one();
}
