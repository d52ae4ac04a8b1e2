/* Plants defects between engine and world: what a broken engine would send, or would not
 * receive. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rewrite.h"
#include "shell.h"

/* What defects change in the request's object of one ticket. */
static const struct rewrite rewrites[] = {
        [BUG_NO_STAMP] = {.without = {"safe_update", "updated_stamp"}},
        [BUG_DROP_TAGS] = {.key = "tags", .value = "[\"ai_processed\"]"},
        [BUG_PRIORITY] = {.key = "priority", .value = "\"low\""},
        [BUG_STATUS] = {.key = "status", .value = "\"solved\""},
};

/* The comment of this ticket becomes public. */
static void make_public(struct buf *out, const struct json *change)
{
	struct rewrite loud = {.key = "public", .value = "true"};
	struct buf comment;

	buf_init(&comment, SIZE_MAX);
	rewrite_object(&comment, json_at(change, "comment"), &loud);
	rewrite_object(out, change,
	               &(struct rewrite){.key = "comment", .value = buf_cstr(&comment)});
	buf_free(&comment);
}

static void spoil_update(struct buf *out, enum sim_bug bug, const struct json *change)
{
	static const struct rewrite none = {0};

	if (bug == BUG_PUBLIC && json_at(change, "comment"))
		make_public(out, change);
	else
		rewrite_object(out, change, bug < ARRAY_LEN(rewrites) ? &rewrites[bug] : &none);
}

static void spoil_body(struct buf *out, enum sim_bug bug, const struct json *body)
{
	const struct json *many = json_at(body, "tickets"), *one = json_at(body, "ticket");

	buf_putc(out, '{');
	if (one) {
		json_add_key(out, "ticket");
		spoil_update(out, bug, one);
	}
	if (many) {
		json_add_key(out, "tickets");
		buf_putc(out, '[');
		for (struct json_each each = json_items(many); json_next(&each);) {
			json_add_comma(out);
			spoil_update(out, bug, each.value);
		}
		buf_putc(out, ']');
	}
	buf_putc(out, '}');
}

void bug_request(struct shell *shell, struct transfer *transfer)
{
	struct http_request *request = &transfer->request;
	struct buf spoilt;

	if (shell->options->bug == BUG_NONE || request->method != HTTP_PUT)
		return;
	struct json *body = json_parse(str_make(request->body, request->body_len), NULL);
	buf_init(&spoilt, SIZE_MAX);
	spoil_body(&spoilt, shell->options->bug, body);
	json_free(body);
	free(request->body);
	request->body = buf_take(&spoilt, &request->body_len);
}

static void drop_header(struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, name) == 0)
			reply->headers[i].name[0] = '-';
}

void bug_reply(struct shell *shell, struct http_reply *reply)
{
	static const char *const rates[] = {"x-rate-limit-remaining", "ratelimit-remaining",
	                                    "ratelimit-reset", "zendesk-ratelimit-tickets-update"};
	if (shell->options->bug == BUG_IGNORE_PAUSE)
		drop_header(reply, "retry-after");
	for (size_t i = 0; shell->options->bug == BUG_IGNORE_LIMITS && i < ARRAY_LEN(rates); i++)
		drop_header(reply, rates[i]);
}
