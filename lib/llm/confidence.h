/* Confidence from log probabilities: at each label's value the probabilities of the allowed labels
 * are collected from top_logprobs and renormalised among themselves. The renormalisation is
 * necessary: servers report numbers from before the grammar was applied, where the chosen label may
 * stand at -14.8 beside unrelated tokens at 0.0. */
#ifndef LLM_CONFIDENCE_H
#define LLM_CONFIDENCE_H

#include "base/json.h"
#include "llm/answer.h"

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
