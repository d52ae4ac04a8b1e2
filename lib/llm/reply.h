/* Steps of reading a reply that both protocols share. Each one sets the verdict and its text, and
 * ends the reading. */
#ifndef LLM_REPLY_H
#define LLM_REPLY_H

#include "llm/failure.h"
#include "llm/client.h"

/* What the word means with which a server says why the model stopped. */
enum reply_end {
	REPLY_WHOLE,   /* by itself, or for a reason that does not concern the answer */
	REPLY_CUT,     /* at a bound, or by an interruption */
	REPLY_FILTERED /* by a filter of what it may say */
};

/* Parses the body of a reply, without a byte order mark. NULL with the reason. */
struct json *reply_parse(struct str body, struct err *err);
/* `reason`: finish_reason or done_reason; empty when the server gives none. Words differ from
 * server to server, so they are known by their parts, and an unknown one is no reason to throw
 * an answer away. */
enum reply_end reply_end_of(struct str reason);
/* Sets the verdict for an answer that did not end whole. False: it did, and nothing is set. */
bool reply_ended_badly(struct str reason, struct llm_result *ret);
/* Sets LLM_BAD_ANSWER with this text. */
void reply_bad(struct llm_result *ret, const char *format, ...) PRINTF_LIKE(2, 3);
/* Sets the verdict of a failure, its wait and its text. */
void reply_fail(const struct llm_client *client, const struct http_reply *reply,
                const struct failure *failure, msec wall, struct llm_result *ret);
/* True: the failure is about a parameter that was sent, which is left out from now on. False: it
 * names none of them, and nothing is set. */
bool reply_adapt(struct llm_client *client, struct llm_sent sent, const struct failure *failure,
                 struct llm_result *ret);
/* Parses the text that the model wrote. `logprobs`: the array of tokens, or NULL. */
void reply_answer(struct str content, bool reasoning, const struct json *logprobs,
                  struct arena *arena, struct llm_result *ret);
/* How many of the `prompt` tokens the server says it had in its cache, under the names that servers
 * have for it; never more than there are. `root`: the whole reply, `usage` its counts. */
int64_t reply_cached(const struct json *root, const struct json *usage, int64_t prompt);
/* A token count of the server; 0 when absent or impossible. */
int64_t reply_count(const struct json *object, const char *key);

#endif
