#include "common/http/glance.h"

#include <string.h>
#include <strings.h>

bool glance_is_head(struct text bytes)
{
	return bytes.bytes >= 5 && !memcmp(bytes.data, "HEAD ", 5);
}

/* Of a line, without blanks around it; data NULL: it is another header, or malformed. */
static struct text value_of(struct text line, const char *name)
{
	size_t bytes = strlen(name);

	if (line.bytes <= bytes || line.data[bytes] != ':' || strncasecmp(line.data, name, bytes) != 0)
		return (struct text){NULL, 0};
	line.data += bytes + 1;
	line.bytes -= bytes + 1;
	while (line.bytes && (*line.data == ' ' || *line.data == '\t'))
		line.data++, line.bytes--;
	while (line.bytes && strchr(" \t\r", line.data[line.bytes - 1]))
		line.bytes--;
	for (size_t i = 0; i < line.bytes; i++)
		if ((unsigned char)line.data[i] < ' ' || line.data[i] == 0x7f)
			return (struct text){NULL, 0};
	return line;
}

struct text glance_header(struct text bytes, const char *name)
{
	struct text found = {NULL, 0};
	const char *end;

	/* What comes behind the empty line is a body. */
	while (bytes.bytes && (end = memchr(bytes.data, '\n', bytes.bytes)) && end > bytes.data &&
	       *bytes.data != '\r') {
		struct text line = {bytes.data, (size_t)(end - bytes.data)};
		struct text value = value_of(line, name);

		if (value.data && found.data)
			return (struct text){NULL, 0};
		if (value.data)
			found = value;
		bytes.bytes -= line.bytes + 1;
		bytes.data = end + 1;
	}
	return found;
}
