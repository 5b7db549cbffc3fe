#include "common/http/ws.h"

/* A stub: nobody opens a WebSocket yet. */
unsigned ws_judge(const struct http_request *request, const char *wanted, const char **protocol,
                  char accept[WS_ACCEPT_BYTES])
{
	(void)request, (void)wanted;
	*protocol = NULL;
	accept[0] = '\0';
	return 426;
}
