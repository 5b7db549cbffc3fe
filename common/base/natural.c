#include "common/base/natural.h"

static size_t count_digits(struct text t)
{
	size_t n = 0;

	while (n < t.bytes && t.data[n] >= '0' && t.data[n] <= '9')
		n++;
	return n;
}

static struct text skip(struct text t, size_t bytes)
{
	return (struct text){t.data + bytes, t.bytes - bytes};
}

static struct text without_zeros(struct text digits)
{
	while (digits.bytes > 1 && digits.data[0] == '0')
		digits = skip(digits, 1);
	return digits;
}

int natural_compare(struct text a, struct text b)
{
	struct text left = a, right = b;

	while (left.bytes && right.bytes) {
		size_t l = count_digits(left), r = count_digits(right);

		if (l && r) {
			struct text one = without_zeros((struct text){left.data, l});
			struct text other = without_zeros((struct text){right.data, r});
			int order = text_compare(one, other);

			if (one.bytes != other.bytes)
				return one.bytes < other.bytes ? -1 : 1;
			if (order)
				return order;
		} else if (left.data[0] != right.data[0]) {
			return (unsigned char)left.data[0] < (unsigned char)right.data[0] ? -1 : 1;
		}
		left = skip(left, l && r ? l : 1);
		right = skip(right, l && r ? r : 1);
	}
	if (left.bytes || right.bytes)
		return left.bytes ? 1 : -1;
	return text_compare(a, b); /* but for zeros before numbers they are the same */
}
