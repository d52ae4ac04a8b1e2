/* A table of routes, and the gates in front of it: host, path, method, token, body. */
#include "daemon/control/routes.h"

#include <stdlib.h>
#include <string.h>

#define JSON_TYPE "application/json"

struct route_reply {
	struct http_exchange *exchange;
};

enum route_kind { ROUTE_HEALTH, ROUTE_STATUS, ROUTE_COMMAND };
enum route_input { INPUT_NONE, INPUT_IDS, INPUT_ONE_ID, INPUT_ID_IN_PATH };

struct route {
	const char *path; /* with INPUT_ID_IN_PATH all before the id */
	bool post;
	enum route_kind kind;
	enum route_command command;
	enum route_input input;
};

static const struct route routes[] = {
        {.path = "/health", .kind = ROUTE_HEALTH},
        {.path = "/status", .kind = ROUTE_STATUS},
        {.path = "/reload", .post = true, .kind = ROUTE_COMMAND, .command = ROUTE_RELOAD},
        {.path = "/pause", .post = true, .kind = ROUTE_COMMAND, .command = ROUTE_PAUSE},
        {.path = "/resume", .post = true, .kind = ROUTE_COMMAND, .command = ROUTE_RESUME},
        {.path = "/process", .post = true, .kind = ROUTE_COMMAND, .command = ROUTE_PROCESS, .input = INPUT_IDS},
        {.path = "/explain/", .kind = ROUTE_COMMAND, .command = ROUTE_EXPLAIN, .input = INPUT_ID_IN_PATH},
        {.path = "/erase", .post = true, .kind = ROUTE_COMMAND, .command = ROUTE_ERASE, .input = INPUT_ONE_ID},
};

static const struct route *find_route(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		struct str known = str_of(routes[i].path);

		if (routes[i].input == INPUT_ID_IN_PATH ? str_starts(path, known) : str_eq(path, known))
			return &routes[i];
	}
	return NULL;
}

/* --- answering --- */

void route_reply_send(struct route_reply *reply, int status, const char *json)
{
	http_exchange_answer(reply->exchange, status, JSON_TYPE, str_of(json));
	free(reply);
}

/* A line break at the end, for people with curl. */
static void answer_json(struct http_exchange *exchange, int status, struct buf *json)
{
	if (json->overflow) {
		http_exchange_refuse(exchange, 500, "the answer is too large");
		return;
	}
	if (json->len > 0 && json->data[json->len - 1] != '\n' && json->len < json->max)
		buf_putc(json, '\n');
	http_exchange_answer(exchange, status, JSON_TYPE, buf_str(json));
}

static void answer_view(const struct routes *all, const struct route *route, struct http_exchange *exchange)
{
	const struct routes_ops *ops = all->ops;
	struct buf json;
	int status = 200;

	buf_init(&json, ROUTE_ANSWER_MAX);
	if (route->kind == ROUTE_HEALTH)
		status = ops->health(ops->arg, &json);
	else
		ops->status(ops->arg, &json);
	answer_json(exchange, status, &json);
	buf_free(&json);
}

static void give_command(const struct routes *all, const struct route *route, const struct ticket_key *tickets,
                         size_t count, struct http_exchange *exchange)
{
	struct route_reply *reply = xcalloc(1, sizeof(*reply));

	reply->exchange = exchange;
	all->ops->command(all->ops->arg, route->command, tickets, count, reply);
}

/* --- input --- */

static int key_of_path(struct str path, const struct route *route, struct ticket_key *ret)
{
	uint64_t id;

	if (str_to_u64(str_skip(path, strlen(route->path)), &id) < 0 || id == 0 || id > INT64_MAX)
		return -1;
	*ret = ticket_key(ACCOUNT_FIRST, id);
	return 0;
}

static void command_with_id_in_path(const struct routes *all, const struct route *route, struct str path,
                                    struct http_exchange *exchange)
{
	struct ticket_key ticket;

	if (key_of_path(path, route, &ticket) < 0)
		http_exchange_refuse(exchange, 400, "the path ends in the number of a ticket: /explain/12345");
	else
		give_command(all, route, &ticket, 1, exchange);
}

static void command_with_body(const struct routes *all, const struct route *route, struct http_exchange *exchange)
{
	const struct http_message *message = http_exchange_request(exchange);
	struct ticket_key tickets[ROUTE_IDS_MAX];
	size_t count;
	struct err err;

	if (!message->has_length)
		http_exchange_refuse(exchange, 411, "a body {\"ids\":[12345]} with its Content-Length is needed");
	else if (route_ids_parse(buf_str(&message->body), tickets, &count, &err) < 0)
		http_exchange_refuse(exchange, 400, err.text);
	else if (route->input == INPUT_ONE_ID && count != 1)
		http_exchange_refuse(exchange, 400, "one ticket at a time: {\"ids\":[12345]}");
	else
		give_command(all, route, tickets, count, exchange);
}

static void carry_out(const struct routes *all, const struct route *route, struct str path,
                      struct http_exchange *exchange)
{
	if (route->kind != ROUTE_COMMAND)
		answer_view(all, route, exchange);
	else if (route->input == INPUT_NONE)
		give_command(all, route, NULL, 0, exchange);
	else if (route->input == INPUT_ID_IN_PATH)
		command_with_id_in_path(all, route, path, exchange);
	else
		command_with_body(all, route, exchange);
}

/* --- gates --- */

static bool method_fits(const struct route *route, const char *method)
{
	if (route->post)
		return strcmp(method, "POST") == 0;
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static void refuse_method(const struct route *route, struct http_exchange *exchange)
{
	http_exchange_header(exchange, route->post ? "Allow: POST" : "Allow: GET, HEAD");
	http_exchange_refuse(exchange, 405, route->post ? "this is done with POST" : "this is read with GET");
}

/* True when it may go on; else the refusal has been sent. */
static bool pass_token(const struct routes *all, struct http_exchange *exchange)
{
	struct str token = str_of(all->http_token);

	if (http_exchange_is_local(exchange))
		return true;
	if (token.len == 0) {
		http_exchange_refuse(exchange, 403, "commands are for the Unix socket only, unless http.token is set");
		return false;
	}
	if (route_token_matches(http_message_header(http_exchange_request(exchange), STR("authorization")), token))
		return true;
	http_exchange_header(exchange, "WWW-Authenticate: Bearer");
	http_exchange_refuse(exchange, 401, "a command needs the bearer token of http.token");
	return false;
}

static bool host_is_right(const struct routes *all, const struct route_target *target,
                          const struct http_exchange *exchange)
{
	struct str host = target->host;

	if (http_exchange_is_local(exchange))
		return true;
	if (host.data == NULL)
		host = http_message_header(http_exchange_request(exchange), STR("host"));
	return route_host_allowed(host, str_of(all->http_host));
}

void routes_handle(void *arg, struct http_exchange *exchange)
{
	const struct routes *all = arg;
	const struct http_message *message = http_exchange_request(exchange);
	const struct route *route;
	struct route_target target;

	if (!route_target_parse(buf_str(&message->target), &target)) {
		http_exchange_refuse(exchange, 400, "the target of a request is a path: GET /health");
		return;
	}
	if (!host_is_right(all, &target, exchange)) {
		http_exchange_refuse(exchange, 421,
		                     "the Host of the request is not ours: name it in http.host if it is");
		return;
	}
	route = find_route(target.path);
	if (route == NULL)
		http_exchange_refuse(exchange, 404, "there is nothing at this path; see /health and /status");
	else if (!method_fits(route, message->method))
		refuse_method(route, exchange);
	else if (route->kind != ROUTE_COMMAND || pass_token(all, exchange))
		carry_out(all, route, target.path, exchange);
}
