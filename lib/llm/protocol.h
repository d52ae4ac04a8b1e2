/* The interface of a model protocol: one file and one row each. */
#ifndef LLM_PROTOCOL_H
#define LLM_PROTOCOL_H

#include "base/json.h"
#include "llm/client.h"

struct llm_protocol {
	const char *default_base;
	const char *default_path; /* appended to a base URL that has no path */
	/* true for the vendor's own service; NULL = there is none */
	bool (*is_hosted)(struct str base);
	/* Writes what comes before and after the user message in every request body, for the
	 * client's model and without the parameters it refused. */
	void (*prepare)(const struct llm_client *client, struct buf *head, struct buf *tail);
	/* The same tail for a user message with several tickets. */
	void (*add_group_tail)(const struct llm_client *client, size_t tickets, struct buf *tail);
	void (*request_chat)(const struct llm_client *client, const struct prompt *prompt,
	                     struct http_request *ret);
	void (*request_models)(const struct llm_client *client, struct http_request *ret);
	/* Reads a reply; `ret` holds nothing yet, with -1 where a number is not known. */
	void (*read_chat)(struct llm_client *client, struct llm_sent sent,
	                  const struct http_reply *reply, msec wall, struct arena *arena,
	                  struct llm_result *ret);
	/* Reads the list of models; `root` may be anything, or NULL. */
	void (*read_models)(const struct llm_client *client, const struct json *root,
	                    struct llm_models *ret);
};

extern const struct llm_protocol
        openai_protocol; /* Chat Completions, as spoken by OpenAI and the servers that imitate it */
extern const struct llm_protocol ollama_protocol; /* Ollama's own, /api/chat */

#endif
