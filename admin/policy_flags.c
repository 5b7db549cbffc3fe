#include "admin/policy_flags.h"

#include <string.h>

#include "common/base/instant.h"
#include "common/base/json.h"
#include "common/base/moment_text.h"
#include "common/message/limits.h"

#define FIRST_MS INT64_C(0)              /* 1970-01-01T00:00:00.000Z */
#define LAST_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* *has: there is one. */
static enum rc read_instant(const char *text, const char *flag, int64_t always_ms, bool *has,
                            int64_t *ms, struct err *e)
{
	*has = text != NULL;
	if (!text)
		return RC_OK;
	if (!strcmp(text, "always")) {
		*ms = always_ms;
		return RC_OK;
	}
	if (moment_text_read(text, ms))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --%s must be always, " MOMENT_TEXT_FORMS, flag);
	if (*ms < FIRST_MS || *ms > LAST_MS)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --%s must be in the years 1970 to 9999", flag);
	return RC_OK;
}

enum rc sale_window_read(struct sale_window *window, const struct settings *s, struct err *e)
{
	*window = (struct sale_window){0};
	if (read_instant(s->on_sale_from, "on-sale-from", FIRST_MS, &window->has_from,
	                 &window->from_ms, e) ||
	    read_instant(s->on_sale_until, "on-sale-until", LAST_MS, &window->has_until,
	                 &window->until_ms, e))
		return e->rc;
	if (window->has_from && window->has_until && window->from_ms >= window->until_ms)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --on-sale-from must be before --on-sale-until");
	return RC_OK;
}

static enum rc read_singles(struct policy *policy, const char *text, struct err *e)
{
	if (!text)
		return RC_OK;
	policy->singles = SINGLES_REFUSE;
	if (strcmp(text, singles_name(SINGLES_REFUSE)) != 0) {
		policy->singles = SINGLES_ALLOW;
		if (strcmp(text, singles_name(SINGLES_ALLOW)) != 0)
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "command line: --singles must be allow or refuse");
	}
	policy->given |= POLICY_SINGLES;
	return RC_OK;
}

static enum rc read_limit(struct policy *policy, const char *text, const char *flag, int32_t max,
                          unsigned bit, int32_t *limit, struct err *e)
{
	if (!text)
		return RC_OK;
	policy->given |= bit;
	if (policy_read_limit(text, max, limit))
		return RC_OK;
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "command line: --%s must be 0 to %d; 0: no limit", flag, (int)max);
}

enum rc policy_read(struct policy *policy, const struct settings *s, struct err *e)
{
	*policy = (struct policy){
	    .title = text_of(s->title),
	    .hold_seconds = (int32_t)s->hold_seconds,
	    .max_hold_seconds = (int32_t)s->max_hold_seconds,
	    .max_seats = (int32_t)s->max_seats,
	    .closed = s->closed,
	};
	if (sale_window_read(&policy->on_sale, s, e) || read_singles(policy, s->singles, e) ||
	    read_limit(policy, s->max_customer_seats, "max-customer-seats", CUSTOMER_SEATS_MAX,
	               POLICY_MAX_CUSTOMER_SEATS, &policy->max_customer_seats, e) ||
	    read_limit(policy, s->max_customer_holds, "max-customer-holds", CUSTOMER_HOLDS_MAX,
	               POLICY_MAX_CUSTOMER_HOLDS, &policy->max_customer_holds, e))
		return e->rc;
	if (s->closed && s->open)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --closed and --open");
	policy->given |= (policy->title.data ? POLICY_TITLE : 0u) |
	                 (policy->hold_seconds ? POLICY_HOLD_SECONDS : 0u) |
	                 (policy->max_hold_seconds ? POLICY_MAX_HOLD_SECONDS : 0u) |
	                 (policy->max_seats ? POLICY_MAX_SEATS : 0u) |
	                 (policy->on_sale.has_from ? POLICY_ON_SALE_FROM : 0u) |
	                 (policy->on_sale.has_until ? POLICY_ON_SALE_UNTIL : 0u) |
	                 (s->closed || s->open ? POLICY_CLOSED : 0u);
	return RC_OK;
}

enum rc policy_complete(struct policy *policy, struct err *e)
{
	if (!policy->hold_seconds)
		policy->hold_seconds = HOLD_SECONDS_DEFAULT;
	if (!policy->max_hold_seconds)
		policy->max_hold_seconds = MAX_HOLD_SECONDS_DEFAULT;
	if (!policy->max_seats)
		policy->max_seats = MAX_SEATS_DEFAULT;
	policy->given |= POLICY_HOLD_SECONDS | POLICY_MAX_HOLD_SECONDS | POLICY_MAX_SEATS;
	if (policy->hold_seconds > policy->max_hold_seconds)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--hold-seconds (%d) must not be above --max-hold-seconds (%d)",
		               policy->hold_seconds, policy->max_hold_seconds);
	return RC_OK;
}

static void add_bound(struct buf *to, const char *word, int64_t ms)
{
	char text[INSTANT_TEXT_BYTES];

	instant_print(ms, text);
	buf_print(to, "%s %s", word, text);
}

void sale_window_describe(const struct sale_window *window, struct buf *to)
{
	bool has_from = window->has_from && window->from_ms != FIRST_MS;
	bool has_until = window->has_until && window->until_ms != LAST_MS;

	if (has_from)
		add_bound(to, "from", window->from_ms);
	if (has_until)
		add_bound(to, has_from ? " until" : "until", window->until_ms);
	if (!has_from && !has_until)
		buf_add_string(to, "always");
}

#define ENDS (POLICY_ON_SALE_FROM | POLICY_ON_SALE_UNTIL)

static void add_limit(const struct policy *policy, unsigned bit, const char *of, int32_t limit,
                      size_t start, struct buf *to)
{
	if (!(policy->given & bit))
		return;
	buf_add_string(to, to->bytes > start ? ", " : "");
	if (limit)
		buf_print(to, "at most %d %s a customer", limit, of);
	else
		buf_print(to, "any number of %s a customer", of);
}

void policy_describe(const struct policy *policy, struct buf *to)
{
	size_t start = to->bytes;

#define ADD(bit, ...) \
	do { \
		if (policy->given & (bit)) { \
			buf_add_string(to, to->bytes > start ? ", " : ""); \
			buf_print(to, __VA_ARGS__); \
		} \
	} while (0)
	if (policy->given & POLICY_TITLE) {
		buf_add_string(to, "title ");
		json_add_text(to, policy->title);
	}
	ADD(POLICY_HOLD_SECONDS, "holds of %d s", policy->hold_seconds);
	ADD(POLICY_MAX_HOLD_SECONDS, "at most %d s", policy->max_hold_seconds);
	ADD(POLICY_MAX_SEATS, "at most %d seats each", policy->max_seats);
	if ((policy->given & ENDS) == POLICY_ON_SALE_FROM && policy->on_sale.from_ms == FIRST_MS)
		ADD(POLICY_ON_SALE_FROM, "its sale has no beginning");
	else if ((policy->given & ENDS) == POLICY_ON_SALE_UNTIL && policy->on_sale.until_ms == LAST_MS)
		ADD(POLICY_ON_SALE_UNTIL, "its sale has no end");
	else if (policy->given & ENDS) {
		ADD(ENDS, "on sale ");
		sale_window_describe(&policy->on_sale, to);
	}
	ADD(POLICY_CLOSED, "%s", policy->closed ? "closed" : "open");
	ADD(POLICY_SINGLES, "single seats %s", policy->singles == SINGLES_REFUSE ? "refused" : "allowed");
	add_limit(policy, POLICY_MAX_CUSTOMER_SEATS, "seats", policy->max_customer_seats, start, to);
	add_limit(policy, POLICY_MAX_CUSTOMER_HOLDS, "holds", policy->max_customer_holds, start, to);
#undef ADD
}
