/* The simulated model's analysis, used by both protocols: it looks for words in the user message,
 * and gives the same answer to the same message. */
#ifndef SIM_MIND_H
#define SIM_MIND_H

#include "base/json.h"
#include "parts.h"

enum mind_field { MIND_CAUSE, MIND_URGENCY, MIND_SENTIMENT, MIND_FIELDS };
extern const char *const mind_labels[MIND_FIELDS][5]; /* NULL-terminated lists */
extern const char *const mind_keys[MIND_FIELDS];

/* the summary of an answer that the model considers only; no note may hold it */
#define MIND_DRAFT "Considered and dropped"

struct mind {
	int label[MIND_FIELDS]; /* index into mind_labels */
	struct buf summary;
	struct buf content;           /* what the model writes: JSON, or what a fault makes of it */
	size_t value_at[MIND_FIELDS]; /* offset of each label in the content; 0 = not there */
	struct str finish;            /* "stop", "length", "content_filter" */
	bool refusal;                 /* the content is the text of a refusal */
	bool in_reasoning;            /* the content comes as reasoning */
	int64_t prompt_tokens, answer_tokens;
	uint64_t chance; /* derived from the text; for probabilities */
};

/* Analyses `messages`, the array of the request. `token_bound`: 0 = none. The world's current
 * fault may spoil the content. */
void mind_answer(struct world *world, const struct json *messages, int64_t token_bound,
                 struct mind *ret);
void mind_free(struct mind *mind);
/* Searches all messages for planted personal data, and counts the call. */
void mind_inspect(struct world *world, const struct json *messages);

/* contents.c: changes the content as this fault does. */
void contents_spoil(struct mind *mind, enum fault_kind fault);

/* A ticket of a request: analyses its text and writes nothing yet. */
void mind_read(struct world *world, struct str ticket, struct mind *ret);
/* Appends the members of an answer: `"summary":…,"root_cause":…`; notes the places of labels. */
void mind_add_members(struct mind *mind, struct buf *out);

/* mind_group.c: a user message with several tickets. */
bool mind_is_group(struct str user);
/* Appends the text without the lines that hold nothing but an id or a marker. */
void mind_drop_keys(struct str text, struct buf *out);
/* Writes the list of answers to all of them; some of it is mixed up, if the world's options say
 * so. */
void mind_answer_group(struct world *world, struct str user, struct mind *ret);

/* neighbours.c: hostile tickets, and who was answered how. */
bool neighbours_is_one(const struct world *world, uint64_t id);
/* The ticket whose signature is in the text; 0 = none. */
uint64_t neighbours_signed(struct str text);
/* Does what the hostile ones among the tickets of a request want. */
void neighbours_obey(struct world *world, struct mind *minds, const uint64_t *ids, size_t count);
/* The model has given these labels to the ticket. */
void neighbours_said(struct world *world, uint64_t id, const int *label);

/* logprobs.c: appends the array of tokens for the content (OpenAI: inside "content"; Ollama: at
 * the top level). */
void logprobs_add(const struct world *world, const struct mind *mind, int top, struct buf *out);
/* Length of the token that starts at `at`; tokens are what both usage and logprobs count. */
size_t token_length(struct str content, size_t at);
int64_t count_tokens(struct str content);

#endif
