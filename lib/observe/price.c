/* The price table and its lookup. */
#include "observe/price.h"

struct price {
	struct str family;
	double input, cached, output;
};

/* clang-format off */
static const struct price prices[] = {
	{STR("gpt-4o-mini"),  0.15, 0.075, 0.60},
	{STR("gpt-4.1-mini"), 0.40, 0.100, 1.60},
	{STR("gpt-4.1-nano"), 0.10, 0.025, 0.40},
	{STR("gpt-5-nano"),   0.05, 0.005, 0.40},
	{STR("gpt-5-mini"),   0.25, 0.025, 2.00},
	{STR("gpt-5.4-nano"), 0.20, 0.020, 1.25},
	{STR("gpt-5.4-mini"), 0.75, 0.075, 4.50},
	{STR("gpt-5.6-luna"), 0.20, 0.020, 1.20},
	{STR("gpt-6-luna"),   0.10, 0.010, 0.50},
};
/* clang-format on */

#define TOKENS_PRICED 1e6

static bool is_of_family(struct str model, struct str family)
{
	return str_istarts(model, family) &&
	       (model.len == family.len || model.data[family.len] == '-');
}

static const struct price *find_price(struct str model)
{
	static const struct price unknown = {.input = 0};
	const struct price *best = &unknown;

	for (ptrdiff_t slash; (slash = str_find_char(model, '/')) >= 0;)
		model = str_skip(model, (size_t)slash + 1);
	for (size_t i = 0; i < ARRAY_LEN(prices); i++)
		if (prices[i].family.len > best->family.len &&
		    is_of_family(model, prices[i].family))
			best = &prices[i];
	return best;
}

static double cost_of_tokens(double table, double own, int64_t tokens)
{
	return (own >= 0 ? own : table) * (double)tokens / TOKENS_PRICED;
}

double price_of(struct str model, struct prices own, struct priced_tokens tokens)
{
	const struct price *price = find_price(model);
	int64_t prompt = tokens.prompt > 0 ? tokens.prompt : 0,
	        answer = tokens.answer > 0 ? tokens.answer : 0,
	        cached = tokens.cached > 0 ? tokens.cached : 0;

	if (cached > prompt)
		cached = prompt;
	if (own.cached < 0)
		own.cached = own.input;
	return cost_of_tokens(price->input, own.input, prompt - cached) +
	       cost_of_tokens(price->cached, own.cached, cached) +
	       cost_of_tokens(price->output, own.output, answer);
}
