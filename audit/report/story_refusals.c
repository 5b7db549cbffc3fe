/* Who was refused a seat, request by request as far as that is told, and by the second. */
#include "audit/report/story_parts.h"

#define MS_PER_S 1000

/* Letters for the outcomes that there are, from 'A' on. */
struct letters {
	char of[OUTCOME_COUNT];
	size_t count;
};

static struct letters write_outcomes(const struct refusals *r, struct json *j)
{
	struct letters letters = {.count = 0};

	json_open_array(j, "outcomes");
	for (size_t i = 0; i < r->told_count; i++) {
		char *letter = &letters.of[r->told[i].request->outcome];

		if (*letter)
			continue;
		*letter = (char)('A' + letters.count++);
		json_write_string(j, NULL, outcome_reason((enum outcome)r->told[i].request->outcome));
	}
	json_close_array(j);
	return letters;
}

static void add_seats(struct buf *b, const uint32_t *seats, uint32_t count)
{
	buf_add_string(b, count > 1 ? "[" : "");
	for (uint32_t k = 0; k < count; k++)
		column_add_number(b, k == 0, seats[k]);
	buf_add_string(b, count > 1 ? "]" : "");
}

static void write_told(const struct figures *f, const struct refusals *r,
                       const struct letters *letters, struct json *j)
{
	int64_t offset = f->outline.first_offset, at_ms = f->outline.first_ms;
	struct buf outcomes = {0};

	json_open_array(j, "offset");
	for (size_t i = 0; i < r->told_count; i++)
		column_add_difference(j->to, i == 0, &offset, r->told[i].request->offset);
	json_close_array(j);
	json_open_array(j, "at");
	for (size_t i = 0; i < r->told_count; i++)
		column_add_difference(j->to, i == 0, &at_ms, r->told[i].request->at_ms);
	json_close_array(j);
	for (size_t i = 0; i < r->told_count; i++)
		buf_add(&outcomes, &letters->of[r->told[i].request->outcome], 1);
	json_write_text(j, "outcome", outcomes.bytes ? buf_text(&outcomes) : text_of(""));
	j->to->failed |= outcomes.failed;
	buf_release(&outcomes);
	json_open_array(j, "seats");
	for (size_t i = 0; i < r->told_count; i++) {
		buf_add_string(j->to, i ? "," : "");
		add_seats(j->to, r->seats + r->told[i].seats.at, r->told[i].seats.count);
	}
	json_close_array(j);
}

static void write_untold(const struct figures *f, const struct refusals *r, struct json *j)
{
	int64_t second = 0;

	json_open_object(j, "refused_more");
	for (size_t i = 0; i < r->untold_count; i++) {
		const struct untold *u = &r->untold[i];
		bool is_new = i == 0 || u->seat != u[-1].seat;

		if (is_new) {
			second = f->outline.first_ms / MS_PER_S;
			buf_print(j->to, "%s\"%u\":[", i ? "]," : "", (unsigned)u->seat);
		}
		buf_add_string(j->to, is_new ? "[" : ",[");
		json_add_integer(j->to, u->second - second);
		buf_add_string(j->to, ",");
		json_add_integer(j->to, u->count);
		buf_add_string(j->to, "]");
		second = u->second;
	}
	if (r->untold_count)
		buf_add_string(j->to, "]");
	json_close_object(j);
}

void story_write_refusals(const struct figures *f, struct json *j)
{
	const struct refusals *r = &f->refusals;
	struct letters letters = write_outcomes(r, j);

	json_end_line(j);
	json_open_object(j, "refusals");
	json_write_integer(j, "first", r->first);
	json_write_integer(j, "last", r->last);
	write_told(f, r, &letters, j);
	buf_add_string(j->to, ",\"request\":\"");
	for (size_t i = 0; r->told_count <= REFUSAL_IDS_MAX && i < r->told_count; i++)
		column_add_id(j->to, &r->told[i].request->request_id);
	buf_add_string(j->to, "\"");
	json_close_object(j);
	json_end_line(j);
	write_untold(f, r, j);
}
