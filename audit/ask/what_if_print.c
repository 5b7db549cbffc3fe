/* Two policies beside each other, for people and as JSON: the printing half of what_if.h. */
#include <inttypes.h>
#include <stdio.h>

#include "audit/ask/what_if.h"
#include "common/base/json.h"

#define WARNING_1 \
	"This is no forecast: the requests are those that customers made under the real policy."
#define WARNING_2 "Answered otherwise, they would have acted otherwise."
#define NOTE_BYTES 400

static const struct {
	const char *key;   /* in JSON */
	const char *label; /* for people */
} names[FIGURE_COUNT] = {
    [FIGURE_REQUESTS] = {"requests", "requests"},
    [FIGURE_REPEATED] = {"repeated", "  repeated, answered as before"},
    [FIGURE_EXPIRE] = {"expire", "  of the expirer"},
    [FIGURE_OWN_LENGTH] = {"own_hold_seconds", "  reserves with hold_seconds of their own"},
    [FIGURE_HOLDS_GIVEN] = {"holds_given", "holds given"},
    [FIGURE_TAKEN] = {"seats_taken", "refused: SEATS_TAKEN"},
    [FIGURE_SEATS_REFUSED] = {"seats_refused", "  seats they were refused for"},
    [FIGURE_PLACES_REFUSED] = {"places_refused", "refused: places of areas"},
    [FIGURE_OTHERS_REFUSED] = {"others_refused", "refused otherwise"},
    [FIGURE_SOLD] = {"holds_sold", "holds that are sold"},
    [FIGURE_CANCELLED] = {"holds_cancelled", "holds that were sold, then cancelled"},
    [FIGURE_RELEASED] = {"holds_released", "holds that were released"},
    [FIGURE_LAPSED] = {"holds_lapsed", "holds that lapsed"},
    [FIGURE_HELD] = {"holds_held", "holds still held"},
    [FIGURE_SEATS_SOLD] = {"seats_sold", "seats sold at the end"},
    [FIGURE_SEATS_REVIVED] = {"seats_revived", "  after their hold had lapsed"},
    [FIGURE_PLACES_SOLD] = {"places_sold", "places of areas sold at the end"},
};

static const char *const sides[SIDES] = {[SIDE_REAL] = "real", [SIDE_WHAT_IF] = "what_if"};

enum { PART_SINGLES = 3, PART_LIMITS, POLICY_PARTS = PART_LIMITS + 2 };

static const char *const policy_names[POLICY_PARTS] = {
    "hold_seconds",       "max_hold_seconds",   "max_seats", "singles",
    "max_customer_seats", "max_customer_holds",
};

/* 0: not asked for */
static int32_t policy_value(const struct other_policy *p, int part)
{
	const int32_t values[POLICY_PARTS] = {p->hold_seconds,       p->max_hold_seconds,
	                                      p->max_seats,          p->singles,
	                                      p->max_customer_seats, p->max_customer_holds};

	return values[part];
}

/* As it is said, of one that is a number. */
static int32_t policy_number(const struct other_policy *p, int part)
{
	return policy_value(p, part) - (part >= PART_LIMITS ? OTHER_LIMIT(0) : 0);
}

static const char *singles_of(const struct other_policy *p)
{
	return singles_name((enum singles)(p->singles - OTHER_SINGLES(0)));
}

/* What a reader must know, as text n of them; false: there are not so many. */
static bool write_note(const struct what_if *w, int n, char note[NOTE_BYTES])
{
	int64_t more = w->figures[SIDE_WHAT_IF].refused[OUTCOME_HOLD_TOO_LONG] -
	               w->figures[SIDE_REAL].refused[OUTCOME_HOLD_TOO_LONG];
	int64_t unnamed = w->figures[SIDE_WHAT_IF].refused[OUTCOME_CUSTOMER_REQUIRED] -
	                  w->figures[SIDE_REAL].refused[OUTCOME_CUSTOMER_REQUIRED];

	if (w->cut && n-- == 0)
		return snprintf(note, NOTE_BYTES, "requests are gone from the head of %d partition%s: shows "
		                "made before are left out", (int)w->cut, w->cut > 1 ? "s" : "") > 0;
	if (w->show_id && !w->has_show && n-- == 0)
		return snprintf(note, NOTE_BYTES, "there is no show %s", w->show_id) > 0;
	if (more > 0 && n-- == 0)
		return snprintf(note, NOTE_BYTES, "%" PRId64 " more requests are refused because they ask "
		                "for a longer hold of their own than max_hold_seconds", more) > 0;
	if (unnamed > 0 && n-- == 0)
		return snprintf(note, NOTE_BYTES, "%" PRId64 " more requests are refused because they name "
		                "no customer, so that nothing says whose limit they would meet", unnamed) > 0;
	if (w->unanswered < 0 && n-- == 0)
		return snprintf(note, NOTE_BYTES, "how far the group has answered is not known") > 0;
	if (w->unanswered > 0 && n-- == 0)
		return snprintf(note, NOTE_BYTES, "%" PRId64 " of the requests are not answered yet",
		                w->unanswered) > 0;
	return false;
}

/* ---- for people ---- */

static void print_row(const char *label, int64_t real, int64_t other, struct buf *b)
{
	buf_print(b, "%-41s %11" PRId64 " %11" PRId64, label, real, other);
	if (other == real)
		buf_print(b, " %11s\n", "0");
	else
		buf_print(b, " %+11" PRId64 "\n", other - real);
}

static void print_reasons(const struct what_if *w, struct buf *b)
{
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		int64_t real = w->figures[SIDE_REAL].refused[o], other = w->figures[SIDE_WHAT_IF].refused[o];
		char label[64];

		snprintf(label, sizeof label, "  %d %s", outcome_code((enum outcome)o),
		         outcome_reason((enum outcome)o));
		if (real || other)
			print_row(label, real, other, b);
	}
}

/* Most shows have none. */
static bool is_of_areas(enum figure figure)
{
	return figure == FIGURE_PLACES_REFUSED || figure == FIGURE_PLACES_SOLD;
}

void what_if_print_policy(const struct other_policy *p, struct buf *b)
{
	const char *between = "";

	for (int part = 0; part < POLICY_PARTS; part++) {
		if (!policy_value(p, part))
			continue;
		buf_print(b, "%s%s=", between, policy_names[part]);
		if (part == PART_SINGLES)
			buf_add_string(b, singles_of(p));
		else
			buf_print(b, "%d", (int)policy_number(p, part));
		between = ",";
	}
	for (size_t i = 0; i < p->capacity_count; i++, between = ",")
		buf_print(b, "%scapacity.%.*s=%d", between, TEXT_ARGS(p->capacities[i].area_id),
		          (int)p->capacities[i].capacity);
}

void what_if_print(const struct what_if *w, struct buf *b)
{
	char note[NOTE_BYTES];

	buf_add_string(b, "what if ");
	what_if_print_policy(&w->policy, b);
	buf_print(b, ", %s%s\n\n", w->show_id ? "show " : "all shows", w->show_id ? w->show_id : "");
	buf_print(b, "%-41s %11s %11s %11s\n", "", "real", "what if", "difference");
	for (int part = 0; w->has_show && part < POLICY_PARTS; part++)
		if (part == PART_SINGLES)
			buf_print(b, "%-41s %11s %11s\n", policy_names[part],
			          singles_of(&w->policies[SIDE_REAL]), singles_of(&w->policies[SIDE_WHAT_IF]));
		else
			print_row(policy_names[part], policy_number(&w->policies[SIDE_REAL], part),
			          policy_number(&w->policies[SIDE_WHAT_IF], part), b);
	for (int f = 0; f < FIGURE_COUNT; f++) {
		int64_t real = w->figures[SIDE_REAL].list[f], other = w->figures[SIDE_WHAT_IF].list[f];

		if (real || other || !is_of_areas((enum figure)f))
			print_row(names[f].label, real, other, b);
		if (f == FIGURE_OTHERS_REFUSED)
			print_reasons(w, b);
	}
	buf_add_string(b, "\n" WARNING_1 "\n" WARNING_2 "\n");
	for (int n = 0; write_note(w, n, note); n++)
		buf_print(b, "note: %s\n", note);
}

/* ---- for machines ---- */

static void write_policy(const struct other_policy *p, struct json *j)
{
	json_open_object(j, "policy");
	for (int part = 0; part < POLICY_PARTS; part++)
		if (policy_value(p, part) && part != PART_SINGLES)
			json_write_integer(j, policy_names[part], policy_number(p, part));
	if (p->singles)
		json_write_string(j, policy_names[PART_SINGLES], singles_of(p));
	if (p->capacity_count) {
		json_open_array(j, "capacities");
		for (size_t i = 0; i < p->capacity_count; i++) {
			json_open_object(j, NULL);
			json_write_text(j, "area_id", p->capacities[i].area_id);
			json_write_integer(j, "capacity", p->capacities[i].capacity);
			json_close_object(j);
		}
		json_close_array(j);
	}
	json_close_object(j);
}

static void write_side(const struct what_if *w, enum side side, struct json *j)
{
	const struct figures *f = &w->figures[side];

	json_open_object(j, sides[side]);
	if (w->has_show)
		write_policy(&w->policies[side], j);
	for (int i = 0; i < FIGURE_COUNT; i++)
		json_write_integer(j, names[i].key, f->list[i]);
	json_open_object(j, "others_refused_by_reason");
	for (int o = 0; o < OUTCOME_COUNT; o++)
		if (f->refused[o])
			json_write_integer(j, outcome_reason((enum outcome)o), f->refused[o]);
	json_close_object(j);
	json_close_object(j);
}

static void write_difference(const struct what_if *w, struct json *j)
{
	json_open_object(j, "difference");
	for (int f = 0; f < FIGURE_COUNT; f++)
		json_write_integer(j, names[f].key, w->figures[SIDE_WHAT_IF].list[f] -
		                                        w->figures[SIDE_REAL].list[f]);
	json_close_object(j);
}

static void write_notes(const struct what_if *w, struct json *j)
{
	char note[NOTE_BYTES];

	json_write_string(j, "warning", WARNING_1 " " WARNING_2);
	if (!write_note(w, 0, note))
		return;
	json_open_array(j, "notes");
	for (int n = 0; write_note(w, n, note); n++)
		json_write_string(j, NULL, note);
	json_close_array(j);
}

static void write_row(struct json *j, const char *key, const char *label, int64_t real,
                      int64_t other)
{
	json_open_object(j, NULL);
	json_write_string(j, "key", key);
	json_write_string(j, "label", label);
	json_write_integer(j, sides[SIDE_REAL], real);
	json_write_integer(j, sides[SIDE_WHAT_IF], other);
	json_close_object(j);
}

/* Of one show: the policies beside each other, those of numbers; and which of them was asked for. */
static void write_policies(const struct what_if *w, struct json *j)
{
	json_open_array(j, "policies");
	for (int part = 0; w->has_show && part < POLICY_PARTS; part++) {
		json_open_object(j, NULL);
		json_write_string(j, "key", policy_names[part]);
		for (int side = 0; side < SIDES; side++)
			if (part == PART_SINGLES)
				json_write_string(j, sides[side], singles_of(&w->policies[side]));
			else
				json_write_integer(j, sides[side], policy_number(&w->policies[side], part));
		json_write_bool(j, "asked", policy_value(&w->policy, part) != 0);
		json_close_object(j);
	}
	json_close_array(j);
}

void what_if_write_rows(const struct what_if *w, struct json *j)
{
	const struct figures *real = &w->figures[SIDE_REAL], *other = &w->figures[SIDE_WHAT_IF];

	write_policies(w, j);
	json_open_array(j, "figures");
	for (int f = 0; f < FIGURE_COUNT; f++)
		write_row(j, names[f].key, names[f].label, real->list[f], other->list[f]);
	json_close_array(j);
	json_open_array(j, "reasons");
	for (int o = 0; o < OUTCOME_COUNT; o++)
		if (real->refused[o] || other->refused[o])
			write_row(j, outcome_reason((enum outcome)o), outcome_message((enum outcome)o),
			          real->refused[o], other->refused[o]);
	json_close_array(j);
	write_notes(w, j);
}

void what_if_print_json(const struct what_if *w, struct buf *b)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	write_policy(&w->policy, &j);
	if (w->show_id)
		json_write_string(&j, "show_id", w->show_id);
	for (int side = 0; side < SIDES; side++)
		write_side(w, (enum side)side, &j);
	write_difference(w, &j);
	write_notes(w, &j);
	json_close_object(&j);
	buf_add_string(b, "\n");
}
