/* The interface to the model: what to send for a prompt, and what its reply means. Beside
 * this file the engine uses the types of client.h, the texts of prompt.h, and rules.h. */
#ifndef LLM_LLM_H
#define LLM_LLM_H

#include "llm/client.h"

/* Keeps `config`, which must outlive the client or be replaced by llm_client_reload(). */
void llm_client_init(struct llm_client *client, const struct config *config);
/* No confidence is wanted: from now on no log probabilities are asked for. */
void llm_client_forgo_confidence(struct llm_client *client);
void llm_client_free(struct llm_client *client);
/* Another configuration with the same provider and base URL; the previous one must still exist. Its
 * llm.model is in use from now on, with all its fallback models available. What was learned about
 * parameters is kept if the model stays. */
void llm_client_reload(struct llm_client *client, const struct config *config);
/* Puts the next of llm.fallback_models in use (same provider, same endpoint). False: none is
 * left. */
bool llm_client_next_model(struct llm_client *client);

/* Fills in a request that the caller frees. Not for the provider `rules`. */
struct llm_sent llm_request_chat(const struct llm_client *client, const struct prompt *prompt,
                                 struct http_request *ret);
/* The same with nothing but model and messages (`params` is 0). Whether it is answered tells, when
 * a usual request was refused, whether one of the parameters was to blame. */
struct llm_sent llm_request_bare_chat(struct llm_client *client, const struct prompt *prompt,
                                      struct http_request *ret);
/* A usual request carries more than that. */
bool llm_sends_parameters(const struct llm_client *client);
/* It was answered. Leaves out from now on the parameters that the refusal of the usual request
 * speaks of; if it speaks of none, all but the bound of the answer's length, and that too if there
 * is no other. `refusal`: words that quote no ticket. Returns what is left out (enum llm_param
 * bits). */
unsigned llm_refuse_after_bare_chat(struct llm_client *client, struct str refusal);
/* openai: GET /v1/models; ollama: GET /api/tags. Checks the key, and shows a coming shutdown. */
void llm_request_models(const struct llm_client *client, struct http_request *ret);

/* Reads a reply. `sent`: what llm_request_chat() returned for this request; `wall`: the present
 * wall time. May remember refused parameters in `client`. */
void llm_read_chat(struct llm_client *client, struct llm_sent sent, const struct http_reply *reply,
                   msec wall, struct arena *arena, struct llm_result *ret);

void llm_read_models(const struct llm_client *client, const struct http_reply *reply, msec wall,
                     struct llm_models *ret);

#endif
