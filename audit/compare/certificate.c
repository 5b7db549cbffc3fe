#include "audit/compare/certificate.h"

#include <stdio.h>
#include <string.h>

#define NO_BYTES UINT32_MAX /* the length of what is null */

void certificate_release(struct certificate *c)
{
	buf_release(&c->link);
}

static void add_text(struct buf *b, struct text t)
{
	buf_add_u32(b, t.data ? (uint32_t)t.bytes : NO_BYTES);
	buf_add(b, t.data, t.data ? t.bytes : 0);
}

static void add_record(struct buf *b, const struct record *r)
{
	add_text(b, r->key);
	add_text(b, r->value);
	buf_add_u32(b, (uint32_t)r->header_count);
	for (size_t i = 0; i < r->header_count; i++) {
		add_text(b, r->headers[i].name);
		add_text(b, r->headers[i].value);
	}
}

bool certificate_add(struct certificate *c, const struct record *request, const struct record *reply)
{
	struct text link;

	buf_clear(&c->link);
	buf_add(&c->link, c->hash, sizeof c->hash);
	buf_add_u64(&c->link, (uint64_t)request->offset);
	buf_add_u64(&c->link, (uint64_t)request->timestamp_ms);
	add_record(&c->link, request);
	add_record(&c->link, reply);
	if (c->link.failed)
		return false;
	link = buf_text(&c->link);
	sha256(c->hash, &link, 1);
	if (!c->records)
		c->first = request->offset;
	c->last = request->offset;
	c->records++;
	return true;
}

void certificate_sum(const struct certificate *list, int32_t count, uint8_t hash[SHA256_BYTES])
{
	struct buf all = {0};
	struct text text;

	for (int32_t p = 0; p < count; p++) {
		buf_add_u32(&all, (uint32_t)p);
		buf_add_u64(&all, (uint64_t)list[p].first);
		buf_add_u64(&all, (uint64_t)list[p].last);
		buf_add_u64(&all, list[p].records);
		buf_add(&all, list[p].hash, SHA256_BYTES);
	}
	text = buf_text(&all);
	sha256(hash, &text, 1);
	buf_release(&all);
}

void certificate_print_hash(const uint8_t hash[SHA256_BYTES], char text[HASH_TEXT_BYTES])
{
	for (size_t i = 0; i < SHA256_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
}
