/* A small interface to OpenSSL's EVP: digests, message authentication, base64, authenticated
 * encryption. Neither key nor plain text is kept. Algorithms are fetched at their first use, which
 * must not happen on two threads at once. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/buf.h"

/* Fetches all algorithms: from then on several threads may use them at once. */
void crypto_prepare(void);

#define CRYPTO_SHA256_SIZE 32
void crypto_sha256(struct str data, uint8_t out[CRYPTO_SHA256_SIZE]);
void crypto_sha256_hex(struct str data, char out[2 * CRYPTO_SHA256_SIZE + 1]);
void crypto_hmac_sha256(struct str key, struct str data, uint8_t out[CRYPTO_SHA256_SIZE]);
void crypto_add_base64(struct buf *buf, struct str data); /* standard alphabet, padded */
/* Decodes strictly: padded, no other characters, no stray bits. 0, or -1 and nothing is
 * appended. */
int crypto_decode_base64(struct buf *buf, struct str text) MUST_CHECK;
/* Compares in constant time. */
bool crypto_equal(const void *a, const void *b, size_t len);
void crypto_wipe(void *secret, size_t len);
/* A marker that no ticket author can guess: 16 hexadecimal digits of HMAC-SHA256(key, counter). The
 * shell takes the key from the kernel's random numbers, a simulation from its seed. */
#define CRYPTO_MARKER_SIZE 17
void crypto_derive_marker(struct str key, uint64_t counter, char out[CRYPTO_MARKER_SIZE]);

/* AES-256-GCM (NIST SP 800-38D). A nonce must never be used twice with one key. */
#define CRYPTO_KEY_SIZE 32
#define CRYPTO_NONCE_SIZE 12
#define CRYPTO_TAG_SIZE 16
/* Appends the encrypted `text` and its tag; `beside` is additional authenticated data, which is not
 * part of the output. */
void crypto_gcm_seal(const uint8_t key[CRYPTO_KEY_SIZE], const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct str beside, struct str text, struct buf *out);
/* Appends the decrypted text. False, and nothing is appended, when any bit of key, nonce, `beside`
 * or `sealed` differs. */
bool crypto_gcm_open(const uint8_t key[CRYPTO_KEY_SIZE], const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct str beside, struct str sealed, struct buf *out) MUST_CHECK;
/* scrypt (RFC 7914) with N = 16384, r = 8, p = 1: derives a key from a passphrase; costs 16 MB and
 * some 50 ms. */
void crypto_scrypt(struct str passphrase, struct str salt, uint8_t out[CRYPTO_KEY_SIZE]);

#endif
