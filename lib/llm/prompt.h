/* Prompt v2.1; its whole wording is in prompt.c. The ticket is data: it arrives here normalised,
 * redacted and cut, and is put between markers that its author cannot have known. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "base/arena.h"

#define PROMPT_VERSION "v2.1"
#define PROMPT_SUBJECT_BYTES_MAX 500
#define PROMPT_DESCRIPTION_BYTES_MAX 8000
/* token limit of an answer: far above a good one, far below one that rambles */
#define PROMPT_ANSWER_TOKENS 300
/* a ticket of nobody, for asking a model that is not to see one */
#define PROMPT_SAMPLE_SUBJECT "Where can I find my invoice?"
#define PROMPT_SAMPLE_TEXT "I would like to download the invoice of last month. Where is it?"

struct prompt {
	struct str system; /* static */
	struct str user;   /* in the arena */
	/* estimate for the tokens-per-minute bucket: bytes / 4, plus the limit of the answer */
	unsigned tokens;
};
struct str prompt_system(void);
/* Builds a prompt. Longer texts are cut at the limits above, on a character boundary; a caller that
 * redacts cuts before that, between placeholders. `marker`: 16 hexadecimal digits; where the texts
 * contain it, it is replaced by a blank. `reminder`: adds one sentence about the format, after an
 * answer that was not valid. */
void prompt_build(struct prompt *ret, struct str subject, struct str description,
                  const char *marker, bool reminder, struct arena *arena);

#endif
