/* Sealing: what is written down can be read with the key only, and cannot be altered, shortened in
 * the middle or put into another order without that being seen. AES-256-GCM (lib/base/crypto).
 *
 * A sealed file is text, one record a line, so that a crash loses no line that was written. It
 * holds one stream or, in a log, one behind the other, one for each process that wrote to it:
 *
 *     AITD-SEAL-1 BASE64       a stream begins: 66 bytes and their tag
 *     +BASE64                  a record: encrypted bytes and their tag
 *     .BASE64                  the stream's orderly end: a tag alone
 *
 * The 66 bytes of a beginning: content ('L' log, 'R' results); flags (1 the key is a passphrase, 2
 * a line stands before this one, 4 that line has no end); 16 bytes of salt for the passphrase; 16
 * random bytes of the stream; SHA-256 of the line before it, without its newline, or zeros. The tag
 * is that of an empty text, beside which all before it is authenticated, with nonce 0. Records
 * count from 1, the end is counted with them: the nonce is that number, 12 bytes, the highest
 * first; '+' or '.' is authenticated beside it. So a record opens in its own place only, and each
 * beginning vouches for the line before it.
 *
 * Keys: a log.key of 64 hexadecimal digits, or base64 of 32 bytes, is a key as it is: master =
 * HMAC-SHA256(key, "ai-ticketd seal 1"). Anything else is a passphrase: master = scrypt(passphrase,
 * salt). A stream's key is HMAC-SHA256(master, "ai-ticketd stream" and its 16 random bytes), that
 * of a single value HMAC-SHA256(master, "ai-ticketd value" and its 16 random bytes).
 *
 * What the records say together is, byte for byte, the file that would have been written without
 * sealing. That the youngest lines are missing cannot be seen when the end is missing as well: it
 * then looks as if the process had been killed. */
#ifndef PRIVACY_SEAL_H
#define PRIVACY_SEAL_H

#include "base/buf.h"
#include "base/crypto.h"

#define SEAL_SALT_SIZE 16
#define SEAL_RECORD_MAX (256 * 1024)                  /* bytes of a record */
#define SEAL_LINE_MAX (SEAL_RECORD_MAX / 3 * 4 + 256) /* longer lines are no sealed ones */

enum seal_content { SEAL_LOG = 'L', SEAL_RESULTS = 'R' };

struct seal_key;

/* `secret` is log.key, in whichever form, not empty; copied. `salt` is that of new streams when it
 * is a passphrase; the same for all files of an installation, or reading many of them is slow.
 * Costs some 50 ms then. */
struct seal_key *seal_key_new(struct str secret, const uint8_t salt[SEAL_SALT_SIZE]) MUST_CHECK;
void seal_key_free(struct seal_key *key); /* wipes; NULL is fine */
/* True when the salt counts. */
bool seal_is_passphrase(struct str secret);

/* --- writing --- */

struct sealer {
	uint8_t key[CRYPTO_KEY_SIZE];
	uint64_t number; /* of the last record */
};

/* The line before a stream that is added to a file. */
struct seal_before {
	struct str line; /* without newline */
	bool torn;       /* it had none: one is put behind it */
};

/* `random`: 16 bytes never used before. `before` is NULL at the beginning of a file. Adds whole
 * lines, here and below. */
void sealer_begin(struct sealer *sealer, const struct seal_key *key, enum seal_content content,
                  const uint8_t random[SEAL_SALT_SIZE], const struct seal_before *before,
                  struct buf *out);
/* A record of at most SEAL_RECORD_MAX bytes. */
void sealer_add(struct sealer *sealer, struct str record, struct buf *out);
/* Nothing can be added after it; wipes. */
void sealer_end(struct sealer *sealer, struct buf *out);
/* The line looks like the beginning of a stream, of whatever version and key. */
bool seal_is_beginning(struct str line);
/* It is one, made with this key and salt and for this content: a stream may be added to the
 * file. */
bool seal_is_ours(const struct seal_key *key, enum seal_content content, struct str line);

/* --- reading --- */

struct unsealer {
	const struct seal_key *key;
	uint8_t other_salt[SEAL_SALT_SIZE]; /* of the last beginning that has not the key's own */
	uint8_t other_master[CRYPTO_KEY_SIZE];
	bool other;

	uint8_t stream_key[CRYPTO_KEY_SIZE];
	enum seal_content content;
	uint64_t number;
	uint64_t line;                      /* lines seen of this file */
	uint8_t before[CRYPTO_SHA256_SIZE]; /* digest of the last one */
	bool whole;                         /* it had its newline */
	bool within;                        /* a stream has begun and not ended */
	/* the last line did not open; only the next one can explain that */
	bool doubtful;
	/* unsealer_finish found no end: what is there is genuine, but not all */
	bool cut;
	uint64_t lost; /* lines that were torn when a process died */
	struct err doubt;
};

/* `key` must outlive it. */
void unsealer_init(struct unsealer *unsealer, const struct seal_key *key);
void unsealer_wipe(struct unsealer *unsealer);
/* Before the first line of each file. What was derived for the last one is kept. */
void unsealer_start_file(struct unsealer *unsealer);
/* The next line without its newline; `whole`: it has one. Adds what it says to `out`: 0. Or -1 and
 * the file cannot be trusted from here on. */
int unsealer_line(struct unsealer *unsealer, struct str line, bool whole, struct buf *out,
                  struct err *err) MUST_CHECK;
/* No more lines: 0 all is there; 1 all there is is genuine, and `err` says what may be missing (a
 * log that is still being written, or whose process was killed); -1 not all is there. */
int unsealer_finish(struct unsealer *unsealer, struct err *err) MUST_CHECK;

/* --- a single value, in a field of a database --- */

/* Adds 34 bytes (form 1, flags, salt, random), the encrypted value and its tag. `place` names where
 * it belongs and is authenticated: moved elsewhere it does not open. */
void seal_value(const struct seal_key *key, const uint8_t random[SEAL_SALT_SIZE], struct str place,
                struct str value, struct buf *out);
int unseal_value(struct unsealer *unsealer, struct str place, struct str sealed, struct buf *out,
                 struct err *err) MUST_CHECK;

#endif
