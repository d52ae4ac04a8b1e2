/* The table of commands, and the checks before views and commands: host, path, method, right,
 * body. */
#include "daemon/control/routes.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/page/assets.h"
#include "observe/review.h"

enum route_input {
	INPUT_NONE,
	INPUT_IDS,
	INPUT_ONE_ID,
	INPUT_ID_IN_PATH,
	INPUT_SPAN_IN_PATH,
	INPUT_BODY
};

struct route {
	/* the whole path; for INPUT_ID_IN_PATH the part before the id, for INPUT_SPAN_IN_PATH that
	 * before the slash and the span */
	const char *path;
	bool post;
	enum route_command command;
	enum route_input input;
	enum right right;
	bool looks; /* a POST that changes nothing */
};

static const struct route commands[] = {
        {.path = "/reload", .post = true, .command = ROUTE_RELOAD},
        {.path = "/pause", .post = true, .command = ROUTE_PAUSE},
        {.path = "/resume", .post = true, .command = ROUTE_RESUME},
        {.path = "/stop-writing", .post = true, .command = ROUTE_STOP_WRITING},
        {.path = "/start-writing", .post = true, .command = ROUTE_START_WRITING},
        {.path = "/process", .post = true, .command = ROUTE_PROCESS, .input = INPUT_IDS},
        {.path = "/process-again",
         .post = true,
         .command = ROUTE_PROCESS_AGAIN,
         .input = INPUT_IDS},
        {.path = "/explain/",
         .command = ROUTE_EXPLAIN,
         .input = INPUT_ID_IN_PATH,
         .right = RIGHT_READ},
        {.path = "/report",
         .command = ROUTE_REPORT,
         .input = INPUT_SPAN_IN_PATH,
         .right = RIGHT_READ},
        {.path = "/erase", .post = true, .command = ROUTE_ERASE, .input = INPUT_ONE_ID},
        {.path = "/history", .command = ROUTE_HISTORY, .right = RIGHT_READ},
        {.path = "/undo-plan",
         .post = true,
         .command = ROUTE_UNDO_PLAN,
         .input = INPUT_BODY,
         .looks = true},
        {.path = "/undo", .post = true, .command = ROUTE_UNDO, .input = INPUT_BODY},
        {.path = "/undo/", .command = ROUTE_UNDO_JOB, .input = INPUT_ID_IN_PATH},
        {.path = "/alert-test", .post = true, .command = ROUTE_ALERT_TEST},
        {.path = "/backup", .post = true, .command = ROUTE_BACKUP},
        {.path = "/audit", .command = ROUTE_AUDIT}, /* it shows people: for those who command */
};

static const struct route *row_of(enum route_command command)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].command == command)
			return &commands[i];
	fatal("a command without a route");
}

bool route_is_order(enum route_command command)
{
	return row_of(command)->post && !row_of(command)->looks;
}

const char *route_name(enum route_command command)
{
	return row_of(command)->path + 1;
}

/* Below API_PREFIX the paths are those of `commands`, for these only, or other words for them. */
#define API_PREFIX "/api/v1"
static const struct {
	const char *api, *path;
} aliases[] = {
        {"/process", "/process"},
        {"/process-again", "/process-again"},
        {"/pause", "/pause"},
        {"/resume", "/resume"},
        {"/stop-writing", "/stop-writing"},
        {"/start-writing", "/start-writing"},
        {"/undo-plan", "/undo-plan"},
        {"/undo", "/undo"},
        {"/undo/", "/undo/"},
        {"/decisions/", "/explain/"},
};

/* The command of the path, or NULL. `*ret_rest` is what follows the path of the table: "12345". */
static const struct route *match_command(struct str path, struct str *ret_rest)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		const struct route *route = &commands[i];
		struct str known = str_of(route->path);

		*ret_rest = str_skip(path, known.len);
		if (!str_starts(path, known))
			continue;
		if (route->input == INPUT_ID_IN_PATH || ret_rest->len == 0)
			return route;
		if (route->input == INPUT_SPAN_IN_PATH && str_starts(*ret_rest, STR("/")))
			return route;
	}
	return NULL;
}

static const struct route *find_command(struct str path, struct str *ret_rest)
{
	if (!str_starts(path, STR(API_PREFIX)))
		return match_command(path, ret_rest);
	path = str_skip(path, strlen(API_PREFIX));
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
		struct str api = str_of(aliases[i].api);
		bool begins = str_ends(api, STR("/"));
		const struct route *route;

		if (begins ? !str_starts(path, api) : !str_eq(path, api))
			continue;
		route = match_command(str_of(aliases[i].path), ret_rest);
		*ret_rest = str_skip(path, api.len);
		return route;
	}
	return NULL;
}

/* --- commands --- */

static void give_command(const struct routes *all, const struct route *route,
                         const struct ticket_key *tickets, size_t count,
                         struct http_exchange *exchange)
{
	struct route_reply *reply = route_reply_new(exchange);

	all->command(all->arg, route->command, tickets, count, http_exchange_peer(exchange), reply);
}

static int parse_id_in_path(struct str text, struct ticket_key *ret)
{
	uint64_t id;

	if (str_to_u64(text, &id) < 0 || id == 0 || id > INT64_MAX)
		return -1;
	*ret = ticket_key(ACCOUNT_FIRST, id);
	return 0;
}

static void command_with_id_in_path(const struct routes *all, const struct route *route,
                                    struct str rest, struct http_exchange *exchange)
{
	struct ticket_key ticket;

	if (parse_id_in_path(rest, &ticket) < 0)
		http_exchange_refuse(
		        exchange, 400,
		        route->command == ROUTE_UNDO_JOB
		                ? "the path must end in the number of a job: /undo/1"
		                : "the path must end in a ticket number: /explain/12345");
	else
		give_command(all, route, &ticket, 1, exchange);
}

static void report_with_span(const struct routes *all, struct str rest,
                             struct http_exchange *exchange)
{
	struct err err;
	msec span;

	if (all->report == NULL) {
		http_exchange_refuse(exchange, 404, "no such path; see /health and /status");
		return;
	}
	if (review_span_read(rest.len > 0 ? str_skip(rest, 1) : STR(REVIEW_SPAN_DEFAULT), &span,
	                     &err) < 0) {
		http_exchange_refuse(exchange, 400, err.text);
		return;
	}
	all->report(all->arg, span, route_reply_new(exchange));
}

static void command_with_body(const struct routes *all, const struct route *route,
                              struct http_exchange *exchange)
{
	const struct http_message *message = http_exchange_request(exchange);
	struct ticket_key tickets[ROUTE_IDS_MAX];
	size_t count;
	struct err err;

	if (!message->has_length)
		http_exchange_refuse(exchange, 411,
		                     "a body {\"ids\":[12345]} with a Content-Length is required");
	else if (route_ids_parse(buf_str(&message->body), tickets, &count, &err) < 0)
		http_exchange_refuse(exchange, 400, err.text);
	else if (route->input == INPUT_ONE_ID && count != 1)
		http_exchange_refuse(exchange, 400,
		                     "only one ticket can be given at a time: {\"ids\":[12345]}");
	else
		give_command(all, route, tickets, count, exchange);
}

static void run_command(const struct routes *all, const struct route *route, struct str rest,
                        struct http_exchange *exchange)
{
	if (route->input == INPUT_NONE ||
	    (route->input == INPUT_BODY && http_exchange_request(exchange)->has_length))
		give_command(all, route, NULL, 0, exchange);
	else if (route->input == INPUT_SPAN_IN_PATH)
		report_with_span(all, rest, exchange);
	else if (route->input == INPUT_ID_IN_PATH)
		command_with_id_in_path(all, route, rest, exchange);
	else
		command_with_body(all, route, exchange);
}

/* --- checks --- */

/* True when the method is right; otherwise the refusal was sent. */
static bool check_method(bool post, struct http_exchange *exchange)
{
	const char *method = http_exchange_request(exchange)->method;

	if (post ? strcmp(method, "POST") == 0
	         : strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return true;
	http_exchange_header(exchange, post ? "Allow: POST" : "Allow: GET, HEAD");
	http_exchange_refuse(exchange, 405,
	                     post ? "use POST for this path" : "use GET for this path");
	return false;
}

/* No command below API_PREFIX has parameters: what somebody means by one would not be done. True
 * when there is none; otherwise the refusal was sent. */
static bool check_query(struct http_exchange *exchange)
{
	struct str query = buf_str(&http_exchange_request(exchange)->target);
	struct str path = str_split(&query, '?');

	if (query.len == 0 || !str_starts(path, STR(API_PREFIX)))
		return true;
	http_exchange_refuse(exchange, 400, "this path takes no parameters after the \"?\"");
	return false;
}

static void handle_view(const struct routes *all, const struct view *view,
                        struct http_exchange *exchange)
{
	struct caller caller;

	if (!check_method(false, exchange) || !gates_recognise(&all->gates, exchange, &caller))
		return;
	if (right_covers(caller.may, view->right))
		view_answer(view, all->arg, caller.may, exchange);
	else
		gates_refuse(&all->gates, &caller, view->right, exchange);
}

static void handle_command(const struct routes *all, const struct route *route, struct str rest,
                           struct http_exchange *exchange)
{
	struct caller caller;

	if (!check_method(route->post, exchange) ||
	    (route->post && !gates_check_origin(exchange)) ||
	    !gates_recognise(&all->gates, exchange, &caller))
		return;
	if (!right_covers(caller.may, route->right))
		gates_refuse(&all->gates, &caller, route->right, exchange);
	else if (check_query(exchange) && (!route->post || gates_check_form(exchange)))
		run_command(all, route, rest, exchange);
}

/* The page is for browsers, which know no Unix sockets. */
static void handle_asset(const struct routes *all, struct str path, struct http_exchange *exchange)
{
	const struct asset *asset = asset_find(path);
	struct caller caller;

	if (asset == NULL || http_door_is_local(http_exchange_peer(exchange)->door))
		gates_refuse_path(exchange);
	else if (!check_method(false, exchange) || !gates_recognise(&all->gates, exchange, &caller))
		return;
	else if (right_covers(caller.may, RIGHT_SHELL))
		asset_answer(asset, exchange);
	else
		gates_refuse(&all->gates, &caller, RIGHT_SHELL, exchange);
}

void routes_handle(void *arg, struct http_exchange *exchange)
{
	const struct routes *all = arg;
	const struct view *view;
	const struct route *command;
	struct str path, rest;

	if (!gates_admit(&all->gates, exchange, &path))
		return;
	if ((view = view_find(all->views, path)) != NULL)
		handle_view(all, view, exchange);
	else if ((command = find_command(path, &rest)) != NULL)
		handle_command(all, command, rest, exchange);
	else
		handle_asset(all, path, exchange);
}
