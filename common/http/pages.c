#define _DEFAULT_SOURCE /* SOCK_CLOEXEC */
#include "common/http/pages.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/http/deadline.h"

#define ADDRESS_BYTES (INET6_ADDRSTRLEN + 10)
#define BACKLOG 16

struct pages {
	struct MHD_Daemon *daemon;
	const struct page *list;
	size_t count;
	char address[ADDRESS_BYTES];
	struct deadline deadline;
};

_Static_assert(PAGES_CONNECTIONS_MAX <= DEADLINE_CONNECTIONS_MAX, "each has a deadline");

/* ---- where to listen ---- */

static bool is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits >= 1 && digits <= 5 && !text[digits] && strtoul(text, NULL, 10) <= UINT16_MAX;
}

/* An address in full, or the name of an IPv4 one: nobody is asked for what can be no name. */
static bool is_host(int family, const char *text)
{
	struct in6_addr unused;

	return inet_pton(family, text, &unused) == 1 ||
	       (family == AF_INET &&
	        strpbrk(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
}

/* NULL: it is not of that form, or no name. Release with freeaddrinfo. */
static struct addrinfo *find_address(const char *text)
{
	bool is_v6 = text[0] == '[';
	const struct addrinfo hints = {.ai_family = is_v6 ? AF_INET6 : AF_INET,
	                               .ai_socktype = SOCK_STREAM,
	                               .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	const char *begin = text + is_v6, *end = is_v6 ? strstr(text, "]:") : strchr(text, ':');
	const char *port = end ? end + is_v6 + 1 : NULL;
	struct addrinfo *found = NULL;
	char host[ADDRESS_BYTES];

	if (!end || (size_t)(end - begin) >= sizeof host)
		return NULL;
	snprintf(host, sizeof host, "%.*s", (int)(end - begin), begin);
	if (!is_port(port) || !is_host(hints.ai_family, host) ||
	    getaddrinfo(host, port, &hints, &found))
		return NULL;
	return found;
}

/* The address that a socket has, in the form of find_address. */
static bool print_address(int fd, char text[ADDRESS_BYTES])
{
	struct sockaddr_storage address;
	socklen_t bytes = sizeof address;
	char host[INET6_ADDRSTRLEN], port[sizeof "65535"];

	if (getsockname(fd, (struct sockaddr *)&address, &bytes) ||
	    getnameinfo((struct sockaddr *)&address, bytes, host, sizeof host, port, sizeof port,
	                NI_NUMERICHOST | NI_NUMERICSERV))
		return false;
	snprintf(text, ADDRESS_BYTES, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
	return true;
}

static enum rc open_socket(struct pages *pages, const char *option, const char *listen_at, int *fd,
                           bool *is_taken, struct err *e)
{
	struct addrinfo *address = find_address(listen_at);
	const int yes = 1;
	bool is_open;

	*is_taken = false;
	if (!address)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "%s: \"%s\" is not ADDR:PORT with an IPv4 address, the name of one, or an "
		               "IPv6 address in brackets", option, listen_at);
	*fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* A restart must not wait for the last one's connections to be forgotten. */
	is_open = *fd >= 0 && !setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) &&
	          (address->ai_family != AF_INET6 ||
	           !setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes)) &&
	          !bind(*fd, address->ai_addr, address->ai_addrlen) && !listen(*fd, BACKLOG) &&
	          print_address(*fd, pages->address);
	*is_taken = !is_open && errno == EADDRINUSE;
	if (!is_open)
		err_set(e, RC_USAGE, FROM_SETTINGS, "%s: cannot listen at %s: %s", option, listen_at,
		        strerror(errno));
	freeaddrinfo(address);
	return is_open ? RC_OK : e->rc;
}

/* ---- answering ---- */

static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned status,
                                     const char *content_type, struct buf *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    body->bytes, (void *)(uintptr_t)buf_text(body).data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result = MHD_NO;

	if (!response)
		return MHD_NO; /* the connection is closed */
	if (MHD_add_response_header(response, "Content-Type", content_type) == MHD_YES &&
	    (status != MHD_HTTP_METHOD_NOT_ALLOWED ||
	     MHD_add_response_header(response, "Allow", "GET, HEAD") == MHD_YES))
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static int socket_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **unused,
                          enum MHD_ConnectionNotificationCode what)
{
	struct pages *pages = context;

	(void)unused;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		deadline_begin(&pages->deadline, socket_of(connection));
	else
		deadline_forget(&pages->deadline, socket_of(connection));
}

/* The connection may stay open for another request. */
static void on_completed(void *context, struct MHD_Connection *connection, void **unused,
                         enum MHD_RequestTerminationCode how)
{
	struct pages *pages = context;

	(void)unused, (void)how;
	deadline_begin(&pages->deadline, socket_of(connection));
}

/* Called twice for each request: when its header is there, and when it is there as a whole. */
static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_bytes, void **request)
{
	struct pages *pages = context;
	bool is_read = !strcmp(method, "GET") || !strcmp(method, "HEAD");
	const struct page *page = NULL;
	const char *content_type = "text/plain; charset=utf-8";
	unsigned status = MHD_HTTP_NOT_FOUND;
	struct buf body = {0};
	enum MHD_Result result;

	(void)version, (void)upload, (void)upload_bytes;
	deadline_met(&pages->deadline, socket_of(connection));
	/* Only an answer to a whole request leaves the connection open for the next. */
	if (!*request && is_read) {
		*request = (void *)(uintptr_t)pages;
		return MHD_YES;
	}
	for (size_t i = 0; i < pages->count && !page; i++)
		page = strcmp(url, pages->list[i].path) ? NULL : &pages->list[i];
	if (!page) {
		buf_add_string(&body, "there is no such page\n");
	} else if (!is_read) {
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
		buf_add_string(&body, "only GET and HEAD\n");
	} else {
		status = (unsigned)page->make(&body);
		content_type = page->content_type;
	}
	result = body.failed ? MHD_NO : send_response(connection, status, content_type, &body);
	buf_release(&body);
	return result;
}

__attribute__((format(printf, 2, 0))) static void on_log(void *unused, const char *format,
                                                         va_list args)
{
	char text[200];

	(void)unused;
	vsnprintf(text, sizeof text, format, args);
	log_debug("libmicrohttpd", F_STR("text", text));
}

/* With poll(2): select(2) cannot serve where a worker has a thousand files open. */
static struct MHD_Daemon *start(struct pages *pages, int fd)
{
	struct MHD_Daemon *daemon;

	if (!deadline_open(&pages->deadline, PAGES_HEADER_MS))
		return NULL;
	daemon = MHD_start_daemon(
	    MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, answer, pages,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)PAGES_CONNECTIONS_MAX,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PAGES_SHARE_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PAGES_SILENCE_S, MHD_OPTION_NOTIFY_CONNECTION,
	    on_connection, pages, MHD_OPTION_NOTIFY_COMPLETED, on_completed, pages, MHD_OPTION_END);
	if (!daemon)
		deadline_close(&pages->deadline);
	return daemon;
}

enum rc pages_try(const char *option, const char *listen_at, struct err *e)
{
	struct pages unused;
	int fd = -1;
	bool is_taken;
	enum rc rc = open_socket(&unused, option, listen_at, &fd, &is_taken, e);

	if (fd >= 0)
		close(fd);
	return is_taken ? RC_OK : rc;
}

enum rc pages_open(struct pages **out, const char *option, const char *listen_at,
                   const struct page *list, size_t count, struct err *e)
{
	struct pages *pages = calloc(1, sizeof *pages);
	bool is_taken;
	int fd = -1;
	enum rc rc;

	*out = NULL;
	if (!pages)
		return err_out_of_memory(e);
	pages->list = list;
	pages->count = count;
	rc = open_socket(pages, option, listen_at, &fd, &is_taken, e);
	if (!rc) {
		pages->daemon = start(pages, fd);
		if (!pages->daemon)
			rc = err_set(e, RC_USAGE, FROM_SETTINGS, "%s: cannot serve at %s", option,
			             listen_at);
	}
	if (rc) {
		if (fd >= 0)
			close(fd);
		free(pages);
		return rc;
	}
	*out = pages;
	return RC_OK;
}

const char *pages_address(const struct pages *pages)
{
	return pages->address;
}

void pages_close(struct pages *pages)
{
	if (!pages)
		return;
	MHD_stop_daemon(pages->daemon);
	deadline_close(&pages->deadline);
	free(pages);
}
