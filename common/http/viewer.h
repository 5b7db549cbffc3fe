/*
 * viewer.h - the life of a viewer: how it begins, what it says, how it ends.
 *
 * After each of these it may be gone: sending.h.
 * Threads: the loop's.
 */
#ifndef HOLDFAST_HTTP_VIEWER_H
#define HOLDFAST_HTTP_VIEWER_H

#include "common/http/sending.h"

/*
 * It has its socket, is answered, and sent its first frame.
 *
 * fd    taken
 * rest  what its client has sent already
 *
 * false: no room in the kernel; the socket is closed, and it may be freed
 */
bool viewer_open(struct viewers *w, struct viewer *v, int fd, struct http_frame *first,
                 struct text rest);

void viewer_ready(struct viewers *w, struct viewer *v, uint32_t events); /* EPOLL... */
void viewer_expire(struct viewers *w, struct viewer *v); /* its timer has come */

void viewer_close(struct viewers *w, struct viewer *v, unsigned code, struct text reason);
void viewer_close_with(struct viewers *w, struct viewer *v, const struct http_frame *frame);
void viewer_leave_at(struct viewers *w, struct viewer *v, int64_t at_ms); /* 1012, by itself */

#endif
