/* A protocol that models are asked in: one file and one row each. */
#ifndef LLM_PROTOCOL_H
#define LLM_PROTOCOL_H

#include "base/json.h"
#include "llm/client.h"

struct llm_protocol {
	const char *default_base;
	const char *default_path;           /* behind a base that has none */
	bool (*is_hosted)(struct str base); /* the maker's own service; NULL = there is none */
	/* What stands before and behind the user message in every request body, for the client's
	 * model and what it refused. */
	void (*prepare)(const struct llm_client *client, struct buf *head, struct buf *tail);
	void (*request_chat)(const struct llm_client *client, const struct prompt *prompt,
	                     struct http_request *ret);
	void (*request_models)(const struct llm_client *client, struct http_request *ret);
	/* `ret` arrives blank. */
	void (*read_chat)(struct llm_client *client, struct llm_sent sent,
	                  const struct http_reply *reply, msec wall, struct arena *arena,
	                  struct llm_result *ret);
	/* The reply's list, when it is one. */
	void (*read_models)(const struct llm_client *client, const json_t *root,
	                    struct llm_models *ret);
};

extern const struct llm_protocol
        openai_protocol; /* Chat Completions, as OpenAI and the servers that imitate it speak it */
extern const struct llm_protocol ollama_protocol; /* Ollama's own, /api/chat */

#endif
