/*
 * list_help.h - requests with a list or an object in them, and what is said of one that is not as it
 * must be.
 */
#ifndef HOLDFAST_TESTS_MSG_LIST_HELP_H
#define HOLDFAST_TESTS_MSG_LIST_HELP_H

#include "tests/unit/common/message/request_help.h"

#define N64 "0123456789012345678901234567890123456789012345678901234567890123"

/* A request that is a beginning and one list or object behind it. */
static inline struct request decode_list(const char *head, const char *list)
{
	struct buf json = {0};
	struct request r;

	buf_print(&json, "%s%s}", head, list);
	r = decode_bytes(json.data, json.bytes);
	buf_release(&json);
	return r;
}

/* key: of the field; place: of what is wrong in it, "" of the field itself */
static inline void expect_fault(const char *head, const char *list, const char *key,
                                const char *form, const char *place)
{
	struct request r = decode_list(head, list);
	char said[300];

	snprintf(said, sizeof said, "%s %s%s%s", key, form, *place ? "; see " : "", place);
	assert_string_equal(r.fault_text, said);
	assert_int_equal(r.fault, REQUEST_MALFORMED);
}

static inline struct request expect_readable(const char *head, const char *list)
{
	struct request r = decode_list(head, list);

	if (r.fault != REQUEST_READABLE)
		fail_msg("%s: %s", list, r.fault_text);
	return r;
}

#endif
