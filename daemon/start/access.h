/* The tokens of the HTTP interface: http.token, the credentials http.token.NAME.read and
 * http.token.NAME.command of the service manager, and the files NAME.read and NAME.command in
 * http.tokens_dir. Only their digests are kept. Refused with a reason that names the file and never
 * the token: one that is short enough to be guessed, has characters that no header can carry, or is
 * there twice; names that are not plain; and a port that is open beyond this machine to all, since
 * there is no token. */
#ifndef DAEMON_START_ACCESS_H
#define DAEMON_START_ACCESS_H

#include "base/crypto.h"
#include "config/config.h"

#define ACCESS_TOKENS_MAX 64
#define ACCESS_NAME_MAX 32            /* letters, digits, "-" and "_" */
#define ACCESS_CHARACTERS_MIN 32      /* of a token */
#define ACCESS_BYTES_MAX 1024         /* of a token */
#define ACCESS_NAME_DEFAULT "default" /* of http.token */

struct access_token {
	char name[ACCESS_NAME_MAX + 1];
	bool command; /* may command, else only read */
	uint8_t digest[CRYPTO_SHA256_SIZE];
};
struct access {
	size_t count;
	struct access_token tokens[ACCESS_TOKENS_MAX];
	struct buf from_manager; /* names of the credentials among them, separated by commas */
};

/* Initialises `ret` and reads all tokens that this configuration names; adds errors and warnings to
 * `problems`. To be freed in any case. */
void access_read(const struct config *config, struct access *ret, struct config_problems *problems);
void access_free(struct access *access);

/* Compares two readings by name and right. `says` gets each token that was "added", "revoked" or
 * "changed". */
void access_compare(const struct access *before, const struct access *after,
                    void (*says)(void *arg, const struct access_token *token, const char *what),
                    void *arg);

#endif
