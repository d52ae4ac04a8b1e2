/* Builds requests. The body of a chat request has three parts, two of them built beforehand,
 * because several thousand requests a second differ only in the user message. */
#include "llm/request.h"

#include "base/json.h"
#include "llm/protocol.h"

void request_add_messages_head(const struct llm_client *client, struct buf *head)
{
	struct buf system;

	buf_putc(head, '{');
	json_add_member(head, "model", str_of(client->model));
	buf_puts(head, ",\"messages\":[{\"role\":\"system\",\"content\":");
	buf_init(&system, PROMPT_SYSTEM_BYTES_MAX);
	prompt_system(client->config, &system);
	json_add_string(head, buf_str(&system));
	buf_free(&system);
	buf_puts(head, "},{\"role\":\"user\",\"content\":");
}

void request_add_logprobs(const struct llm_client *client, struct buf *out)
{
	buf_puts(out, ",\"logprobs\":true");
	json_add_member_int(out, "top_logprobs", client->profile.alternatives);
}

static void begin_request(const struct llm_client *client, enum http_method method,
                          const char *path, struct http_request *ret)
{
	*ret = (struct http_request){
	        .method = method,
	        .url = xasprintf("%s%s", client->base, path),
	        .reply_max = LLM_REPLY_MAX,
	        .timeout = client->config->llm.timeout,
	};
}

void request_chat(const struct llm_client *client, const char *path, const struct prompt *prompt,
                  struct http_request *ret)
{
	struct buf body, group_tail;
	struct str tail = buf_str(&client->body_tail);

	buf_init(&group_tail, 64 * 1024);
	if (prompt->tickets > 1) {
		client->protocol->add_group_tail(client, prompt->tickets, &group_tail);
		tail = buf_str(&group_tail);
	}
	begin_request(client, HTTP_POST, path, ret);
	http_request_add_header(ret, "Content-Type: application/json");
	buf_init(&body, 1024 * 1024); /* each byte of the longest prompt may take six */
	buf_reserve(&body,
	            client->body_head.len + prompt->user.len + prompt->user.len / 16 + tail.len);
	buf_add_str(&body, buf_str(&client->body_head));
	json_add_string(&body, prompt->user);
	buf_add_str(&body, tail);
	buf_free(&group_tail);
	http_request_take_body(ret, &body);
}

void request_get(const struct llm_client *client, const char *path, struct http_request *ret)
{
	begin_request(client, HTTP_GET, path, ret);
}
