#include "tests/integration/random_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/partitioner.h"
#include "common/kafka/conf.h"
#include "common/message/request.h"
#include "tests/integration/selling.h"

#define SHOWS 80
#define SEATS 100
#define SESSIONS 400
#define HOLDS_KEPT 4   /* last reservations of a show that requests are about */
#define AGAIN_KEPT 512 /* requests that may be repeated */
#define HEADERS_MAX 6
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct hold {
	char id[UUID_TEXT_CHARS + 1];
	unsigned session;
	struct buf request; /* that made it */
};

struct show {
	char name[24];
	enum { NOTHING, CREATED, OPEN } stage;
	struct hold holds[HOLDS_KEPT];
	unsigned hold_count;
};

struct sent {
	struct buf value;
	struct show *show;
};

struct random_history {
	uint64_t random, ids;
	struct selling selling;
	int32_t partition_count;
	struct text reply_topic;
	struct show shows[SHOWS];
	struct sent again[AGAIN_KEPT];
	unsigned sent;
	unsigned burst;          /* requests left that all want one seat */
	struct show *burst_show;
	struct record record;
	struct buf value;
	struct record_header headers[HEADERS_MAX];
	char bytes[1025], raw[16], chosen[4];
	char large[201000];
};

static unsigned below(struct random_history *h, unsigned limit)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 7;
	h->random ^= h->random << 17;
	return (unsigned)((h->random >> 20) % limit);
}

static bool one_in(struct random_history *h, unsigned n)
{
	return below(h, n) == 0;
}

static unsigned below_of(void *h, unsigned limit)
{
	return below(h, limit);
}

struct random_history *random_history_make(uint64_t seed, const char *reply_topic,
                                           int32_t partition_count)
{
	struct random_history *h = calloc(1, sizeof *h);

	if (!h)
		abort();
	h->random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	h->partition_count = partition_count;
	h->reply_topic = text_of(reply_topic);
	h->selling = (struct selling){below_of, h, "A", SEATS, "canary-boss", false};
	for (int i = 0; i < SHOWS; i++)
		snprintf(h->shows[i].name, sizeof h->shows[i].name, "show:%d/%d", (int)(seed % 1000), i);
	memset(h->bytes, '\xc3', sizeof h->bytes);
	memset(h->large, ' ', sizeof h->large);
	return h;
}

void random_history_release(struct random_history *h)
{
	for (int i = 0; i < AGAIN_KEPT; i++)
		buf_release(&h->again[i].value);
	for (int i = 0; i < SHOWS * HOLDS_KEPT; i++)
		buf_release(&h->shows[i / HOLDS_KEPT].holds[i % HOLDS_KEPT].request);
	buf_release(&h->value);
	free(h);
}

/* ---- well-formed requests ---- */

static void new_id(struct random_history *h, char id[UUID_TEXT_CHARS + 1])
{
	snprintf(id, UUID_TEXT_CHARS + 1, "%08llx-0000-4000-8000-%012llx",
	         (unsigned long long)(h->random & 0xFFFFFFFF), (unsigned long long)++h->ids);
}

static void add_hold(struct random_history *h, const struct hold *hold, bool has_session)
{
	buf_print(&h->value, ",\"reservation_id\":\"%s\"", hold->id);
	if (has_session)
		buf_print(&h->value, ",\"session_id\":\"canary-%u\"",
		          one_in(h, 8) ? below(h, SESSIONS) : hold->session);
}

static void add_seats(struct random_history *h, unsigned most, unsigned seats)
{
	unsigned count = 1 + below(h, most), first = below(h, seats);
	unsigned step = one_in(h, 2) ? 1 : 7; /* beside each other, or not */

	buf_add_string(&h->value, ",\"seat_ids\":[");
	for (unsigned i = 0; i < count; i++) {
		buf_add_string(&h->value, i ? "," : "");
		selling_add_name(&h->value, &h->selling, (first + i * step) % seats);
	}
	buf_add_string(&h->value, "]");
}

static void add_all_seats(struct random_history *h)
{
	buf_add_string(&h->value, ",\"owner_key\":\"canary-boss\"");
	selling_add_hall(&h->value, &h->selling);
}

static void add_wish(struct random_history *h)
{
	unsigned kind = below(h, 8);

	if (kind < 2)
		selling_add_best(&h->value, &h->selling);
	if (kind == 2 || kind == 3)
		selling_add_areas(&h->value, &h->selling);
	if (h->burst && kind > 3)
		buf_add_string(&h->value, ",\"seat_ids\":[\"A0\"]");
	else if (kind > 2 || one_in(h, 8))
		add_seats(h, one_in(h, 20) ? 12 : 4, one_in(h, 20) ? SEATS + 1 : SEATS);
}

static void add_reserve(struct random_history *h, struct show *show, const char *id)
{
	static const char *const seconds[] = {"1", "1", "1.0", "1", "20e-1", "2", "1", "1800", "1801"};
	struct hold *hold = &show->holds[show->hold_count++ % HOLDS_KEPT];

	snprintf(hold->id, sizeof hold->id, "%s", id);
	hold->session = below(h, SESSIONS);
	buf_print(&h->value, ",\"session_id\":\"canary-%u\"", hold->session);
	add_wish(h);
	selling_add_key(&h->value, &h->selling);
	selling_add_customer(&h->value, &h->selling);
	if (!one_in(h, 4))
		buf_print(&h->value, ",\"hold_seconds\":%s", seconds[below(h, 9)]);
}

static const char *pick_type(struct random_history *h, const struct show *show)
{
	static const char *const types[] = {
	    "reserve", "reserve", "reserve", "reserve", "reserve", "reserve", "reserve", "reserve",
	    "reserve", "release", "release", "extend",  "extend",  "confirm", "confirm", "cancel",
	    "expire",  "expire",  "add_seats", "create_show", "change_hold", "change_hold",
	    "change_hold",
	};

	if (show->stage != OPEN && !one_in(h, 3))
		return show->stage == NOTHING ? "create_show" : "add_seats";
	if (h->burst)
		return "reserve";
	return one_in(h, 9) ? selling_type(&h->selling) : types[below(h, COUNT(types))];
}

static void add_fields(struct random_history *h, struct show *show, const char *type, const char *id)
{
	const struct hold *hold = &show->holds[below(h, HOLDS_KEPT)];

	if (!strcmp(type, "create_show")) {
		buf_print(&h->value, ",\"title\":\"\\u00e9\xf0\x9f\x8e\xad %u\",\"owner_key\":\"canary-boss\","
		          "\"max_seats\":9,\"hold_seconds\":2", below(h, 9));
		if (one_in(h, 3))
			buf_add_string(&h->value, ",\"rules\":1,\"singles\":\"refuse\",\"closed\":false");
	} else if (!strcmp(type, "add_seats")) {
		if (show->stage == OPEN)
			selling_add_fields(&h->value, &h->selling, type);
		else
			add_all_seats(h);
	} else if (!strcmp(type, "reserve")) {
		add_reserve(h, show, id);
	} else if (!strcmp(type, "change_show") || strstr(type, "set_") || strstr(type, "_seats")) {
		selling_add_fields(&h->value, &h->selling, type);
	} else {
		add_hold(h, hold, strcmp(type, "expire") != 0 && strcmp(type, "cancel") != 0);
		if (!strcmp(type, "extend"))
			buf_print(&h->value, ",\"hold_seconds\":%u", 1 + below(h, 3));
		if (!strcmp(type, "change_hold"))
			selling_add_change(&h->value, &h->selling, hold->request.data);
		if (!strcmp(type, "cancel")) {
			buf_print(&h->value, ",\"owner_key\":\"%s\"",
			          one_in(h, 5) ? "canary-other" : "canary-boss");
			selling_add_part(&h->value, &h->selling, hold->request.data);
		}
	}
}

/* Of the hold that was added last. */
static void keep_request(struct random_history *h, struct show *show)
{
	struct buf *request = &show->holds[(show->hold_count - 1) % HOLDS_KEPT].request;

	buf_clear(request);
	buf_add_text(request, buf_text(&h->value));
}

static struct show *make_request(struct random_history *h)
{
	struct show *show = h->burst ? h->burst_show : &h->shows[below(h, SHOWS)];
	const char *type = pick_type(h, show);
	char id[UUID_TEXT_CHARS + 1];

	new_id(h, id);
	buf_clear(&h->value);
	buf_print(&h->value, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"", type, id,
	          show->name);
	add_fields(h, show, type, id);
	if (show->stage == NOTHING && !strcmp(type, "create_show"))
		show->stage = CREATED;
	else if (show->stage == CREATED && !strcmp(type, "add_seats"))
		show->stage = OPEN;
	if (!strcmp(type, "reserve"))
		keep_request(h, show);
	if (one_in(h, 10))
		buf_add_string(&h->value, ",\"unknown\":{\"a\":[{\"b\":null}]}");
	buf_add_string(&h->value, " }");
	return show;
}

/* ---- malformed ones: every line of section 3 ---- */

/* Whole values; %s is a request that is fine but for its closing brace. */
static const char *const undecodable[] = {
    "", " ", "[]", "\"x\"", "null", "1", "{", "{}x", "\xef\xbb\xbf%s}",
    "%s,\"n\":0600}", "%s,\"n\":1.}",
    "%s,\"n\":NaN}", "%s,\"n\":.5}", "%s,\"n\":+1}", "%s,\"s\":\"\xff\"}", "%s,\"s\":\"\xc0\xaf\"}",
    "%s,\"s\":\"\xed\xa0\x80\"}", "%s,\"type\":\"expire\"}", "%s,\"o\":{\"a\":1,\"\\u0061\":2}}",
    "%s,\"s\":\"\\u0000\"}", "%s,\"s\":\"\\ud800\"}", "%s,\"s\":\"\\udc00\\ud800\"}",
    "%s,\"s\":\"a\nb\"}", "%s,\"s\":\"\x1f\"}", "%s,\"s\":\"\\x\"}", "%s,\"s\":'x'}", "%s,}", "%s} }",
    "%s,\"n\":1234567890123456789012345678901234567890123456789012345678901234}",
    "%s,\"a\":[[[[]]]]}", "%s,\"b\":tru}", "%s\v}", "%s,\"c\":1 /* */}",
};

#define HOLD_1 \
	",\"session_id\":\"s\",\"reservation_id\":\"00000000-0000-4000-8000-000000000001\""

/* Members that make a request of that type malformed, or its request_id or show_id. */
static const struct {
	const char *type, *members;
} malformed[] = {
    {"", "\"type\":\"reserve\",\"show_id\":\"%s\""},
    {"", "\"type\":\"reserve\",\"show_id\":\"%s\",\"request_id\":null"},
    {"", "\"type\":\"reserve\",\"show_id\":\"%s\",\"request_id\":"
         "\"00000000-0000-0000-0000-000000000000\""},
    {"", "\"type\":\"reserve\",\"show_id\":\"%s\",\"request_id\":"
         "\"0000000000000000800000000000000000001\""},
    {"", "\"type\":\"reserve\",\"Show_id\":\"%s\",\"request_id\":"
         "\"00000000-0000-4000-8000-000000000001\""},
    {"", "\"type\":\"reserve\",\"show_id\":\" %s\",\"request_id\":"
         "\"00000000-0000-4000-8000-000000000001\""},
    {"nonsense", ""},
    {"Reserve", ""},
    {"reserve", ",\"seat_ids\":[\"A1\"]"},
    {"reserve", ",\"session_id\":\"\",\"seat_ids\":[\"A1\"]"},
    {"reserve", ",\"session_id\":null,\"seat_ids\":[\"A1\"]"},
    {"reserve", ",\"session_id\":\"s 1\",\"seat_ids\":[\"A1\"]"},
    {"reserve", ",\"session_id\":\"s\""},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[]"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":\"A1\""},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\",\"A1\"]"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\",1]"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":0"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":86401"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":1.5"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":1e999"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":\"1\""},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"hold_seconds\":null"},
    {"extend", ",\"session_id\":\"s\",\"reservation_id\":\"00000000-0000-4000-8000-000000000001\""},
    {"release", ",\"session_id\":\"s\",\"reservation_id\":\"1\""},
    {"confirm", ",\"session_id\":\"s\""},
    {"cancel", ",\"reservation_id\":\"00000000-0000-4000-8000-000000000001\""},
    {"expire", ",\"reservation_id\":7"},
    {"add_seats", ""},
    {"add_seats", ",\"owner_key\":null,\"seat_ids\":[\"Z1\"]"},
    {"create_show", ",\"title\":7"},
    {"create_show", ",\"title\":\"a\\tb\""},
    {"create_show", ",\"title\":null"},
    {"create_show", ",\"max_seats\":51"},
    {"create_show", ",\"max_customer_seats\":1001"},
    {"create_show", ",\"max_customer_holds\":-1"},
    {"create_show", ",\"hold_seconds\":60,\"max_hold_seconds\":59"},
    {"create_show", ",\"hold_seconds\":1801"},
    {"create_show", ",\"owner_key\":\"\""},
    {"create_show", ",\"rules\":2"},
    {"create_show", ",\"rules\":null"},
    {"create_show", ",\"on_sale_from\":\"2026-02-29T00:00:00.000Z\""},
    {"create_show", ",\"on_sale_until\":\"2026-02-28T24:00:00.000Z\""},
    {"create_show", ",\"singles\":\"Refuse\""},
    {"create_show", ",\"closed\":0"},
    {"change_show", ",\"owner_key\":\"canary-boss\""},
    {"change_show", ",\"owner_key\":\"canary-boss\",\"closed\":null"},
    {"change_show", ",\"new_owner_key\":\"\""},
    {"add_seats", ",\"seats\":[]"},
    {"add_seats", ",\"seats\":[{\"row\":\"1\",\"pos\":1}]"},
    {"add_seats", ",\"seats\":[{\"seat_id\":\"Z1\",\"row\":\"1\"}]"},
    {"add_seats", ",\"seats\":[{\"seat_id\":\"Z1\",\"x\":1}]"},
    {"add_seats", ",\"seats\":[{\"seat_id\":\"Z1\",\"row\":\"1\",\"pos\":32768}]"},
    {"add_seats", ",\"seats\":[{\"seat_id\":\"Z1\",\"rank\":0}]"},
    {"add_seats", ",\"seats\":[{\"seat_id\":\"Z1\",\"flags\":[\"restricted\",\"restricted\"]}]"},
    {"add_seats", ",\"seats\":[{\"seat_id\":\"Z1\",\"flags\":[\"front\"]}]"},
    {"add_seats", ",\"seat_ids\":[\"Z1\"],\"seats\":[{\"seat_id\":\"Z1\"}]"},
    {"add_seats", ",\"seat_ids\":[\"Z1 \"]"},
    {"add_seats", ",\"seat_ids\":[\"Z\xc2\x85\"]"},
    {"change_seats", ",\"seat_ids\":[\"A1\"]"},
    {"change_seats", ",\"seats\":[{\"seat_id\":\"A1\"},{\"seat_id\":\"A1\"}]"},
    {"change_seats", ",\"seats\":[{\"seat_id\":\"A1\",\"section\":\"\"}]"},
    {"set_channels", ""},
    {"set_channels", ",\"channels\":[{\"channel\":\"public\"}]"},
    {"set_channels", ",\"channels\":[{\"channel\":\"a\",\"opens\":[\"b\",\"b\"]}]"},
    {"set_channels", ",\"channels\":[{\"channel\":\"a\"},{\"channel\":\"a\"}]"},
    {"set_channels", ",\"channels\":[{\"channel\":\"a\",\"exempt\":1}]"},
    {"set_channels", ",\"channels\":[{\"channel\":\"a\",\"channel_key\":\"k k\"}]"},
    {"block_seats", ",\"seat_ids\":[\"A1\"]"},
    {"block_seats", ",\"seat_ids\":[\"A1\"],\"channel\":\"public\""},
    {"unblock_seats", ",\"seat_ids\":[]"},
    {"reserve", ",\"session_id\":\"s\",\"best\":{}"},
    {"reserve", ",\"session_id\":\"s\",\"best\":{\"count\":51}"},
    {"reserve", ",\"session_id\":\"s\",\"best\":{\"count\":2,\"accessible\":3}"},
    {"reserve", ",\"session_id\":\"s\",\"best\":{\"count\":2,\"together\":false,"
                "\"accessible\":1}"},
    {"reserve", ",\"session_id\":\"s\",\"best\":{\"count\":1,\"categories\":[]}"},
    {"reserve", ",\"session_id\":\"s\",\"best\":{\"count\":1,\"sections\":[\"a\",\"a\"]}"},
    {"reserve", ",\"session_id\":\"s\",\"best\":[1]"},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"channel_key\":\"\""},
    {"reserve", ",\"session_id\":\"s\",\"seat_ids\":[\"A1\"],\"customer_id\":null"},
    {"reserve", ",\"session_id\":\"s\",\"areas\":[]"},
    {"reserve", ",\"session_id\":\"s\",\"areas\":[{\"area_id\":\"f\"}]"},
    {"reserve", ",\"session_id\":\"s\",\"areas\":[{\"area_id\":\"f\",\"count\":51}]"},
    {"reserve", ",\"session_id\":\"s\",\"areas\":[{\"area_id\":\"f\",\"count\":1},"
                "{\"area_id\":\"f\",\"count\":2}]"},
    {"set_areas", ""},
    {"set_areas", ",\"areas\":[{\"area_id\":\"f\"}]"},
    {"set_areas", ",\"areas\":[{\"area_id\":\"f\",\"capacity\":1000001}]"},
    {"set_areas", ",\"areas\":[{\"area_id\":\"f\",\"capacity\":1,\"channel\":\"public\"}]"},
    {"set_areas", ",\"areas\":[{\"area_id\":\" f\",\"capacity\":1}]"},
    {"change_hold", ",\"reservation_id\":\"00000000-0000-4000-8000-000000000001\","
                    "\"seat_ids\":[\"A1\"]"},
    {"change_hold", HOLD_1},
    {"change_hold", HOLD_1 ",\"drop_seat_ids\":[]"},
    {"change_hold", HOLD_1 ",\"seat_ids\":[\"A1\"],\"drop_seat_ids\":[\"A2\",\"A1\"]"},
    {"change_hold", HOLD_1 ",\"areas\":[{\"area_id\":\"f\",\"count\":1}],"
                    "\"drop_areas\":[{\"area_id\":\"f\",\"count\":2}]"},
    {"change_hold", HOLD_1 ",\"best\":{\"count\":0}"},
    {"cancel", HOLD_1 ",\"owner_key\":\"canary-boss\",\"seat_ids\":[]"},
    {"cancel", HOLD_1 ",\"owner_key\":\"canary-boss\",\"areas\":{}"},
};

static struct show *make_undecodable(struct random_history *h)
{
	const char *form = undecodable[below(h, COUNT(undecodable))], *hole = strstr(form, "%s");
	struct show *show = make_request(h);
	struct buf whole = {0};

	buf_add(&whole, form, hole ? (size_t)(hole - form) : strlen(form));
	if (hole) {
		buf_add(&whole, h->value.data, h->value.bytes - 1);
		buf_add_string(&whole, hole + 2);
	}
	buf_clear(&h->value);
	buf_add_text(&h->value, buf_text(&whole));
	buf_release(&whole);
	return show;
}

static struct show *make_malformed(struct random_history *h)
{
	size_t i = below(h, COUNT(malformed));
	struct show *show = &h->shows[below(h, SHOWS)];
	const char *hole = strstr(malformed[i].members, "%s");
	char id[UUID_TEXT_CHARS + 1];

	new_id(h, id);
	buf_clear(&h->value);
	buf_add_string(&h->value, "{");
	if (malformed[i].type[0])
		buf_print(&h->value, "\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s",
		          malformed[i].type, id, show->name, malformed[i].members);
	else
		buf_print(&h->value, "%.*s%s%s", hole ? (int)(hole - malformed[i].members) : 0,
		          malformed[i].members, show->name, hole ? hole + 2 : "");
	buf_add_string(&h->value, "}");
	return show;
}

/* As many members as the list may have, or one more. */
static void add_long_list(struct random_history *h, const struct show *show)
{
	static const struct {
		const char *type, *list, *member;
		unsigned most;
	} lists[] = {
	    {"add_seats", "seats", "\"seat_id\":", ADD_SEATS_MAX},
	    {"set_channels", "channels", "\"channel\":", CHANNELS_MAX},
	    {"set_areas", "areas", "\"capacity\":0,\"area_id\":", SET_AREAS_MAX},
	};
	size_t which = below(h, COUNT(lists));
	unsigned count = lists[which].most + below(h, 2);

	buf_clear(&h->value);
	buf_print(&h->value, "{\"type\":\"%s\",\"request_id\":\"00000000-0000-4000-8000-%012llx\","
	          "\"show_id\":\"%s\",\"owner_key\":\"canary-boss\",\"%s\":[", lists[which].type,
	          (unsigned long long)++h->ids, show->name, lists[which].list);
	for (unsigned i = 0; i < count; i++)
		buf_print(&h->value, "%s{%s\"L%u\"}", i ? "," : "", lists[which].member, i);
	buf_add_string(&h->value, "]}");
}

/* At a limit of length or number, or one past it. */
static struct show *make_long(struct random_history *h)
{
	static const unsigned limits[] = {REQUEST_BYTES_MAX, REQUEST_ORGANISER_BYTES_MAX, 200000};
	unsigned bytes = limits[below(h, 3)] + below(h, 2), count;
	struct show *show = make_request(h);

	switch (below(h, 5)) {
	case 0: /* blanks behind it */
		buf_add(&h->value, h->large, bytes - h->value.bytes);
		break;
	case 1: /* seats of a reserve or an add_seats */
		count = one_in(h, 2) ? RESERVE_SEATS_MAX : ADD_SEATS_MAX;
		buf_clear(&h->value);
		buf_print(&h->value, "{\"type\":\"%s\",\"request_id\":\"00000000-0000-4000-8000-%012llx\","
		          "\"show_id\":\"%s\",\"session_id\":\"s\",\"seat_ids\":[",
		          count == ADD_SEATS_MAX ? "add_seats" : "reserve", (unsigned long long)++h->ids,
		          show->name);
		count += below(h, 2);
		for (unsigned i = 0; i < count; i++)
			buf_print(&h->value, "%s\"L%u\"", i ? "," : "", i);
		buf_add_string(&h->value, "]}");
		break;
	case 2: /* seats with places, channels, areas */
		add_long_list(h, show);
		break;
	case 3: /* secrets and ids */
		count = SECRET_BYTES_MAX + below(h, 2);
		h->value.bytes -= 2;
		buf_print(&h->value, ",\"owner_key\":\"%0*d\"}", (int)count, 0);
		break;
	default: /* a title */
		buf_clear(&h->value);
		buf_print(&h->value, "{\"type\":\"create_show\",\"request_id\":\"00000000-0000-4000-8000-"
		          "%012llx\",\"show_id\":\"%s\",\"title\":\"%0*d\"}", (unsigned long long)++h->ids,
		          show->name, TITLE_POINTS_MAX + (int)below(h, 2), 0);
	}
	return show;
}

/* Sent before, the same or with another content. */
static struct show *make_again(struct random_history *h)
{
	unsigned kept = h->sent < AGAIN_KEPT ? h->sent : AGAIN_KEPT;
	const struct sent *sent = &h->again[below(h, kept)];
	char *type;

	buf_clear(&h->value);
	buf_add_text(&h->value, buf_text(&sent->value));
	type = strstr(h->value.data, "\"session_id\":\"s-");
	if (type && one_in(h, 4))
		type[15] = 'x';
	return sent->show;
}

/* ---- records ---- */

static void add_header(struct random_history *h, const char *name, const char *value, size_t bytes)
{
	h->headers[h->record.header_count++] = (struct record_header){text_of(name), {value, bytes}};
}

static void make_headers(struct random_history *h)
{
	h->record.header_count = 0;
	h->record.headers = h->headers;
	if (!one_in(h, 3))
		return;
	for (size_t i = 0; i < sizeof h->raw; i++)
		h->raw[i] = (char)below(h, 256);
	h->chosen[3] = (char)below(h, (unsigned)h->partition_count + 1);
	switch (below(h, 7)) {
	case 0:
		add_header(h, "kafka_correlationId", h->raw, sizeof h->raw);
		break;
	case 1:
		add_header(h, "traceparent", h->bytes, 1024);
		add_header(h, "tracestate", h->bytes, 1025);
		break;
	case 2:
		add_header(h, "kafka_correlationId", "first", 5);
		add_header(h, "kafka_correlationId", h->raw, 1);
		add_header(h, "ce_id", "not ours", 8);
		break;
	case 3:
		add_header(h, "kafka_correlationId", NULL, 0);
		add_header(h, "traceparent", "", 0);
		break;
	case 4:
		add_header(h, "kafka_replyTopic", h->reply_topic.data, h->reply_topic.bytes);
		break;
	case 5:
		add_header(h, "kafka_replyTopic", h->reply_topic.data, h->reply_topic.bytes);
		add_header(h, "kafka_replyPartition", h->chosen, one_in(h, 5) ? 3 : 4);
		add_header(h, "tracestate", h->raw, 4);
		break;
	default:
		add_header(h, "kafka_replyTopic", "not.on.any.list", 15);
		add_header(h, "kafka_replyPartition", h->chosen, 4);
	}
}

static struct show *make_value(struct random_history *h)
{
	if (h->burst) {
		h->burst--;
		return make_request(h);
	}
	if (one_in(h, 400)) {
		h->burst = 30 + below(h, 200);
		h->burst_show = &h->shows[below(h, SHOWS)];
	}
	if (one_in(h, 40))
		return make_undecodable(h);
	if (one_in(h, 30))
		return make_malformed(h);
	if (one_in(h, 300))
		return make_long(h);
	if (h->sent && one_in(h, 10))
		return make_again(h);
	return make_request(h);
}

/* Key, partition and value as they must be, or one of them not. */
static void address(struct random_history *h, const struct show *show)
{
	struct record *r = &h->record;

	r->key = text_of(show->name);
	r->value = buf_text(&h->value);
	r->partition = partition_of_key(show->name, strlen(show->name), h->partition_count);
	switch (below(h, 400)) {
	case 0:
		r->key = (struct text){NULL, 0};
		break;
	case 1:
		r->key = text_of("elsewhere");
		break;
	case 2:
		r->key = (struct text){"", 0};
		break;
	case 3:
		r->value = (struct text){NULL, 0};
		break;
	case 4:
	case 5:
	case 6:
		r->partition = (r->partition + 1) % h->partition_count;
		break;
	default:
		break;
	}
}

const struct record *random_history_next(struct random_history *h)
{
	struct show *show = make_value(h);
	struct sent *kept = &h->again[h->sent++ % AGAIN_KEPT];

	kept->show = show;
	buf_clear(&kept->value);
	buf_add_text(&kept->value, buf_text(&h->value));
	make_headers(h);
	address(h, show);
	return &h->record;
}
