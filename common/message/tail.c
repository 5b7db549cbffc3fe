#include "common/message/tail.h"

#include "common/base/json.h"

void tail_encode(struct buf *b, const struct record_place *place)
{
	buf_add_string(b, ",\"request\":{\"topic\":");
	json_add_text(b, text_of(place->topic));
	buf_add_string(b, ",\"partition\":");
	json_add_integer(b, place->partition);
	buf_add_string(b, ",\"offset\":");
	json_add_integer(b, place->offset);
	buf_add_string(b, "}}");
}
