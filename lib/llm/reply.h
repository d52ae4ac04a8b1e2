/* The steps of reading a reply that both protocols share. Each ends the reading: it sets the
 * verdict and the words to it. */
#ifndef LLM_REPLY_H
#define LLM_REPLY_H

#include "llm/failure.h"
#include "llm/client.h"

/* LLM_BAD_ANSWER with these words. */
void reply_bad(struct llm_result *ret, const char *format, ...) PRINTF_LIKE(2, 3);
/* The verdict of a failure, with its wait. */
void reply_fail(const struct llm_client *client, const struct http_reply *reply,
                const struct failure *failure, msec wall, struct llm_result *ret);
/* The failure is about a parameter: leave it out from now on. False when it names none that was
 * sent. */
bool reply_adapt(struct llm_client *client, struct llm_sent sent, const struct failure *failure,
                 struct llm_result *ret);
/* The text the model wrote. `logprobs`: the array of tokens, or NULL. */
void reply_answer(struct str content, bool reasoning, const json_t *logprobs, struct arena *arena,
                  struct llm_result *ret);
/* A count of the server's, 0 when absent or nonsense. */
int64_t reply_count(const json_t *object, const char *key);

#endif
