/* A letter for programs: its facts, then its sentences. */
#include "audit/letter/letter.h"

static void write_point(struct json *j, const char *offset_key, const char *time_key,
                        struct point at)
{
	if (at.offset == NO_OFFSET)
		return;
	json_write_integer(j, offset_key, at.offset);
	json_write_time(j, time_key, at.t_ms);
}

static void write_names(struct json *j, const char *key, const struct text *names, size_t count)
{
	if (!count)
		return;
	json_open_array(j, key);
	for (size_t i = 0; i < count; i++)
		json_write_text(j, NULL, names[i]);
	json_close_array(j);
}

static void write_areas(struct json *j, const char *key, const struct area_count *areas,
                        size_t count)
{
	if (!count)
		return;
	json_open_array(j, key);
	for (size_t i = 0; i < count; i++) {
		json_open_object(j, NULL);
		json_write_text(j, "area_id", areas[i].area_id);
		json_write_integer(j, "count", areas[i].count);
		json_close_object(j);
	}
	json_close_array(j);
}

static void write_wish(struct json *j, const struct wish *wish)
{
	json_open_object(j, "best");
	json_write_integer(j, "count", wish->count);
	write_names(j, "categories", wish->categories, wish->category_count);
	write_names(j, "sections", wish->sections, wish->section_count);
	json_write_bool(j, "together", wish->together);
	if (wish->accessible)
		json_write_integer(j, "accessible", wish->accessible);
	if (wish->restricted)
		json_write_bool(j, "restricted", true);
	json_close_object(j);
}

static void write_asked(struct json *j, const struct request *q, struct text channel)
{
	uint64_t fields = request_fields_of(q->type);

	json_open_object(j, "asked");
	write_names(j, "seat_ids", q->seat_ids, q->seat_count);
	if (q->best)
		write_wish(j, q->best);
	write_areas(j, "areas", q->areas, q->area_count);
	write_names(j, "drop_seat_ids", q->drop_seat_ids, q->drop_seat_count);
	write_areas(j, "drop_areas", q->drop_areas, q->drop_area_count);
	if (q->hold_seconds)
		json_write_integer(j, "hold_seconds", q->hold_seconds);
	if (q->fault == REQUEST_READABLE && fields & FIELD_BIT(RESERVATION_ID))
		json_write_uuid(j, "reservation_id", &q->reservation_id);
	if (channel.data)
		json_write_text(j, "channel", channel);
	json_close_object(j);
}

static const char *stood_name(const struct stood_seat *s)
{
	static const char *const names[] = {
	    [STOOD_FREE] = "free",       [STOOD_LAPSED] = "lapsed", [STOOD_TAKEN] = "taken",
	    [STOOD_BLOCKED] = "blocked", [STOOD_OWN] = "own",       [STOOD_SINGLE] = "single",
	    [STOOD_LISTED] = "listed",
	};

	return s->how == STOOD_TAKEN ? seat_status_name(s->status) : names[s->how];
}

static void write_seat(struct json *j, const struct dispute *one, const struct stood_seat *s)
{
	json_open_object(j, NULL);
	json_write_text(j, "seat_id", s->id);
	json_write_string(j, "status", stood_name(s));
	if (s->holder)
		json_write_uuid(j, "reservation_id", &s->holder->id);
	write_point(j, "taken_at_offset", "taken_at", s->taken);
	if (s->taken.offset != NO_OFFSET)
		json_write_integer(j, "before_ms", one->verdict.decided_ms - s->taken.t_ms);
	if (s->how == STOOD_LAPSED)
		json_write_time(j, "reserved_until", s->until_ms);
	if (s->how == STOOD_BLOCKED)
		json_write_text(j, "channel", s->channel);
	write_point(j, "sold_at_offset", "sold_at", s->sold);
	if (s->gone.offset != NO_OFFSET)
		json_write_string(j, "gone_by", event_kind_name(s->gone_by));
	write_point(j, "gone_at_offset", "gone_at", s->gone);
	if (s->next_holder)
		json_write_uuid(j, "next_reservation_id", &s->next_holder->id);
	write_point(j, "next_at_offset", "next_at", s->next);
	json_close_object(j);
}

static void write_area(struct json *j, const struct dispute *one, const struct stood_area *a)
{
	json_open_object(j, NULL);
	json_write_text(j, "area_id", a->id);
	json_write_integer(j, "wanted", a->wanted);
	json_write_bool(j, "refused", a->is_refused);
	if (a->is_blocked)
		json_write_text(j, "channel", a->channel.data ? a->channel : text_of(CHANNEL_PUBLIC));
	if (a->is_known) {
		json_write_integer(j, "capacity", a->capacity);
		json_write_integer(j, "sold", a->sold);
		json_write_integer(j, "held", a->held);
		json_write_integer(j, "room", a->room);
	}
	if (a->last) {
		json_write_uuid(j, "last_reservation_id", &a->last->id);
		json_write_integer(j, "last_count", a->last_count);
		write_point(j, "last_at_offset", "last_at", a->last_at);
		json_write_integer(j, "before_ms", one->verdict.decided_ms - a->last_at.t_ms);
	}
	json_close_object(j);
}

static void write_limits(struct json *j, const struct dispute *one)
{
	const struct verdict *v = &one->verdict;

	if (v->outcome == OUTCOME_TOO_MANY_SEATS)
		json_write_integer(j, "max_seats", one->policy.max_seats);
	if (v->outcome == OUTCOME_HOLD_TOO_LONG)
		json_write_integer(j, "max_hold_seconds", one->policy.max_hold_seconds);
	if (v->has_customer) {
		json_write_integer(j, "max_customer_seats", one->policy.max_customer_seats);
		json_write_integer(j, "max_customer_holds", one->policy.max_customer_holds);
		json_write_integer(j, "customer_seats", v->customer.seats);
		json_write_integer(j, "customer_holds", v->customer.holds);
	}
	if (v->has_free_seats)
		json_write_integer(j, "free_seats", (int64_t)v->free_seats);
	if (v->has_window && v->window.has_from)
		json_write_time(j, "on_sale_from", v->window.from_ms);
	if (v->has_window && v->window.has_until)
		json_write_time(j, "on_sale_until", v->window.until_ms);
}

static void write_before(struct json *j, const struct dispute *one)
{
	json_open_object(j, "before");
	if (one->about && one->verdict.outcome != OUTCOME_RESERVED &&
	    one->verdict.outcome != OUTCOME_WRONG_SESSION) {
		json_write_uuid(j, "reservation_id", &one->about->id);
		write_point(j, "reserved_at_offset", "reserved_at",
		            (struct point){one->about->offset, one->about->created_ms});
	}
	if (one->seat_count) {
		json_open_array(j, "seats");
		for (size_t i = 0; i < one->seat_count; i++)
			write_seat(j, one, &one->seats[i]);
		json_close_array(j);
	}
	if (one->area_count) {
		json_open_array(j, "areas");
		for (size_t i = 0; i < one->area_count; i++)
			write_area(j, one, &one->areas[i]);
		json_close_array(j);
	}
	write_limits(j, one);
	json_close_object(j);
}

static void write_answer(struct json *j, const struct dispute *one, const struct answer *a)
{
	const struct verdict *v = &one->verdict;

	json_open_object(j, "answer");
	json_write_integer(j, "code", outcome_code(v->outcome));
	json_write_string(j, "reason", outcome_reason(v->outcome));
	json_write_bool(j, "accepted", outcome_is_accepted(v->outcome));
	if (v->has_until)
		json_write_time(j, "reserved_until", v->until_ms);
	json_write_string(j, "published", a->answered == ANSWERED           ? "yes"
	                                  : a->answered == ANSWERED_NOT_YET ? "not_yet"
	                                  : a->answered == ANSWERED_GONE    ? "not_kept"
	                                                                    : "unknown");
	if (a->answered == ANSWERED) {
		json_write_string(j, "topic", a->topic);
		json_write_integer(j, "partition", a->partition);
		json_write_integer(j, "offset", a->offset);
		json_write_time(j, "published_at", a->published_ms);
		json_write_integer(j, "wait_ms", a->published_ms - v->decided_ms);
		if (a->is_other) {
			json_write_bool(j, "differs", true);
			json_write_integer(j, "published_code", a->code);
			json_write_string(j, "published_reason", a->reason);
		}
	}
	json_close_object(j);
}

static void write_later(struct json *j, const struct later *later)
{
	json_open_object(j, NULL);
	write_point(j, "offset", "at", later->at);
	json_write_string(j, "type", later->type ? request_type_name(later->type) : NULL);
	if (later->type != REQUEST_EXPIRE)
		json_write_uuid(j, "request_id", &later->request_id);
	json_write_string(j, "reason", outcome_reason(later->outcome));
	if (later->has_changed) {
		json_write_string(j, "event", event_kind_name(later->kind));
		if (event_has_until(later->kind))
			json_write_time(j, "reserved_until", later->until_ms);
		write_names(j, "seat_ids", later->seat_ids, later->seat_count);
		write_areas(j, "areas", later->areas, later->area_count);
	}
	json_close_object(j);
}

static void write_what_came(struct json *j, const struct dispute *one)
{
	if (one->repeat_count) {
		json_open_array(j, "repeats");
		for (const struct repeat *r = one->repeats; r; r = r->next) {
			json_open_object(j, NULL);
			write_point(j, "offset", "at", r->at);
			json_write_bool(j, "other_content", r->is_other);
			json_close_object(j);
		}
		json_close_array(j);
	}
	if (!one->about || one->verdict.outcome == OUTCOME_WRONG_SESSION)
		return;
	json_open_array(j, "later");
	for (const struct later *later = one->later; later; later = later->next)
		write_later(j, later);
	json_close_array(j);
	json_write_string(j, "reservation_status", reservation_status_name(one->about->status));
}

static void write_sentences(struct json *j, const struct letter *l)
{
	json_open_array(j, "letter");
	for (size_t i = 0; i < l->line_count; i++)
		json_write_text(j, NULL, letter_line_text(l, i));
	json_close_array(j);
}

void letter_print_json(const struct letter *l, const struct dispute *one,
                       const struct answer *answer, struct json *j)
{
	json_open_object(j, NULL);
	json_write_uuid(j, "request_id", &one->request.request_id);
	json_write_text(j, "show_id", one->request.show_id);
	json_write_string(j, "type", one->request.type ? request_type_name(one->request.type) : NULL);
	json_write_integer(j, "partition", one->partition);
	json_write_integer(j, "offset", one->offset);
	if (one->appended_ms >= 0)
		json_write_time(j, "appended_at", one->appended_ms);
	json_write_time(j, "decided_at", one->verdict.decided_ms);
	write_asked(j, &one->request, one->channel);
	write_before(j, one);
	write_answer(j, one, answer);
	write_what_came(j, one);
	write_sentences(j, l);
	json_close_object(j);
}
