/* Sealing: encrypts files so that they can be read only with the key, and so that altering,
 * reordering or removing lines in the middle is detected. AES-256-GCM (lib/base/crypto).
 *
 * A sealed file is text, one record per line, so that a crash loses no line that was written. It
 * holds one stream, or, in a log, one stream after another, one for each process that wrote to it:
 *
 *     AITD-SEAL-1 BASE64       a stream begins: 66 bytes and their tag
 *     +BASE64                  a record: encrypted bytes and their tag
 *     .BASE64                  the stream's orderly end: a tag alone
 *
 * The 66 bytes of a beginning: content ('L' log, 'R' results); flags (1 the key is a passphrase, 2
 * a line precedes this one, 4 that line has no newline); 16 bytes of salt for the passphrase; 16
 * random bytes of the stream; SHA-256 of the line before it, without its newline, or zeros. The tag
 * is that of an empty text with nonce 0, with everything before it as additional authenticated
 * data. Records count from 1, and the end is counted with them: the nonce is that number, 12 bytes,
 * big-endian; '+' or '.' is the additional authenticated data. So a record can be opened only in
 * its own place, and each beginning authenticates the line before it.
 *
 * Keys: a log.key of 64 hexadecimal digits, or base64 of 32 bytes, is a raw key: master =
 * HMAC-SHA256(key, "ai-ticketd seal 1"). Anything else is a passphrase: master = scrypt(passphrase,
 * salt). A stream's key is HMAC-SHA256(master, "ai-ticketd stream" and its 16 random bytes), that
 * of a single value HMAC-SHA256(master, "ai-ticketd value" and its 16 random bytes).
 *
 * The records together are, byte for byte, the file that would have been written without sealing.
 * Missing last lines cannot be detected when the end is missing too: this looks as if the process
 * had been killed. */
#ifndef PRIVACY_SEAL_H
#define PRIVACY_SEAL_H

#include "base/buf.h"
#include "base/crypto.h"

#define SEAL_SALT_SIZE 16
#define SEAL_RECORD_MAX (256 * 1024)
#define SEAL_LINE_MAX (SEAL_RECORD_MAX / 3 * 4 + 256) /* longer lines are not sealed lines */

enum seal_content { SEAL_LOG = 'L', SEAL_RESULTS = 'R' };

struct seal_key;

/* `secret` is log.key in any of its forms, not empty; it is copied. `salt` is used for new streams
 * when the secret is a passphrase; it should be the same for all files of an installation, because
 * each other salt makes reading slow. With a passphrase this costs some 50 ms. */
struct seal_key *seal_key_new(struct str secret, const uint8_t salt[SEAL_SALT_SIZE]) MUST_CHECK;
/* Wipes the key and frees it. NULL is allowed. */
void seal_key_free(struct seal_key *key);
/* True when the secret is a passphrase, so that the salt matters. */
bool seal_is_passphrase(struct str secret);

/* --- writing --- */

struct sealer {
	uint8_t key[CRYPTO_KEY_SIZE];
	uint64_t number; /* number of the last record */
};

/* The last line of a file to which a stream is appended. */
struct seal_before {
	struct str line; /* without newline */
	bool torn;       /* it had no newline: one is added */
};

/* Begins a stream: appends whole lines to `out`, like all functions below. `random`: 16 bytes that
 * were never used before. `before` is NULL at the beginning of a file. */
void sealer_begin(struct sealer *sealer, const struct seal_key *key, enum seal_content content,
                  const uint8_t random[SEAL_SALT_SIZE], const struct seal_before *before,
                  struct buf *out);
/* Appends a record of at most SEAL_RECORD_MAX bytes. */
void sealer_add(struct sealer *sealer, struct str record, struct buf *out);
/* Ends the stream and wipes the sealer, which cannot be used any more. */
void sealer_end(struct sealer *sealer, struct buf *out);
/* True when the line looks like the beginning of a stream, of any version and key. */
bool seal_is_beginning(struct str line);
/* True when it is one made with this key and salt and for this content, so that a stream may be
 * appended to the file. */
bool seal_is_ours(const struct seal_key *key, enum seal_content content, struct str line);

/* --- reading --- */

struct unsealer {
	const struct seal_key *key;
	/* salt of the last beginning with another salt than the key's */
	uint8_t other_salt[SEAL_SALT_SIZE];
	uint8_t other_master[CRYPTO_KEY_SIZE];
	bool other;

	uint8_t stream_key[CRYPTO_KEY_SIZE];
	enum seal_content content;
	uint64_t number;
	uint64_t line;                      /* lines of this file so far */
	uint8_t before[CRYPTO_SHA256_SIZE]; /* SHA-256 of the last line */
	bool whole;                         /* the last line had its newline */
	bool within;                        /* a stream has begun and not ended */
	/* the last line could not be opened; only the next one can explain why */
	bool doubtful;
	/* unsealer_finish() found no end: what is there is genuine, but not complete */
	bool cut;
	uint64_t lost; /* lines that were cut off when a process died */
	struct err doubt;
};

/* `key` must outlive the unsealer. */
void unsealer_init(struct unsealer *unsealer, const struct seal_key *key);
void unsealer_wipe(struct unsealer *unsealer);
/* Must be called before the first line of each file. Derived keys are kept. */
void unsealer_start_file(struct unsealer *unsealer);
/* Reads the next line, without its newline; `whole`: it has one. 0: its content is appended to
 * `out`. -1: the file cannot be trusted from here on. */
int unsealer_line(struct unsealer *unsealer, struct str line, bool whole, struct buf *out,
                  struct err *err) MUST_CHECK;
/* Ends the file. 0: it is complete. 1: everything there is genuine, and `err` says what may be
 * missing (a log that is still being written, or whose process was killed). -1: it is not
 * complete. */
int unsealer_finish(struct unsealer *unsealer, struct err *err) MUST_CHECK;

/* --- a single value, in a field of a database --- */

/* Appends 34 bytes (form 1, flags, salt, random), the encrypted value and its tag. `random`: as for
 * sealer_begin(). `place` names where the value belongs and is authenticated: moved elsewhere it
 * cannot be opened. */
void seal_value(const struct seal_key *key, const uint8_t random[SEAL_SALT_SIZE], struct str place,
                struct str value, struct buf *out);
int unseal_value(struct unsealer *unsealer, struct str place, struct str sealed, struct buf *out,
                 struct err *err) MUST_CHECK;

#endif
