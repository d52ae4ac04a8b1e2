/* Classification by rules, for the provider `rules` and when no model can answer: word stems in
 * subject and description, no learning, no network. */
#ifndef LLM_RULES_H
#define LLM_RULES_H

#include "ticket/analysis.h"

#define RULES_MODEL "fallback-rules"
#define RULES_NO_TEXT "(no text)" /* the summary of a ticket without text */

struct rules_labels {
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
};
struct rules_labels rules_classify(struct str subject, struct str description);
/* Fills `ret` from normalised and redacted text: labels, summary = subject cut to 100 characters
 * (the first line of the description when there is no subject), model RULES_MODEL, no tokens, no
 * confidence. Strings live in `arena` or are static. */
void rules_analyse(struct str subject, struct str description, struct arena *arena,
                   struct analysis *ret);

#endif
