#define HASH_NONFATAL_OOM 1
#include "common/pipeline/early_replies.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "common/message/reply.h"

struct early {
	struct early_place place;
	struct text reply; /* stands behind this struct */
	int64_t reply_ms;
	UT_hash_handle hh;
};

void early_forget(struct early_replies *replies, struct early *early)
{
	HASH_DELETE(hh, replies->table, early);
	replies->bytes -= early->reply.bytes;
	free(early);
}

void early_forget_all(struct early_replies *replies)
{
	struct early *early, *next;

	HASH_ITER(hh, replies->table, early, next)
		early_forget(replies, early);
}

bool early_keep(struct early_replies *replies, struct early_place place, struct text reply,
                int64_t reply_ms)
{
	struct early *early;

	/* The first in is the first of the table. */
	while (replies->table && (HASH_COUNT(replies->table) >= EARLY_MAX ||
	                          replies->bytes + reply.bytes > EARLY_BYTES_MAX))
		early_forget(replies, replies->table);
	early = malloc(sizeof *early + reply.bytes);
	if (!early)
		return false;
	memset(early, 0, sizeof *early);
	early->place = place;
	early->reply = (struct text){memcpy(early + 1, reply.data, reply.bytes), reply.bytes};
	early->reply_ms = reply_ms;
	HASH_ADD(hh, replies->table, place, sizeof early->place, early);
	if (!early->hh.tbl) {
		free(early);
		return false;
	}
	replies->bytes += reply.bytes;
	return true;
}

struct early *early_find(const struct early_replies *replies, struct early_place place)
{
	struct early *early;

	HASH_FIND(hh, replies->table, &place, sizeof place, early);
	return early;
}

static bool is_reply_to(struct text reply, const struct uuid *request_id)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err ignored;
	bool is_to = !reply_decode(reply, &arena, &view, &ignored) && view.has_request_id &&
	             uuid_same(&view.request_id, request_id);

	arena_release(&arena);
	return is_to;
}

struct early *early_find_by_id(const struct early_replies *replies, const struct uuid *request_id)
{
	for (struct early *early = replies->table; early; early = early->hh.next)
		if (is_reply_to(early->reply, request_id))
			return early;
	return NULL;
}

struct text early_text(const struct early *early, int64_t *reply_ms)
{
	*reply_ms = early->reply_ms;
	return early->reply;
}
