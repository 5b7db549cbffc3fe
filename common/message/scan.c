#include "common/message/scan.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/eight.h"

/* Where the scan stands; `why` is set by whoever refuses. */
struct scan {
	const unsigned char *at;
	const unsigned char *end;
	const char *why;
	int depth_max;
};

static bool scan_value(struct scan *s, int depth);

static bool refuse(struct scan *s, const char *why)
{
	s->why = why;
	return false;
}

/* The byte that comes next; -1 at the end. */
static int next_byte(const struct scan *s)
{
	return s->at < s->end ? *s->at : -1;
}

static bool skip(struct scan *s, char wanted)
{
	if (next_byte(s) != (unsigned char)wanted)
		return false;
	s->at++;
	return true;
}

static void skip_white(struct scan *s)
{
	while (s->at < s->end &&
	       (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool skip_digits(struct scan *s)
{
	const unsigned char *start = s->at;

	while (is_digit(next_byte(s)))
		s->at++;
	return s->at > start;
}

static bool scan_number(struct scan *s)
{
	const unsigned char *start = s->at;

	skip(s, '-');
	if (!skip(s, '0') && !skip_digits(s))
		return refuse(s, "a number without digits");
	if (is_digit(next_byte(s)))
		return refuse(s, "a number with a leading zero");
	if (skip(s, '.') && !skip_digits(s))
		return refuse(s, "a number without digits behind its point");
	if (skip(s, 'e') || skip(s, 'E')) {
		if (!skip(s, '+'))
			skip(s, '-');
		if (!skip_digits(s))
			return refuse(s, "a number without digits in its exponent");
	}
	if (s->at - start > SCAN_NUMBER_CHARS_MAX)
		return refuse(s, "a number with too many characters");
	return true;
}

/* Four hexadecimal digits; -1 where there are others. */
static int scan_hex(struct scan *s)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		int c = next_byte(s);
		int digit = is_digit(c)            ? c - '0'
		            : c >= 'a' && c <= 'f' ? c - 'a' + 10
		            : c >= 'A' && c <= 'F' ? c - 'A' + 10
		                                   : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
		s->at++;
	}
	return value;
}

static bool is_high_surrogate(int unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Behind the backslash. */
static bool scan_escape(struct scan *s)
{
	int c = next_byte(s);
	int unit;

	if (c <= 0 || !strchr("\"\\/bfnrtu", c))
		return refuse(s, "an unknown escape in a string");
	s->at++;
	if (c != 'u')
		return true;
	unit = scan_hex(s);
	if (unit < 0)
		return refuse(s, "a \\u without four hexadecimal digits");
	if (unit == 0)
		return refuse(s, "a \\u0000 in a string");
	if (is_low_surrogate(unit))
		return refuse(s, "a lone surrogate in a string");
	if (is_high_surrogate(unit) &&
	    !(skip(s, '\\') && skip(s, 'u') && is_low_surrogate(scan_hex(s))))
		return refuse(s, "a lone surrogate in a string");
	return true;
}

/* One character above U+007F: shortest form, no surrogate, at most U+10FFFF. */
static bool scan_utf8(struct scan *s)
{
	unsigned char first = *s->at++;
	unsigned char low = 0x80, high = 0xBF; /* of the second byte */
	int more;

	if (first >= 0xC2 && first <= 0xDF) {
		more = 1;
	} else if (first >= 0xE0 && first <= 0xEF) {
		more = 2;
		low = first == 0xE0 ? 0xA0 : low;
		high = first == 0xED ? 0x9F : high;
	} else if (first >= 0xF0 && first <= 0xF4) {
		more = 3;
		low = first == 0xF0 ? 0x90 : low;
		high = first == 0xF4 ? 0x8F : high;
	} else {
		return refuse(s, "bytes that are not UTF-8");
	}
	for (; more > 0; more--, low = 0x80, high = 0xBF) {
		int c = next_byte(s);

		if (c < low || c > high)
			return refuse(s, "bytes that are not UTF-8");
		s->at++;
	}
	return true;
}

/* Up to a control, a quote, a backslash or what is above U+007F; or less far. */
static void skip_plain(struct scan *s)
{
	for (uint64_t eight, marks; s->end - s->at >= (ptrdiff_t)sizeof eight; s->at += sizeof eight) {
		memcpy(&eight, s->at, sizeof eight);
		marks = (eight & EIGHT(0x80)) | eight_mark_below(eight, ' ') | eight_mark(eight, '"') |
		        eight_mark(eight, '\\');
		if (marks) {
			s->at += eight_before(marks);
			return;
		}
	}
}

static bool scan_string(struct scan *s)
{
	if (!skip(s, '"'))
		return refuse(s, "something else where a string must be");
	skip_plain(s);
	while (s->at < s->end) {
		unsigned char c = *s->at;

		if (c < 0x20)
			return refuse(s, "a raw control character in a string");
		if (c >= 0x80) {
			if (!scan_utf8(s))
				return false;
			continue;
		}
		s->at++;
		if (c == '"')
			return true;
		if (c == '\\' && !scan_escape(s))
			return false;
	}
	return refuse(s, "a string without an end");
}

static bool scan_word(struct scan *s, const char *word)
{
	size_t bytes = strlen(word);

	if ((size_t)(s->end - s->at) < bytes || memcmp(s->at, word, bytes) != 0)
		return refuse(s, "an unknown word");
	s->at += bytes;
	return true;
}

static bool scan_member(struct scan *s, int depth)
{
	skip_white(s);
	if (!scan_string(s))
		return false;
	skip_white(s);
	if (!skip(s, ':'))
		return refuse(s, "a key without a colon");
	return scan_value(s, depth);
}

/* An object or an array, from its opening bracket on. */
static bool scan_container(struct scan *s, int depth)
{
	bool is_object = *s->at++ == '{';
	char close = is_object ? '}' : ']';

	if (depth > s->depth_max)
		return refuse(s, "nesting that is too deep");
	skip_white(s);
	if (skip(s, close))
		return true;
	do {
		if (is_object ? !scan_member(s, depth) : !scan_value(s, depth))
			return false;
		skip_white(s);
	} while (skip(s, ','));
	if (!skip(s, close))
		return refuse(s, "a bracket that is not closed");
	return true;
}

/* White space and one value; depth is that of what it stands in. */
static bool scan_value(struct scan *s, int depth)
{
	skip_white(s);
	switch (next_byte(s)) {
	case '{':
	case '[':
		return scan_container(s, depth + 1);
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	case '-':
		return scan_number(s);
	default:
		return is_digit(next_byte(s)) ? scan_number(s)
		                              : refuse(s, "something else where a value must be");
	}
}

static bool begins_with(const struct scan *s, const char *bytes, size_t count)
{
	return (size_t)(s->end - s->at) >= count && !memcmp(s->at, bytes, count);
}

/* What is no object: what serializers of other forms put there is called by its name. */
static bool refuse_beginning(struct scan *s)
{
	if (begins_with(s, "\xef\xbb\xbf", 3))
		return refuse(s, "a byte-order mark before the object");
	if (begins_with(s, "\xff\xfe", 2) || begins_with(s, "\xfe\xff", 2) || begins_with(s, "\0{\0", 3))
		return refuse(s, "UTF-16, where UTF-8 must be");
	if (begins_with(s, "\0", 1))
		return refuse(s, "a magic byte 0 before the object, as serializers for a schema registry "
		                 "write it");
	if (begins_with(s, "\"{", 2))
		return refuse(s, "a string with an object in it: it was encoded as JSON twice");
	return refuse(s, "something else where an object must be");
}

static bool scan_object(struct scan *s)
{
	skip_white(s);
	if (next_byte(s) != '{')
		return refuse_beginning(s);
	if (begins_with(s, "{\0", 2))
		return refuse(s, "UTF-16, where UTF-8 must be");
	if (!scan_value(s, 0))
		return false;
	skip_white(s);
	return s->at == s->end || refuse(s, "something behind the object");
}

bool scan_is_strict_object_to(struct text json, int depth_max, const char **why)
{
	const unsigned char *data = (const unsigned char *)(json.data ? json.data : "");
	struct scan s = {data, data + (json.data ? json.bytes : 0), NULL, depth_max};
	bool is_strict = scan_object(&s);

	if (why)
		*why = s.why;
	return is_strict;
}

bool scan_is_strict_object(struct text json, const char **why)
{
	return scan_is_strict_object_to(json, SCAN_DEPTH_MAX, why);
}
