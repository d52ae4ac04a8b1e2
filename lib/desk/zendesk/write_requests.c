/* The requests that change tickets: one change alone, or many together in a body built item by
 * item. Both carry the same members of a change. */
#include "base/json.h"
#include "desk/zendesk/request_parts.h"

/* A ticket's reply holds at most ZD_REPLY_ONE_MAX bytes of tags, and none is written longer here
 * than it was there; a note has at most 64 kB, six times that when escaped. */
#define BODY_BYTES_MAX (2 * ZD_REPLY_ONE_MAX)

static const struct str BATCH_END = {"]}", 2};

/* Ends the process rather than send an update that would do harm; called before anything is
 * allocated or written. */
static void ensure_harmless(const struct desk_update *update)
{
	ENSURE(update->id > 0);
	ENSURE(update->tags.count > 0 ||
	       update->may_empty); /* an empty list would wipe every tag of the ticket */
	/* without a stamp a second delivery would write a second note */
	ENSURE(update->stamp.len > 0);
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

/* Writes the members of one change. `public` must be present: when absent it takes the value that
 * was set when the ticket was created. */
static void write_update(struct buf *body, const struct desk_update *update)
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

static void finish_put(const struct zd_client *client, struct buf *url, size_t reply_max,
                       struct buf *body, struct http_request *ret)
{
	zd_request_finish(client, HTTP_PUT, url, reply_max, ret);
	http_request_add_header(ret, "Content-Type: application/json");
	http_request_take_body(ret, body);
}

void zd_request_update(const struct zd_client *client, const struct desk_update *update,
                       struct http_request *ret)
{
	struct buf url, body;
	ensure_harmless(update);
	buf_init(&body, BODY_BYTES_MAX);
	buf_puts(&body, "{\"ticket\":{");
	write_update(&body, update);
	buf_puts(&body, "}}");
	zd_url_begin_ticket(client, &url, update->id, ".json");
	finish_put(client, &url, ZD_REPLY_ONE_MAX, &body, ret);
}

void zd_batch_init(struct zd_batch *batch)
{
	*batch = (struct zd_batch){0};
	buf_init(&batch->body, BODY_BYTES_MAX);
	buf_puts(&batch->body, "{\"tickets\":[");
}

static void write_item(struct buf *item, const struct desk_update *update)
{
	buf_putc(item, '{');
	json_add_key(item, "id");
	buf_add_u64(item, update->id);
	write_update(item, update);
	buf_putc(item, '}');
}

bool zd_batch_add(struct zd_batch *batch, const struct desk_update *update)
{
	struct buf item;
	ensure_harmless(update);
	if (batch->count >= ZD_BATCH_MAX)
		return false;
	buf_init(&item, BODY_BYTES_MAX);
	write_item(&item, update);
	size_t bytes = batch->body.len + 1 + item.len + BATCH_END.len;
	bool fits = batch->count == 0 || bytes <= ZD_BATCH_BYTES_MAX;
	if (fits) {
		json_add_comma(&batch->body);
		buf_add_str(&batch->body, buf_str(&item));
		batch->count++;
	}
	buf_free(&item);
	return fits;
}

void zd_request_update_many(const struct zd_client *client, struct zd_batch *batch,
                            struct http_request *ret)
{
	struct buf url;
	ENSURE(batch->count > 0);
	buf_add_str(&batch->body, BATCH_END);
	zd_url_begin(client, &url, "/tickets/update_many.json");
	finish_put(client, &url, ZD_REPLY_MAX, &batch->body, ret);
	batch->count = 0;
}

void zd_batch_free(struct zd_batch *batch)
{
	buf_free(&batch->body);
	batch->count = 0;
}
