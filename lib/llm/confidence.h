/* Confidence from log probabilities: at each label's value the probabilities of the allowed labels
 * are collected from top_logprobs and renormalised among themselves. The renormalisation is
 * necessary: servers report numbers from before the grammar was applied, where the chosen label may
 * stand at -14.8 beside unrelated tokens at 0.0. */
#ifndef LLM_CONFIDENCE_H
#define LLM_CONFIDENCE_H

#include "base/json.h"
#include "llm/answer.h"

/* How many alternatives of each token are asked for: one for each label of the longest list, and
 * one for a token that leads to none of them. If the tokens that lead to labels are among these,
 * and one of them to another label, more alternatives change nothing. Whatever comes first, what
 * these leave out changes the share at a token by at most T / (C + T), where C is the probability
 * of what leads to the chosen label among these, and T that of all tokens that are not among them;
 * a confidence changes by at most the sum of that over its tokens. With four, a single unrelated
 * token could hide a label. */
#define CONFIDENCE_ALTERNATIVES (CAUSE_COUNT + 1)
_Static_assert((int)CAUSE_COUNT >= (int)URGENCY_COUNT && (int)CAUSE_COUNT >= (int)SENTIMENT_COUNT,
               "the causes are the longest list");
/* Of servers that report numbers from before the grammar was applied, as llama.cpp and Ollama do:
 * unrelated tokens stand before and among the labels there, and T is no small number. */
#define CONFIDENCE_ALTERNATIVES_RAW 10

/* `tokens`: the array logprobs.content[] (OpenAI) or logprobs[] (Ollama): objects with token,
 * logprob, bytes?, top_logprobs[]. When it is NULL, malformed or does not match `answer`, the field
 * concerned is "unknown"; that is never an error. `content`: the text that `answer` was parsed
 * from. */
struct confidence confidence_of(const struct json *tokens, struct str content,
                                const struct answer *answer);

/* The same for several answers in one content: the tokens are gone through once. */
struct confidence_reader;
struct confidence_reader *confidence_begin(const struct json *tokens,
                                           struct str content) MUST_CHECK;
struct confidence confidence_read(const struct confidence_reader *reader,
                                  const struct answer *answer);
void confidence_end(struct confidence_reader *reader);

#endif
