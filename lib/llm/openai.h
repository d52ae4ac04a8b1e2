/* OpenAI Chat Completions, as OpenAI and the servers that imitate it speak it. Used through llm/llm.h only. */
#ifndef LLM_OPENAI_H
#define LLM_OPENAI_H

#include "base/json.h"
#include "llm/llm.h"

/* What stands before and behind the user message in every request body, for the client's model and what it refused. */
void openai_prepare(const struct llm_client *client, struct buf *head, struct buf *tail);
void openai_request_chat(const struct llm_client *client, const struct prompt *prompt, struct http_request *ret);
void openai_request_models(const struct llm_client *client, struct http_request *ret);
/* `ret` arrives blank. */
void openai_read_chat(struct llm_client *client, struct llm_sent sent, const struct http_reply *reply, msec wall,
                      struct arena *arena, struct llm_result *ret);
/* The reply's list, when it is one. */
void openai_read_models(const struct llm_client *client, const json_t *root, struct llm_models *ret);

#endif
