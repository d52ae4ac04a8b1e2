/* The key that seals logs and results while log.encrypt is on, and the random bytes that each
 * sealed thing needs. */
#ifndef DAEMON_FILES_SEALING_H
#define DAEMON_FILES_SEALING_H

#include "config/config.h"
#include "privacy/seal.h"

/* `*ret` is the key, to be freed by seal_key_free; NULL when log.encrypt is off. For a passphrase
 * the salt is kept in `dir`, in the file .seal-salt, so that all files there have one: it is no
 * secret, and nothing is lost with it. -1 when it cannot be written. */
int sealing_key(const struct config *config, const char *dir, struct seal_key **ret,
                struct err *err) MUST_CHECK;
/* The key that reads what was sealed in `dir`, whether log.encrypt is on or not; NULL when there is
 * no secret. Nothing is written. For a worker: see seal_key_new. */
struct seal_key *sealing_reader(struct str secret, const char *dir) MUST_CHECK;
/* Sealing of single values, for a store that is told how by two functions with an argument. */
struct sealing_values {
	const struct seal_key *key; /* must outlive it */
	struct unsealer unsealer;
};
void sealing_values_init(struct sealing_values *values, const struct seal_key *key);
void sealing_values_wipe(struct sealing_values *values);
void sealing_values_seal(void *values, struct str place, struct str value, struct buf *out);
int sealing_values_unseal(void *values, struct str place, struct str sealed, struct buf *out,
                          struct err *err);

/* From the kernel. */
void sealing_random(uint8_t out[SEAL_SALT_SIZE]);

#endif
