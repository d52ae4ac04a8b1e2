/* Reads the question, asks the store for one page, and writes it. */
#include "daemon/run/api_decisions.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/control/query.h"
#include "daemon/run/api_row.h"
#include "daemon/run/state.h"

#define PAGE_ROWS 50

/* --- cursors: "1795608000000.42" --- */

static void add_cursor(struct buf *json, const struct store_listed_page *page)
{
	struct buf text;

	json_add_key(json, "next");
	if (!page->more) {
		buf_puts(json, "null");
		return;
	}
	buf_init(&text, 64);
	buf_printf(&text, "%lld.%lld", (long long)page->next.wall, (long long)page->next.serial);
	json_add_string(json, buf_str(&text));
	buf_free(&text);
}

int api_decisions_read_cursor(struct str text, struct store_cursor *ret, struct err *err)
{
	struct str serial = text, wall = str_split(&serial, '.');

	*ret = (struct store_cursor){.set = true};
	if (str_to_i64(wall, &ret->wall) < 0 || str_to_i64(serial, &ret->serial) < 0)
		return err_set(err, "after: must be the `next` of an earlier answer");
	return 0;
}

/* --- the answer --- */

struct asked {
	const char *name;
	struct route_reply *reply;
};

static void on_page(void *arg, const struct store_listed_page *page)
{
	struct asked *asked = arg;
	struct buf json;

	buf_init(&json, VIEW_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_key(&json, asked->name);
	buf_putc(&json, '[');
	for (size_t i = 0; i < page->count; i++)
		api_row_write_stored(&json, &page->rows[i]);
	buf_putc(&json, ']');
	add_cursor(&json, page);
	buf_puts(&json, "}\n");
	if (page->error != NULL)
		route_reply_say(asked->reply, 500, page->error);
	else
		route_reply_send(asked->reply, 200, buf_cstr(&json));
	buf_free(&json);
	free(asked);
}

bool api_decisions_refused(struct app *app, struct route_reply *reply)
{
	if (app->store != NULL)
		return false;
	route_reply_say(reply, 503,
	                app->cli->dry_run ? "this is a dry run, which keeps no history"
	                                  : "the service is stopping");
	return true;
}

void api_decisions_busy(struct route_reply *reply)
{
	route_reply_header(reply, "Retry-After: 1");
	route_reply_say(reply, 503, "other questions wait for the database: ask again in a second");
}

void api_decisions_send(struct app *app, const struct api_decisions_page *page,
                        struct route_reply *reply)
{
	if (api_decisions_refused(app, reply))
		return;
	struct asked *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct asked){.name = page->name, .reply = reply};
	if (store_decisions(app->store, &page->filter, on_page, asked))
		return;
	free(asked);
	api_decisions_busy(reply);
}

/* --- the question --- */

static const char *const names[] = {"ticket", "outcome", "root_cause", "urgency", "sentiment", "by",
                                    "from",   "to",      "limit",      "after",   NULL};

static int read_labels(const struct query *query, struct store_listed_filter *filter,
                       struct err *err)
{
	static const char *const causes[] = {"bug", "feature", "refund", "other", NULL},
	                         *const urgencies[] = {"high", "medium", "low", NULL},
	                         *const sentiments[] = {"positive", "neutral", "negative", NULL},
	                         *const by[] = {"model", "rules", NULL};

	_Static_assert(STORE_ANY == -1, "a word that was not given");
	if (query_word(query, "outcome", API_ROW_OUTCOMES, &filter->status, err) < 0 ||
	    query_word(query, "root_cause", causes, &filter->root_cause, err) < 0 ||
	    query_word(query, "urgency", urgencies, &filter->urgency, err) < 0 ||
	    query_word(query, "sentiment", sentiments, &filter->sentiment, err) < 0)
		return -1;
	return query_word(query, "by", by, &filter->by_rules, err);
}

static int read_filter(struct str text, struct store_listed_filter *ret, struct err *err)
{
	struct query query;
	int64_t ticket, limit;

	*ret = store_listed_all();
	if (query_parse(text, names, &query, err) < 0 || read_labels(&query, ret, err) < 0 ||
	    query_int(&query, "ticket", 1, INT64_MAX, 0, &ticket, err) < 0 ||
	    query_int(&query, "from", 0, QUERY_TIME_MAX, INT64_MIN, &ret->from, err) < 0 ||
	    query_int(&query, "to", 0, QUERY_TIME_MAX, INT64_MAX, &ret->to, err) < 0 ||
	    query_int(&query, "limit", 1, STORE_LISTED_MAX, PAGE_ROWS, &limit, err) < 0)
		return -1;
	ret->ticket = ticket_key(ACCOUNT_FIRST, (uint64_t)ticket);
	ret->limit = (size_t)limit;
	if (query_value(&query, "after").data == NULL)
		return 0;
	return api_decisions_read_cursor(query_value(&query, "after"), &ret->after, err);
}

void api_decisions_begin(void *arg, const struct view_request *request, struct route_reply *reply)
{
	struct api_decisions_page page = {.name = "decisions"};
	struct err err;

	if (read_filter(request->query, &page.filter, &err) < 0)
		route_reply_say(reply, 400, err.text);
	else
		api_decisions_send(arg, &page, reply);
}
