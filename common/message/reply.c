#include "common/message/reply.h"

#include <cjson/cJSON.h>

#include "common/base/json.h"
#include "common/message/tree.h"

static void add_text_or_null(struct buf *b, struct text t)
{
	if (t.data)
		json_add_text(b, t);
	else
		buf_add_string(b, "null");
}

/* request_id, type and show_id: there even where they are null. */
static void add_head(struct buf *b, const struct reply *r)
{
	buf_add_string(b, "{\"request_id\":");
	if (r->has_request_id)
		json_add_uuid(b, &r->request_id);
	else
		buf_add_string(b, "null");
	buf_add_string(b, ",\"type\":");
	add_text_or_null(b, text_of(request_type_name(r->type)));
	buf_add_string(b, ",\"show_id\":");
	add_text_or_null(b, r->show_id);
}

static void add_outcome(struct buf *b, const struct reply *r)
{
	buf_add_string(b, outcome_is_accepted(r->outcome) ? ",\"status\":\"accepted\",\"code\":"
	                                                  : ",\"status\":\"rejected\",\"code\":");
	json_add_integer(b, outcome_code(r->outcome));
	buf_add_string(b, ",\"reason\":");
	json_add_text(b, text_of(outcome_reason(r->outcome)));
	buf_add_string(b, ",\"message\":");
	json_add_text(b, text_of(r->message ? r->message : outcome_message(r->outcome)));
}

static void add_unavailable_seat(struct buf *b, const struct unavailable *u)
{
	buf_add_string(b, "{\"seat_id\":");
	json_add_text(b, u->seat_id);
	if (u->has_status) {
		buf_add_string(b, ",\"status\":");
		json_add_text(b, text_of(refused_status_name(u->status)));
	}
	if (u->has_status && u->status != SEAT_AVAILABLE) {
		buf_add_string(b, ",\"taken_at_offset\":");
		if (u->has_taken_at)
			json_add_integer(b, u->taken_at_offset);
		else
			buf_add_string(b, "null");
	}
	buf_add_string(b, "}");
}

static void add_unavailable(struct buf *b, const struct reply *r)
{
	buf_add_string(b, ",\"unavailable\":[");
	for (size_t i = 0; i < r->unavailable_count; i++) {
		if (i > 0)
			buf_add_string(b, ",");
		add_unavailable_seat(b, &r->unavailable[i]);
	}
	buf_add_string(b, "]");
}

static void add_unavailable_areas(struct buf *b, const struct reply *r)
{
	buf_add_string(b, ",\"unavailable_areas\":[");
	for (size_t i = 0; i < r->unavailable_area_count; i++) {
		const struct unavailable_area *u = &r->unavailable_areas[i];

		buf_add_string(b, i > 0 ? ",{\"area_id\":" : "{\"area_id\":");
		json_add_text(b, u->area_id);
		if (u->has_room) {
			buf_add_string(b, ",\"room\":");
			json_add_integer(b, u->room);
		}
		if (u->has_taken) {
			buf_add_string(b, ",\"taken\":");
			json_add_integer(b, u->taken);
		}
		buf_add_string(b, "}");
	}
	buf_add_string(b, "]");
}

/* A list of seats and one of areas, each absent where it is empty. */
static void add_places(struct buf *b, const char *seats_key, const struct text *seat_ids,
                       size_t seat_count, const char *areas_key, const struct area_count *areas,
                       size_t area_count)
{
	if (seat_count > 0) {
		buf_add_string(b, seats_key);
		json_add_texts(b, seat_ids, seat_count);
	}
	if (area_count > 0) {
		buf_add_string(b, areas_key);
		area_counts_encode(b, areas, area_count);
	}
}

/* What few outcomes have. */
static void add_rest(struct buf *b, const struct reply *r)
{
	if (r->has_free_seats) {
		buf_add_string(b, ",\"free_seats\":");
		json_add_integer(b, (int64_t)r->free_seats);
	}
	if (r->single_count > 0) {
		buf_add_string(b, ",\"singles\":");
		json_add_texts(b, r->singles, r->single_count);
	}
	if (r->on_sale && r->on_sale->has_from) {
		buf_add_string(b, ",\"on_sale_from\":");
		json_add_time(b, r->on_sale->from_ms);
	}
	if (r->on_sale && r->on_sale->has_until) {
		buf_add_string(b, ",\"on_sale_until\":");
		json_add_time(b, r->on_sale->until_ms);
	}
	if (r->has_customer) {
		buf_add_string(b, ",\"customer\":{\"seats\":");
		json_add_integer(b, r->customer.seats);
		buf_add_string(b, ",\"holds\":");
		json_add_integer(b, r->customer.holds);
		buf_add_string(b, "}");
	}
}

void reply_encode_body(struct buf *b, const struct reply *r)
{
	add_head(b, r);
	add_outcome(b, r);
	if (r->has_reservation_id) {
		buf_add_string(b, ",\"reservation_id\":");
		json_add_uuid(b, &r->reservation_id);
	}
	add_places(b, ",\"seat_ids\":", r->seat_ids, r->seat_count, ",\"areas\":", r->areas,
	           r->area_count);
	add_places(b, ",\"kept_seat_ids\":", r->kept_seat_ids, r->kept_seat_count,
	           ",\"kept_areas\":", r->kept_areas, r->kept_area_count);
	if (r->has_reserved_until) {
		buf_add_string(b, ",\"reserved_until\":");
		json_add_time(b, r->reserved_until_ms);
	}
	if (r->is_revived)
		buf_add_string(b, ",\"revived\":true");
	if (r->pieces) {
		buf_add_string(b, ",\"pieces\":");
		json_add_integer(b, r->pieces);
	}
	if (r->unavailable_count > 0)
		add_unavailable(b, r);
	if (r->unavailable_area_count > 0)
		add_unavailable_areas(b, r);
	add_rest(b, r);
	buf_add_string(b, ",\"decided_at\":");
	json_add_time(b, r->decided_at_ms);
}

void reply_encode_whole(struct buf *b, struct text body, int64_t duplicate_of,
                        const struct record_place *place)
{
	buf_add_text(b, body);
	if (duplicate_of != NOT_A_DUPLICATE) {
		buf_add_string(b, ",\"duplicate_of\":");
		json_add_integer(b, duplicate_of);
	}
	tail_encode(b, place);
}

/* Both ids are always there, if only as null; a message that lacks one is no reply. */
static bool decode_head(const cJSON *tree, struct reply_view *v)
{
	const cJSON *request_id = json_member(tree, "request_id");
	const cJSON *show_id = json_member(tree, "show_id");
	struct text text = json_text(request_id);

	v->has_request_id = text.data && uuid_decode(text, &v->request_id);
	if (!v->has_request_id && !cJSON_IsNull(request_id))
		return false;
	text = json_text(show_id);
	if (!text.data)
		return cJSON_IsNull(show_id);
	v->show_id = text;
	return true;
}

static bool decode_outcome(const cJSON *tree, struct reply_view *v)
{
	struct text reason = json_text(json_member(tree, "reason"));
	int64_t code;

	if (!reason.data || !json_integer(json_member(tree, "code"), 100, 599, &code) ||
	    !json_time(json_member(tree, "decided_at"), &v->decided_at_ms))
		return false;
	v->code = (int)code;
	v->reason = reason;
	return true;
}

static bool decode_place(const cJSON *tree, struct reply_view *v)
{
	const cJSON *place = json_member(tree, "request");
	struct text topic = json_text(json_member(place, "topic"));
	const cJSON *duplicate_of = json_member(tree, "duplicate_of");
	int64_t partition;

	if (!topic.data || !json_integer(json_member(place, "partition"), 0, INT32_MAX, &partition) ||
	    !json_integer(json_member(place, "offset"), 0, JSON_INTEGER_MAX, &v->offset))
		return false;
	v->topic = topic;
	v->partition = (int32_t)partition;
	v->duplicate_of = NOT_A_DUPLICATE;
	return !duplicate_of || json_integer(duplicate_of, 0, JSON_INTEGER_MAX, &v->duplicate_of);
}

static bool decode_reservation(const cJSON *tree, struct reply_view *v)
{
	const cJSON *value = json_member(tree, "reservation_id");
	struct text id = json_text(value);

	v->has_reservation_id = id.data && uuid_decode(id, &v->reservation_id);
	return v->has_reservation_id || !value;
}

enum rc reply_decode(struct text json, struct arena *arena, struct reply_view *v, struct err *e)
{
	const char *why = NULL;
	const cJSON *tree = json_parse(json, arena, &why);
	bool is_reply;

	*v = (struct reply_view){.duplicate_of = NOT_A_DUPLICATE};
	if (!tree)
		return arena->failed ? err_out_of_memory(e)
		                     : err_set(e, RC_REJECT, FROM_PROGRAM, "not a reply: %s", why);
	is_reply = decode_head(tree, v) && decode_outcome(tree, v) && decode_place(tree, v) &&
	           decode_reservation(tree, v);
	if (arena->failed)
		return err_out_of_memory(e);
	if (!is_reply)
		return err_set(e, RC_REJECT, FROM_PROGRAM, "not a reply: a field is missing or malformed");
	return RC_OK;
}

bool reply_is_accepted(const struct reply_view *v)
{
	return v->code == CODE_ACCEPTED;
}

/* Append those of a list, by that member, behind the `count` before; returns how many there are. */
static size_t list_ids(const cJSON *elements, const char *key, size_t count, size_t shown_max,
                       struct buf *list)
{
	for (const cJSON *at = json_first(elements); at; at = json_next(at)) {
		struct text id = json_text(json_member(at, key));

		if (count++ >= shown_max || !id.data)
			continue;
		buf_add_string(list, count > 1 ? ", " : "");
		json_add_safe_text(list, id);
	}
	return count;
}

size_t reply_list_unavailable(struct text json, size_t shown_max, struct buf *list)
{
	struct arena arena = {0};
	const char *why;
	const cJSON *tree = json_parse(json, &arena, &why);
	size_t count = list_ids(json_member(tree, "unavailable"), "seat_id", 0, shown_max, list);

	count = list_ids(json_member(tree, "unavailable_areas"), "area_id", count, shown_max, list);
	arena_release(&arena);
	return count;
}
