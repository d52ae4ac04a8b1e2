/* What an answer rests on, as a key: HMAC-SHA256 under a secret of the installation, so that a key
 * tells nothing of a text, not even to one who guesses it. Each part is preceded by its length: no
 * byte can move from one part to the next without another key. */
#ifndef ENGINE_DECIDE_REUSE_KEY_H
#define ENGINE_DECIDE_REUSE_KEY_H

#include "base/crypto.h"
#include "engine/record.h"
#include "llm/client.h"

/* What is the same for all tickets until the configuration changes, or the service. */
enum reuse_setting {
	REUSE_PROVIDER,
	REUSE_ADDRESS,
	REUSE_MODEL,       /* in use, which may be one of llm.fallback_models */
	REUSE_TEMPERATURE, /* as configured, to the last digit */
	REUSE_FORMAT,      /* parameters that are sent, and tickets in one request */
	REUSE_PROMPT,      /* version of the wording */
	REUSE_LABELS,
	REUSE_LANGUAGE,
	REUSE_PRIVACY, /* what is redacted */
	REUSE_PATTERNS,
	REUSE_NORMALISER, /* PLAIN_VERSION */
	REUSE_SETTINGS
};
/* What one request adds, and then the answer. */
enum reuse_part {
	REUSE_OF_SETTINGS,
	REUSE_REMINDER,
	REUSE_SUBJECT,
	REUSE_DESCRIPTION,
	REUSE_PARTS
};

/* The texts are in `arena`, or borrowed from the configuration and the client. */
void reuse_settings(const struct config *config, const struct llm_client *client,
                    struct str ret[REUSE_SETTINGS], struct arena *arena);
void reuse_mac(struct str secret, const struct str *parts, size_t count,
               uint8_t ret[CRYPTO_SHA256_SIZE]);
/* The key of a request. `settings`: reuse_mac() of reuse_settings(). */
struct answer_key reuse_key_of(struct str secret, const uint8_t settings[CRYPTO_SHA256_SIZE],
                               bool reminder, struct str subject, struct str description);
/* The key of its answer, which depends on the version of the model that gave it. */
struct answer_key reuse_answer_key(struct str secret, const struct answer_key *request,
                                   struct str model_version);

#endif
