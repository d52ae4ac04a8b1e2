/* Which parameter of a request a refusal is about. What is learned from it holds for every ticket,
 * so text of one ticket that is quoted in a refusal must not decide it. */
#ifndef LLM_PARAMETER_H
#define LLM_PARAMETER_H

#include "base/str.h"

/* Which of the `sent` parameters (enum llm_param bits) a refusal is about; 0 = none. It is named by
 * `param`, a member of its own in the error, which when it is not empty alone decides. Otherwise
 * it is named by `message`, the words of the server, only if these begin with saying that a
 * parameter is not supported, and have its name beside that. PARAM_STORE is never found by
 * words: the only vendor it is sent to fills in `param`. */
unsigned parameter_refused(unsigned sent, struct str param, struct str message);
/* Which of the `sent` parameters the words speak of, in whatever way; only for words that cannot
 * quote a ticket. */
unsigned parameter_mentioned(unsigned sent, struct str words);

#endif
