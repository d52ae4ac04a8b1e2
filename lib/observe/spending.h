/* What requests to a model have cost: tokens, and US dollars by the price table. Every request
 * counts that was paid or may have been. Where its server did not say how many tokens it took, they
 * are estimated, and a sum with estimates is shown to people with a "~". */
#ifndef OBSERVE_SPENDING_H
#define OBSERVE_SPENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spending {
	uint64_t tokens_prompt, tokens_answer;
	double cost; /* US dollars */
	bool estimated;
	/* of tokens_prompt: what the server had in its cache of prompts, and charges less for */
	uint64_t tokens_cached;
};

static inline void spending_add(struct spending *to, const struct spending *more)
{
	to->tokens_prompt += more->tokens_prompt;
	to->tokens_answer += more->tokens_answer;
	to->cost += more->cost;
	to->tokens_cached += more->tokens_cached;
	to->estimated = to->estimated || more->estimated;
}

/* The share of one of `count` tickets that have shared a request: of what does not come out even
 * the first ones have one token more, so that the shares add up to the whole. */
static inline struct spending spending_share(const struct spending *whole, size_t which,
                                             size_t count)
{
	return (struct spending){
	        .tokens_prompt = whole->tokens_prompt / count +
	                         (which < whole->tokens_prompt % count ? 1 : 0),
	        .tokens_answer = whole->tokens_answer / count +
	                         (which < whole->tokens_answer % count ? 1 : 0),
	        .tokens_cached = whole->tokens_cached / count +
	                         (which < whole->tokens_cached % count ? 1 : 0),
	        .cost = whole->cost / (double)count,
	        .estimated = whole->estimated,
	};
}

#endif
