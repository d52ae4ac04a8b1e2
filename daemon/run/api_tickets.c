/* Reads the question; api_decisions.c answers it. */
#include "daemon/run/api_tickets.h"

#include "daemon/control/query.h"
#include "daemon/run/api_decisions.h"

#define PAGE_ROWS 50

static const char *const parameters[] = {"client_id", "limit", "after", NULL};

static int read_question(const struct query *query, struct store_listed_filter *ret,
                         struct err *err)
{
	struct str after = query_value(query, "after");
	int64_t limit;

	*ret = store_listed_all();
	if (query_int(query, "limit", 1, STORE_LISTED_MAX, PAGE_ROWS, &limit, err) < 0)
		return -1;
	ret->limit = (size_t)limit;
	return after.data == NULL ? 0 : api_decisions_read_cursor(after, &ret->after, err);
}

static bool is_ours(struct str client)
{
	return client.data == NULL || str_eq(client, STR("default")) || str_eq(client, STR("1"));
}

void api_tickets_begin(void *arg, const struct view_request *request, struct route_reply *reply)
{
	struct api_decisions_page page = {.name = "tickets"};
	struct query query;
	struct err err;

	if (query_parse(request->query, parameters, &query, &err) < 0 ||
	    read_question(&query, &page.filter, &err) < 0)
		route_reply_say(reply, 400, err.text);
	else if (!is_ours(query_value(&query, "client_id")))
		route_reply_send(reply, 200, "{\"tickets\":[],\"next\":null}\n");
	else
		api_decisions_send(arg, &page, reply);
}
