/* Parts of requests that both protocols share. */
#ifndef LLM_REQUEST_H
#define LLM_REQUEST_H

#include "llm/client.h"

/* The JSON schema of the answer, with keywords that strict modes accept. */
#define LLM_ANSWER_FIELDS                                                                          \
	"\"summary\":{\"type\":\"string\"},"                                                       \
	"\"root_cause\":{\"type\":\"string\",\"enum\":[\"bug\",\"feature\",\"refund\",\"other\"]}" \
	","                                                                                        \
	"\"urgency\":{\"type\":\"string\",\"enum\":[\"high\",\"medium\",\"low\"]},"                \
	"\"sentiment\":{\"type\":\"string\",\"enum\":[\"positive\",\"neutral\",\"negative\"]}}}"
#define LLM_ANSWER_SCHEMA                                                                          \
	"{\"type\":\"object\",\"additionalProperties\":false,"                                     \
	"\"required\":[\"summary\",\"root_cause\",\"urgency\",\"sentiment\"],"                     \
	"\"properties\":{" LLM_ANSWER_FIELDS
/* The same of the list of answers to several tickets. */
#define LLM_GROUP_SCHEMA                                                                           \
	"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"answers\"],"          \
	"\"properties\":{\"answers\":{\"type\":\"array\",\"items\":{\"type\":\"object\","          \
	"\"additionalProperties\":false,\"required\":[\"id\",\"marker\",\"summary\","              \
	"\"root_cause\",\"urgency\",\"sentiment\"],\"properties\":{"                               \
	"\"id\":{\"type\":\"string\"},\"marker\":{\"type\":\"string\"}," LLM_ANSWER_FIELDS "}}}"

/* Writes {"model":…,"messages":[{system},{"role":"user","content": — the user message follows. */
void request_add_messages_head(const struct llm_client *client, struct buf *head);
/* Writes the parameters that ask for log probabilities. */
void request_add_logprobs(const struct llm_client *client, struct buf *out);
/* POST `path` with head, user message and tail as its body. */
void request_chat(const struct llm_client *client, const char *path, const struct prompt *prompt,
                  struct http_request *ret);
void request_get(const struct llm_client *client, const char *path, struct http_request *ret);

#endif
