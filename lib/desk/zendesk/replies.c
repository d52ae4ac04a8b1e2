/* The envelopes of replies: what must be there for a reply to be what it claims, and how the next
 * page is found. Each function reads into a local struct and hands it over on success only. */
#include "desk/zendesk/reply_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/http_json.h"
#include "base/json_entries.h"
#include "base/json_mend.h"
#include "desk/zendesk/complaint.h"
#include "desk/zendesk/ticket_json.h"

#define CURSOR_BYTES_MAX 4096          /* a cursor becomes part of a URL */
#define REAL_ID_MAX 9007199254740992.0 /* 2^53: beyond, a real is no exact number */

struct json *zd_reply_parse(const struct http_reply *reply, const char *what, struct err *err)
{
	struct err reason;
	struct json *tree = http_reply_json(reply, &reason);
	if (!tree && zd_is_html(http_reply_body(reply)))
		err_set(err, "Zendesk's %s is an HTML page, not JSON", what);
	else if (!tree)
		err_set(err, "Zendesk's %s is not JSON: %s", what, reason.text);
	return tree;
}

int zd_reply_lacks(const char *what, const char *member, struct err *err)
{
	return err_set(err, "Zendesk's %s has no usable `%s`", what, member);
}

size_t zd_count_objects(const struct json *list)
{
	size_t count = 0;
	for (struct json_each each = json_items(list); json_next(&each);)
		count += json_is_object(each.value);
	return count;
}

/* A page that one ticket makes unreadable, without that ticket but for its number. NULL: more is
 * wrong with it. */
static struct json *parse_without_odd_ones(const struct http_reply *reply, const char *list_name)
{
	struct str body = http_reply_body(reply);
	struct err reason;
	struct json *tree = NULL;
	if (body.len == 0)
		return NULL;
	char *copy = xmemdup0(body.data, body.len);
	(void)json_mend(copy, body.len);
	if (json_entries_mend(copy, body.len, list_name))
		tree = json_parse(str_make(copy, body.len), &reason);
	free(copy);
	return tree;
}

/* Search and export may also return users and organisations; each result names its type. */
static bool is_ticket(const struct json *item)
{
	const struct json *type = json_at(item, "result_type");
	return !type || str_eq(json_str_value(type), STR("ticket"));
}

/* The number of a ticket, in whatever form it is written; 0: it has none. */
static uint64_t number_of_item(const struct json *item)
{
	const struct json *id = json_at(item, "id");
	uint64_t number = 0;
	double real = json_is_real(id) ? json_double_value(id) : 0;
	if (json_is_integer(id) && json_int_value(id) > 0)
		return (uint64_t)json_int_value(id);
	if (real >= 1 && real <= REAL_ID_MAX && real == (double)(uint64_t)real)
		return (uint64_t)real;
	return str_to_u64(json_str_value(id), &number) == 0 && number <= INT64_MAX ? number : 0;
}

static void add_unread(const struct json *item, size_t most, const char *member,
                       struct arena *arena, struct desk_page *page, unsigned *dropped)
{
	uint64_t id = number_of_item(item);
	if (id == 0) {
		(*dropped)++;
		return;
	}
	if (!page->unread)
		page->unread = arena_alloc(arena, most * sizeof(*page->unread));
	page->unread[page->unread_count++] = (struct desk_unread){.id = id, .member = member};
}

static void read_tickets(const struct json *list, struct arena *arena, struct desk_page *page,
                         unsigned *dropped)
{
	size_t most = zd_count_objects(list);
	if (most > 0)
		page->tickets = arena_alloc(arena, most * sizeof(*page->tickets));
	for (struct json_each each = json_items(list); json_next(&each);) {
		const struct json *item = each.value;
		if (!json_is_object(item) || !is_ticket(item)) {
			(*dropped)++;
			continue;
		}
		const char *odd = zd_ticket_read(item, arena, &page->tickets[page->count]);
		if (odd)
			add_unread(item, most, odd, arena, page, dropped);
		else
			page->count++;
	}
}

/* Reads what all pages have in common; `read_rest` reads what is particular to this kind. */
static int read_page(const struct http_reply *reply, const char *what, const char *list_name,
                     int (*read_rest)(const struct json *tree, struct arena *arena,
                                      struct desk_page *page, struct err *err),
                     struct arena *arena, struct desk_page *ret, unsigned *ret_dropped,
                     struct err *err)
{
	struct desk_page page = {.total = -1, .through = -1};
	unsigned dropped = 0;
	struct json *tree = zd_reply_parse(reply, what, err);
	if (!tree)
		tree = parse_without_odd_ones(reply, list_name);
	if (!tree)
		return -1;
	const struct json *list = json_at(tree, list_name);
	int r = json_is_array(list) ? 0 : zd_reply_lacks(what, list_name, err);
	if (r == 0 && read_rest)
		r = read_rest(tree, arena, &page, err);
	if (r == 0) {
		read_tickets(list, arena, &page, &dropped);
		*ret = page;
		if (ret_dropped)
			*ret_dropped = dropped;
	}
	json_free(tree);
	return r;
}

/* Of results whose own members may be malformed: what a page proves rests on all of them. */
static msec read_through(const struct json *list)
{
	msec last = -1, created;
	for (struct json_each each = json_items(list); json_next(&each);) {
		struct str text = json_str_at(each.value, "created_at");
		if (clock_parse_iso(text, &created) < 0 || created < last)
			return -1;
		last = created;
	}
	return last;
}

/* The page number in a link; 0 when there is none, since we could not request that page. */
static unsigned page_number(struct str link)
{
	uint64_t number = 0;
	struct buf value;
	buf_init(&value, 16);
	if (link.len == 0 || !http_query_parameter(link, STR("page"), &value) || value.overflow ||
	    str_to_u64(buf_str(&value), &number) < 0 || number > UINT32_MAX)
		number = 0;
	buf_free(&value);
	return (unsigned)number;
}

static int read_offset(const struct json *tree, struct arena *arena, struct desk_page *page,
                       struct err *err)
{
	if (!json_int_at(tree, "count", &page->total) || page->total < 0)
		page->total = -1;
	page->next_page = page_number(json_str_at(tree, "next_page"));
	page->more = page->next_page > 0;
	page->through = read_through(json_at(tree, "results"));
	return 0;
}

static struct str cursor_of(const struct json *tree, struct arena *arena)
{
	struct str cursor = json_str_at(json_at(tree, "meta"), "after_cursor");
	struct str link = json_str_at(json_at(tree, "links"), "next");
	struct buf value;
	buf_init(&value, CURSOR_BYTES_MAX);
	if (cursor.len == 0 && link.len > 0 &&
	    http_query_parameter(link, STR("page[after]"), &value))
		cursor = buf_str(&value);
	bool usable = cursor.len > 0 && cursor.len <= CURSOR_BYTES_MAX && !value.overflow;
	cursor = usable ? arena_str(arena, cursor) : (struct str){0};
	buf_free(&value);
	return cursor;
}

/* Only meta.has_more says whether there is another page: links.next is set on the last one too. */
static int read_cursor(const struct json *tree, const char *what, struct arena *arena,
                       bool *ret_more, struct str *ret_cursor, struct err *err)
{
	*ret_cursor = (struct str){0};
	if (!json_bool_at(json_at(tree, "meta"), "has_more", ret_more))
		return zd_reply_lacks(what, "meta.has_more", err);
	if (!*ret_more)
		return 0;
	*ret_cursor = cursor_of(tree, arena);
	return ret_cursor->len > 0 ? 0 : zd_reply_lacks(what, "meta.after_cursor", err);
}

static int read_export_cursor(const struct json *tree, struct arena *arena, struct desk_page *page,
                              struct err *err)
{
	return read_cursor(tree, "export page", arena, &page->more, &page->next_cursor, err);
}

/* The cursor stays valid after the end of the stream: later changes are requested with it. Null
 * means "nothing new since the last one". */
static int read_stream(const struct json *tree, struct arena *arena, struct desk_page *page,
                       struct err *err)
{
	bool end;
	const struct json *cursor = json_at(tree, "after_cursor");
	size_t len = json_str_value(cursor).len;
	if (!json_bool_at(tree, "end_of_stream", &end))
		return zd_reply_lacks("incremental page", "end_of_stream", err);
	bool none = !cursor || json_is_null(cursor) || (json_is_string(cursor) && len == 0);
	if (none ? !end : len == 0 || len > CURSOR_BYTES_MAX)
		return zd_reply_lacks("incremental page", "after_cursor", err);
	if (!none)
		page->next_cursor = arena_str(arena, json_str_value(cursor));
	page->more = !end;
	return 0;
}

int zd_reply_search(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                    unsigned *ret_dropped, struct err *err)
{
	return read_page(reply, "search page", "results", read_offset, arena, ret, ret_dropped,
	                 err);
}

int zd_reply_export(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                    unsigned *ret_dropped, struct err *err)
{
	return read_page(reply, "export page", "results", read_export_cursor, arena, ret,
	                 ret_dropped, err);
}

int zd_reply_show_many(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                       unsigned *ret_dropped, struct err *err)
{
	return read_page(reply, "list of tickets", "tickets", NULL, arena, ret, ret_dropped, err);
}

int zd_reply_incremental(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                         unsigned *ret_dropped, struct err *err)
{
	return read_page(reply, "incremental page", "tickets", read_stream, arena, ret, ret_dropped,
	                 err);
}

int zd_reply_ticket(const struct http_reply *reply, struct arena *arena, struct desk_ticket *ret,
                    struct err *err)
{
	struct json *tree = zd_reply_parse(reply, "ticket", err);
	if (!tree)
		return -1;
	const struct json *ticket = json_at(tree, "ticket");
	bool there = json_is_object(ticket);
	const char *odd = there ? zd_ticket_read(ticket, arena, ret) : "ticket";
	json_free(tree);
	if (odd)
		(void)zd_reply_lacks(there ? "ticket" : "reply", odd, err);
	return !odd ? 0 : there ? 1 : -1;
}

static int read_user(const struct json *user, struct desk_user *ret, struct err *err)
{
	const struct json *id = json_at(user, "id");
	struct str role = json_str_at(user, "role");
	if (!json_is_object(user))
		return zd_reply_lacks("reply", "user", err);
	if (id && !json_is_null(id) && json_int_value(id) <= 0)
		return zd_reply_lacks("reply", "user.id", err);
	struct str name = utf8_cut(json_str_at(user, "name"), sizeof(ret->name) - 1);
	*ret = (struct desk_user){.id = (uint64_t)json_int_value(id)};
	memcpy(ret->name, name.data ? name.data : "", name.len);
	ret->admin = str_eq(role, STR("admin"));
	ret->agent = ret->admin || str_eq(role, STR("agent"));
	return 0;
}

int zd_reply_me(const struct http_reply *reply, struct desk_user *ret, struct err *err)
{
	struct json *tree = zd_reply_parse(reply, "answer about our user", err);
	if (!tree)
		return -1;
	int r = read_user(json_at(tree, "user"), ret, err);
	json_free(tree);
	return r;
}

static void read_comment(const struct json *item, struct arena *arena, struct desk_comment *ret)
{
	int64_t author;
	struct str body = json_str_at(item, "plain_body");
	*ret = (struct desk_comment){.is_public = true, .created_wall = MSEC_NEVER};
	if (json_int_at(item, "author_id", &author) && author > 0)
		ret->author_id = (uint64_t)author;
	(void)json_bool_at(item, "public", &ret->is_public);
	ret->body = arena_str(arena, body.len > 0 ? body : json_str_at(item, "body"));
	if (clock_parse_iso(json_str_at(item, "created_at"), &ret->created_wall) < 0)
		ret->created_wall = MSEC_NEVER;
}

static void read_comment_list(const struct json *list, struct arena *arena,
                              struct desk_comments *comments)
{
	size_t most = zd_count_objects(list);
	if (most > 0)
		comments->items = arena_alloc(arena, most * sizeof(*comments->items));
	for (struct json_each each = json_items(list); json_next(&each);)
		if (json_is_object(each.value))
			read_comment(each.value, arena, &comments->items[comments->count++]);
}

int zd_reply_comments(const struct http_reply *reply, struct arena *arena,
                      struct desk_comments *ret, struct err *err)
{
	struct desk_comments comments = {0};
	struct json *tree = zd_reply_parse(reply, "list of comments", err);
	if (!tree)
		return -1;
	const struct json *list = json_at(tree, "comments");
	int r = json_is_array(list) ? 0 : zd_reply_lacks("list of comments", "comments", err);
	/* The older envelope, without `meta`, is complete when it names no next page. */
	if (r == 0 && (json_at(tree, "meta") || json_str_at(tree, "next_page").data))
		r = read_cursor(tree, "list of comments", arena, &comments.more,
		                &comments.next_cursor, err);
	if (r == 0) {
		read_comment_list(list, arena, &comments);
		*ret = comments;
	}
	json_free(tree);
	return r;
}
