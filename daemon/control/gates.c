/* Refusals say what is missing and how one gets it; they never repeat what was sent. */
#include "daemon/control/gates.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/control/origin.h"
#include "daemon/control/route_parts.h"

static bool is_local(const struct http_exchange *exchange)
{
	return http_door_is_local(http_exchange_peer(exchange)->door);
}

/* --- what is asked for --- */

static bool refuse_options(struct http_exchange *exchange)
{
	http_exchange_header(exchange, "Allow: GET, HEAD, POST");
	http_exchange_refuse(exchange, 405,
	                     "no other site may use this service, so there is nothing to ask for");
	return false;
}

bool gates_admit(const struct gates *gates, struct http_exchange *exchange, struct str *ret_path)
{
	const struct http_message *message = http_exchange_request(exchange);

	if (!is_local(exchange) &&
	    !route_host_allowed(http_message_header(message, STR("host")), str_of(gates->host))) {
		http_exchange_refuse(exchange, 421,
		                     "the Host of the request is not accepted: add it to http.host "
		                     "if it is right");
		return false;
	}
	if (route_target_parse(buf_str(&message->target), ret_path))
		return true;
	if (strcmp(message->method, "OPTIONS") == 0)
		return refuse_options(exchange);
	http_exchange_refuse(
	        exchange, 400,
	        "the request target must be a plain path, such as GET /health: without "
	        "a host, //, /./, /../ and percent signs");
	return false;
}

void gates_refuse_path(struct http_exchange *exchange)
{
	if (strcmp(http_exchange_request(exchange)->method, "OPTIONS") == 0)
		(void)refuse_options(exchange);
	else
		http_exchange_refuse(exchange, 404, "no such path; see /health and /status");
}

/* --- who asks --- */

static bool refuse_guess(const struct gates *gates, struct http_exchange *exchange)
{
	if (gates->wrong_token != NULL)
		gates->wrong_token(gates->arg, http_exchange_peer(exchange));
	guesses_refuse(gates->guesses, exchange);
	return false;
}

static bool refuse_many(struct http_exchange *exchange)
{
	http_exchange_header(exchange, "Retry-After: 1");
	http_exchange_refuse(exchange, 429,
	                     "too many wrong tokens came from this address; try again in a moment");
	return false;
}

bool gates_recognise(const struct gates *gates, struct http_exchange *exchange, struct caller *ret)
{
	const struct http_message *message = http_exchange_request(exchange);
	const struct http_peer *peer = http_exchange_peer(exchange);
	const struct token *token;
	struct str given;

	ret->way = right_way(peer, http_message_header(message, STR("host")));
	ret->may = right_without_token(ret->way);
	if (is_local(exchange) || gates->tokens == NULL || gates->tokens->count == 0 ||
	    !tokens_read_header(http_message_header(message, STR("authorization")), &given))
		return true;
	token = tokens_find(gates->tokens, given);
	if (guesses_full(gates->guesses, peer) &&
	    (token == NULL || !guesses_is_known(gates->guesses, token, peer)))
		return refuse_many(exchange);
	if (token == NULL)
		return refuse_guess(gates, exchange);
	guesses_was_right(gates->guesses, token, peer);
	http_exchange_name_token(exchange, token->name);
	ret->may = token->may;
	return true;
}

/* --- where a command comes from, and in which form --- */

bool gates_check_origin(struct http_exchange *exchange)
{
	const char *refusal =
	        is_local(exchange) ? NULL : origin_refusal(http_exchange_request(exchange));

	if (refusal != NULL)
		http_exchange_refuse(exchange, 403, refusal);
	return refusal == NULL;
}

bool gates_check_form(struct http_exchange *exchange)
{
	if (is_local(exchange) || origin_is_json(http_exchange_request(exchange)))
		return true;
	http_exchange_refuse(exchange, 415,
	                     "over TCP a command needs the header Content-Type: application/json");
	return false;
}

/* --- who may not --- */

static void refuse_reader(const struct gates *gates, struct http_exchange *exchange)
{
	char *reason = xasprintf("this socket only shows how the service and its tickets are; %s",
	                         gates->way_in != NULL ? gates->way_in
	                                               : "use the control socket for commands");

	http_exchange_refuse(exchange, 403, reason);
	free(reason);
}

static void refuse_read_token(struct http_exchange *exchange)
{
	char *reason = xasprintf("the token %s may only read; this needs a token for commands",
	                         http_exchange_peer(exchange)->token);

	http_exchange_refuse(exchange, 403, reason);
	free(reason);
}

static void ask_for_token(enum right needed, struct http_exchange *exchange)
{
	http_exchange_header(exchange, "WWW-Authenticate: Bearer");
	http_exchange_refuse(
	        exchange, 401,
	        needed == RIGHT_ORDER
	                ? "commands over TCP need a token for commands: Authorization: "
	                  "Bearer TOKEN"
	                : "over TCP this needs a token: Authorization: Bearer TOKEN");
}

void gates_refuse(const struct gates *gates, const struct caller *caller, enum right needed,
                  struct http_exchange *exchange)
{
	if (is_local(exchange))
		refuse_reader(gates, exchange);
	else if (gates->tokens == NULL || gates->tokens->count == 0)
		http_exchange_refuse(exchange, 403,
		                     "over TCP this needs a token, and the service has none: set "
		                     "http.token or http.tokens_dir, or use the Unix socket");
	else if (http_exchange_peer(exchange)->token[0] != '\0')
		refuse_read_token(exchange);
	else
		ask_for_token(needed, exchange);
}
