/* The tokens by which peers on TCP show who they are. Only digests are kept, and what is given is
 * compared by its digest with all of them in constant time, so that neither the memory of the
 * process nor the time of an answer tells a token. */
#ifndef DAEMON_CONTROL_TOKENS_H
#define DAEMON_CONTROL_TOKENS_H

#include "base/crypto.h"
#include "daemon/control/rights.h"

#define TOKENS_MAX 64

struct token {
	char name[HTTP_TOKEN_NAME_SIZE];
	enum right may; /* RIGHT_READ or RIGHT_ORDER */
	uint8_t digest[CRYPTO_SHA256_SIZE];
};

struct tokens {
	size_t count; /* at most TOKENS_MAX */
	struct token list[TOKENS_MAX];
};

/* The token in the value of an Authorization header; false: there is none, or the header is for
 * somebody else (another scheme than Bearer). It points into the header. */
bool tokens_read_header(struct str authorization, struct str *ret) MUST_CHECK;
/* The token that was given, or NULL. */
const struct token *tokens_find(const struct tokens *tokens, struct str given);
/* The token of that name, or NULL. */
const struct token *tokens_named(const struct tokens *tokens, const char *name);
/* Whether `held` is still a token, with the same name and secret, and may do this: for answers that
 * last. */
bool tokens_still(const struct tokens *tokens, const struct token *held, enum right needed);

#endif
