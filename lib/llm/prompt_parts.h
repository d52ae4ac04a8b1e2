/* What a wording of the prompt consists of: one file and one constant each, a row in prompt.c, and
 * a word of llm.prompt. */
#ifndef LLM_PROMPT_PARTS_H
#define LLM_PROMPT_PARTS_H

#include "base/buf.h"
#include "config/config.h"

struct prompt_wording {
	const char *version; /* analyses are compared by it: another wording is another version */
	/* the version of a prompt with several tickets; NULL = the wording is for one alone */
	const char *group_version;
	/* `language`: of the summary; a wording may have no place for it */
	void (*add_system)(const char *language, struct buf *out);
	const char *before;                /* what stands before the ticket */
	const char *subject, *description; /* what stands before these two */
	void (*add_format)(const char *language,
	                   struct buf *out); /* what stands behind the ticket */
};
extern const struct prompt_wording prompt_v3, prompt_v2;
/* That which llm.prompt names. */
const struct prompt_wording *prompt_wording_of(const struct config *config);

#endif
