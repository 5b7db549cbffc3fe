#include "common/message/channel.h"

#include "common/base/json.h"

static void add_opens(struct json *j, const struct channel *c)
{
	json_open_array(j, "opens");
	for (size_t i = 0; i < c->opens_count; i++)
		json_write_text(j, NULL, c->opens[i]);
	json_close_array(j);
}

void channel_encode(struct buf *b, const struct channel *c, bool with_key)
{
	struct json j = {.to = b};

	json_open_object(&j, NULL);
	json_write_text(&j, "channel", c->name);
	if (with_key && c->key.data)
		json_write_text(&j, "channel_key", c->key);
	if (c->on_sale.has_from)
		json_write_time(&j, "on_sale_from", c->on_sale.from_ms);
	if (c->on_sale.has_until)
		json_write_time(&j, "on_sale_until", c->on_sale.until_ms);
	if (c->has_opens)
		add_opens(&j, c);
	if (c->has_exempt)
		json_write_bool(&j, "exempt", c->is_exempt);
	json_close_object(&j);
}
