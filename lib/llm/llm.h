/* The model behind one door: what to send for a prompt, and what its reply means. The engine knows
 * only this file and the types in llm/client.h. */
#ifndef LLM_LLM_H
#define LLM_LLM_H

#include "llm/client.h"

void llm_client_init(struct llm_client *client, const struct config *config);
void llm_client_free(struct llm_client *client);
/* Another configuration, with the same provider and address; the former one is still there. Its
 * model is in use from now on, with its fallback models before it; what was learned about
 * parameters is kept while the model stays. */
void llm_client_reload(struct llm_client *client, const struct config *config);
/* The next of llm.fallback_models (same provider, same endpoint): true and `model` is changed, or
 * false: none left. */
bool llm_client_next_model(struct llm_client *client);

struct llm_sent llm_request_chat(const struct llm_client *client, const struct prompt *prompt,
                                 struct http_request *ret);
/* openai: GET /v1/models; ollama: GET /api/tags. Checks the key, tells of a coming shutdown. */
void llm_request_models(const struct llm_client *client, struct http_request *ret);

/* `sent`: what llm_request_chat returned for this request. May remember refused parameters in
 * `client`. */
void llm_read_chat(struct llm_client *client, struct llm_sent sent, const struct http_reply *reply,
                   msec wall, struct arena *arena, struct llm_result *ret);

void llm_read_models(const struct llm_client *client, const struct http_reply *reply, msec wall,
                     struct llm_models *ret);

#endif
