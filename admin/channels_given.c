#include "admin/channels_given.h"

#include <string.h>

#include "admin/file.h"
#include "admin/policy_flags.h"
#include "common/base/json.h"
#include "common/message/request.h"

/*
 * A list of channels is read as a request that has it: by the same rules, with the same faults.
 */
static enum rc read_list(struct channels_given *channels, struct text list, struct err *e)
{
	char id[UUID_TEXT_CHARS + 1];
	struct uuid any = uuid_make();
	struct buf value = {0};
	struct request request;
	enum rc rc = RC_OK;

	uuid_encode(&any, id);
	buf_print(&value, "{\"type\":\"set_channels\",\"request_id\":\"%s\",\"show_id\":\"any\","
	          "\"channels\":", id);
	buf_add_text(&value, list);
	buf_add_string(&value, "}");
	request_decode(buf_text(&value), &channels->arena, &request);
	if (value.failed || channels->arena.failed)
		rc = err_out_of_memory(e);
	else if (request.fault == REQUEST_UNREADABLE)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--channels: it is no JSON list of channels, [{\"channel\":\"house\", ...}], or "
		             "above 64 KiB");
	else if (request.fault != REQUEST_READABLE)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "--channels: %s", request.fault_text);
	buf_release(&value);
	channels->list = request.channels;
	channels->count = request.channel_count;
	return rc;
}

static enum rc read_file(struct channels_given *channels, const char *file, struct err *e)
{
	struct buf bytes = {0};
	enum rc rc = file_read(&bytes, "--channels", file, e);

	if (!rc)
		rc = read_list(channels, buf_text(&bytes), e);
	buf_release(&bytes);
	return rc;
}

/* Cut a list at its commas; the texts are borrowed. */
static struct text *cut(const char *list, struct arena *arena, size_t *count)
{
	struct text *names;

	*count = 0;
	for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		++*count;
	names = arena_take(arena, *count * sizeof *names);
	for (size_t i = 0; names && i < *count; i++) {
		names[i] = (struct text){list, strcspn(list, ",")};
		list += names[i].bytes + 1;
	}
	return names;
}

static enum rc read_flags(struct channels_given *channels, const struct settings *s, struct err *e)
{
	struct channel *channel = arena_take(&channels->arena, sizeof *channel);

	if (!channel)
		return err_out_of_memory(e);
	channel->name = text_of(s->channel);
	channel->key = text_of(s->channel_key);
	channel->has_exempt = channel->is_exempt = s->exempt;
	channel->has_opens = s->opens;
	if (s->opens)
		channel->opens = cut(s->opens, &channels->arena, &channel->opens_count);
	channels->list = channel;
	channels->count = 1;
	if (channels->arena.failed)
		return err_out_of_memory(e);
	return sale_window_read(&channel->on_sale, s, e);
}

enum rc channels_given_read(struct channels_given *channels, const struct settings *s,
                            struct err *e)
{
	bool has_flags = s->channel || s->on_sale_from || s->on_sale_until || s->opens || s->exempt;

	if (s->channels && has_flags)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: --channels and flags of one channel; the file says all");
	if (s->channels)
		return read_file(channels, s->channels, e);
	if (s->channel)
		return read_flags(channels, s, e);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "command line: show channels needs --channel=NAME, or --channels=FILE");
}

void channels_given_release(struct channels_given *channels)
{
	arena_release(&channels->arena);
	*channels = (struct channels_given){0};
}

static void describe(const struct channel *c, struct buf *to)
{
	buf_add_string(to, "Channel ");
	json_add_text(to, c->name);
	buf_add_string(to, c->key.data ? ": with a key, on sale " : ": no key, so nobody can sell from it, "
	               "on sale ");
	sale_window_describe(&c->on_sale, to);
	if (c->opens_count) {
		buf_add_string(to, "; it sells seats of ");
		for (size_t i = 0; i < c->opens_count; i++) {
			buf_add_string(to, i ? ", " : "");
			json_add_text(to, c->opens[i]);
		}
		buf_add_string(to, ", too");
	}
	buf_add_string(to, c->is_exempt ? "; exempt.\n" : ".\n");
}

void channels_given_describe(const struct channels_given *channels, struct buf *to)
{
	for (size_t i = 0; i < channels->count; i++)
		describe(&channels->list[i], to);
}
