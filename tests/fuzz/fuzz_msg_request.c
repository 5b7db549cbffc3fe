/*
 * Any bytes as the value of a request: what is taken obeys the limits of section 3 of
 * docs/protocol.md, cJSON reads the same in it, and writing it and reading it again changes
 * nothing that counts.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/message/request.h"
#include "common/message/tree.h"
#include "tests/fuzz/fuzz.h"

#define SECRET_BYTES_LOOKED_FOR 8
#define TREE_DEPTH_MAX 64

/* Which fields a type uses; written down once more, from the protocol. */
enum {
	SESSION = 1 << 0,
	OWNER = 1 << 1,
	SEATS = 1 << 2,
	PLACES = 1 << 3,
	RESERVATION = 1 << 4,
	HOLD = 1 << 5,
	POLICY = 1 << 6,
	CLOSED = 1 << 7, /* and new_owner_key */
	RULES = 1 << 8,
	CHANNELS = 1 << 9,
	CHANNEL = 1 << 10,
	SALE = 1 << 11, /* channel_key and customer_id */
	LARGE = 1 << 12,
	BEST = 1 << 13,
	AREAS = 1 << 14, /* with a count */
	DROPS = 1 << 15,
	SET = 1 << 16, /* areas with a capacity */
};

static const struct {
	const char *name;
	unsigned uses, needs;
	size_t seats_max;
} types[REQUEST_TYPE_COUNT] = {
    [REQUEST_CREATE_SHOW] = {"create_show", LARGE | OWNER | POLICY | RULES, 0, 0},
    [REQUEST_CHANGE_SHOW] = {"change_show", LARGE | OWNER | POLICY | CLOSED, 0, 0},
    [REQUEST_ADD_SEATS] = {"add_seats", LARGE | OWNER | SEATS | PLACES, 0, 1000},
    [REQUEST_CHANGE_SEATS] = {"change_seats", LARGE | OWNER | PLACES, PLACES, 1000},
    [REQUEST_SET_AREAS] = {"set_areas", LARGE | OWNER | SET, SET, 0},
    [REQUEST_SET_CHANNELS] = {"set_channels", LARGE | OWNER | CHANNELS, CHANNELS, 0},
    [REQUEST_BLOCK_SEATS] = {"block_seats", LARGE | OWNER | SEATS | CHANNEL, SEATS | CHANNEL, 1000},
    [REQUEST_UNBLOCK_SEATS] = {"unblock_seats", LARGE | OWNER | SEATS, SEATS, 1000},
    [REQUEST_RESERVE] = {"reserve", SESSION | SEATS | SALE | BEST | AREAS | HOLD, SESSION, 50},
    [REQUEST_CHANGE_HOLD] = {"change_hold",
                             SESSION | RESERVATION | SEATS | BEST | AREAS | DROPS | HOLD,
                             SESSION | RESERVATION, 50},
    [REQUEST_RELEASE] = {"release", SESSION | RESERVATION, SESSION | RESERVATION, 0},
    [REQUEST_EXTEND] = {"extend", SESSION | RESERVATION | HOLD, SESSION | RESERVATION | HOLD, 0},
    [REQUEST_CONFIRM] = {"confirm", SESSION | RESERVATION, SESSION | RESERVATION, 0},
    [REQUEST_CANCEL] = {"cancel", OWNER | RESERVATION | SEATS | AREAS, OWNER | RESERVATION, 50},
    [REQUEST_EXPIRE] = {"expire", RESERVATION, RESERVATION, 0},
};

static bool is_id(struct text t, size_t most)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                              "0123456789._:/-";

	for (size_t i = 0; i < t.bytes; i++)
		if (!t.data[i] || !strchr(allowed, t.data[i]))
			return false;
	return t.data && t.bytes >= 1 && t.bytes <= most;
}

static bool is_title(struct text t)
{
	size_t points = 0;

	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c < 0x20 || c == 0x7F)
			return false;
		points += (c & 0xC0) != 0x80;
	}
	return points <= 200;
}

static bool is_nil(const struct uuid *id)
{
	return uuid_same(id, &(struct uuid){{0}});
}

/* The form once more, as the protocol says it; what was parsed is UTF-8. */
static bool is_name(struct text t)
{
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i], next = (unsigned char)t.data[i + 1];

		if (c < 0x20 || c == 0x7F || (c == 0xC2 && next < 0xA0))
			return false;
	}
	return t.data && t.bytes >= 1 && t.bytes <= 64 && t.data[0] != ' ' &&
	       t.data[t.bytes - 1] != ' ';
}

static void check_names(const struct text *names, size_t count, size_t most)
{
	FUZZ_CHECK(count <= most);
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(is_name(names[i]));
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(!text_same(names[i], names[j]));
	}
}

static void check_place(const struct place *p)
{
	FUZZ_CHECK(!p->section.data || is_name(p->section));
	FUZZ_CHECK(!p->category.data || is_name(p->category));
	FUZZ_CHECK(p->row.data ? is_name(p->row) && p->pos >= 1 && p->pos <= 32767 : !p->pos);
	FUZZ_CHECK(p->rank >= 0 && p->rank <= 1000000);
	FUZZ_CHECK(p->flag_count <= 3 && p->flags < 8 && (p->has_flags || !p->flag_count));
	FUZZ_CHECK(__builtin_popcount(p->flags) == p->flag_count);
	FUZZ_CHECK(p->x >= 0 && p->x <= 1000000 && p->y >= 0 && p->y <= 1000000);
	FUZZ_CHECK(p->has_point || (!p->x && !p->y));
}

static void check_seats(const struct request *r, unsigned uses, unsigned needs)
{
	check_names(r->seat_ids, r->seat_count, types[r->type].seats_max);
	FUZZ_CHECK(r->place_count <= r->seat_count);
	FUZZ_CHECK(uses & PLACES || !r->place_count);
	FUZZ_CHECK(uses & SEATS || r->seat_count == r->place_count);
	FUZZ_CHECK(!(needs & (SEATS | PLACES)) || r->seat_count >= 1);
	FUZZ_CHECK(r->type != REQUEST_ADD_SEATS || r->seat_count >= 1);
	FUZZ_CHECK(r->type != REQUEST_RESERVE || r->seat_count + r->area_count >= 1 || r->best);
	FUZZ_CHECK(r->type != REQUEST_CHANGE_HOLD || r->best || r->hold_seconds ||
	           r->seat_count + r->area_count + r->drop_seat_count + r->drop_area_count >= 1);
	for (size_t i = 0; i < r->place_count; i++)
		check_place(&r->places[i]);
}

static void check_counts(const struct area_count *counts, size_t count)
{
	FUZZ_CHECK(count <= 10);
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(is_name(counts[i].area_id) && counts[i].count >= 1 && counts[i].count <= 50);
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(!text_same(counts[i].area_id, counts[j].area_id));
	}
}

static void check_set_areas(const struct request *r, unsigned uses)
{
	FUZZ_CHECK(uses & SET ? r->set_area_count >= 1 && r->set_area_count <= 100 : !r->set_area_count);
	for (size_t i = 0; i < r->set_area_count; i++) {
		const struct area *area = &r->set_areas[i];

		FUZZ_CHECK(is_name(area->area_id) && area->capacity >= 0 && area->capacity <= 1000000);
		FUZZ_CHECK(!area->channel.data ||
		           (is_name(area->channel) && !text_same(area->channel, text_of("public"))));
		FUZZ_CHECK(!area->category.data || is_name(area->category));
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(!text_same(area->area_id, r->set_areas[j].area_id));
	}
}

static void check_areas(const struct request *r, unsigned uses)
{
	FUZZ_CHECK(uses & AREAS || !r->area_count);
	FUZZ_CHECK(uses & DROPS || (!r->drop_seat_count && !r->drop_area_count));
	check_counts(r->areas, r->area_count);
	check_counts(r->drop_areas, r->drop_area_count);
	check_names(r->drop_seat_ids, r->drop_seat_count, 50);
	for (size_t i = 0; i < r->drop_seat_count; i++)
		for (size_t j = 0; j < r->seat_count; j++)
			FUZZ_CHECK(!text_same(r->drop_seat_ids[i], r->seat_ids[j]));
	for (size_t i = 0; i < r->drop_area_count; i++)
		for (size_t j = 0; j < r->area_count; j++)
			FUZZ_CHECK(!text_same(r->drop_areas[i].area_id, r->areas[j].area_id));
	check_set_areas(r, uses);
}

#define LAST_MS INT64_C(253402300799999) /* of the year 9999 */

static void check_window(const struct sale_window *w)
{
	FUZZ_CHECK(w->has_from ? w->from_ms >= 0 && w->from_ms <= LAST_MS : !w->from_ms);
	FUZZ_CHECK(w->has_until ? w->until_ms >= 0 && w->until_ms <= LAST_MS : !w->until_ms);
}

static void check_channels(const struct request *r, unsigned uses)
{
	FUZZ_CHECK(uses & CHANNELS ? r->channel_count >= 1 && r->channel_count <= 50
	                           : !r->channel_count);
	for (size_t i = 0; i < r->channel_count; i++) {
		const struct channel *c = &r->channels[i];

		FUZZ_CHECK(is_name(c->name) && !text_same(c->name, text_of("public")));
		FUZZ_CHECK(!c->key.data || is_id(c->key, 128));
		check_names(c->opens, c->opens_count, c->has_opens ? 20 : 0);
		FUZZ_CHECK(c->has_exempt || !c->is_exempt);
		check_window(&c->on_sale);
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(!text_same(c->name, r->channels[j].name));
	}
}

static void check_wish(const struct wish *w)
{
	FUZZ_CHECK(w->count >= 1 && w->count <= 50);
	check_names(w->categories, w->category_count, 20);
	check_names(w->sections, w->section_count, 20);
	FUZZ_CHECK(w->has_together || w->together);
	FUZZ_CHECK(w->has_restricted || !w->restricted);
	FUZZ_CHECK(w->accessible >= 0 && w->accessible <= w->count);
	FUZZ_CHECK(w->together || !w->accessible);
}

static void check_policy(const struct request *r, unsigned uses)
{
	const struct policy *p = r->policy;

	FUZZ_CHECK(!p == !(uses & POLICY));
	if (!p)
		return;
	FUZZ_CHECK(p->hold_seconds >= 0 && p->hold_seconds <= 86400);
	FUZZ_CHECK(p->max_hold_seconds >= 0 && p->max_hold_seconds <= 86400);
	FUZZ_CHECK(p->max_seats >= 0 && p->max_seats <= 50);
	FUZZ_CHECK(!(p->given & POLICY_HOLD_SECONDS) == !p->hold_seconds);
	FUZZ_CHECK(!(p->given & POLICY_MAX_HOLD_SECONDS) == !p->max_hold_seconds);
	FUZZ_CHECK(!(p->given & POLICY_MAX_SEATS) == !p->max_seats);
	FUZZ_CHECK(!(p->given & POLICY_TITLE) == !p->title.data);
	FUZZ_CHECK(!(p->given & POLICY_ON_SALE_FROM) == !p->on_sale.has_from);
	FUZZ_CHECK(!(p->given & POLICY_ON_SALE_UNTIL) == !p->on_sale.has_until);
	FUZZ_CHECK(!p->closed || (p->given & POLICY_CLOSED));
	FUZZ_CHECK(uses & CLOSED || !(p->given & POLICY_CLOSED));
	FUZZ_CHECK(p->singles == SINGLES_ALLOW || p->given & POLICY_SINGLES);
	FUZZ_CHECK(p->max_customer_seats >= 0 && p->max_customer_seats <= 1000);
	FUZZ_CHECK(p->max_customer_holds >= 0 && p->max_customer_holds <= 50);
	FUZZ_CHECK(!p->max_customer_seats || p->given & POLICY_MAX_CUSTOMER_SEATS);
	FUZZ_CHECK(!p->max_customer_holds || p->given & POLICY_MAX_CUSTOMER_HOLDS);
	FUZZ_CHECK(!p->title.data || is_title(p->title));
	FUZZ_CHECK(r->type != REQUEST_CREATE_SHOW ||
	           (p->hold_seconds ? p->hold_seconds : 600) <=
	               (p->max_hold_seconds ? p->max_hold_seconds : 1800));
	FUZZ_CHECK(r->type != REQUEST_CHANGE_SHOW || p->given || r->new_owner_key.data);
	check_window(&p->on_sale);
}

static void check_numbers(const struct request *r, unsigned uses, unsigned needs)
{
	FUZZ_CHECK(r->rules >= 0 && r->rules <= (uses & RULES ? 1 : 0));
	FUZZ_CHECK(r->hold_seconds >= (needs & HOLD ? 1 : 0));
	FUZZ_CHECK(r->hold_seconds <= (uses & HOLD ? 86400 : 0));
}

/* Of a request that is readable. */
static void check_limits(size_t bytes, const struct request *r)
{
	unsigned uses = types[r->type].uses, needs = types[r->type].needs;

	FUZZ_CHECK(r->type > REQUEST_NONE && r->type < REQUEST_TYPE_COUNT);
	FUZZ_CHECK(bytes <= (uses & LARGE ? 65536u : 16384u));
	FUZZ_CHECK(r->has_request_id && !is_nil(&r->request_id));
	FUZZ_CHECK(is_id(r->show_id, 64));
	FUZZ_CHECK(r->session_id.data ? (uses & SESSION) && is_id(r->session_id, 128)
	                              : !(needs & SESSION));
	FUZZ_CHECK(r->owner_key.data ? (uses & OWNER) && is_id(r->owner_key, 128) : !(needs & OWNER));
	FUZZ_CHECK(is_nil(&r->reservation_id) == !(uses & RESERVATION));
	FUZZ_CHECK(!r->new_owner_key.data || (uses & CLOSED && is_id(r->new_owner_key, 128)));
	FUZZ_CHECK(!r->customer_id.data || (uses & SALE && is_id(r->customer_id, 128)));
	FUZZ_CHECK(!r->channel_key.data || (uses & SALE && is_id(r->channel_key, 128)));
	FUZZ_CHECK(uses & CHANNEL ? is_name(r->channel) && !text_same(r->channel, text_of("public"))
	                          : !r->channel.data);
	FUZZ_CHECK(!r->best || uses & BEST);
	if (r->best)
		check_wish(r->best);
	check_seats(r, uses, needs);
	check_areas(r, uses);
	check_channels(r, uses);
	check_policy(r, uses);
	check_numbers(r, uses, needs);
}

/* ---- cJSON on the same bytes ---- */

static const cJSON *member(const cJSON *tree, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(tree, key);
}

static bool is_text(const cJSON *value, struct text t)
{
	return t.data ? cJSON_IsString(value) && text_same(text_of(value->valuestring), t) : !value;
}

static bool is_uuid(const cJSON *value, const struct uuid *id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	for (int i = 0; cJSON_IsString(value) && i <= UUID_TEXT_CHARS; i++) {
		char c = value->valuestring[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (c != text[i])
			return false;
	}
	return cJSON_IsString(value);
}

static bool is_number(const cJSON *value, int32_t number)
{
	return value ? cJSON_IsNumber(value) && value->valuedouble == number : number == 0;
}

static bool is_truth(const cJSON *value, bool is_given, bool truth)
{
	return is_given ? cJSON_IsBool(value) && cJSON_IsTrue(value) == truth : !value;
}

static void check_seats_of_tree(const cJSON *tree, const struct request *r)
{
	const cJSON *list = member(tree, "seat_ids"), *seat = list ? list->child : NULL;
	size_t bare = r->seat_count - r->place_count;

	for (size_t i = 0; i < bare; i++, seat = seat->next)
		FUZZ_CHECK(seat && is_text(seat, r->seat_ids[i]));
	FUZZ_CHECK(!seat);
	list = r->place_count ? member(tree, "seats") : NULL;
	seat = list ? list->child : NULL;
	for (size_t i = 0; i < r->place_count; i++, seat = seat->next) {
		const struct place *p = &r->places[i];

		FUZZ_CHECK(seat && is_text(member(seat, "seat_id"), r->seat_ids[bare + i]));
		FUZZ_CHECK(is_text(member(seat, "section"), p->section));
		FUZZ_CHECK(is_text(member(seat, "row"), p->row));
		FUZZ_CHECK(is_text(member(seat, "category"), p->category));
		FUZZ_CHECK(is_number(member(seat, "pos"), p->pos));
		FUZZ_CHECK(is_number(member(seat, "rank"), p->rank));
		FUZZ_CHECK(is_number(member(seat, "x"), p->x) && is_number(member(seat, "y"), p->y));
		FUZZ_CHECK(!member(seat, "x") == !p->has_point && !member(seat, "y") == !p->has_point);
		FUZZ_CHECK(cJSON_GetArraySize(member(seat, "flags")) == p->flag_count);
	}
	FUZZ_CHECK(!seat);
}

static void check_counts_of_tree(const cJSON *list, const struct area_count *counts, size_t count)
{
	const cJSON *area = list ? list->child : NULL;

	for (size_t i = 0; i < count; i++, area = area->next)
		FUZZ_CHECK(area && is_text(member(area, "area_id"), counts[i].area_id) &&
		           is_number(member(area, "count"), counts[i].count));
	FUZZ_CHECK(!area);
}

static void check_areas_of_tree(const cJSON *tree, const struct request *r, unsigned uses)
{
	const cJSON *list = member(tree, "areas"), *area = uses & SET && list ? list->child : NULL;
	const cJSON *dropped = uses & DROPS ? member(tree, "drop_seat_ids") : NULL;

	if (uses & AREAS)
		check_counts_of_tree(list, r->areas, r->area_count);
	if (uses & DROPS)
		check_counts_of_tree(member(tree, "drop_areas"), r->drop_areas, r->drop_area_count);
	for (size_t i = 0; i < r->set_area_count; i++, area = area->next) {
		FUZZ_CHECK(area && is_text(member(area, "area_id"), r->set_areas[i].area_id));
		FUZZ_CHECK(is_number(member(area, "capacity"), r->set_areas[i].capacity));
		FUZZ_CHECK(is_text(member(area, "channel"), r->set_areas[i].channel));
		FUZZ_CHECK(is_text(member(area, "category"), r->set_areas[i].category));
	}
	FUZZ_CHECK(!area);
	dropped = dropped ? dropped->child : NULL;
	for (size_t i = 0; i < r->drop_seat_count; i++, dropped = dropped->next)
		FUZZ_CHECK(dropped && is_text(dropped, r->drop_seat_ids[i]));
	FUZZ_CHECK(!dropped);
}

static void check_nested_of_tree(const cJSON *tree, const struct request *r)
{
	const cJSON *best = r->best ? member(tree, "best") : NULL;
	const cJSON *channel = r->channel_count ? member(tree, "channels")->child : NULL;

	for (size_t i = 0; i < r->channel_count; i++, channel = channel->next) {
		const struct channel *c = &r->channels[i];

		FUZZ_CHECK(channel && is_text(member(channel, "channel"), c->name));
		FUZZ_CHECK(is_text(member(channel, "channel_key"), c->key));
		FUZZ_CHECK(is_truth(member(channel, "exempt"), c->has_exempt, c->is_exempt));
		FUZZ_CHECK((size_t)cJSON_GetArraySize(member(channel, "opens")) == c->opens_count);
	}
	FUZZ_CHECK(!channel);
	if (!best)
		return;
	FUZZ_CHECK(is_number(member(best, "count"), r->best->count));
	FUZZ_CHECK(is_number(member(best, "accessible"), r->best->accessible));
	FUZZ_CHECK(is_truth(member(best, "together"), r->best->has_together, r->best->together));
	FUZZ_CHECK(is_truth(member(best, "restricted"), r->best->has_restricted, r->best->restricted));
}

static void check_policy_of_tree(const cJSON *tree, const struct policy *p)
{
	FUZZ_CHECK(is_text(member(tree, "title"), p->title));
	FUZZ_CHECK(is_number(member(tree, "hold_seconds"), p->hold_seconds));
	FUZZ_CHECK(is_number(member(tree, "max_hold_seconds"), p->max_hold_seconds));
	FUZZ_CHECK(is_number(member(tree, "max_seats"), p->max_seats));
	FUZZ_CHECK(!member(tree, "on_sale_from") == !p->on_sale.has_from);
	FUZZ_CHECK(!member(tree, "on_sale_until") == !p->on_sale.has_until);
	FUZZ_CHECK(!member(tree, "singles") == !(p->given & POLICY_SINGLES));
	FUZZ_CHECK(!member(tree, "max_customer_seats") == !(p->given & POLICY_MAX_CUSTOMER_SEATS));
	FUZZ_CHECK(!member(tree, "max_customer_holds") == !(p->given & POLICY_MAX_CUSTOMER_HOLDS));
}

static void check_tree(const cJSON *tree, const struct request *r)
{
	unsigned uses = types[r->type].uses;

	FUZZ_CHECK(is_text(member(tree, "type"), text_of(types[r->type].name)));
	FUZZ_CHECK(is_uuid(member(tree, "request_id"), &r->request_id));
	FUZZ_CHECK(is_text(member(tree, "show_id"), r->show_id));
	FUZZ_CHECK(!(uses & SESSION) || is_text(member(tree, "session_id"), r->session_id));
	FUZZ_CHECK(!(uses & OWNER) || is_text(member(tree, "owner_key"), r->owner_key));
	FUZZ_CHECK(!(uses & CLOSED) || is_text(member(tree, "new_owner_key"), r->new_owner_key));
	FUZZ_CHECK(!(uses & SALE) || is_text(member(tree, "channel_key"), r->channel_key));
	FUZZ_CHECK(!(uses & SALE) || is_text(member(tree, "customer_id"), r->customer_id));
	FUZZ_CHECK(!(uses & CHANNEL) || is_text(member(tree, "channel"), r->channel));
	FUZZ_CHECK(!(uses & RULES) || is_number(member(tree, "rules"), r->rules));
	FUZZ_CHECK(!(uses & RESERVATION) || is_uuid(member(tree, "reservation_id"), &r->reservation_id));
	FUZZ_CHECK(!(uses & HOLD) || is_number(member(tree, "hold_seconds"), r->hold_seconds));
	if (uses & POLICY)
		check_policy_of_tree(tree, r->policy);
	if (uses & (SEATS | PLACES))
		check_seats_of_tree(tree, r);
	check_areas_of_tree(tree, r, uses);
	check_nested_of_tree(tree, r);
}

/* The texts of a fault are ours: plain, and no session id or owner key in them. */
static void check_fault(const struct request *r, const cJSON *tree)
{
	static const char *const secrets[] = {"session_id", "owner_key", "new_owner_key",
	                                      "channel_key", "customer_id"};

	FUZZ_CHECK(memchr(r->fault_text, '\0', sizeof r->fault_text));
	FUZZ_CHECK(!r->fault_text[0] == (r->fault == REQUEST_READABLE));
	for (const char *c = r->fault_text; *c; c++)
		FUZZ_CHECK(*c >= 0x20 && *c < 0x7F);
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		const cJSON *value = member(tree, secrets[i]);

		if (cJSON_IsString(value) && strlen(value->valuestring) >= SECRET_BYTES_LOOKED_FOR)
			FUZZ_CHECK(!strstr(r->fault_text, value->valuestring));
	}
}

/* Our own tree has all that cJSON's has, and nothing else. */
static void check_same_tree(const cJSON *ours, const cJSON *theirs)
{
	const cJSON *left = ours->child, *right = theirs->child;

	FUZZ_CHECK(ours->type == theirs->type && !ours->string == !theirs->string);
	FUZZ_CHECK(!ours->string || !strcmp(ours->string, theirs->string));
	if (cJSON_IsString(ours))
		FUZZ_CHECK(!strcmp(ours->valuestring, theirs->valuestring));
	if (cJSON_IsNumber(ours)) {
		FUZZ_CHECK(ours->valueint == theirs->valueint);
		FUZZ_CHECK(!memcmp(&ours->valuedouble, &theirs->valuedouble, sizeof ours->valuedouble));
	}
	for (; left && right; left = left->next, right = right->next)
		check_same_tree(left, right);
	FUZZ_CHECK(!left && !right);
}

static void check_parsed(struct text value, const cJSON *theirs)
{
	struct arena arena = {0};
	const char *why;
	const cJSON *ours = json_parse_deep(value, TREE_DEPTH_MAX, &arena, &why);

	FUZZ_CHECK(!arena.failed && (!ours || theirs));
	if (ours)
		check_same_tree(ours, theirs);
	arena_release(&arena);
}

/* ---- the same again ---- */

static void check_same(const struct request *a, const struct request *b)
{
	FUZZ_CHECK(a->fault == b->fault && a->type == b->type);
	FUZZ_CHECK(uuid_same(&a->request_id, &b->request_id) && text_same(a->show_id, b->show_id));
	FUZZ_CHECK(!a->session_id.data == !b->session_id.data && text_same(a->session_id, b->session_id));
	FUZZ_CHECK(!a->owner_key.data == !b->owner_key.data && text_same(a->owner_key, b->owner_key));
	FUZZ_CHECK(uuid_same(&a->reservation_id, &b->reservation_id));
	FUZZ_CHECK(a->hold_seconds == b->hold_seconds && a->rules == b->rules);
	FUZZ_CHECK(a->seat_count == b->seat_count && a->place_count == b->place_count);
	FUZZ_CHECK(a->channel_count == b->channel_count && !a->best == !b->best);
	FUZZ_CHECK(a->area_count == b->area_count && a->set_area_count == b->set_area_count);
	FUZZ_CHECK(a->drop_seat_count == b->drop_seat_count);
	FUZZ_CHECK(a->drop_area_count == b->drop_area_count);
	FUZZ_CHECK(!a->policy == !b->policy && (!a->policy || a->policy->given == b->policy->given));
}

static bool is_same_content(const struct request *a, const struct request *b)
{
	return !memcmp(a->content, b->content, sizeof a->content);
}

static const struct area_count *turn_counts(const struct area_count *counts, size_t count,
                                            struct arena *arena)
{
	struct area_count *turned = arena_take(arena, (count + 1) * sizeof *turned);

	for (size_t i = 0; i < count; i++)
		turned[i] = counts[count - 1 - i];
	return turned;
}

static void turn_areas(struct request *r, struct arena *arena)
{
	struct text *dropped = arena_take(arena, (r->drop_seat_count + 1) * sizeof *dropped);
	struct area *areas = arena_take(arena, (r->set_area_count + 1) * sizeof *areas);

	for (size_t i = 0; i < r->drop_seat_count; i++)
		dropped[i] = r->drop_seat_ids[r->drop_seat_count - 1 - i];
	for (size_t i = 0; i < r->set_area_count; i++)
		areas[i] = r->set_areas[r->set_area_count - 1 - i];
	r->drop_seat_ids = dropped;
	r->set_areas = areas;
	r->areas = turn_counts(r->areas, r->area_count, arena);
	r->drop_areas = turn_counts(r->drop_areas, r->drop_area_count, arena);
}

/* Every list the other way round. */
static struct request turn(const struct request *r, struct arena *arena)
{
	struct request turned = *r;
	size_t bare = r->seat_count - r->place_count;
	struct channel *channels = arena_take(arena, (r->channel_count + 1) * sizeof *channels);

	turned.seat_ids = arena_take(arena, (r->seat_count + 1) * sizeof *turned.seat_ids);
	turned.places = arena_take(arena, (r->place_count + 1) * sizeof *turned.places);
	for (size_t i = 0; i < bare; i++)
		turned.seat_ids[i] = r->seat_ids[bare - 1 - i];
	for (size_t i = 0; i < r->place_count; i++) {
		turned.seat_ids[bare + i] = r->seat_ids[r->seat_count - 1 - i];
		turned.places[i] = r->places[r->place_count - 1 - i];
	}
	for (size_t i = 0; i < r->channel_count; i++)
		channels[i] = r->channels[r->channel_count - 1 - i];
	turned.channels = channels;
	turn_areas(&turned, arena);
	return turned;
}

/* Written out and read again. */
static void check_round_trip(const struct request *r, struct arena *arena)
{
	struct request again, turned = turn(r, arena);
	struct buf written = {0}, twice = {0};

	request_encode(&written, r);
	request_decode(buf_text(&written), arena, &again);
	check_same(r, &again);
	for (size_t i = 0; i < r->seat_count; i++)
		FUZZ_CHECK(text_same(r->seat_ids[i], again.seat_ids[i]));
	FUZZ_CHECK(is_same_content(r, &again));
	request_encode(&twice, &again);
	FUZZ_CHECK(text_same(buf_text(&written), buf_text(&twice)));

	/* Lists are sets, and an unknown field does not count. */
	buf_clear(&twice);
	request_encode(&twice, &turned);
	twice.bytes--; /* the brace */
	buf_add_string(&twice, ",\"zz\":[{}, 1e999 ]}");
	if (twice.bytes <= REQUEST_BYTES_MAX) {
		struct request other;

		request_decode(buf_text(&twice), arena, &other);
		check_same(&again, &other);
		FUZZ_CHECK(is_same_content(&again, &other));
	}
	buf_release(&written);
	buf_release(&twice);
}

/* What cJSON makes of the tree is the same request. */
static void check_printed(const cJSON *tree, const struct request *r, struct arena *arena)
{
	char *printed = cJSON_PrintUnformatted(tree);
	struct request again;

	if (printed && strlen(printed) <= REQUEST_BYTES_MAX) {
		request_decode(text_of(printed), arena, &again);
		check_same(r, &again);
		FUZZ_CHECK(is_same_content(r, &again));
	}
	cJSON_free(printed);
}

/* The producer's way: an id is filled in where there is none. */
static void check_complete(struct text value, const struct request *r, struct arena *arena)
{
	struct buf completed = {0};
	struct text show_id;
	struct request again;
	struct err e;
	enum rc rc = request_complete(value, arena, &completed, &show_id, &e);

	FUZZ_CHECK(rc == RC_OK || rc == RC_USAGE);
	FUZZ_CHECK(rc == RC_OK || r->fault == REQUEST_UNREADABLE);
	if (rc == RC_OK && r->fault != REQUEST_UNREADABLE) {
		FUZZ_CHECK(text_same(buf_text(&completed), value));
		FUZZ_CHECK(text_same(show_id, r->show_id));
	} else if (rc == RC_OK && !text_same(buf_text(&completed), value)) {
		struct buf twice = {0};

		request_decode(buf_text(&completed), arena, &again);
		FUZZ_CHECK(again.has_request_id || completed.bytes > REQUEST_BYTES_MAX);
		FUZZ_CHECK(request_complete(buf_text(&completed), arena, &twice, &show_id, &e) == RC_OK);
		FUZZ_CHECK(text_same(buf_text(&completed), buf_text(&twice)));
		buf_release(&twice);
	}
	buf_release(&completed);
}

void fuzz_msg_request(const uint8_t *data, size_t bytes)
{
	struct text value = {(const char *)data, bytes};
	struct arena arena = {0};
	struct request r;
	cJSON *tree;

	if (!data) /* libFuzzer's empty input; a tombstone is another thing */
		value.data = "";
	tree = cJSON_ParseWithLength(value.data, value.bytes);
	request_decode(value, &arena, &r);
	FUZZ_CHECK(!arena.failed);
	check_fault(&r, tree);
	if (r.fault != REQUEST_UNREADABLE)
		FUZZ_CHECK(cJSON_IsObject(tree));
	if (r.fault == REQUEST_READABLE) {
		check_limits(bytes, &r);
		check_tree(tree, &r);
		check_round_trip(&r, &arena);
		check_printed(tree, &r, &arena);
	}
	check_parsed(value, tree);
	check_complete(value, &r, &arena);
	cJSON_Delete(tree);
	arena_release(&arena);
}
