/* Several tickets in one request. They share the system message, which is most of what a short
 * ticket costs, and one object holds all answers. Strangers wrote the tickets, and one of them may
 * try to decide about the others, so each has an id and a marker that nobody can know who wrote
 * one of them, and an answer counts only with both. A text that speaks of other tickets is not
 * sent in company at all (company.h). */
#ifndef LLM_GROUP_H
#define LLM_GROUP_H

#include "base/crypto.h"
#include "llm/llm.h"

#define GROUP_TICKETS_MAX 10
/* Bytes of all texts of a request: together with the answers they fit into a context of 8,192
 * tokens, which is what Ollama is asked for and what small servers have. */
#define GROUP_TEXT_BYTES_MAX ((size_t)16000)
/* what one more ticket adds to a prompt beside its text, in bytes */
#define GROUP_FRAME_BYTES 100
/* what stands before and behind all of them, in bytes */
#define GROUP_WORDS_BYTES 1100
#define GROUP_ID_SIZE 7 /* six hexadecimal digits */

/* How a ticket is known in its request. Different from those of all others. */
struct group_key {
	char id[GROUP_ID_SIZE];
	char marker[CRYPTO_MARKER_SIZE];
};

/* A ticket's text; normalised, redacted and cut. */
struct group_text {
	struct str subject, description;
};

/* One ticket's answer. */
struct group_answer {
	bool taken; /* otherwise the ticket is to be sent alone */
	struct answer answer;
	struct confidence confidence;
	struct str words; /* what the model wrote about this ticket, without id and marker */
};

struct group_answers {
	const struct group_key *keys; /* borrowed */
	size_t count;
	struct group_answer of[GROUP_TICKETS_MAX];
};

/* Draws the keys of a request; `*counter` (see crypto_derive_marker) grows. */
void group_draw_keys(struct str secret, uint64_t *counter, struct group_key *keys, size_t count);
/* The wording that the configuration names can hold several tickets. */
bool group_is_possible(const struct config *config);
/* Builds the prompt of 2 to GROUP_TICKETS_MAX tickets; each text is cut like that of a single one,
 * and ids and markers that stand in a text are replaced by blanks. */
void group_prompt_build(struct prompt *ret, const struct config *config,
                        const struct group_key *keys, const struct group_text *texts, size_t count,
                        struct arena *arena);
/* Reads a reply to such a prompt. LLM_ANSWERED: it is a list of answers, and `answers` says which
 * tickets it answers. `ret` speaks of the request; its `answer`, `confidence` and `words` are
 * empty. All strings are in the arena. */
void group_read_chat(struct llm_client *client, struct llm_sent sent,
                     const struct http_reply *reply, msec wall, struct arena *arena,
                     struct group_answers *answers, struct llm_result *ret);

/* For reply.c. Reads what the model wrote. 0, or -1 with the reason, which quotes nothing, when it
 * is no list of answers; `ret->of` is then empty. */
int group_answers_parse(struct str content, struct arena *arena, struct group_answers *ret,
                        struct err *err) MUST_CHECK;

#endif
