#include "common/base/random.h"

#include <assert.h>
#include <limits.h>
#include <openssl/rand.h>

bool random_fill(void *to, size_t bytes)
{
	assert(bytes <= INT_MAX);
	return RAND_bytes(to, (int)bytes) == 1;
}
