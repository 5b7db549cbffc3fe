/* The headers of a request, by their names. */
#include <string.h>
#include <strings.h>

#include "common/http/parse.h"

static bool is_named(const struct http_header *header, struct text name)
{
	return header->name.bytes == name.bytes &&
	       !strncasecmp(header->name.data, name.data, name.bytes);
}

struct text http_header_find(const struct http_request *request, const char *name)
{
	const struct text wanted = text_of(name);

	for (size_t i = 0; i < request->header_count; i++)
		if (is_named(&request->headers[i], wanted))
			return request->headers[i].value;
	return (struct text){NULL, 0};
}

size_t http_header_count(const struct http_request *request, const char *name)
{
	const struct text wanted = text_of(name);
	size_t count = 0;

	for (size_t i = 0; i < request->header_count; i++)
		count += is_named(&request->headers[i], wanted);
	return count;
}
