/* Building requests: an address from the configured base, the headers they all share, and for the update a body written
 * straight into a buffer. */
#include "zendesk/requests.h"

#include <stdlib.h>

#include "base/json.h"

/* Three bytes for each of a query's 1,024, and of a cursor's; well above what any of them needs. */
#define URL_BYTES_MAX (64 * 1024)
/* A ticket's reply holds at most ZD_REPLY_ONE_MAX bytes of tags, and nothing is longer here than it was written there; a note has
 * at most 64 kB, six times that when escaped. */
#define BODY_BYTES_MAX (2 * ZD_REPLY_ONE_MAX)

void zd_client_init(struct zd_client *client, const struct config *config, const char *version)
{
	*client = (struct zd_client){.config = config};
	client->base = xasprintf("%s/api/v2", config->zendesk_base_url ? config->zendesk_base_url : "");
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

static void begin(const struct zd_client *client, struct buf *url, const char *path)
{
	buf_init(url, URL_BYTES_MAX);
	buf_puts(url, client->base);
	buf_puts(url, path);
}

static void finish(const struct zd_client *client, enum http_method method, struct buf *url, size_t reply_max,
                   struct http_request *ret)
{
	const char *authorization = zd_auth_header_value(&client->auth);
	ENSURE(authorization);
	ENSURE(!url->overflow);
	*ret = (struct http_request){.method = method, .reply_max = reply_max, .timeout = ZD_TIMEOUT};
	ret->url = buf_take(url, NULL);
	http_request_add_header(ret, "Accept: application/json");
	http_request_add_header(ret, "User-Agent: %s", client->user_agent);
	http_request_add_header(ret, "Authorization: %s", authorization);
}

static unsigned clamp_page_size(unsigned size)
{
	return size < 1 ? 1 : size > ZD_PAGE_MAX ? ZD_PAGE_MAX : size;
}

static size_t reply_max_of(size_t tickets)
{
	return tickets == 1 ? ZD_REPLY_ONE_MAX : ZD_REPLY_MAX;
}

/* New and open tickets that are not ours yet; status is checked again on every read, since terms of the configuration can
 * widen the query (the same keyword twice means "either"). */
static void add_query(struct buf *url, const struct config *config, const char *type)
{
	struct str own = str_trim(str_of(config->zendesk_query));
	buf_puts(url, "?query=");
	http_add_query_escaped(url, str_of(type));
	http_add_query_escaped(url, STR("status<pending -tags:"));
	http_add_query_escaped(url, str_of(config->zendesk_processed_tag));
	if (own.len > 0) {
		http_add_query_escaped(url, STR(" "));
		http_add_query_escaped(url, own);
	}
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
	begin(client, &url, "/users/me.json");
	finish(client, HTTP_GET, &url, ZD_REPLY_MAX, ret);
}

void zd_request_search(const struct zd_client *client, unsigned page, unsigned page_size, struct http_request *ret)
{
	struct buf url;
	ENSURE(page > 0);
	page_size = clamp_page_size(page_size);
	begin(client, &url, "/search.json");
	add_query(&url, client->config, "type:ticket ");
	buf_puts(&url, "&sort_by=created_at&sort_order=asc");
	add_number(&url, "&page=", page);
	add_number(&url, "&per_page=", page_size);
	finish(client, HTTP_GET, &url, reply_max_of(page_size), ret);
}

void zd_request_export(const struct zd_client *client, struct str cursor, unsigned page_size, struct http_request *ret)
{
	struct buf url;
	page_size = clamp_page_size(page_size);
	begin(client, &url, "/search/export.json");
	add_query(&url, client->config, "");
	buf_puts(&url, "&filter%5Btype%5D=ticket");
	add_number(&url, "&page%5Bsize%5D=", page_size);
	add_cursor(&url, cursor);
	finish(client, HTTP_GET, &url, reply_max_of(page_size), ret);
}

static void begin_ticket(const struct zd_client *client, struct buf *url, uint64_t id, const char *rest)
{
	ENSURE(id > 0);
	begin(client, url, "/tickets/");
	buf_add_u64(url, id);
	buf_puts(url, rest);
}

void zd_request_ticket(const struct zd_client *client, uint64_t id, struct http_request *ret)
{
	struct buf url;
	begin_ticket(client, &url, id, ".json");
	finish(client, HTTP_GET, &url, ZD_REPLY_ONE_MAX, ret);
}

void zd_request_show_many(const struct zd_client *client, const uint64_t *ids, size_t count, struct http_request *ret)
{
	struct buf url;
	ENSURE(count > 0 && count <= ZD_PAGE_MAX);
	begin(client, &url, "/tickets/show_many.json?ids=");
	for (size_t i = 0; i < count; i++) {
		ENSURE(ids[i] > 0);
		if (i > 0)
			buf_putc(&url, ',');
		buf_add_u64(&url, ids[i]);
	}
	finish(client, HTTP_GET, &url, reply_max_of(count), ret);
}

void zd_request_comments(const struct zd_client *client, uint64_t id, struct str cursor, struct http_request *ret)
{
	struct buf url;
	begin_ticket(client, &url, id, "/comments.json?page%5Bsize%5D=100&sort=-created_at");
	add_cursor(&url, cursor);
	finish(client, HTTP_GET, &url, ZD_REPLY_ONE_MAX, ret);
}

static void write_tags(struct buf *body, const struct tags *tags)
{
	json_add_key(body, "tags");
	buf_putc(body, '[');
	for (size_t i = 0; i < tags->count; i++) {
		json_add_comma(body);
		json_add_string(body, tags->items[i]);
	}
	buf_putc(body, ']');
}

/* The members of one change. `public` must be said: left out, it takes the value the ticket was started with. */
static void write_update(struct buf *body, const struct zd_update *update)
{
	write_tags(body, &update->tags);
	if (update->priority != PRIORITY_NONE)
		json_add_member(body, "priority", str_of(priority_name(update->priority)));
	if (update->note.len > 0) {
		json_add_key(body, "comment");
		buf_putc(body, '{');
		json_add_member(body, "body", update->note);
		json_add_member_bool(body, "public", false);
		buf_putc(body, '}');
	}
	json_add_member_bool(body, "safe_update", true);
	json_add_member(body, "updated_stamp", update->stamp);
}

void zd_request_update(const struct zd_client *client, const struct zd_update *update, struct http_request *ret)
{
	struct buf url, body;
	ENSURE(update->tags.count > 0); /* an empty list would wipe every tag of the ticket */
	ENSURE(update->stamp.len > 0);  /* without one a second delivery would comment twice */
	begin_ticket(client, &url, update->id, ".json");
	finish(client, HTTP_PUT, &url, ZD_REPLY_ONE_MAX, ret);
	http_request_add_header(ret, "Content-Type: application/json");

	buf_init(&body, BODY_BYTES_MAX);
	buf_puts(&body, "{\"ticket\":{");
	write_update(&body, update);
	buf_puts(&body, "}}");
	http_request_take_body(ret, &body);
}
