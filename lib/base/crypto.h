/* OpenSSL's EVP behind one file: digests, message authentication, base64. No key or plain text is kept. For one thread at a
 * time, like all of lib/. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/buf.h"

#define CRYPTO_SHA256_SIZE 32
void crypto_sha256(struct str data, uint8_t out[CRYPTO_SHA256_SIZE]);
void crypto_sha256_hex(struct str data, char out[2 * CRYPTO_SHA256_SIZE + 1]);
void crypto_hmac_sha256(struct str key, struct str data, uint8_t out[CRYPTO_SHA256_SIZE]);
void crypto_add_base64(struct buf *buf, struct str data);    /* standard alphabet, padded */
bool crypto_equal(const void *a, const void *b, size_t len); /* in constant time */
void crypto_wipe(void *secret, size_t len);
/* A marker no ticket author can guess: 16 hexadecimal digits of HMAC-SHA256(key, counter). The key comes from the shell's
 * kernel randomness, or from the seed in a simulation. */
#define CRYPTO_MARKER_SIZE 17
void crypto_derive_marker(struct str key, uint64_t counter, char out[CRYPTO_MARKER_SIZE]);

#endif
