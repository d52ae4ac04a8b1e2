/* GET tickets/{id}/comments: cursor pages with page[size], otherwise one offset page. */
#include "parts.h"

#include <string.h>

#define COMMENTS_PAGE_MAX 100

/* Comment number 0 is the description. */
static void add_comment(const struct z_ticket *ticket, size_t number, struct buf *out)
{
	const struct z_comment *comment = number ? &ticket->comments[number - 1] : NULL;
	char created[CLOCK_ISO_SIZE];
	clock_format_iso((comment ? comment->created : ticket->created) * MSEC_SECOND, created);
	struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	if (comment)
		json_add_string(&text, str_make(comment->body, comment->body_len));
	else
		buf_add(&text, ticket->description, ticket->description_len);
	buf_printf(out,
	           "{\"id\":%llu,\"type\":\"Comment\",\"author_id\":%llu,\"public\":%s,"
	           "\"attachments\":[],"
	           "\"audit_id\":%llu,\"created_at\":\"%s\",\"via\":{\"channel\":\"api\","
	           "\"source\":{\"from\":{},"
	           "\"to\":{},"
	           "\"rel\":null}},\"metadata\":{\"system\":{},\"custom\":{}},\"body\":",
	           comment ? (unsigned long long)comment->id : 288845000000ULL + ticket->id,
	           (unsigned long long)(comment ? comment->author : ticket->requester),
	           !comment || comment->is_public ? "true" : "false", 288846000000ULL + ticket->id,
	           created);
	buf_add_str(out, buf_str(&text));
	buf_puts(out, ",\"html_body\":");
	buf_add_str(out, buf_str(&text));
	buf_puts(out, ",\"plain_body\":");
	buf_add_str(out, buf_str(&text));
	buf_puts(out, "}");
	buf_free(&text);
}

static bool newest_first(struct str target)
{
	struct buf sort;
	bool newest = query_parameter(target, "sort", &sort) &&
	              str_eq(buf_str(&sort), STR("-created_at"));
	buf_free(&sort);
	return newest;
}

void zendesk_comments(struct world *world, struct z_ticket *ticket,
                      const struct world_request *request, struct world_answer *answer)
{
	uint64_t size = COMMENTS_PAGE_MAX, start = 0;
	bool cursors = query_number(request->target, "page[size]", &size);
	(void)query_number(request->target, "page[after]", &start);
	size = size < 1 || size > COMMENTS_PAGE_MAX ? COMMENTS_PAGE_MAX : size;
	size_t total = ticket->comment_count + 1;
	bool newest = newest_first(request->target);
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"comments\":[");
	size_t at = start;
	for (; at < total && at < start + size; at++) {
		json_add_comma(&answer->body);
		add_comment(ticket, newest ? total - 1 - at : at, &answer->body);
	}
	if (!cursors) {
		buf_printf(&answer->body,
		           "],\"count\":%zu,\"next_page\":null,\"previous_page\":null}", total);
		return;
	}
	buf_printf(&answer->body,
	           "],\"meta\":{\"has_more\":%s,\"after_cursor\":\"%zu\",\"before_cursor\":null},"
	           "\"links\":{\"prev\":null,"
	           "\"next\":\"" FOREIGN_ORIGIN
	           "/api/v2/tickets/%llu/comments.json?page%%5Bafter%%5D=%zu\"}}",
	           at < total ? "true" : "false", at, (unsigned long long)ticket->id, at);
}
