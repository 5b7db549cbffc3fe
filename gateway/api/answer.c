#include "gateway/api/answer.h"

#include <string.h>

#include "common/base/json.h"
#include "common/message/scan.h"
#include "gateway/api/members.h"
#include "gateway/api/problem.h"

#define MEMBERS_MAX 32 /* twice as many as a reply may have */

/* A reply, read once; values as they stand. */
struct head {
	struct text type, code, reason, message; /* what of it is looked at */
	bool is_duplicate;
	struct member passed_on[MEMBERS_MAX];    /* all but what is said in another way, or not at all */
	size_t passed_on_count;
};

/* of: a literal; each reply has a dozen members, so its length is not counted each time */
#define IS_KEY(m, of) \
	((m)->key.bytes == sizeof(of) - 1 && memcmp((m)->key.data, (of), sizeof(of) - 1) == 0)

/* Without the quotes; a reason has no escapes, and a message is only passed on. */
static struct text unquoted(struct text value)
{
	if (value.bytes < 2 || value.data[0] != '"')
		return (struct text){NULL, 0};
	return (struct text){value.data + 1, value.bytes - 2};
}

/* What is looked at; false: the member is not passed on. */
static bool look_at(const struct member *m, struct head *head)
{
	bool is_told_otherwise = true;

	if (IS_KEY(m, "type"))
		head->type = m->value;
	else if (IS_KEY(m, "code"))
		head->code = m->value;
	else
		is_told_otherwise = IS_KEY(m, "status") || IS_KEY(m, "request");
	if (IS_KEY(m, "reason"))
		head->reason = unquoted(m->value);
	else if (IS_KEY(m, "message"))
		head->message = m->value;
	else if (IS_KEY(m, "duplicate_of"))
		head->is_duplicate = true;
	return !is_told_otherwise;
}

static bool read_head(struct text reply, struct head *head)
{
	struct members members = members_open(reply);
	struct member m;

	head->type = head->code = head->reason = head->message = (struct text){NULL, 0};
	head->is_duplicate = false;
	head->passed_on_count = 0;
	while (members_next(&members, &m)) {
		if (!look_at(&m, head))
			continue;
		if (head->passed_on_count == MEMBERS_MAX)
			return false;
		head->passed_on[head->passed_on_count++] = m;
	}
	return head->type.data && head->code.bytes == 3 && head->reason.data && head->message.data;
}

static int read_code(struct text code)
{
	int status = 0;

	for (size_t i = 0; i < code.bytes; i++)
		status = status * 10 + (code.data[i] - '0');
	return status;
}

/* Of a member as it stands, with its key's quotes. */
static const char *begin_of(const struct member *m)
{
	return m->key.data - 1;
}

static const char *end_of(const struct member *m)
{
	return m->value.data + m->value.bytes;
}

static void write_members(struct json *j, const struct head *head)
{
	for (size_t i = 0; i < head->passed_on_count; i++) {
		const char *begin = begin_of(&head->passed_on[i]), *end = end_of(&head->passed_on[i]);

		/* With but a comma between them they are copied together. */
		while (i + 1 < head->passed_on_count && begin_of(&head->passed_on[i + 1]) == end + 1)
			end = end_of(&head->passed_on[++i]);
		json_write_made(j, NULL, (struct text){begin, (size_t)(end - begin)});
	}
}

static bool may_pay(const struct head *head)
{
	return text_same(head->reason, text_of("RESERVED")) ||
	       text_same(head->reason, text_of("HOLD_CHANGED")) ||
	       text_same(head->reason, text_of("EXTENDED"));
}

static void write_whole(struct buf *body, const struct head *head, int status,
                        const struct answer_setting *setting)
{
	struct json j = {.to = body};

	json_open_object(&j, NULL);
	if (status != 200) {
		problem_write_head(&j, status, head->reason);
		json_write_made(&j, "detail", head->message);
	}
	write_members(&j, head);
	json_write_made(&j, "operation", head->type);
	json_write_integer(&j, "partition", setting->partition);
	json_write_integer(&j, "offset", setting->offset);
	json_write_time(&j, "now", setting->now_ms);
	if (setting->checkout_token.data && status == 200 && may_pay(head))
		json_write_text(&j, "checkout_token", setting->checkout_token);
	json_close_object(&j);
}

bool answer_write(struct buf *body, struct text reply, const struct answer_setting *setting,
                  struct answer *answer)
{
	const char *why;
	struct head head;

	*answer = (struct answer){.status = 0};
	if (!scan_is_strict_object(reply, &why) || !read_head(reply, &head))
		return false;
	answer->status = read_code(head.code);
	/* Another request with a key that was used replays nothing. */
	answer->is_duplicate =
	    head.is_duplicate && !text_same(head.reason, text_of("IDEMPOTENCY_MISMATCH"));
	answer->is_problem = answer->status != 200;
	answer->is_wrong_channel = text_same(head.reason, text_of("WRONG_CHANNEL"));
	if (answer->status == 421)
		answer->fault = ANSWER_MISROUTED;
	else if (text_same(head.reason, text_of("INVALID_REQUEST")))
		answer->fault = ANSWER_UNREADABLE;
	if (answer->fault) {
		answer->status = 500;
		problem_write(body, 500, "GATEWAY_FAULT",
		              answer->fault == ANSWER_MISROUTED
		                  ? "The request was published to a partition that is not its show's."
		                  : "The request was published in a form that the worker does not read.");
	} else {
		write_whole(body, &head, answer->status, setting);
	}
	return !body->failed;
}
