/* Prices of models: a table by model family (list prices of November 2026, US dollars per million
 * tokens), overridden by llm.price_input, llm.price_cached and llm.price_output. This is an
 * estimate: what some vendors charge for putting input into their cache is not in it. */
#ifndef OBSERVE_PRICE_H
#define OBSERVE_PRICE_H

#include "base/str.h"

/* The prices of the configuration; below 0 = those of the table. `cached`: of input that the server
 * had in its cache; where it is below 0 and `input` is not, that is `input`. */
struct prices {
	double input, cached, output;
};

struct priced_tokens {
	int64_t prompt, cached, answer; /* `cached` are part of `prompt` */
};

/* Cost in US dollars. The longest family that the model's name begins with decides, so that dated
 * snapshots ("gpt-4o-mini-2024-07-18") cost what their family costs; a vendor's name before a slash
 * ("openai/gpt-4o-mini") is ignored. Unknown and local models cost 0. Negative numbers of tokens
 * count as 0, more cached ones than there are as all. */
double price_of(struct str model, struct prices own, struct priced_tokens tokens);

#endif
