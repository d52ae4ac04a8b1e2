/* Ollama's own protocol, /api/chat. Used through llm/llm.h only. */
#ifndef LLM_OLLAMA_H
#define LLM_OLLAMA_H

#include "base/json.h"
#include "llm/llm.h"

#define OLLAMA_CONTEXT 8192 /* num_ctx: one constant, because another value reloads the model */

void ollama_prepare(const struct llm_client *client, struct buf *head, struct buf *tail);
void ollama_request_chat(const struct llm_client *client, const struct prompt *prompt, struct http_request *ret);
void ollama_request_models(const struct llm_client *client, struct http_request *ret);
/* `ret` arrives blank. */
void ollama_read_chat(struct llm_client *client, struct llm_sent sent, const struct http_reply *reply, msec wall,
                      struct arena *arena, struct llm_result *ret);
/* The reply's list, when it is one. */
void ollama_read_models(const struct llm_client *client, const json_t *root, struct llm_models *ret);

#endif
