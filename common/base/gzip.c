#include "common/base/gzip.h"

#include <zlib.h>

#define BYTES_MAX ((size_t)1 << 30)
#define WINDOW_BITS (15 + 16) /* the largest; 16 more: with the header of gzip */
#define MEMORY_LEVEL 8
#define PIECE_BYTES 16384

static bool deflate_all(struct buf *to, z_stream *z)
{
	unsigned char piece[PIECE_BYTES];
	int result;

	do {
		z->next_out = piece;
		z->avail_out = sizeof piece;
		result = deflate(z, Z_FINISH);
		buf_add(to, piece, sizeof piece - z->avail_out);
	} while (result == Z_OK);
	return result == Z_STREAM_END && !to->failed;
}

bool gzip_compress(struct buf *to, struct text from)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)from.data, .avail_in = (uInt)from.bytes};
	size_t before = to->bytes;
	bool is_done;

	if (from.bytes > BYTES_MAX ||
	    deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
	                 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	is_done = deflate_all(to, &z);
	(void)deflateEnd(&z);
	if (!is_done)
		to->bytes = before;
	return is_done;
}
