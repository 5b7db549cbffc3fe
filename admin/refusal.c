/* What a refusal of an organiser's request means, in a sentence with what to do. */
#include "admin/organise.h"
#include "common/message/outcome.h"

#define SEATS_SHOWN_MAX 10   /* of those that are listed; */
#define SEATS_BYTES_MAX 200  /* fewer where their names are long */

struct refused {
	const char *show_id;
	bool has_owner_key;
	size_t seat_count; /* that are listed, or areas */
	struct text seats; /* the first of them */
};

typedef void explanation(const struct refused *r, struct buf *to);

static void unknown_show(const struct refused *r, struct buf *to)
{
	buf_print(to, "there is no show %s; show create makes one", r->show_id);
}

static void wrong_owner(const struct refused *r, struct buf *to)
{
	buf_print(to, "show %s has another owner_key than %s", r->show_id,
	          r->has_owner_key ? "--owner-key" : "none; give it as HOLDFAST_OWNER_KEY");
}

static void used_before(const struct refused *r, struct buf *to)
{
	buf_print(to, "this --request-id was used before for something else, so nothing was done to "
	          "show %s: repeat a command as it was, and leave --request-id out of a new one",
	          r->show_id);
}

static void show_exists(const struct refused *r, struct buf *to)
{
	buf_print(to, "show %s is there already, with a title, policy or owner_key of its own, which show "
	          "change changes. To add seats to it give --seats or --plan alone", r->show_id);
}

static void seat_exists(const struct refused *r, struct buf *to)
{
	buf_print(to, "show %s has %zu of these seats already: %.*s. Of their part of the list none was "
	          "added: leave them out, and repeat", r->show_id, r->seat_count, TEXT_ARGS(r->seats));
}

static void unknown_seat(const struct refused *r, struct buf *to)
{
	buf_print(to, "show %s does not have %zu of these seats: %.*s. Of their part of the list nothing "
	          "was changed: correct it, and repeat", r->show_id, r->seat_count, TEXT_ARGS(r->seats));
}

static void place_taken(const struct refused *r, struct buf *to)
{
	buf_print(to, "%zu of these seats would stand where another seat of show %s does, of one section, "
	          "row and pos: %.*s. Of their part of the list nothing was done", r->seat_count,
	          r->show_id, TEXT_ARGS(r->seats));
}

static void below_taken(const struct refused *r, struct buf *to)
{
	buf_print(to, "more is held and sold of %zu of these areas of show %s than they would have places: "
	          "%.*s. Of their part of the list none was set; show areas says how they stand",
	          r->seat_count, r->show_id, TEXT_ARGS(r->seats));
}

static void key_taken(const struct refused *r, struct buf *to)
{
	buf_print(to, "another channel of show %s has this channel_key already: each needs one of its own",
	          r->show_id);
}

static void hold_too_long(const struct refused *r, struct buf *to)
{
	buf_print(to, "the holds of show %s would be longer than its longest hold: give both "
	          "--hold-seconds and --max-hold-seconds", r->show_id);
}

static const struct {
	enum outcome outcome;
	explanation *explain;
} explanations[] = {
    {OUTCOME_UNKNOWN_SHOW, unknown_show},
    {OUTCOME_WRONG_OWNER, wrong_owner},
    {OUTCOME_IDEMPOTENCY_MISMATCH, used_before},
    {OUTCOME_SHOW_EXISTS, show_exists},
    {OUTCOME_SEAT_EXISTS, seat_exists},
    {OUTCOME_UNKNOWN_SEAT, unknown_seat},
    {OUTCOME_PLACE_TAKEN, place_taken},
    {OUTCOME_BELOW_TAKEN, below_taken},
    {OUTCOME_KEY_TAKEN, key_taken},
    {OUTCOME_HOLD_TOO_LONG, hold_too_long},
};

/* The first of the seats that are listed, no more than fit in an error; returns how many there are. */
static size_t list_seats(struct text reply, struct buf *list)
{
	size_t count, shown = SEATS_SHOWN_MAX;

	do {
		buf_clear(list);
		count = reply_list_unavailable(reply, shown, list);
	} while (list->bytes > SEATS_BYTES_MAX && --shown > 0);
	if (count > shown)
		buf_add_string(list, " ...");
	return count;
}

enum rc refusal_explain(const struct client_answer *answer, const char *show_id, bool has_owner_key,
                        struct err *e)
{
	enum outcome outcome = outcome_of(answer->view.code, answer->view.reason);
	struct buf seats = {0}, text = {0};
	struct refused r = {.show_id = show_id, .has_owner_key = has_owner_key};

	if (reply_is_accepted(&answer->view))
		return RC_OK;
	r.seat_count = list_seats(answer->reply, &seats);
	r.seats = buf_text(&seats);
	for (size_t i = 0; i < sizeof explanations / sizeof explanations[0]; i++)
		if (explanations[i].outcome == outcome)
			explanations[i].explain(&r, &text);
	if (!text.bytes)
		buf_print(&text, "refused (show %s, offset %lld)", show_id, (long long)answer->offset);
	(void)err_set(e, RC_REJECT, FROM_REPLY, "%d %.*s: %.400s", answer->view.code,
	              TEXT_ARGS(answer->view.reason), buf_text(&text).data);
	buf_release(&text);
	buf_release(&seats);
	return e->rc;
}
