/* Prompt v2.1: the whole wording stands in prompt.c, static part first. The ticket is data: it
 * arrives here normalised, redacted and cut, and is put between markers that its author cannot have
 * known. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "base/arena.h"

#define PROMPT_VERSION "v2.1"
#define PROMPT_SUBJECT_BYTES_MAX 500
#define PROMPT_DESCRIPTION_BYTES_MAX 8000
/* what an answer may take: far above a good one, far below one that rambles */
#define PROMPT_ANSWER_TOKENS 300

struct prompt {
	struct str system; /* static */
	struct str user;   /* in the arena */
	/* estimate for the tokens-per-minute bucket: bytes / 4, and the answer's bound */
	unsigned tokens;
};
struct str prompt_system(void);
/* Longer texts are cut at the bounds above (on a character boundary; a caller that redacts cuts
 * before, between placeholders). `marker`: 16 hexadecimal digits; its occurrences in the texts
 * become blanks. `reminder`: the second and third attempt add one sentence about the format. */
void prompt_build(struct prompt *ret, struct str subject, struct str description,
                  const char *marker, bool reminder, struct arena *arena);

#endif
