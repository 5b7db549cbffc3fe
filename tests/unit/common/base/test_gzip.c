/* What is compressed comes back as it was. */
#include "common/base/gzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

static void expect_back(struct text packed, struct text text)
{
	static char back[400000];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.data, .avail_in = (uInt)packed.bytes,
	              .next_out = (Bytef *)back, .avail_out = sizeof back};

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, text.bytes);
	assert_memory_equal(back, text.data, text.bytes);
	assert_int_equal(inflateEnd(&z), Z_OK);
}

static void texts_of_every_size_come_back(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 16383, 16384, 16385, 300000};
	static char text[300000];
	unsigned random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++) {
		random = random * 1103515245 + 12345;
		text[i] = i % 3 ? "abcdef"[random >> 16 & 3] : (char)(random >> 16);
	}
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf packed = {0};

		buf_add_string(&packed, "before");
		assert_true(gzip_compress(&packed, (struct text){text, sizes[i]}));
		assert_memory_equal(packed.data, "before", 6);
		expect_back((struct text){packed.data + 6, packed.bytes - 6},
		            (struct text){text, sizes[i]});
		buf_release(&packed);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(texts_of_every_size_come_back)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
