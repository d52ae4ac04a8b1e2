/* Confidence from log probabilities: at each label's value the probabilities of the allowed labels
 * are collected from top_logprobs and renormalised among themselves. That last step is not
 * optional: servers report numbers from before the grammar, where the label chosen may stand at
 * -14.8 beside unrelated tokens at 0.0. */
#ifndef LLM_CONFIDENCE_H
#define LLM_CONFIDENCE_H

#include "base/json.h"
#include "llm/answer.h"

/* `tokens`: the array logprobs.content[] (OpenAI) or logprobs[] (Ollama): objects with token,
 * logprob, bytes?, top_logprobs[]. NULL, malformed or inconsistent with `answer` gives "unknown"
 * for the field concerned, never an error. */
struct confidence confidence_of(const json_t *tokens, struct str content,
                                const struct answer *answer);

#endif
