#include "worker/shadow/judge.h"

#include <stdatomic.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/message/limits.h"
#include "common/message/request.h"

#define LINES_MAX 100 /* of the log, about differences; the rest is in the database alone */

void judge_release(struct judge *j)
{
	messages_release(&j->messages);
	difference_release(&j->difference);
	buf_release(&j->here);
	buf_release(&j->there);
}

/* ---- what is there ---- */

/* Where the reply of the request at hand is, or why it is not. */
struct sight {
	struct spot *reply;  /* NULL: nowhere */
	struct spot *events;
	size_t event_count;   /* how many are there */
	bool is_differing;    /* the reply is another one */
	bool is_unseen;       /* the reply cannot be had: it says nothing that there is none */
	bool are_events_cut;
	bool are_counted;     /* the decision's events were made, and its reply must be again */
};

/* Has it been waited for so long that it cannot be hidden any more? */
static bool has_waited(int64_t *since_ms)
{
	int64_t now_ms = clock_monotonic_ms();

	if (!*since_ms)
		*since_ms = now_ms;
	return now_ms - *since_ms >= JUDGE_HIDDEN_MS;
}

/* Its reply differs: what came of it otherwise says nothing more. */
static bool is_different(const struct judge *j, int64_t offset)
{
	for (size_t i = 0; i < j->different_count && i < JUDGE_DIFFERENT_MAX; i++)
		if (j->different[i] == offset)
			return true;
	return false;
}

/* A message of an earlier request, of which all that was expected has come. */
static enum rc tell_stray(struct judge *j, struct spot *place, bool is_reply, struct err *e)
{
	const struct record *record = spot_record(place);
	struct text show = record->key;

	if (!id_is_well_formed(show, SHOW_ID_BYTES_MAX))
		show = (struct text){NULL, 0};
	compare_with_nothing(is_reply ? "one more reply" : "one more event", (struct text){NULL, 0},
	                     record->value, &j->difference);
	compare_name_outcome((struct text){NULL, 0}, &j->here);
	if (is_reply)
		compare_name_outcome(record->value, &j->there);
	else
		buf_clear(&j->there);
	j->book->more.different++;
	if (!book_note(j->book, show, spot_offset(place), record->timestamp_ms, &j->difference, &j->here,
	               &j->there))
		return err_out_of_memory(e);
	spot_take(place);
	return RC_OK;
}

static enum rc look(struct judge *j, struct spot *place, int64_t offset, struct text expected,
                    bool is_reply, enum spot_state *state, struct err *e)
{
	while ((*state = spot_look(place, offset, expected)) == SPOT_STRAY)
		if (!is_reply && is_different(j, spot_offset(place))) {
			spot_take(place);
		} else if (book_is_full(j->book)) {
			*state = SPOT_EMPTY; /* until it is saved */
			break;
		} else if (tell_stray(j, place, is_reply, e)) {
			return e->rc;
		}
	return RC_OK;
}

/* is_known: it is found, or it is known that it cannot be. */
static enum rc find_reply(struct judge *j, const struct entry *entry, const struct message *decided,
                          struct sight *sight, bool *is_known, struct err *e)
{
	static const struct message_route by_default = {TOPIC_REPLIES, 0, false};
	int64_t offset = entry->record.offset;
	int64_t since_ms = entry->record.is_append_time ? entry->record.timestamp_ms : 0;
	bool is_listed = decided->route.topic >= TOPIC_FIRST_LISTED;
	enum spot_state there, state = SPOT_EMPTY;
	struct spot *place, *common;

	if (listen_place(j->listen, &decided->route, since_ms, &place, e) ||
	    listen_place(j->listen, &by_default, since_ms, &common, e) ||
	    look(j, common, offset, decided->value, true, &there, e) ||
	    (is_listed && look(j, place, offset, decided->value, true, &state, e)))
		return e->rc;
	if (!is_listed)
		state = there;
	*is_known = true;
	if (there == SPOT_HERE) /* of a listed one, too: its topic could not be written to */
		sight->reply = common;
	else if (state == SPOT_HERE)
		sight->reply = place;
	else if (state == SPOT_GONE || (state == SPOT_BEYOND && decided->route.is_elsewhere))
		sight->is_unseen = true;
	else if (!is_listed)
		*is_known = state == SPOT_BEYOND;
	else if (state == SPOT_EMPTY || there == SPOT_EMPTY) /* the other place may have it, or gets it */
		*is_known = (state >= SPOT_BEYOND || there >= SPOT_BEYOND) &&
		            has_waited(&j->reply_since_ms) && spot_has_ended(place) &&
		            spot_has_ended(common);
	return RC_OK;
}

/* Known already, or so it seems: what memory lacks for is found out when it is compared. */
static bool differs(struct judge *j, const struct message *decided, const struct spot *reply)
{
	return !reply || compare_message(decided, spot_record(reply), "reply", "message",
	                                 &j->difference) >= COMPARED_DIFFERENT;
}

static enum rc find_events(struct judge *j, const struct entry *entry, struct sight *sight,
                           bool *is_known, struct err *e)
{
	struct spot *events = listen_events(j->listen);
	int64_t offset = entry->record.offset;
	size_t expected = 0;
	enum spot_state state;
	struct message made;
	bool is_all, is_there = entry->decision.events.data != NULL;

	sight->events = events;
	if (look(j, events, offset, (struct text){NULL, 0}, false, &state, e))
		return e->rc;
	sight->event_count = spot_count(events, offset, &is_all);
	sight->are_events_cut = spot_is_cut_at(events, offset);
	/* One that comes later is a stray then. */
	if (is_all || sight->is_differing || (!is_there && !sight->event_count))
		return RC_OK;
	sight->are_counted = is_there;
	while (is_there) {
		if (messages_make_event(&j->messages, &made, &is_there, e))
			return e->rc;
		expected += is_there;
	}
	*is_known = sight->event_count >= expected ||
	            (has_waited(&j->events_since_ms) && spot_has_ended(events));
	return RC_OK;
}

/* ---- comparing ---- */

static enum compared compare_event(struct judge *j, const struct message *decided,
                                   const struct record *published, int number)
{
	static const struct text nothing = {NULL, 0};
	char name[40];

	snprintf(name, sizeof name, "event %d", number);
	if (decided && published)
		return compare_message(decided, published, name, NULL, &j->difference);
	compare_with_nothing(name, decided ? decided->value : nothing,
	                     published ? published->value : nothing, &j->difference);
	return COMPARED_DIFFERENT;
}

/* Up to the first difference; all events of the request are taken. */
static enum rc compare_events(struct judge *j, const struct entry *entry,
                              const struct sight *sight, enum compared *result, struct err *e)
{
	bool is_there = entry->decision.events.data != NULL, is_found;
	size_t left = sight->event_count;

	for (int number = 0; *result < COMPARED_DIFFERENT; number++) {
		struct message made;
		enum compared one;

		if (is_there && messages_make_event(&j->messages, &made, &is_there, e))
			return e->rc;
		is_found = left > 0;
		if (!is_there && !is_found)
			break;
		one = compare_event(j, is_there ? &made : NULL,
		                    is_found ? spot_record(sight->events) : NULL, number);
		if (one > COMPARED_REWORDED)
			*result = one;
		if (is_found) {
			spot_take(sight->events);
			left--;
		}
	}
	for (; left; left--)
		spot_take(sight->events);
	return RC_OK;
}

static enum compared compare_reply(struct judge *j, const struct message *decided,
                                   struct spot *place)
{
	static const struct text nothing = {NULL, 0};
	enum compared result = COMPARED_DIFFERENT;

	if (!place) {
		compare_with_nothing("reply", decided->value, nothing, &j->difference);
		compare_name_outcome(nothing, &j->there);
		return result;
	}
	result = compare_message(decided, spot_record(place), "reply", "message", &j->difference);
	if (result == COMPARED_DIFFERENT)
		compare_name_outcome(spot_record(place)->value, &j->there);
	spot_take(place);
	return result;
}

static enum rc compare(struct judge *j, const struct entry *entry, const struct message *decided,
                       struct sight *sight, struct err *e)
{
	const struct decision *d = &entry->decision;
	enum compared result;

	buf_clear(&j->here);
	buf_print(&j->here, "%d %s", outcome_code(d->outcome), outcome_reason(d->outcome));
	buf_clear(&j->there);
	buf_add_text(&j->there, buf_text(&j->here));
	result = compare_reply(j, decided, sight->reply);
	if (result < COMPARED_DIFFERENT && sight->are_events_cut) {
		for (; sight->event_count; sight->event_count--)
			spot_take(sight->events);
	} else if (compare_events(j, entry, sight, &result, e)) {
		return e->rc;
	}
	if (result == COMPARED_NO_MEMORY || j->here.failed || j->there.failed)
		return err_out_of_memory(e);
	if (result == COMPARED_DIFFERENT)
		j->different[j->different_count++ % JUDGE_DIFFERENT_MAX] = entry->record.offset;
	book_count(j->book, entry->record.offset, result, false);
	if (result == COMPARED_DIFFERENT &&
	    !book_note(j->book, d->show_id, entry->record.offset, entry->record.timestamp_ms,
	               &j->difference, &j->here, &j->there))
		return err_out_of_memory(e);
	return RC_OK;
}

/* Its reply cannot be had, and so nothing is said of it. */
static void pass_over(struct judge *j, const struct entry *entry, const struct sight *sight)
{
	for (size_t i = 0; i < sight->event_count; i++)
		spot_take(sight->events);
	book_count(j->book, entry->record.offset, COMPARED_SAME, true);
}

enum rc judge_entry(struct judge *j, const struct entry *entry, bool *is_done, struct err *e)
{
	struct sight sight = {0};
	struct message decided;

	*is_done = false;
	if (book_is_full(j->book))
		return RC_OK;
	if (messages_make_reply(&j->messages, entry, &decided, e) ||
	    find_reply(j, entry, &decided, &sight, is_done, e))
		return e->rc;
	sight.is_differing = *is_done && !sight.is_unseen && differs(j, &decided, sight.reply);
	if (*is_done && find_events(j, entry, &sight, is_done, e))
		return e->rc;
	if (!*is_done)
		return RC_OK;
	if (sight.is_unseen) {
		pass_over(j, entry, &sight);
	} else if ((sight.are_counted && messages_make_reply(&j->messages, entry, &decided, e)) ||
	           compare(j, entry, &decided, &sight, e)) {
		return e->rc;
	}
	j->reply_since_ms = j->events_since_ms = 0;
	return RC_OK;
}

void judge_tell(const struct book *book)
{
	static atomic_int lines;

	for (size_t i = 0; i < book->found_count; i++) {
		const struct found *f = &book->found[i];
		int line = f->is_first ? atomic_fetch_add(&lines, 1) : LINES_MAX + 1;

		if (line < LINES_MAX)
			log_warning("the first difference of a show", F_INT("offset", f->offset),
			            F_TEXT("show_id", buf_text(&f->show_id)), F_TEXT("what", buf_text(&f->what)),
			            F_TEXT("decided_here", buf_text(&f->here)),
			            F_TEXT("published", buf_text(&f->there)));
		else if (line == LINES_MAX)
			log_warning("more shows differ; from here on only the scratch database has their first "
			            "differences: holdfast-admin status");
	}
}
