/* The price table and its lookup. */
#include "observe/price.h"

struct price {
	struct str family;
	double input, output;
};

/* clang-format off */
static const struct price prices[] = {
	{STR("gpt-4o-mini"),  0.15, 0.60},
	{STR("gpt-4.1-mini"), 0.40, 1.60},
	{STR("gpt-4.1-nano"), 0.10, 0.40},
	{STR("gpt-5-nano"),   0.05, 0.40},
	{STR("gpt-5-mini"),   0.25, 2.00},
	{STR("gpt-5.4-nano"), 0.20, 1.25},
	{STR("gpt-5.4-mini"), 0.75, 4.50},
	{STR("gpt-5.6-luna"), 0.20, 1.20},
	{STR("gpt-6-luna"),   0.10, 0.50},
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

static double cost_of_tokens(double table, double override, int64_t tokens)
{
	return (override >= 0 ? override : table) * (double)(tokens > 0 ? tokens : 0) /
	       TOKENS_PRICED;
}

double price_of(struct str model, double override_input, double override_output,
                int64_t tokens_prompt, int64_t tokens_answer)
{
	const struct price *price = find_price(model);
	return cost_of_tokens(price->input, override_input, tokens_prompt) +
	       cost_of_tokens(price->output, override_output, tokens_answer);
}
