#include "gateway/maps/made.h"

#include "common/base/gzip.h"

#define GZIP_BYTES_MIN 1024

void made_gzip(struct made *made)
{
	if (made->is_gzipped)
		return;
	made->is_gzipped = true;
	if (made->json.bytes < GZIP_BYTES_MIN ||
	    !gzip_compress(&made->gzip, buf_text(&made->json)) ||
	    made->gzip.bytes >= made->json.bytes)
		buf_release(&made->gzip);
}

void made_release(struct made *made)
{
	buf_release(&made->json);
	buf_release(&made->gzip);
	http_frame_release(made->frame);
	*made = (struct made){.is_made = false};
}
