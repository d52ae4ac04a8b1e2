/* What a model costs: a table by model family (list prices of November 2026, US dollars per million
 * tokens), overridden by llm.price_input and llm.price_output. An estimate: cached input counts in
 * full. */
#ifndef OBSERVE_PRICE_H
#define OBSERVE_PRICE_H

#include "base/str.h"

/* US dollars. The longest family that the model's name begins with decides, so that dated snapshots
 * ("gpt-4o-mini-2024-07-18") cost what their family costs; a maker's name before a slash
 * ("openai/gpt-4o-mini") is passed over. Unknown and local models cost 0. Each override < 0 = use
 * the table. Negative numbers of tokens count as none. */
double price_of(struct str model, double override_input, double override_output,
                int64_t tokens_prompt, int64_t tokens_answer);

#endif
