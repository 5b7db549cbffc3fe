/*
 * client.h - a client of the door, of plain sockets: sends any bytes, in any pieces, at any time.
 */
#ifndef HOLDFAST_TESTS_HTTP_CLIENT_H
#define HOLDFAST_TESTS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIENT_WAIT_MS 20000
#define CLIENT_ANSWER_BYTES 262144

/* Connect to an address as http_address gives it. */
int client_open(const char *address);

void client_send(int fd, const char *text);
/* As much as the other side takes at once; false: it has closed. */
bool client_try_send(int fd, const char *data, size_t bytes);

/* One answer, by its Content-Length. NUL-terminated, in memory that the next call uses again. */
const char *client_answer(int fd);
/* To a HEAD: none has a body. */
const char *client_head_answer(int fd);
/* All until the other side closes; "" where it closes without a word. */
const char *client_rest(int fd);

bool client_was_reset(void); /* not closed in good order, the last one that closed */

/* Fails where the answer has another status, or does not contain the part. */
void client_expect(const char *answer, unsigned status, const char *part);

#endif
