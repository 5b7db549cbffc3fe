/*
 * Random requests of every type: written and read again they are the same, and their content is the
 * same with every list and every object's keys in any other order, and with unknown fields.
 */
#include <cjson/cJSON.h>

#include "common/message/fields.h"
#include "common/message/name.h"
#include "tests/unit/common/message/request_help.h"

#define ROUNDS 400 /* of each type */

static uint64_t random_state;

static unsigned below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 20) % limit);
}

static bool one_in(unsigned n)
{
	return below(n) == 0;
}

/* ---- parts of a request; distinct where `number` is ---- */

static struct text name(unsigned number)
{
	static const char *const kinds[] = {"", "Reihe ", "R\xc3\xa4ng \"", "\xd9\x85\\",
	                                    "\xf0\x9f\x8e\xad", "\xc2\xa0"};
	char text[64];

	snprintf(text, sizeof text, "%s%u", kinds[below(sizeof kinds / sizeof kinds[0])], number);
	assert_true(name_is_well_formed(text_of(text)));
	return arena_copy(&arena, text_of(text));
}

static struct text *names(size_t count)
{
	struct text *list = arena_take(&arena, (count + 1) * sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = name((unsigned)i);
	return list;
}

static struct text secret(unsigned one_is_absent_in)
{
	char text[32];

	if (one_is_absent_in && one_in(one_is_absent_in))
		return (struct text){NULL, 0};
	snprintf(text, sizeof text, "k:%u/%u", below(1000000), below(1000000));
	return arena_copy(&arena, text_of(text));
}

static struct uuid make_uuid(void)
{
	struct uuid id;

	for (size_t i = 0; i < sizeof id.bytes; i++)
		id.bytes[i] = (uint8_t)(1 + below(255));
	return id;
}

static int64_t instant_ms(void)
{
	return (int64_t)below(UINT32_MAX) * 58000 + below(58000);
}

static struct sale_window window(void)
{
	struct sale_window w = {.has_from = one_in(2), .has_until = one_in(2)};

	w.from_ms = w.has_from ? instant_ms() : 0;
	w.until_ms = w.has_until ? instant_ms() : 0;
	return w;
}

static struct place place(void)
{
	struct place p = {.has_flags = one_in(2), .has_point = one_in(2)};

	if (one_in(2))
		p.section = name(below(9));
	if (one_in(2)) {
		p.row = name(below(9));
		p.pos = 1 + (int32_t)below(POS_MAX);
	}
	if (one_in(2))
		p.category = name(below(9));
	if (one_in(2))
		p.rank = 1 + (int32_t)below(PLACE_RANK_DEFAULT);
	for (unsigned flag = below(3), left = below(4); p.has_flags && left > 0;
	     left--, flag = (flag + 1) % 3) {
		p.flags |= (uint8_t)PLACE_FLAG_BIT(flag);
		p.flag_list[p.flag_count++] = (uint8_t)flag;
	}
	p.x = p.has_point ? (int32_t)below(COORDINATE_MAX + 1) : 0;
	p.y = p.has_point ? (int32_t)below(COORDINATE_MAX + 1) : 0;
	return p;
}

static struct policy *policy(bool is_new)
{
	struct policy *p = arena_take(&arena, sizeof *p);

	p->given = below(POLICY_KNOWN + 1);
	if (is_new)
		p->given &= ~(unsigned)POLICY_CLOSED;
	if (p->given & POLICY_TITLE)
		p->title = one_in(4) ? text_of("") : name(below(9));
	if (p->given & POLICY_HOLD_SECONDS)
		p->hold_seconds = 1 + (int32_t)below(600);
	if (p->given & POLICY_MAX_HOLD_SECONDS)
		p->max_hold_seconds = 600 + (int32_t)below(HOLD_SECONDS_MAX - 600);
	if (p->given & POLICY_MAX_SEATS)
		p->max_seats = 1 + (int32_t)below(50);
	p->on_sale.has_from = p->given & POLICY_ON_SALE_FROM;
	p->on_sale.from_ms = p->on_sale.has_from ? instant_ms() : 0;
	p->on_sale.has_until = p->given & POLICY_ON_SALE_UNTIL;
	p->on_sale.until_ms = p->on_sale.has_until ? instant_ms() : 0;
	p->closed = p->given & POLICY_CLOSED && one_in(2);
	p->singles = p->given & POLICY_SINGLES && one_in(2) ? SINGLES_REFUSE : SINGLES_ALLOW;
	if (p->given & POLICY_MAX_CUSTOMER_SEATS)
		p->max_customer_seats = (int32_t)below(1001);
	if (p->given & POLICY_MAX_CUSTOMER_HOLDS)
		p->max_customer_holds = (int32_t)below(51);
	return p;
}

static struct wish *wish(void)
{
	struct wish *w = arena_take(&arena, sizeof *w);

	w->count = 1 + (int32_t)below(50);
	w->category_count = below(4);
	w->categories = names(w->category_count);
	w->section_count = below(4);
	w->sections = names(w->section_count);
	w->has_together = one_in(2);
	w->together = !w->has_together || one_in(2);
	w->has_restricted = one_in(2);
	w->restricted = w->has_restricted && one_in(2);
	w->accessible = w->together && one_in(2) ? 1 + (int32_t)below((unsigned)w->count) : 0;
	return w;
}

static void add_channels(struct request *r)
{
	struct channel *list = arena_take(&arena, 12 * sizeof *list);

	r->channels = list;
	r->channel_count = 1 + below(12);
	for (size_t i = 0; i < r->channel_count; i++) {
		list[i] = (struct channel){.name = name((unsigned)i), .key = secret(2), .on_sale = window(),
		                           .has_opens = one_in(2), .has_exempt = one_in(2)};
		list[i].opens_count = list[i].has_opens ? below(OPENS_MAX) : 0;
		list[i].opens = names(list[i].opens_count + 1);
		if (list[i].has_opens && one_in(2))
			((struct text *)(uintptr_t)list[i].opens)[list[i].opens_count++] = text_of("public");
		list[i].is_exempt = list[i].has_exempt && one_in(2);
	}
}

static const struct area_count *counts(size_t first, size_t count)
{
	struct area_count *list = arena_take(&arena, (count + 1) * sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = (struct area_count){name((unsigned)(first + i)), 1 + (int32_t)below(50)};
	return list;
}

static void add_areas(struct request *r)
{
	struct area *list = arena_take(&arena, 12 * sizeof *list);

	r->set_areas = list;
	r->set_area_count = 1 + below(12);
	for (size_t i = 0; i < r->set_area_count; i++) {
		list[i] = (struct area){.area_id = name((unsigned)i)};
		list[i].capacity = one_in(3) ? 0 : (int32_t)below(AREA_CAPACITY_MAX + 1);
		if (one_in(2))
			list[i].channel = name(below(9));
		if (one_in(2))
			list[i].category = name(below(9));
	}
}

/* What reserve, change_hold and cancel list: some of it, and of the first two something. */
static void add_places(struct request *r, uint64_t fields)
{
	size_t all = 0;

	do {
		if (one_in(2) && !r->seat_count)
			r->seat_ids = names(r->seat_count = 1 + below(RESERVE_SEATS_MAX));
		if (fields & FIELD_BIT(BEST) && one_in(3))
			r->best = wish();
		if (one_in(3))
			r->areas = counts(0, r->area_count = 1 + below(REQUEST_AREAS_MAX));
		if (fields & FIELD_BIT(DROP_AREAS) && one_in(3))
			r->drop_areas = counts(100, r->drop_area_count = 1 + below(REQUEST_AREAS_MAX));
		if (fields & FIELD_BIT(DROP_SEAT_IDS) && one_in(3))
			r->drop_seat_count = 1 + below(RESERVE_SEATS_MAX);
		all = r->seat_count + r->area_count + r->drop_area_count + r->drop_seat_count;
	} while (fields & FIELD_BIT(BEST) && !all && !r->best);
	if (r->drop_seat_count) {
		struct text *list = arena_take(&arena, RESERVE_SEATS_MAX * sizeof *list);

		for (size_t i = 0; i < r->drop_seat_count; i++)
			list[i] = name((unsigned)(RESERVE_SEATS_MAX + i));
		r->drop_seat_ids = list;
	}
}

static void add_seats(struct request *r, size_t bare, size_t placed)
{
	r->seat_count = bare + placed;
	r->seat_ids = names(r->seat_count);
	r->place_count = placed;
	r->places = arena_take(&arena, (placed + 1) * sizeof *r->places);
	for (size_t i = 0; i < placed; i++)
		r->places[i] = place();
}

static struct request make(enum request_type type)
{
	struct request r = {.type = type, .has_request_id = true, .request_id = make_uuid(),
	                    .show_id = text_of("a/b:c_d-1.2")};
	uint64_t fields = request_fields_of(type);
	bool has_both = one_in(3);

	if (fields & FIELD_BIT(SESSION_ID))
		r.session_id = secret(0);
	if (fields & FIELD_BIT(OWNER_KEY))
		r.owner_key = secret(type == REQUEST_CANCEL ? 0 : 2);
	if (fields & FIELD_BIT(RESERVATION_ID))
		r.reservation_id = make_uuid();
	if (fields & FIELD_BIT(HOLD_SECONDS))
		r.hold_seconds = type == REQUEST_EXTEND || one_in(2) ? 1 + (int32_t)below(HOLD_SECONDS_MAX) : 0;
	if (fields & FIELD_BIT(RULES))
		r.rules = (int32_t)below(2);
	if (fields & policy_fields)
		r.policy = policy(type == REQUEST_CREATE_SHOW);
	if (fields & FIELD_BIT(NEW_OWNER_KEY))
		r.new_owner_key = secret(r.policy->given ? 2 : 0);
	if (fields & FIELD_BIT(CHANNEL))
		r.channel = name(below(9));
	if (fields & FIELD_BIT(CHANNEL_KEY))
		r.channel_key = secret(2);
	if (fields & FIELD_BIT(CUSTOMER_ID))
		r.customer_id = secret(2);
	if (fields & FIELD_BIT(CHANNELS))
		add_channels(&r);
	if (type == REQUEST_CHANGE_SEATS)
		add_seats(&r, 0, 1 + below(30));
	else if (type == REQUEST_ADD_SEATS)
		add_seats(&r, has_both ? 1 + below(30) : 0, 1 + below(30));
	else if (fields & FIELD_BIT(NEW_SEAT_IDS))
		add_seats(&r, 1 + below(60), 0);
	if (fields & FIELD_BIT(SET_AREAS))
		add_areas(&r);
	if (fields & FIELD_BIT(AREAS))
		add_places(&r, fields);
	return r;
}

/* ---- the same in another order ---- */

static void shuffle(cJSON *value)
{
	int count = cJSON_GetArraySize(value);

	for (cJSON *child = value->child; child; child = child->next)
		shuffle(child);
	for (int i = 0; i < count; i++) { /* take one out at random, and put it at the end */
		cJSON *moved = cJSON_DetachItemViaPointer(
		    value, cJSON_GetArrayItem(value, (int)below((unsigned)(count - i))));

		if (cJSON_IsArray(value))
			cJSON_AddItemToArray(value, moved);
		else
			cJSON_AddItemToObject(value, arena_copy(&arena, text_of(moved->string)).data, moved);
	}
	if (cJSON_IsObject(value))
		cJSON_AddNullToObject(value, "unknown");
}

static char *written_in_another_order(const struct buf *written)
{
	cJSON *tree = cJSON_ParseWithLength(written->data, written->bytes);
	char *text;

	assert_non_null(tree);
	shuffle(tree);
	text = cJSON_Print(tree); /* with white space */
	cJSON_Delete(tree);
	assert_non_null(text);
	return text;
}

/* ---- the test ---- */

static bool is_same_place(const struct place *a, const struct place *b)
{
	return text_identical(a->section, b->section) && text_identical(a->row, b->row) &&
	       text_identical(a->category, b->category) && a->pos == b->pos && a->rank == b->rank &&
	       a->flags == b->flags && a->flag_count == b->flag_count &&
	       a->has_flags == b->has_flags && a->has_point == b->has_point && a->x == b->x &&
	       a->y == b->y && !memcmp(a->flag_list, b->flag_list, a->flag_count);
}

static void expect_same(const struct request *a, const struct request *b)
{
	assert_int_equal(a->type, b->type);
	assert_true(uuid_same(&a->request_id, &b->request_id));
	assert_true(uuid_same(&a->reservation_id, &b->reservation_id));
	assert_true(text_identical(a->show_id, b->show_id));
	assert_true(text_identical(a->session_id, b->session_id));
	assert_true(text_identical(a->owner_key, b->owner_key));
	assert_true(text_identical(a->new_owner_key, b->new_owner_key));
	assert_true(text_identical(a->channel, b->channel));
	assert_true(text_identical(a->channel_key, b->channel_key));
	assert_true(text_identical(a->customer_id, b->customer_id));
	assert_int_equal(a->hold_seconds, b->hold_seconds);
	assert_int_equal(a->rules, b->rules);
	assert_int_equal(a->seat_count, b->seat_count);
	assert_int_equal(a->place_count, b->place_count);
	assert_int_equal(a->channel_count, b->channel_count);
	assert_int_equal(a->area_count, b->area_count);
	assert_int_equal(a->drop_seat_count, b->drop_seat_count);
	assert_int_equal(a->drop_area_count, b->drop_area_count);
	assert_int_equal(a->set_area_count, b->set_area_count);
	assert_int_equal(!a->best, !b->best);
	for (size_t i = 0; i < a->seat_count; i++)
		assert_true(text_identical(a->seat_ids[i], b->seat_ids[i]));
	for (size_t i = 0; i < a->place_count; i++)
		assert_true(is_same_place(&a->places[i], &b->places[i]));
	if (a->policy) {
		assert_int_equal(a->policy->given, b->policy->given);
		assert_int_equal(a->policy->closed, b->policy->closed);
		assert_int_equal(a->policy->singles, b->policy->singles);
		assert_int_equal(a->policy->max_customer_seats, b->policy->max_customer_seats);
		assert_int_equal(a->policy->max_customer_holds, b->policy->max_customer_holds);
		assert_true(a->policy->on_sale.from_ms == b->policy->on_sale.from_ms);
		assert_true(a->policy->on_sale.until_ms == b->policy->on_sale.until_ms);
	}
}

static void try_one(enum request_type type)
{
	struct request made = make(type), read, turned;
	struct buf written = {0}, again = {0};
	char *text;

	request_encode(&written, &made);
	read = decode_bytes(written.data, written.bytes);
	if (read.fault != REQUEST_READABLE)
		fail_msg("%s: %s", read.fault_text, written.data);
	expect_same(&made, &read);
	request_encode(&again, &read);
	assert_string_equal(written.data, again.data); /* what is in objects, too */
	text = written_in_another_order(&written);
	turned = decode(text);
	if (turned.fault != REQUEST_READABLE || memcmp(turned.content, read.content, 16) != 0)
		fail_msg("%s: %s and %s", turned.fault_text, written.data, text);
	cJSON_free(text);

	/* One byte of the request_id is other content; so is any other field, see test_fields. */
	made.request_id.bytes[15] ^= 1;
	buf_clear(&written);
	request_encode(&written, &made);
	turned = decode_bytes(written.data, written.bytes);
	assert_memory_not_equal(turned.content, read.content, 16);
	buf_release(&written);
	buf_release(&again);
	arena_clear(&arena);
}

static void random_requests_are_read_as_they_were_written(void **state)
{
	(void)state;
	random_state = 88172645463325252u;
	for (int i = 0; i < ROUNDS; i++)
		for (int type = REQUEST_NONE + 1; type < REQUEST_TYPE_COUNT; type++)
			try_one((enum request_type)type);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_requests_are_read_as_they_were_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
