/* Plants defects between engine and world: what a broken engine would send, or would not
 * receive. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "shell.h"

static void set(json_t *change, const char *key, json_t *value)
{
	json_object_set_new(change, key, value);
}

static void spoil_update(enum sim_bug bug, json_t *change)
{
	if (bug == BUG_NO_STAMP) {
		json_object_del(change, "safe_update");
		json_object_del(change, "updated_stamp");
	} else if (bug == BUG_DROP_TAGS) {
		set(change, "tags", json_pack("[s]", "ai_processed"));
	} else if (bug == BUG_PRIORITY) {
		set(change, "priority", json_string("low"));
	} else if (bug == BUG_STATUS) {
		set(change, "status", json_string("solved"));
	} else if (bug == BUG_PUBLIC) {
		json_object_set_new(json_object_get(change, "comment"), "public", json_true());
	}
}

void bug_request(struct shell *shell, struct transfer *transfer)
{
	struct http_request *request = &transfer->request;
	if (shell->options->bug == BUG_NONE || request->method != HTTP_PUT)
		return;
	json_t *body = json_parse(str_make(request->body, request->body_len), NULL);
	const json_t *many = json_at(body, "tickets");
	if (json_at(body, "ticket"))
		spoil_update(shell->options->bug, json_object_get(body, "ticket"));
	for (size_t i = 0; i < json_array_size(many); i++)
		spoil_update(shell->options->bug, json_array_get(many, i));
	free(request->body);
	request->body_len = json_dumpb(body, NULL, 0, JSON_COMPACT);
	request->body = xmalloc(request->body_len + 1);
	json_dumpb(body, request->body, request->body_len, JSON_COMPACT);
	request->body[request->body_len] = '\0';
	json_free(body);
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
