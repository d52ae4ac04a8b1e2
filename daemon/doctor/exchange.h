/* Requests one after the other, each awaited: the doctor has nothing else to do meanwhile. */
#ifndef DAEMON_DOCTOR_EXCHANGE_H
#define DAEMON_DOCTOR_EXCHANGE_H

#include "daemon/client/http_client.h"
#include "daemon/start/settings.h"

#define EXCHANGE_PATIENCE (10 * MSEC_SECOND)

struct exchange {
	uv_loop_t loop;
	struct http_client *client;
	char *pins;
	uint64_t sent;
};

void exchange_open(struct exchange *exchange, const struct settings *settings);
/* Sends the request, frees it, and waits for its reply, which the caller frees. No longer than
 * `patience`. */
void exchange_ask(struct exchange *exchange, struct http_request *request, msec patience,
                  struct http_reply *ret);
void exchange_close(struct exchange *exchange);

#endif
