#include "producer/flags.h"

#include <string.h>

#include "common/message/name.h"
#include "common/message/request.h"
#include "producer/list_flags.h"
#include "producer/wish_flags.h"

static enum rc refuse(struct err *e, const char *flag, const char *what)
{
	return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --%s %s", flag, what);
}

static enum rc read_id(const char *given, const char *flag, struct uuid *id, struct err *e)
{
	if (given && !uuid_decode(text_of(given), id))
		return refuse(e, flag, "must be a UUID of 36 characters, not nil");
	return RC_OK;
}

/* Seat ids; what is empty between commas is none. */
static enum rc read_seats(const char *given, const char *flag, struct arena *arena,
                          struct text **seat_ids, size_t *count, struct err *e)
{
	size_t all, kept = 0;
	struct text *list = list_cut(given, arena, &all);

	for (size_t i = 0; list && i < all; i++) {
		if (list[i].bytes && !name_is_well_formed(list[i]))
			return refuse(e, flag, "must be seat ids, comma-separated");
		if (list[i].bytes)
			list[kept++] = list[i];
	}
	*seat_ids = list;
	*count = kept;
	return arena->failed ? err_out_of_memory(e) : RC_OK;
}

static enum rc read_lists(const struct settings *s, struct request *r, struct arena *arena,
                          struct err *e)
{
	struct text *dropped;

	if (read_seats(s->seat_ids, "seat-ids", arena, &r->seat_ids, &r->seat_count, e) ||
	    read_seats(s->drop_seat_ids, "drop-seat-ids", arena, &dropped, &r->drop_seat_count, e) ||
	    list_read_areas(s->areas, "areas", arena, &r->areas, &r->area_count, e) ||
	    list_read_areas(s->drop_areas, "drop-areas", arena, &r->drop_areas, &r->drop_area_count, e))
		return e->rc;
	r->drop_seat_ids = dropped;
	return RC_OK;
}

#define EVERY_TYPE UINT64_MAX /* in place of the fields: a flag for what each request has */

/*
 * A flag that the type has no use for is a mistake, but not one of the environment, which may be
 * that of other programs or requests, too. The owner key is not asked for: a config file may have
 * it for all requests.
 */
static enum rc refuse_unfit(const struct settings *s, enum request_type type, struct err *e)
{
	const struct {
		const char *flag;
		bool is_given;
		uint64_t fields;
	} flags[] = {
		{"show-id", s->show_id, EVERY_TYPE},
		{"request-id", s->request_id, EVERY_TYPE},
		{"session-id", s->session_id, FIELD_BIT(SESSION_ID)},
		{"seat-ids", s->seat_ids, FIELD_BIT(SEAT_IDS) | FIELD_BIT(NEW_SEAT_IDS)},
		{"areas", s->areas, FIELD_BIT(AREAS)},
		{"drop-seat-ids", s->drop_seat_ids, FIELD_BIT(DROP_SEAT_IDS)},
		{"drop-areas", s->drop_areas, FIELD_BIT(DROP_AREAS)},
		{"best", s->best, FIELD_BIT(BEST)},
		{"categories", s->categories, FIELD_BIT(BEST)},
		{"sections", s->sections, FIELD_BIT(BEST)},
		{"accessible", s->accessible, FIELD_BIT(BEST)},
		{"together", !s->together, FIELD_BIT(BEST)},
		{"restricted", s->restricted, FIELD_BIT(BEST)},
		{"channel", s->channel, FIELD_BIT(CHANNEL)},
		{"channel-key", s->channel_key, FIELD_BIT(CHANNEL_KEY)},
		{"customer-id", s->customer_id, FIELD_BIT(CUSTOMER_ID)},
		{"reservation-id", s->reservation_id, FIELD_BIT(RESERVATION_ID)},
		{"hold-seconds", s->hold_seconds, FIELD_BIT(HOLD_SECONDS) | FIELD_BIT(POLICY_HOLD_SECONDS)},
		{"max-hold-seconds", s->max_hold_seconds != MAX_HOLD_SECONDS_DEFAULT,
		 FIELD_BIT(POLICY_MAX_HOLD_SECONDS)},
		{"max-seats", s->max_seats != MAX_SEATS_DEFAULT, FIELD_BIT(POLICY_MAX_SEATS)},
		{"max-customer-seats", s->max_customer_seats, FIELD_BIT(POLICY_MAX_CUSTOMER_SEATS)},
		{"max-customer-holds", s->max_customer_holds, FIELD_BIT(POLICY_MAX_CUSTOMER_HOLDS)},
		{"title", s->title, FIELD_BIT(POLICY_TITLE)},
	};
	uint64_t used = request_fields_of(type);

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (flags[i].is_given && !(flags[i].fields & used) &&
		    !pairs_has(&s->common.from_environment, flags[i].flag))
			return refuse(e, flags[i].flag,
			              type ? "is not used by that --type" : "is used with --type only");
	return RC_OK;
}

/* Of a create_show the numbers that have a default are written out. */
static struct policy policy_of_flags(const struct settings *s, enum request_type type)
{
	bool is_new = type == REQUEST_CREATE_SHOW;
	struct policy policy = {
	    .title = text_of(s->title),
	    .hold_seconds = (int32_t)s->hold_seconds,
	    .max_hold_seconds = (int32_t)s->max_hold_seconds,
	    .max_seats = (int32_t)s->max_seats,
	};

	if (policy.title.data)
		policy.given |= POLICY_TITLE;
	if (policy.hold_seconds)
		policy.given |= POLICY_HOLD_SECONDS;
	if (is_new || policy.max_hold_seconds != MAX_HOLD_SECONDS_DEFAULT)
		policy.given |= POLICY_MAX_HOLD_SECONDS;
	if (is_new || policy.max_seats != MAX_SEATS_DEFAULT)
		policy.given |= POLICY_MAX_SEATS;
	return policy;
}

static enum rc read_limit(struct policy *policy, const char *text, const char *flag, unsigned bit,
                          int32_t *limit, struct err *e)
{
	if (!text)
		return RC_OK;
	policy->given |= bit;
	if (!policy_read_limit(text, INT32_MAX, limit)) /* what is too much, check() says */
		return refuse(e, flag, "must be a number");
	return RC_OK;
}

static enum rc fill_in(const struct settings *s, struct request *r, struct err *e)
{
	r->type = request_type_of(text_of(s->type));
	if (r->type == REQUEST_NONE) {
		char form[sizeof "must be " + REQUEST_NAMES_BYTES] = "must be ";

		request_type_list(form + strlen(form));
		return refuse(e, "type", form);
	}
	if (refuse_unfit(s, r->type, e))
		return e->rc;
	if (!s->show_id || !id_is_well_formed(text_of(s->show_id), SHOW_ID_BYTES_MAX))
		return refuse(e, "show-id", "must be 1 to 64 of A-Z a-z 0-9 . _ : / -");
	r->has_request_id = true;
	r->request_id = uuid_make();
	r->show_id = text_of(s->show_id);
	r->session_id = text_of(s->session_id);
	r->owner_key = text_of(s->owner_key);
	r->channel = text_of(s->channel);
	r->channel_key = text_of(s->channel_key);
	r->customer_id = text_of(s->customer_id);
	r->hold_seconds = (int32_t)s->hold_seconds;
	*r->policy = policy_of_flags(s, r->type);
	if (read_limit(r->policy, s->max_customer_seats, "max-customer-seats",
	               POLICY_MAX_CUSTOMER_SEATS, &r->policy->max_customer_seats, e) ||
	    read_limit(r->policy, s->max_customer_holds, "max-customer-holds",
	               POLICY_MAX_CUSTOMER_HOLDS, &r->policy->max_customer_holds, e))
		return e->rc;
	if (read_id(s->request_id, "request-id", &r->request_id, e) ||
	    read_id(s->reservation_id, "reservation-id", &r->reservation_id, e))
		return e->rc;
	return RC_OK;
}

/* The fault "seat_ids must be ..." as one of the flag: "--seat-ids must be ...". */
static enum rc refuse_fault(const char *fault, struct err *e)
{
	char flag[REQUEST_FAULT_TEXT_BYTES];
	size_t bytes = strcspn(fault, " ");

	if (strncmp(fault + bytes, " must be ", sizeof " must be " - 1) != 0)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: %s", fault);
	for (size_t i = 0; i < bytes; i++)
		flag[i] = fault[i] == '_' ? '-' : fault[i];
	flag[bytes] = '\0';
	return refuse(e, flag, fault + bytes + 1);
}

/* What the flags say must be readable, or the worker could only refuse it. */
static enum rc check(struct text value, struct err *e)
{
	struct arena arena = {0};
	struct request r;
	enum rc rc = RC_OK;

	request_decode(value, &arena, &r);
	if (arena.failed)
		rc = err_out_of_memory(e);
	else if (r.fault != REQUEST_READABLE)
		rc = refuse_fault(r.fault_text, e);
	arena_release(&arena);
	return rc;
}

static enum rc encode(const struct settings *s, struct buf *value, struct err *e)
{
	struct policy policy = {0};
	struct arena arena = {0};
	struct wish wish;
	struct request r = {.policy = &policy};
	enum rc rc = fill_in(s, &r, e);

	if (!rc)
		rc = wish_of_flags(&wish, s, &arena, e);
	if (!rc && s->best)
		r.best = &wish;
	if (!rc)
		rc = read_lists(s, &r, &arena, e);
	if (!rc) {
		request_encode(value, &r);
		rc = value->failed ? err_out_of_memory(e) : check(buf_text(value), e);
	}
	arena_release(&arena);
	return rc;
}

enum rc request_of_flags(const struct settings *s, struct buf *value, struct err *e)
{
	if (!s->type)
		return refuse_unfit(s, REQUEST_NONE, e);
	return encode(s, value, e);
}
