#define HASH_NONFATAL_OOM 1
#include "gateway/api/keys.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "common/base/arena.h"
#include "common/message/limits.h"
#include "common/message/request.h"

#define WORDS_MAX 5
#define WORDS_MIN 4

struct entry {
	struct api_key key;
	UT_hash_handle by_hash, by_name;
};

struct keys {
	struct arena arena;
	struct entry *by_hash, *by_name;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct text take_line(struct text *left)
{
	const char *end = memchr(left->data, '\n', left->bytes);
	struct text line = {left->data, end ? (size_t)(end - left->data) : left->bytes};
	size_t taken = end ? line.bytes + 1 : line.bytes;

	left->data += taken;
	left->bytes -= taken;
	return line;
}

/* Returns how many there are, which may be more than are kept. */
static size_t split(struct text line, struct text words[WORDS_MAX])
{
	size_t count = 0, i = 0;

	while (i < line.bytes) {
		size_t from = i;

		if (is_space(line.data[i])) {
			i++;
			continue;
		}
		while (i < line.bytes && !is_space(line.data[i]))
			i++;
		if (count < WORDS_MAX)
			words[count] = (struct text){line.data + from, i - from};
		count++;
	}
	return count;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hash(struct text hex, uint8_t hash[SHA256_BYTES])
{
	if (hex.bytes != 2 * SHA256_BYTES)
		return false;
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		int high = hex_digit(hex.data[2 * i]), low = hex_digit(hex.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		hash[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool read_rate(struct text digits, int32_t *rate)
{
	int32_t value = 0;

	for (size_t i = 0; i < digits.bytes; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return false;
		value = value * 10 + (digits.data[i] - '0');
		if (value > KEY_RATE_MAX)
			return false;
	}
	*rate = value;
	return value > 0;
}

/* What is wrong with the line; NULL: nothing. */
static const char *read_key(const struct text *words, size_t count, struct api_key *key)
{
	if (count < WORDS_MIN || count > WORDS_MAX)
		return "must be: name role sha256-in-hex show-id-prefix|* [requests a second]";
	if (!id_is_well_formed(words[0], KEY_NAME_BYTES_MAX))
		return "the name must be 1 to 64 characters of A-Z a-z 0-9 . _ : / -";
	if (!role_read(words[1], &key->role))
		return "the role must be " KEY_ROLES_TEXT;
	if (!read_hash(words[2], key->hash))
		return "the digest must be 64 hexadecimal digits";
	if (!text_same(words[3], text_of("*"))) {
		if (!id_is_well_formed(words[3], SHOW_ID_BYTES_MAX))
			return "the prefix must be the beginning of a show_id, or * for every show";
		key->show_prefix = words[3];
	}
	if (count == WORDS_MAX && !read_rate(words[4], &key->rate))
		return "the requests a second must be 1 to 1000000";
	key->name = words[0];
	return NULL;
}

static enum rc add_key(struct keys *keys, const struct api_key *key, size_t line, struct err *e)
{
	struct entry *entry = NULL;

	HASH_FIND(by_name, keys->by_name, key->name.data, key->name.bytes, entry);
	if (entry)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "line %zu: another key has that name", line);
	HASH_FIND(by_hash, keys->by_hash, key->hash, SHA256_BYTES, entry);
	if (entry)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "line %zu: another line has that digest", line);
	if (HASH_CNT(by_name, keys->by_name) == KEYS_MAX)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "line %zu: more than %d keys", line, KEYS_MAX);
	entry = arena_take(&keys->arena, sizeof *entry);
	if (!entry)
		return err_out_of_memory(e);
	entry->key = *key;
	entry->key.name = arena_copy(&keys->arena, key->name);
	entry->key.show_prefix = key->show_prefix.bytes ? arena_copy(&keys->arena, key->show_prefix)
	                                                : (struct text){NULL, 0};
	if (keys->arena.failed)
		return err_out_of_memory(e);
	HASH_ADD_KEYPTR(by_name, keys->by_name, entry->key.name.data, entry->key.name.bytes, entry);
	HASH_ADD(by_hash, keys->by_hash, key.hash, SHA256_BYTES, entry);
	return entry->by_name.tbl && entry->by_hash.tbl ? RC_OK : err_out_of_memory(e);
}

static enum rc read_lines(struct keys *keys, struct text text, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t line = 1; text.bytes && !rc; line++) {
		struct text words[WORDS_MAX];
		size_t count = split(take_line(&text), words);
		struct api_key key = {.rate = 0};
		const char *wrong;

		if (!count || words[0].data[0] == '#')
			continue;
		wrong = read_key(words, count, &key);
		rc = wrong ? err_set(e, RC_USAGE, FROM_SETTINGS, "line %zu: %s", line, wrong)
		           : add_key(keys, &key, line, e);
	}
	return rc;
}

enum rc keys_read(struct keys **keys, struct text text, struct err *e)
{
	enum rc rc;

	*keys = calloc(1, sizeof **keys);
	if (!*keys)
		return err_out_of_memory(e);
	rc = read_lines(*keys, text, e);
	if (rc) {
		keys_release(*keys);
		*keys = NULL;
	}
	return rc;
}

void keys_release(struct keys *keys)
{
	if (!keys)
		return;
	HASH_CLEAR(by_name, keys->by_name);
	HASH_CLEAR(by_hash, keys->by_hash);
	arena_release(&keys->arena);
	free(keys);
}

size_t keys_count(const struct keys *keys)
{
	return keys ? HASH_CNT(by_name, keys->by_name) : 0;
}

const struct api_key *keys_find(const struct keys *keys, struct text key)
{
	struct entry *entry = NULL;
	uint8_t hash[SHA256_BYTES];

	if (!keys)
		return NULL;
	sha256(hash, &key, 1);
	HASH_FIND(by_hash, keys->by_hash, hash, SHA256_BYTES, entry);
	return entry ? &entry->key : NULL;
}

bool key_covers_show(const struct api_key *key, struct text show_id)
{
	return show_id.bytes >= key->show_prefix.bytes &&
	       !memcmp(show_id.data, key->show_prefix.data ? key->show_prefix.data : "",
	               key->show_prefix.bytes);
}
