/*
 * connect.h - a connection with a server that takes writes: one host after the other, each wait
 * bounded. For db.c.
 */
#ifndef HOLDFAST_DB_CONNECT_H
#define HOLDFAST_DB_CONNECT_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/db/session_settings.h"

struct pg_conn;

/*
 * conn  returned, PQfinish(3), whatever comes back; may be NULL
 *
 * The errors are those of db_open.
 */
enum rc db_connect(struct pg_conn **conn, const struct db_settings *settings,
                   struct err *e) NODISCARD;

/* Wait until the socket is as asked, POLLIN or POLLOUT; false, and errno says why, where it is not. */
bool db_wait_socket(struct pg_conn *conn, short events, int64_t deadline_ms);

#endif
