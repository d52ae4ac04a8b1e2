/* Prices of models: a table by model family (list prices of November 2026, US dollars per million
 * tokens), overridden by llm.price_input and llm.price_output. This is an estimate: cached input is
 * counted in full. */
#ifndef OBSERVE_PRICE_H
#define OBSERVE_PRICE_H

#include "base/str.h"

/* Cost in US dollars. The longest family that the model's name begins with decides, so that dated
 * snapshots ("gpt-4o-mini-2024-07-18") cost what their family costs; a vendor's name before a slash
 * ("openai/gpt-4o-mini") is ignored. Unknown and local models cost 0. An override < 0 = use the
 * table. Negative numbers of tokens count as 0. */
double price_of(struct str model, double override_input, double override_output,
                int64_t tokens_prompt, int64_t tokens_answer);

#endif
