/* Turns the client's loop until the one reply is there. */
#include "daemon/doctor/exchange.h"

#include <stdlib.h>

#include "daemon/client/client_rules.h"

void exchange_open(struct exchange *exchange, const struct settings *settings)
{
	struct transfer_rules rules;

	*exchange = (struct exchange){0};
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		fatal("libcurl cannot be initialised");
	ENSURE(uv_loop_init(&exchange->loop) == 0);
	exchange->pins = client_rules(settings->config, settings->ca_file, &rules);
	exchange->client = http_client_new(&exchange->loop, &rules, 1);
}

void exchange_ask(struct exchange *exchange, struct http_request *request, msec patience,
                  struct http_reply *ret)
{
	void *owner;

	if (request->timeout > patience)
		request->timeout = patience;
	http_client_send(exchange->client, ++exchange->sent, request, exchange);
	while (!http_client_take(exchange->client, &owner, ret)) {
		http_client_pump(exchange->client);
		(void)uv_run(&exchange->loop,
		             http_client_busy(exchange->client) ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	}
	http_request_free(request);
}

void exchange_close(struct exchange *exchange)
{
	http_client_close(exchange->client);
	(void)uv_run(&exchange->loop, UV_RUN_DEFAULT);
	http_client_free(exchange->client);
	ENSURE(uv_loop_close(&exchange->loop) == 0);
	free(exchange->pins);
	curl_global_cleanup();
}
