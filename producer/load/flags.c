/*
 * Reads the flags of a load, and refuses those of another mode.
 */
#include <string.h>

#include "producer/load/load.h"

static enum rc refuse(struct err *e, const char *flag, const char *what)
{
	return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: --%s %s", flag, what);
}

struct given {
	const char *flag;
	bool is_given;
};

/* Not what the environment gave: it may be that of other programs, too. */
static enum rc refuse_given(const struct settings *s, const struct given *flags, size_t count,
                            const char *what, struct err *e)
{
	for (size_t i = 0; i < count; i++)
		if (flags[i].is_given && !pairs_has(&s->common.from_environment, flags[i].flag))
			return refuse(e, flags[i].flag, what);
	return RC_OK;
}

enum rc load_refuse_flags(const struct settings *s, struct err *e)
{
	const struct given flags[] = {
	    {"requests", s->requests},     {"seconds", s->seconds}, {"create", s->create},
	    {"duplicates", s->duplicates}, {"no-wait", s->no_wait}, {"json", s->json},
	    {"row-seats", s->row_seats},   {"holds", s->holds},     {"customers", s->customers},
	    {"area-capacity", s->area_capacity},
	};

	return refuse_given(s, flags, sizeof flags / sizeof flags[0], "is used with --load only", e);
}

static enum load_placement placement_of(const char *name)
{
	if (!strcmp(name, "one"))
		return PLACE_ON_ONE;
	return !strcmp(name, "even") ? PLACE_EVENLY : PLACE_BY_HASH;
}

/* Digits alone; NULL: 0. */
static bool read_limit(const char *text, int32_t max, int32_t *limit)
{
	*limit = 0;
	for (; text && *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		*limit = *limit * 10 + (*text - '0');
		if (*limit > max)
			return false;
	}
	return true;
}

static enum rc read_mix(const struct settings *s, struct load_settings *load, struct err *e)
{
	const struct load_mix *mix = &load->mix;

	if (!load_read_mix(s->mix, &load->mix) ||
	    (!load_mix_reserves(mix) && !(load->holds && mix->change + mix->confirm + mix->release)))
		return refuse(e, "mix", "must be like reserve:90,confirm:5,release:5, with reserves, unless "
		              "--holds makes them");
	if ((load->is_best || mix->best) && !load->row_seats)
		load->row_seats = LOAD_ROW_SEATS_DEFAULT;
	return RC_OK;
}

enum rc load_read_flags(const struct settings *s, struct load_settings *load, struct err *e)
{
	const struct given others[] = {
	    {"wait", s->wait},
	    {"type", s->type},
	    {"request-id", s->request_id},
	    {"show-id", s->show_id},
	    {"session-id", s->session_id},
	    {"seat-ids", s->seat_ids},
	    {"best", s->best},
	    {"areas", s->areas},
	    {"drop-seat-ids", s->drop_seat_ids},
	    {"drop-areas", s->drop_areas},
	    {"customer-id", s->customer_id},
	    {"channel", s->channel},
	    {"reservation-id", s->reservation_id},
	    {"title", s->title},
	};

	if (refuse_given(s, others, sizeof others / sizeof others[0], "is not used with --load", e))
		return e->rc;
	*load = (struct load_settings){
	    .show_prefix = s->show_prefix,
	    .shows = (uint32_t)s->shows,
	    .seats = (uint32_t)s->seats_per_show,
	    .is_in_order = !strcmp(s->pick, "next"),
	    .is_best = !strcmp(s->pick, "best"),
	    .row_seats = (uint32_t)s->row_seats,
	    .holds = s->holds,
	    .area_capacity = (uint32_t)s->area_capacity,
	    .customers = (uint32_t)s->customers,
	    .duplicates_percent = (uint32_t)s->duplicates,
	    .placement = placement_of(s->placement),
	    .seed = s->seed,
	};
	if (!load_read_range(s->seats_per_request, &load->seats_min, &load->seats_max))
		return refuse(e, "seats-per-request", "must be N or MIN-MAX, of 1 to 50");
	if (load->seats_max > s->max_seats)
		return refuse(e, "seats-per-request", "must not be above --max-seats");
	if (s->hold_seconds > s->max_hold_seconds)
		return refuse(e, "hold-seconds", "must not be above --max-hold-seconds");
	if (!load_read_skew(s->skew, &load->skew))
		return refuse(e, "skew", "must be \"uniform\", or a number from 0 to 5");
	if (!read_limit(s->max_customer_seats, CUSTOMER_SEATS_MAX, &load->max_customer_seats))
		return refuse(e, "max-customer-seats", "must be a whole number up to 1000");
	if (!read_limit(s->max_customer_holds, CUSTOMER_HOLDS_MAX, &load->max_customer_holds))
		return refuse(e, "max-customer-holds", "must be a whole number up to 50");
	return read_mix(s, load, e);
}
