#include "common/message/tree_make.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/eight.h"

#define DIGITS_MAX 18 /* so many an int64_t holds, which becomes a double as strtod rounds it */

/* Where it stands in the copy, which ends with NUL bytes. */
struct making {
	char *at;
	struct tree_values *values;
};

static cJSON *take_value(struct tree_values *values)
{
	if (!values->few_left)
		return arena_take(values->more, sizeof(cJSON));
	values->few_left--;
	*values->few = (cJSON){.type = cJSON_Invalid};
	return values->few++;
}

static void skip_white(struct making *m)
{
	while (*m->at == ' ' || *m->at == '\t' || *m->at == '\n' || *m->at == '\r')
		m->at++;
}

/* ---- strings: where they stand, their quotes and escapes taken away ---- */

static unsigned read_unit(const char *digits)
{
	unsigned unit = 0;

	for (int i = 0; i < 4; i++) {
		char c = digits[i];

		unit = unit * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return unit;
}

/* It takes no more bytes than its escape did. */
static char *put_utf8(char *to, unsigned point)
{
	if (point < 0x80) {
		*to++ = (char)point;
		return to;
	}
	if (point < 0x800) {
		*to++ = (char)(0xC0 | point >> 6);
	} else {
		if (point < 0x10000) {
			*to++ = (char)(0xE0 | point >> 12);
		} else {
			*to++ = (char)(0xF0 | point >> 18);
			*to++ = (char)(0x80 | (point >> 12 & 0x3F));
		}
		*to++ = (char)(0x80 | (point >> 6 & 0x3F));
	}
	*to++ = (char)(0x80 | (point & 0x3F));
	return to;
}

/* Behind the u of an escape; a high surrogate has its low one behind it. */
static char *take_unit(struct making *m, char *to)
{
	unsigned point = read_unit(m->at);

	m->at += 4;
	if (point >= 0xD800 && point <= 0xDBFF) {
		point = 0x10000 + ((point & 0x3FF) << 10 | (read_unit(m->at + 2) & 0x3FF));
		m->at += 6;
	}
	return put_utf8(to, point);
}

static char *take_escape(struct making *m, char *to)
{
	static const char named[] = "bfnrt", meant[] = "\b\f\n\r\t";
	char c = m->at[1];
	const char *found = strchr(named, c);

	m->at += 2;
	if (c == 'u')
		return take_unit(m, to);
	*to++ = found ? meant[found - named] : c;
	return to;
}

/* Up to a quote or a backslash. Eight bytes at a time: the copy has as many to spare. */
static void skip_plain(struct making *m)
{
	for (uint64_t eight, marks = 0; !marks;) {
		memcpy(&eight, m->at, sizeof eight);
		marks = eight_mark(eight, '"') | eight_mark(eight, '\\');
		m->at += marks ? eight_before(marks) : sizeof eight;
	}
	while (*m->at != '"' && *m->at != '\\')
		m->at++;
}

static char *take_string(struct making *m)
{
	char *start = ++m->at, *to;

	skip_plain(m);
	to = m->at;
	while (*m->at != '"') {
		if (*m->at == '\\')
			to = take_escape(m, to);
		else
			*to++ = *m->at++;
	}
	m->at++;
	*to = '\0';
	return start;
}

/* ---- other values ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* No program sets a locale, so that strtod knows the point. */
static double take_number(struct making *m)
{
	bool is_negative = *m->at == '-';
	char *digits = m->at + is_negative, *end = digits;
	int64_t integer = 0;

	for (; is_digit(*end) && end - digits < DIGITS_MAX; end++)
		integer = integer * 10 + (*end - '0');
	if (is_digit(*end) || *end == '.' || *end == 'e' || *end == 'E')
		return strtod(m->at, &m->at);
	m->at = end;
	return is_negative ? -(double)integer : (double)integer;
}

static void make_number(struct making *m, cJSON *value)
{
	double number = take_number(m);

	value->type = cJSON_Number;
	value->valuedouble = number;
	value->valueint = number >= INT_MAX ? INT_MAX : number <= INT_MIN ? INT_MIN : (int)number;
}

static bool make_value(struct making *m, cJSON *value);

/* From its opening bracket on. */
static bool make_container(struct making *m, cJSON *value)
{
	bool is_object = *m->at == '{';
	cJSON **link = &value->child;

	value->type = is_object ? cJSON_Object : cJSON_Array;
	m->at++;
	skip_white(m);
	for (; *m->at != '}' && *m->at != ']'; skip_white(m)) {
		cJSON *child = take_value(m->values);

		if (!child)
			return false;
		*link = child;
		link = &child->next;
		if (is_object) {
			child->string = take_string(m);
			skip_white(m);
			m->at++; /* the colon */
			skip_white(m);
		}
		if (!make_value(m, child))
			return false;
		skip_white(m);
		if (*m->at == ',')
			m->at++;
	}
	m->at++;
	return true;
}

/* The scan has bounded the depth. */
static bool make_value(struct making *m, cJSON *value)
{
	switch (*m->at) {
	case '{':
	case '[':
		return make_container(m, value);
	case '"':
		value->type = cJSON_String;
		value->valuestring = take_string(m);
		return true;
	case 't':
		value->type = cJSON_True;
		value->valueint = 1;
		m->at += sizeof "true" - 1;
		return true;
	case 'f':
		value->type = cJSON_False;
		m->at += sizeof "false" - 1;
		return true;
	case 'n':
		value->type = cJSON_NULL;
		m->at += sizeof "null" - 1;
		return true;
	default:
		make_number(m, value);
		return true;
	}
}

cJSON *tree_make(struct text json, struct arena *texts, struct tree_values *values)
{
	struct making m = {arena_take(texts, json.bytes + sizeof(uint64_t)), values};
	cJSON *tree = m.at ? take_value(values) : NULL;

	if (!tree)
		return NULL;
	memcpy(m.at, json.data, json.bytes);
	skip_white(&m);
	return make_container(&m, tree) ? tree : NULL;
}
