#include "audit/asked.h"

#include <string.h>

#include "audit/compare/compare.h"
#include "audit/report/stories.h"
#include "common/message/name.h"

/* Other programs have the option, too, and the environment may be theirs. */
static bool is_of_environment(const struct settings *s, const char *flag)
{
	return pairs_has(&s->common.from_environment, flag);
}

/* The environment's is for whoever takes it with anything else. */
static bool wants_letter(const struct settings *s)
{
	return (s->request_id && !s->conflicts && !is_of_environment(s, "request-id")) ||
	       (s->reservation_id && !is_of_environment(s, "reservation-id"));
}

bool asked_of_topics(const struct settings *s)
{
	return s->conflicts || s->at || s->what_if || wants_letter(s);
}

/* What does not go together, in the order in which it is said. */
static enum rc refuse_mixed(const struct settings *s, struct err *e)
{
	const struct {
		bool is_mixed;
		const char *text;
	} mixed[] = {
	    {s->csv && s->json && !is_of_environment(s, "json"), "--csv and --json: one of them, not both"},
	    {s->seat && !s->conflicts, "--seat is taken only with --conflicts"},
	    {wants_letter(s) && s->reservation_id && s->request_id &&
	         !is_of_environment(s, "request-id") && !is_of_environment(s, "reservation-id"),
	     "--request-id and --reservation-id: one of them, not both"},
	    {wants_letter(s) && s->conflicts, "--reservation-id is not taken with --conflicts"},
	    {wants_letter(s) && s->since, "--since is not taken with --request-id or --reservation-id"},
	    {wants_letter(s) && (s->at || s->what_if),
	     "--request-id and --reservation-id are not taken with --at or --what-if"},
	    {s->csv && !s->conflicts, "--csv is taken only with --conflicts"},
	    {s->what_if && s->since, "--since is not taken with --what-if"},
	    {s->since && !s->conflicts && !s->report, "--since is taken only with --conflicts or --report"},
	    {strcmp(s->by, "each") && !s->conflicts, "--by is taken only with --conflicts"},
	    {s->report && s->conflicts, "--report is not taken with --conflicts"},
	    {s->report && s->at, "--report is not taken with --at"},
	    {s->conflicts && s->at, "--at is not taken with --conflicts"},
	    {s->conflicts && s->what_if, "--what-if is not taken with --conflicts"},
	    {s->at && s->what_if, "--at and --what-if: one of them, not both"},
	    {s->at && !s->show, "--at needs --show"},
	    {s->show && !s->report && !asked_of_topics(s),
	     "--show needs --at, --conflicts, --report, --what-if, --request-id or --reservation-id"},
	};

	for (size_t i = 0; i < sizeof mixed / sizeof mixed[0]; i++)
		if (mixed[i].is_mixed)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "%s", mixed[i].text);
	return RC_OK;
}

static enum rc read_letter(struct asked *asked, const struct settings *s, struct err *e)
{
	bool is_reservation = s->reservation_id && !is_of_environment(s, "reservation-id");

	asked->has_letter = wants_letter(s);
	if (!asked->has_letter)
		return RC_OK;
	asked->letter = (struct letter_asked){
	    .is_reservation = is_reservation, .show_id = text_of(s->show), .folder = s->report};
	if (!uuid_decode(text_of(is_reservation ? s->reservation_id : s->request_id), &asked->letter.id))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--%s must be a UUID of %d characters",
		               is_reservation ? "reservation-id" : "request-id", UUID_TEXT_CHARS);
	return RC_OK;
}

enum rc asked_read(struct asked *asked, const struct settings *s, struct err *e)
{
	if (refuse_mixed(s, e))
		return e->rc;
	if (s->show && !id_is_well_formed(text_of(s->show), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--show must be a show_id");
	if (conflicts_asked_read(&asked->conflicts, s->conflicts ? s->show : NULL, s->since, s->by, e) ||
	    (s->at && moment_read(&asked->at, s->at, e)) ||
	    (s->what_if && what_if_read_policy(&asked->what_if, s->what_if, e)))
		return e->rc;
	if (s->seat && !name_is_well_formed(text_of(s->seat)))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--seat must be a seat_id");
	asked->conflicts.seat_id = text_of(s->seat);
	asked->conflicts.has_request_id = s->conflicts && s->request_id;
	if (asked->conflicts.has_request_id &&
	    !uuid_decode(text_of(s->request_id), &asked->conflicts.request_id))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--request-id must be a UUID of %d characters",
		               UUID_TEXT_CHARS);
	asked->conflicts.form = s->csv ? LISTING_CSV : s->json ? LISTING_JSON : LISTING_TABLE;
	return read_letter(asked, s, e);
}

enum rc asked_answer(const struct asked *asked, const struct settings *s,
                     const struct audit_settings *audit, struct err *e)
{
	if (asked->has_letter)
		return letter_report(audit, &asked->letter, e);
	if (s->what_if)
		return what_if_report(audit, s->show, &asked->what_if, s->report, e);
	if (s->report) {
		struct stories stories = {
		    .folder = s->report,
		    .show_id = text_of(s->show),
		    .since_ms = asked->conflicts.since_ms,
		};

		return stories_report(&stories, audit, e);
	}
	if (s->conflicts)
		return conflicts_report(audit, &asked->conflicts, e);
	if (s->at)
		return seat_map_report(audit, s->show, &asked->at, e);
	return compare_report(audit, NULL, e);
}
