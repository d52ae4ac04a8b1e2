/* Building requests: a URL from the configured base, the headers that all share, and the requests
 * that only read. Those that change tickets are in write_requests.c. */
#include "desk/zendesk/request_parts.h"

#include <stdlib.h>

#include "desk/zendesk/query.h"

/* Three bytes, escaped, for each of a query's 1,024, of a cursor's 4,096, and of 30 job ids of 200;
 * well above what any of them needs. */
#define URL_BYTES_MAX (64 * 1024)
#define AUDITS_MAX 100
#define AUDITS_OF_CHOICES 30

void zd_client_init(struct zd_client *client, const struct config *config, const char *version)
{
	*client = (struct zd_client){.config = config};
	client->base =
	        xasprintf("%s/api/v2", config->zendesk.base_url ? config->zendesk.base_url : "");
	client->user_agent = xasprintf("ai-ticketd/%s", version);
	zd_auth_init(&client->auth, config);
	client->auth.user_agent = client->user_agent;
}

void zd_client_free(struct zd_client *client)
{
	zd_auth_free(&client->auth);
	free(client->base);
	free(client->user_agent);
	*client = (struct zd_client){0};
}

void zd_client_reload(struct zd_client *client, const struct config *config, bool other_credentials)
{
	client->config = config;
	if (other_credentials) {
		zd_auth_free(&client->auth);
		zd_auth_init(&client->auth, config);
		client->auth.user_agent = client->user_agent;
	}
	client->auth.config = config;
}

void zd_url_begin(const struct zd_client *client, struct buf *url, const char *path)
{
	buf_init(url, URL_BYTES_MAX);
	buf_puts(url, client->base);
	buf_puts(url, path);
}

void zd_request_finish(const struct zd_client *client, enum http_method method, struct buf *url,
                       size_t reply_max, struct http_request *ret)
{
	const char *authorization = zd_auth_header_value(&client->auth);
	ENSURE(authorization);
	ENSURE(!url->overflow);
	*ret = (struct http_request){
	        .method = method, .reply_max = reply_max, .timeout = ZD_TIMEOUT, .json = true};
	ret->url = buf_take(url, NULL);
	http_request_add_header(ret, "Accept: application/json");
	http_request_add_header(ret, "User-Agent: %s", client->user_agent);
	http_request_add_header(ret, "Authorization: %s", authorization);
}

static unsigned clamp_page_size(unsigned size)
{
	return size < 1 ? 1 : size > DESK_PAGE_MAX ? DESK_PAGE_MAX : size;
}

static size_t reply_max_of(size_t items)
{
	return items == 1 ? ZD_REPLY_ONE_MAX : ZD_REPLY_MAX;
}

static void add_query(struct buf *url, const struct config *config, const char *type,
                      const struct desk_slice *slice)
{
	struct buf query;
	buf_init(&query, URL_BYTES_MAX);
	zd_query_add(config, type, slice, &query);
	buf_puts(url, "?query=");
	http_add_query_escaped(url, buf_str(&query));
	buf_free(&query);
}

static void add_number(struct buf *url, const char *parameter, uint64_t number)
{
	buf_puts(url, parameter);
	buf_add_u64(url, number);
}

static void add_cursor(struct buf *url, struct str cursor)
{
	if (cursor.len == 0)
		return;
	buf_puts(url, "&page%5Bafter%5D=");
	http_add_query_escaped(url, cursor);
}

void zd_request_me(const struct zd_client *client, struct http_request *ret)
{
	struct buf url;
	zd_url_begin(client, &url, "/users/me.json");
	zd_request_finish(client, HTTP_GET, &url, ZD_REPLY_MAX, ret);
}

void zd_request_search(const struct zd_client *client, const struct desk_slice *slice,
                       unsigned page_size, struct http_request *ret)
{
	struct buf url;
	page_size = clamp_page_size(page_size);
	zd_url_begin(client, &url, "/search.json");
	add_query(&url, client->config, "type:ticket ", slice);
	buf_puts(&url, "&sort_by=created_at&sort_order=asc");
	add_number(&url, "&page=", 1);
	add_number(&url, "&per_page=", page_size);
	zd_request_finish(client, HTTP_GET, &url, reply_max_of(page_size), ret);
}

void zd_request_export(const struct zd_client *client, const struct desk_slice *slice,
                       struct str cursor, unsigned page_size, struct http_request *ret)
{
	struct buf url;
	page_size = clamp_page_size(page_size);
	zd_url_begin(client, &url, "/search/export.json");
	add_query(&url, client->config, "", slice);
	buf_puts(&url, "&filter%5Btype%5D=ticket");
	add_number(&url, "&page%5Bsize%5D=", page_size);
	add_cursor(&url, cursor);
	zd_request_finish(client, HTTP_GET, &url, reply_max_of(page_size), ret);
}

void zd_request_tagged(const struct zd_client *client, struct str tag, struct http_request *ret)
{
	struct buf url;
	zd_url_begin(client, &url, "/search.json?query=");
	http_add_query_escaped(&url, STR("type:ticket status<solved tags:"));
	http_add_query_escaped(&url, tag);
	buf_puts(&url, "&sort_by=updated_at&sort_order=desc&page=1&per_page=100");
	zd_request_finish(client, HTTP_GET, &url, ZD_REPLY_MAX, ret);
}

static void request_history(const struct zd_client *client, uint64_t id, unsigned entries,
                            struct http_request *ret)
{
	struct buf url;
	zd_url_begin_ticket(client, &url, id, "/audits.json?page%5Bsize%5D=");
	buf_add_u64(&url, entries);
	buf_puts(&url, "&sort=-created_at&include=users");
	zd_request_finish(client, HTTP_GET, &url, ZD_REPLY_ONE_MAX, ret);
}

void zd_request_audits(const struct zd_client *client, uint64_t id, struct http_request *ret)
{
	request_history(client, id, AUDITS_MAX, ret);
}

void zd_request_choices(const struct zd_client *client, uint64_t id, struct http_request *ret)
{
	request_history(client, id, AUDITS_OF_CHOICES, ret);
}

static void request_newest(const struct zd_client *client, const struct buf *query,
                           unsigned page_size, struct http_request *ret)
{
	struct buf url;
	page_size = clamp_page_size(page_size);
	zd_url_begin(client, &url, "/search.json?query=");
	http_add_query_escaped(&url, buf_str(query));
	buf_puts(&url, "&sort_by=updated_at&sort_order=desc&page=1");
	add_number(&url, "&per_page=", page_size);
	zd_request_finish(client, HTTP_GET, &url, reply_max_of(page_size), ret);
}

void zd_request_changed(const struct zd_client *client, msec since, struct http_request *ret)
{
	struct buf query;
	buf_init(&query, URL_BYTES_MAX);
	zd_query_add_changed(client->config, since, &query);
	request_newest(client, &query, DESK_PAGE_MAX, ret);
	ret->reply_max = ZD_REPLY_ONE_MAX; /* nothing of it is kept */
	buf_free(&query);
}

void zd_request_solved(const struct zd_client *client, msec until, unsigned page_size,
                       struct http_request *ret)
{
	struct buf query;
	buf_init(&query, URL_BYTES_MAX);
	zd_query_add_solved(client->config, until, &query);
	request_newest(client, &query, page_size, ret);
	buf_free(&query);
}

void zd_url_begin_ticket(const struct zd_client *client, struct buf *url, uint64_t id,
                         const char *rest)
{
	ENSURE(id > 0);
	zd_url_begin(client, url, "/tickets/");
	buf_add_u64(url, id);
	buf_puts(url, rest);
}

void zd_request_ticket(const struct zd_client *client, uint64_t id, struct http_request *ret)
{
	struct buf url;
	zd_url_begin_ticket(client, &url, id, ".json");
	zd_request_finish(client, HTTP_GET, &url, ZD_REPLY_ONE_MAX, ret);
}

void zd_request_show_many(const struct zd_client *client, const uint64_t *ids, size_t count,
                          struct http_request *ret)
{
	struct buf url;
	ENSURE(count > 0 && count <= DESK_PAGE_MAX);
	zd_url_begin(client, &url, "/tickets/show_many.json?ids=");
	for (size_t i = 0; i < count; i++) {
		ENSURE(ids[i] > 0);
		if (i > 0)
			buf_putc(&url, ',');
		buf_add_u64(&url, ids[i]);
	}
	zd_request_finish(client, HTTP_GET, &url, reply_max_of(count), ret);
}

void zd_request_comments(const struct zd_client *client, uint64_t id, struct str cursor,
                         struct http_request *ret)
{
	struct buf url;
	zd_url_begin_ticket(client, &url, id, "/comments.json?page%5Bsize%5D=100&sort=-created_at");
	add_cursor(&url, cursor);
	zd_request_finish(client, HTTP_GET, &url, ZD_REPLY_ONE_MAX, ret);
}

void zd_request_jobs(const struct zd_client *client, const struct str *ids, size_t count,
                     struct http_request *ret)
{
	struct buf url;
	ENSURE(count > 0 && count <= DESK_JOBS_MAX);
	zd_url_begin(client, &url, "/job_statuses/show_many.json?ids=");
	for (size_t i = 0; i < count; i++) {
		ENSURE(ids[i].len > 0);
		if (i > 0)
			buf_putc(&url, ',');
		http_add_query_escaped(&url, ids[i]);
	}
	zd_request_finish(client, HTTP_GET, &url, reply_max_of(count), ret);
}

/* Deleted tickets are not excluded: a deletion is a change too. */
void zd_request_incremental(const struct zd_client *client, int64_t start_time, struct str cursor,
                            unsigned page_size, struct http_request *ret)
{
	struct buf url;
	page_size = clamp_page_size(page_size);
	zd_url_begin(client, &url, "/incremental/tickets/cursor.json");
	if (cursor.len > 0) {
		buf_puts(&url, "?cursor=");
		http_add_query_escaped(&url, cursor);
	} else {
		add_number(&url, "?start_time=", start_time > 0 ? (uint64_t)start_time : 0);
	}
	add_number(&url, "&per_page=", page_size);
	zd_request_finish(client, HTTP_GET, &url, reply_max_of(page_size), ret);
}
