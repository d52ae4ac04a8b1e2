/* What a model costs: a table by model family (US dollars per million tokens, November 2026), overridden by llm.price_input and
 * llm.price_output. */
#ifndef OBSERVE_PRICE_H
#define OBSERVE_PRICE_H

#include "base/str.h"

/* override < 0 = use the table; unknown and local models cost 0. */
double price_of(struct str model, double override_input, double override_output, int64_t tokens_prompt,
                int64_t tokens_answer);

#endif
