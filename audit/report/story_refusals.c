/* Who was refused a seat, request by request as far as that is told, and by the second. */
#include "audit/report/story_parts.h"
#include "common/base/base64url.h"

#define MS_PER_S 1000

/* Piece by piece: none but the last is padded, as they are of three bytes each. */
static void add_base64(struct buf *b, struct text bytes)
{
	_Static_assert(BASE64URL_BYTES_MAX % 3 == 0, "pieces can be put together");
	char piece[BASE64_CHARS(BASE64URL_BYTES_MAX) + 1];

	for (size_t at = 0; at < bytes.bytes; at += BASE64URL_BYTES_MAX) {
		size_t rest = bytes.bytes - at;

		base64_encode(bytes.data + at, rest < BASE64URL_BYTES_MAX ? rest : BASE64URL_BYTES_MAX, piece);
		buf_add_string(b, piece);
	}
}

static void write_told(const struct refusals *r, struct json *j)
{
	json_open_array(j, "outcomes");
	for (size_t i = 0; i < r->outcome_count; i++)
		json_write_string(j, NULL, outcome_reason(r->outcomes[i]));
	json_close_array(j);
	json_end_line(j);
	json_open_object(j, "refusals");
	json_write_integer(j, "first", r->first);
	json_write_integer(j, "last", r->last);
	json_write_integer(j, "count", (int64_t)r->told_count);
	buf_add_string(j->to, ",\"data\":\"");
	add_base64(j->to, buf_text(&r->data));
	buf_add_string(j->to, "\",\"request\":\"");
	buf_add_text(j->to, buf_text(&r->ids));
	buf_add_string(j->to, "\"");
	json_close_object(j);
}

void story_write_refusals(const struct figures *f, struct json *j)
{
	const struct refusals *r = &f->refusals;
	int64_t second = 0;

	write_told(r, j);
	json_end_line(j);
	json_open_object(j, "refused_more");
	for (size_t i = 0; i < r->untold_extent.count; i++) {
		const struct untold *u = &r->untold[i];
		bool is_new = i == 0 || u->seat != u[-1].seat;

		if (is_new) {
			second = f->outline.first_ms / MS_PER_S;
			buf_print(j->to, "%s\"%u\":", i ? "]," : "", (unsigned)u->seat);
		}
		buf_add_string(j->to, is_new ? "[[" : ",[");
		json_add_integer(j->to, u->second - second);
		buf_add_string(j->to, ",");
		json_add_integer(j->to, u->count);
		buf_add_string(j->to, "]");
		second = u->second;
	}
	if (r->untold_extent.count)
		buf_add_string(j->to, "]");
	json_close_object(j);
}
