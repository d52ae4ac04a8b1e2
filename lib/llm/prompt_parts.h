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
	/* The system message: who the model is; what each label means, in words that hold for any
	 * number of tickets; what the text of a ticket is; and what add_closing() adds. "" where
	 * a wording has no such part. */
	const char *role, *labels, *fence;
	/* `language`: of the summary. NULL: the wording has no place for it, and nothing is
	 * added. */
	void (*add_closing)(const char *language, struct buf *out);
	/* The JSON object that is the answer about one ticket, with placeholders that
	 * answer_format.h knows. NULL: it is part of add_format() alone. */
	void (*add_object)(const char *language, struct buf *out);
	const char *before;                /* what stands before the ticket */
	const char *subject, *description; /* what stands before these two */
	void (*add_format)(const char *language,
	                   struct buf *out); /* what stands behind the ticket */
};
extern const struct prompt_wording prompt_v3, prompt_v3_1, prompt_v2;

/* The wording that llm.prompt names; `prompt` is an enum llm_prompt. */
const struct prompt_wording *prompt_wording_of(int prompt);
/* The sentence about languages that ends the rules of all wordings of version 3. */
void prompt_add_languages(const char *language, struct buf *out);
/* " in German", where the summary is described; nothing for English. */
void prompt_add_in_language(const char *language, struct buf *out);

#endif
