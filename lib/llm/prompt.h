/* The prompt; its wordings are in prompt_v3.c, prompt_v3_1.c and prompt_v2.c. The ticket is data:
 * it arrives here normalised, redacted and cut, and is put between markers that its author cannot
 * have known. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "base/arena.h"
#include "config/config.h"

#define PROMPT_SYSTEM_BYTES_MAX 8192
#define PROMPT_SUBJECT_BYTES_MAX 500
#define PROMPT_DESCRIPTION_BYTES_MAX 8000
/* token limit of an answer: far above a good one, far below one that rambles */
#define PROMPT_ANSWER_TOKENS 300
/* a ticket of nobody, for asking a model that is not to see one */
#define PROMPT_SAMPLE_SUBJECT "Where can I find my invoice?"
#define PROMPT_SAMPLE_TEXT "I would like to download the invoice of last month. Where is it?"

struct prompt {
	const char *version; /* static, "v3.0" */
	size_t tickets;      /* how many it holds: more than one are in group.h */
	struct str user;     /* in the arena */
	/* estimate for the tokens-per-minute bucket: bytes / 4, plus the limit of the answer */
	unsigned tokens;
};
/* The version of the wording that the configuration names; static. */
const char *prompt_version(const struct config *config);
/* Appends the system message, which is the same for every ticket. */
void prompt_system(const struct config *config, struct buf *out);
size_t prompt_system_bytes(const struct config *config);
/* Builds what follows the system message. Longer texts are cut at the limits above, on a character
 * boundary; a caller that redacts cuts before that, between placeholders. `marker`: 16 hexadecimal
 * digits; where the texts contain it, it is replaced by a blank. `reminder`: adds one sentence
 * about the format, after an answer that was not valid. */
void prompt_build(struct prompt *ret, const struct config *config, struct str subject,
                  struct str description, const char *marker, bool reminder, struct arena *arena);

#endif
