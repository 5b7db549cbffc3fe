#include "gateway/api/address.h"

#include <arpa/inet.h>
#include <string.h>

#define TEXT_MAX 64

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static struct text trim(struct text t)
{
	while (t.bytes && (t.data[0] == ' ' || t.data[0] == '\t'))
		t.data++, t.bytes--;
	while (t.bytes && (t.data[t.bytes - 1] == ' ' || t.data[t.bytes - 1] == '\t'))
		t.bytes--;
	return t;
}

static bool is_port(struct text t)
{
	for (size_t i = 0; i < t.bytes; i++)
		if (t.data[i] < '0' || t.data[i] > '9')
			return false;
	return t.bytes > 0 && t.bytes <= 5;
}

/* Without brackets and port. */
static struct text bare(struct text t)
{
	const char *end;

	if (t.bytes && t.data[0] == '[') {
		struct text behind;

		end = memchr(t.data, ']', t.bytes);
		if (!end)
			return t;
		behind = (struct text){end + 1, (size_t)(t.data + t.bytes - end) - 1};
		if (behind.bytes && (behind.data[0] != ':' ||
		                     !is_port((struct text){behind.data + 1, behind.bytes - 1})))
			return t;
		return (struct text){t.data + 1, (size_t)(end - t.data) - 1};
	}
	end = memchr(t.data, ':', t.bytes);
	if (end && memchr(t.data, '.', (size_t)(end - t.data)) &&
	    is_port((struct text){end + 1, (size_t)(t.data + t.bytes - end) - 1}))
		return (struct text){t.data, (size_t)(end - t.data)};
	return t;
}

bool address_read(struct text text, struct address *address)
{
	struct text t = bare(trim(text));
	char copy[TEXT_MAX];

	if (!t.bytes || t.bytes >= sizeof copy || memchr(t.data, '\0', t.bytes))
		return false;
	memcpy(copy, t.data, t.bytes);
	copy[t.bytes] = '\0';
	memcpy(address->bytes, mapped, sizeof mapped);
	if (inet_pton(AF_INET, copy, address->bytes + sizeof mapped) == 1)
		return true;
	return inet_pton(AF_INET6, copy, address->bytes) == 1;
}

static bool is_ipv4(const struct address *address)
{
	return !memcmp(address->bytes, mapped, sizeof mapped);
}

bool address_is_loopback(const struct address *address)
{
	static const uint8_t one[16] = {[15] = 1};

	return is_ipv4(address) ? address->bytes[12] == 127 : !memcmp(address->bytes, one, sizeof one);
}

struct address address_group(const struct address *address)
{
	struct address group = *address;

	if (!is_ipv4(address))
		memset(group.bytes + 8, 0, 8);
	return group;
}

/* ---- trusted proxies ---- */

static bool read_bits(struct text digits, int most, int *bits)
{
	if (!is_port(digits) || digits.bytes > 3)
		return false;
	*bits = 0;
	for (size_t i = 0; i < digits.bytes; i++)
		*bits = *bits * 10 + (digits.data[i] - '0');
	return *bits <= most;
}

static bool read_range(struct text t, struct address_range *range)
{
	const char *slash = memchr(t.data, '/', t.bytes);
	struct text address = {t.data, slash ? (size_t)(slash - t.data) : t.bytes};
	int bits;

	if (!address_read(address, &range->first))
		return false;
	range->bits = 128;
	if (!slash)
		return true;
	if (!read_bits((struct text){slash + 1, (size_t)(t.data + t.bytes - slash) - 1},
	               is_ipv4(&range->first) ? 32 : 128, &bits))
		return false;
	range->bits = is_ipv4(&range->first) ? 96 + bits : bits;
	return true;
}

/* The part up to the next comma, taken off; of an empty one bytes is 0. */
static struct text take_part(struct text *left)
{
	const char *comma = memchr(left->data, ',', left->bytes);
	struct text part = {left->data, comma ? (size_t)(comma - left->data) : left->bytes};
	size_t taken = comma ? part.bytes + 1 : part.bytes;

	left->data += taken;
	left->bytes -= taken;
	return trim(part);
}

enum rc trusted_read(struct text text, struct trusted_proxies *proxies, struct err *e)
{
	proxies->count = 0;
	while (text.bytes) {
		struct text part = take_part(&text);

		if (proxies->count == TRUSTED_PROXIES_MAX)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "more than %d entries", TRUSTED_PROXIES_MAX);
		if (!read_range(part, &proxies->list[proxies->count]))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "entry %zu is no address and no range like 10.0.0.0/8",
			               proxies->count + 1);
		proxies->count++;
	}
	return RC_OK;
}

static bool is_within(const struct address_range *range, const struct address *address)
{
	int bytes = range->bits / 8, bits = range->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> bits);

	return !memcmp(range->first.bytes, address->bytes, (size_t)bytes) &&
	       (!bits || (range->first.bytes[bytes] & mask) == (address->bytes[bytes] & mask));
}

bool trusted_has(const struct trusted_proxies *proxies, const struct address *address)
{
	for (size_t i = 0; i < proxies->count; i++)
		if (is_within(&proxies->list[i], address))
			return true;
	return false;
}

/* ---- the client ---- */

/* The part behind the last comma, taken off. */
static struct text take_last(struct text *left)
{
	size_t at = left->bytes;
	struct text part;

	while (at && left->data[at - 1] != ',')
		at--;
	part = (struct text){left->data + at, left->bytes - at};
	left->bytes = at ? at - 1 : 0;
	return trim(part);
}

bool address_of_client(const struct trusted_proxies *proxies, const struct address *peer,
                       struct text forwarded, struct address *client)
{
	static const struct address nobody = {{0}};

	*client = peer ? *peer : nobody;
	if (!forwarded.data || (peer && !trusted_has(proxies, peer)))
		return true;
	while (forwarded.bytes) {
		struct address next;

		if (!address_read(take_last(&forwarded), &next)) {
			*client = peer ? *peer : nobody;
			return false;
		}
		*client = next;
		if (!trusted_has(proxies, &next))
			return true;
	}
	return true;
}
