/*
 * Makes an API key of holdfast-gateway: the key itself, and the line that knows it by its digest.
 */
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "common/base/base64url.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/message/key_line.h"
#include "common/message/request.h"

#define KEY_BYTES 24 /* 192 random bits: 32 characters of base64url */
#define KEY_CHARS 32

static bool is_role(const char *word)
{
#define IS_ROLE(constant, name) !strcmp(word, name) ||
	return KEY_ROLES(IS_ROLE) false;
#undef IS_ROLE
}

enum rc admin_key(const struct settings *s, const struct named *named, struct err *e)
{
	unsigned char random[KEY_BYTES];
	char key[KEY_CHARS + 1];
	struct text text;
	uint8_t digest[SHA256_BYTES];

	(void)s;
	if (!id_is_well_formed(text_of(named->key_name), KEY_NAME_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "command line: a key's name is 1 to %d of A-Z a-z 0-9 . _ : / -",
		               KEY_NAME_BYTES_MAX);
	if (!is_role(named->role))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: a role is " KEY_ROLES_TEXT);
	if (!random_fill(random, sizeof random))
		return err_set(e, RC_FATAL, FROM_SETTINGS, "no random numbers can be had");
	base64url_encode(random, sizeof random, key);
	text = text_of(key);
	sha256(digest, &text, 1);
	printf("%s\n%s %s ", key, named->key_name, named->role);
	for (size_t i = 0; i < sizeof digest; i++)
		printf("%02x", digest[i]);
	puts(" *");
	return RC_OK;
}
