#include "common/db/hosts.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count_items(const char *list)
{
	int count = 1;

	for (; list && *list; list++)
		count += *list == ',';
	return count;
}

/* Item n of a list, or the only one; "" where there is none. */
static void copy_item(const char *list, int n, char *item, size_t bytes)
{
	const char *end;

	for (; list && n > 0 && strchr(list, ','); n--)
		list = strchr(list, ',') + 1;
	end = list ? strchr(list, ',') : NULL;
	snprintf(item, bytes, "%.*s", end ? (int)(end - list) : list ? (int)strlen(list) : 0,
	         list ? list : "");
}

void db_hosts_release(struct db_hosts *hosts)
{
	free(hosts->names);
	free(hosts->addresses);
	free(hosts->ports);
	*hosts = (struct db_hosts){0};
}

enum rc db_hosts_read(struct db_hosts *hosts, const char *url, struct err *e)
{
	PQconninfoOption *parsed = url && url[0] ? PQconninfoParse(url, NULL) : NULL;
	bool is_whole = true;

	/* libpq's own words quote the URL, and with it the password. */
	if (!parsed)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               url && url[0]
		                   ? "database-url is neither a URL nor keywords of libpq"
		                   : "no database is named: give DATABASE_URL or --database-url");
	for (const PQconninfoOption *o = parsed; o->keyword; o++) {
		char **list = !strcmp(o->keyword, "host")       ? &hosts->names
		              : !strcmp(o->keyword, "hostaddr") ? &hosts->addresses
		              : !strcmp(o->keyword, "port")     ? &hosts->ports
		                                                : NULL;

		if (list && o->val && o->val[0])
			is_whole = (*list = strdup(o->val)) && is_whole;
	}
	PQconninfoFree(parsed);
	hosts->count = count_items(hosts->addresses ? hosts->addresses : hosts->names);
	return is_whole ? RC_OK : err_out_of_memory(e);
}

void db_host_pick(const struct db_hosts *hosts, int n, struct db_host *host)
{
	*host = (struct db_host){0};
	if (hosts->count < 2)
		return;
	copy_item(hosts->names, n, host->name, sizeof host->name);
	copy_item(hosts->addresses, n, host->address, sizeof host->address);
	copy_item(hosts->ports, n, host->port, sizeof host->port);
	if (hosts->ports && !host->port[0])
		snprintf(host->port, sizeof host->port, "5432"); /* an empty one in the list: libpq's own */
}
