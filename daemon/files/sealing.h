/* The key that seals logs and results while log.encrypt is on, and the random bytes that sealing
 * needs. */
#ifndef DAEMON_FILES_SEALING_H
#define DAEMON_FILES_SEALING_H

#include "config/config.h"
#include "privacy/seal.h"

/* Derives the key from log.key. `*ret` is to be freed by seal_key_free; NULL when log.encrypt is
 * off. For a passphrase the salt is kept in `dir`, in the file .seal-salt, so that all files there
 * share one; it is no secret and its loss does no harm. -1 with a reason when it cannot be
 * written. */
int sealing_key(const struct config *config, const char *dir, struct seal_key **ret,
                struct err *err) MUST_CHECK;
/* The key that unseals what was sealed in `dir`, whether log.encrypt is on or not; NULL when there
 * is no secret. To be freed by seal_key_free. Writes nothing. For a worker, because it is slow:
 * see seal_key_new. */
struct seal_key *sealing_reader(struct str secret, const char *dir) MUST_CHECK;
/* Seals single values, for a store that gets two functions with an argument (struct
 * store_seal). */
struct sealing_values {
	const struct seal_key *key; /* borrowed */
	struct unsealer unsealer;
};
/* `key` is borrowed until sealing_values_wipe. */
void sealing_values_init(struct sealing_values *values, const struct seal_key *key);
/* Wipes secrets; to be called at the end. */
void sealing_values_wipe(struct sealing_values *values);
/* For struct store_seal; `values` is a struct sealing_values. */
void sealing_values_seal(void *values, struct str place, struct str value, struct buf *out);
int sealing_values_unseal(void *values, struct str place, struct str sealed, struct buf *out,
                          struct err *err);

/* Fills `out` with random bytes of the kernel; ends the process when there are none. */
void sealing_random(uint8_t out[SEAL_SALT_SIZE]);

#endif
