#include "audit/fold/channels.h"

#include <stdlib.h>
#include <string.h>

#include "audit/fold/house.h"

bool window_has(const struct sale_window *window, int64_t t_ms)
{
	return !(window->has_from && t_ms < window->from_ms) &&
	       !(window->has_until && t_ms >= window->until_ms);
}

bool window_same(const struct sale_window *a, const struct sale_window *b)
{
	return a->has_from == b->has_from && a->has_until == b->has_until &&
	       (!a->has_from || a->from_ms == b->from_ms) &&
	       (!a->has_until || a->until_ms == b->until_ms);
}

struct show_channel *show_find_channel(const struct show *show, struct text name)
{
	struct show_channel *c = show->channels;

	while (c && !text_same(c->name, name))
		c = c->next;
	return c;
}

struct show_channel *show_find_channel_by_key(const struct show *show,
                                              const uint8_t key_hash[SHA256_BYTES])
{
	struct show_channel *c = show->channels;

	while (c && !(c->has_key && !memcmp(c->key_hash, key_hash, SHA256_BYTES)))
		c = c->next;
	return c;
}

bool channel_opens(const struct show_channel *by, struct text of)
{
	if (!by)
		return !of.data;
	if (!by->has_key)
		return false;
	if (of.data && text_same(by->name, of))
		return true;
	for (size_t i = 0; i < by->opens_count; i++)
		if (text_same(by->opens[i], of.data ? of : text_of(CHANNEL_PUBLIC)))
			return true;
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static bool same_opens(const struct show_channel *a, const struct show_channel *b)
{
	if (a->opens_count != b->opens_count)
		return false;
	for (size_t i = 0; i < a->opens_count; i++)
		if (!text_same(a->opens[i], b->opens[i]))
			return false;
	return true;
}

static bool same_setting(const struct show_channel *a, const struct show_channel *b)
{
	return a->has_key == b->has_key &&
	       (!a->has_key || !memcmp(a->key_hash, b->key_hash, SHA256_BYTES)) &&
	       window_same(&a->on_sale, &b->on_sale) && a->is_exempt == b->is_exempt &&
	       same_opens(a, b);
}

static struct show_channel *make_channel(struct arena *memory, struct show *show, struct text name,
                                         int64_t offset)
{
	struct show_channel *channel = arena_take(memory, sizeof *channel);

	if (!channel)
		return NULL;
	channel->name = arena_copy(memory, name);
	if (!channel->name.data)
		return NULL;
	channel->version = offset;
	channel->next = show->channels;
	show->channels = channel;
	return channel;
}

bool show_set_channel(struct arena *memory, struct show *show, const struct channel *given,
                      const uint8_t *key_hash, int64_t offset)
{
	struct show_channel *channel = show_find_channel(show, given->name), before;

	if (!channel && !(channel = make_channel(memory, show, given->name, offset)))
		return false;
	before = *channel;
	channel->has_key = key_hash != NULL;
	if (key_hash)
		memcpy(channel->key_hash, key_hash, SHA256_BYTES);
	channel->on_sale = given->on_sale;
	channel->is_exempt = given->is_exempt;
	channel->opens = arena_take(memory, (given->opens_count + 1) * sizeof(struct text));
	channel->opens_count = given->opens_count;
	if (!channel->opens)
		return false;
	for (size_t i = 0; i < given->opens_count; i++)
		if (!(channel->opens[i] = arena_copy(memory, given->opens[i])).data)
			return false;
	qsort(channel->opens, channel->opens_count, sizeof(struct text), compare_texts);
	if (!same_setting(channel, &before))
		channel->version = offset;
	house_forget_answers(show);
	return true;
}
