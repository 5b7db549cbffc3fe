#define _DEFAULT_SOURCE /* SOCK_CLOEXEC */
#include "common/http/http.h"

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

#define ADDRESS_BYTES (INET6_ADDRSTRLEN + 10)
#define BACKLOG 16

struct http {
	struct MHD_Daemon *daemon;
	const struct http_page *pages;
	size_t count;
	char address[ADDRESS_BYTES];
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* ---- where to listen ---- */

static bool read_port(const char *text, in_port_t *port)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long value;

	if (digits < 1 || digits > 5 || text[digits])
		return false;
	value = strtoul(text, NULL, 10);
	*port = htons((uint16_t)value);
	return value <= UINT16_MAX;
}

/* An IPv4 address, or a name of one. */
static bool find_host(const char *host, struct in_addr *found)
{
	const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;

	if (inet_pton(AF_INET, host, found) == 1)
		return true;
	if (!strpbrk(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return false; /* no name, and nobody is to be asked for it */
	if (getaddrinfo(host, NULL, &hints, &list) || !list)
		return false;
	*found = ((const struct sockaddr_in *)(const void *)list->ai_addr)->sin_addr;
	freeaddrinfo(list);
	return true;
}

static bool read_address(const char *text, union address *address, socklen_t *bytes)
{
	bool is_v6 = text[0] == '[';
	const char *end = is_v6 ? strstr(text, "]:") : strchr(text, ':');
	const char *begin = text + is_v6;
	char host[ADDRESS_BYTES];

	if (!end || (size_t)(end - begin) >= sizeof host)
		return false;
	snprintf(host, sizeof host, "%.*s", (int)(end - begin), begin);
	*address = (union address){.any = {0}};
	if (is_v6) {
		address->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6};
		*bytes = sizeof address->v6;
		return inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1 &&
		       read_port(end + 2, &address->v6.sin6_port);
	}
	address->v4 = (struct sockaddr_in){.sin_family = AF_INET};
	*bytes = sizeof address->v4;
	return read_port(end + 1, &address->v4.sin_port) && find_host(host, &address->v4.sin_addr);
}

static void print_address(const union address *address, char text[ADDRESS_BYTES])
{
	bool is_v6 = address->any.sa_family == AF_INET6;
	char host[INET6_ADDRSTRLEN] = "";

	inet_ntop(address->any.sa_family,
	          is_v6 ? (const void *)&address->v6.sin6_addr : &address->v4.sin_addr, host,
	          sizeof host);
	snprintf(text, ADDRESS_BYTES, is_v6 ? "[%s]:%u" : "%s:%u", host,
	         (unsigned)ntohs(is_v6 ? address->v6.sin6_port : address->v4.sin_port));
}

static enum rc open_socket(struct http *http, const char *listen_at, int *fd, struct err *e)
{
	const int yes = 1;
	union address address;
	socklen_t bytes;

	if (!read_address(listen_at, &address, &bytes))
		return err_set(e, RC_REJECT, EXIT_USAGE,
		               "--metrics-listen: \"%s\" is not ADDR:PORT with an IPv4 address, the name of "
		               "one, or an IPv6 address in brackets", listen_at);
	*fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* A restart must not wait for the last one's connections to be forgotten. */
	if (*fd < 0 || setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ||
	    (address.any.sa_family == AF_INET6 &&
	     setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes)) ||
	    bind(*fd, &address.any, bytes) || listen(*fd, BACKLOG) ||
	    getsockname(*fd, &address.any, &bytes))
		return err_set(e, RC_REJECT, EXIT_USAGE, "--metrics-listen: cannot listen at %s: %s",
		               listen_at, strerror(errno));
	print_address(&address, http->address);
	return RC_OK;
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

/* Called twice for each request: when its header is there, and when it is there as a whole. */
static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_bytes, void **request)
{
	const struct http *http = context;
	bool is_read = !strcmp(method, "GET") || !strcmp(method, "HEAD");
	const struct http_page *page = NULL;
	const char *content_type = "text/plain; charset=utf-8";
	unsigned status = MHD_HTTP_NOT_FOUND;
	struct buf body = {0};
	enum MHD_Result result;

	(void)version, (void)upload, (void)upload_bytes;
	/* Only an answer to a whole request leaves the connection open for the next. */
	if (!*request && is_read) {
		*request = (void *)(uintptr_t)http;
		return MHD_YES;
	}
	for (size_t i = 0; i < http->count && !page; i++)
		page = strcmp(url, http->pages[i].path) ? NULL : &http->pages[i];
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

enum rc http_open(struct http **out, const char *listen_at, const struct http_page *pages,
                  size_t count, struct err *e)
{
	struct http *http = calloc(1, sizeof *http);
	int fd = -1;
	enum rc rc;

	*out = NULL;
	if (!http)
		return err_out_of_memory(e);
	http->pages = pages;
	http->count = count;
	rc = open_socket(http, listen_at, &fd, e);
	if (!rc) {
		/* With poll(2): select(2) cannot serve where a worker has a thousand files open. */
		http->daemon = MHD_start_daemon(
		    MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, answer,
		    http, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
		    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SILENCE_S, MHD_OPTION_END);
		if (!http->daemon)
			rc = err_set(e, RC_REJECT, EXIT_USAGE, "--metrics-listen: cannot serve at %s", listen_at);
	}
	if (rc) {
		if (fd >= 0)
			close(fd);
		free(http);
		return rc;
	}
	*out = http;
	return RC_OK;
}

const char *http_address(const struct http *http)
{
	return http->address;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	MHD_stop_daemon(http->daemon);
	free(http);
}
