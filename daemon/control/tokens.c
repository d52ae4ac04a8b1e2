/* Compares tokens by their digests. */
#include "daemon/control/tokens.h"

#include <string.h>

bool tokens_read_header(struct str authorization, struct str *ret)
{
	struct str scheme = STR("bearer ");

	if (str_ieq(str_trim(authorization), STR("bearer"))) {
		*ret = STR("");
		return true;
	}
	if (!str_istarts(authorization, scheme))
		return false;
	*ret = str_trim(str_skip(authorization, scheme.len));
	return true;
}

/* All are compared, also after one that matches. */
const struct token *tokens_find(const struct tokens *tokens, struct str given)
{
	uint8_t digest[CRYPTO_SHA256_SIZE];
	const struct token *found = NULL;

	crypto_sha256(given, digest);
	for (size_t i = 0; i < tokens->count; i++)
		if (crypto_equal(digest, tokens->list[i].digest, sizeof(digest)))
			found = &tokens->list[i];
	return found;
}

const struct token *tokens_named(const struct tokens *tokens, const char *name)
{
	for (size_t i = 0; i < tokens->count; i++)
		if (strcmp(tokens->list[i].name, name) == 0)
			return &tokens->list[i];
	return NULL;
}

bool tokens_still(const struct tokens *tokens, const struct token *held, enum right needed)
{
	const struct token *now = tokens_named(tokens, held->name);

	return now != NULL && crypto_equal(now->digest, held->digest, sizeof(now->digest)) &&
	       right_covers(now->may, needed);
}
