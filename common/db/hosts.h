/*
 * hosts.h - the hosts of a database URL that names several.
 *
 * They are tried one by one: libpq, where it is asked without blocking, goes on to the next only
 * where one refuses, and keeps no time-out for one that is silent.
 */
#ifndef HOLDFAST_DB_HOSTS_H
#define HOLDFAST_DB_HOSTS_H

#include "common/base/err.h"

struct db_hosts {
	char *names, *addresses, *ports; /* the lists, with commas; NULL: none */
	int count;                       /* 1: libpq may read the URL by itself */
};

/*
 * hosts  zeroed; release with db_hosts_release whatever comes back
 *
 * RC_USAGE: there is no URL, or it cannot be read
 */
enum rc db_hosts_read(struct db_hosts *hosts, const char *url, struct err *e) NODISCARD;
void db_hosts_release(struct db_hosts *hosts);

#define DB_HOST_BYTES 256

/* What takes the place of the URL's own; "": nothing does. */
struct db_host {
	char name[DB_HOST_BYTES], address[DB_HOST_BYTES], port[DB_HOST_BYTES];
};

void db_host_pick(const struct db_hosts *hosts, int n, struct db_host *host);

#endif
