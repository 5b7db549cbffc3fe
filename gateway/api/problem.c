#include "gateway/api/problem.h"

#include <assert.h>

#include "gateway/api/reasons.h"

#define PROBLEMS "/problems/"

void problem_write_head(struct json *j, int status, struct text reason)
{
	const struct reason *found = reason_find(reason);
	char type[64] = PROBLEMS;
	size_t at = sizeof PROBLEMS - 1;

	for (size_t i = 0; i < reason.bytes && at < sizeof type - 1; i++, at++) {
		char c = reason.data[i];

		type[at] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
	}
	json_write_string(j, "type", type);
	json_write_string(j, "title", found ? found->title : "Refused");
	json_write_integer(j, "status", status);
	json_write_string(j, "retry", found ? found->retry : "never");
}

void problem_open(struct json *j, int status, const char *reason, const char *detail)
{
	assert(reason_find(text_of(reason)));
	json_open_object(j, NULL);
	problem_write_head(j, status, text_of(reason));
	json_write_string(j, "reason", reason);
	json_write_string(j, "detail", detail);
	json_write_string(j, "message", detail);
}

void problem_write(struct buf *b, int status, const char *reason, const char *detail)
{
	struct json j = {.to = b};

	problem_open(&j, status, reason, detail);
	json_close_object(&j);
}
