/* Digests, HMAC and encoding, by OpenSSL's EVP interface. Algorithms are fetched once, because a
 * fetch costs more than the digest of a short text. A context lives for one call only, so neither
 * key nor text stays in memory (OpenSSL clears them on release). */
#include "base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

static const char HEX[] = "0123456789abcdef";

static void crypto_must(bool done, const char *what)
{
	if (!done)
		fatal("the cryptography library failed: %s", what);
}

static const EVP_MD *sha256(void)
{
	static EVP_MD *digest;
	if (!digest)
		digest = EVP_MD_fetch(NULL, "SHA256", NULL);
	crypto_must(digest, "SHA-256");
	return digest;
}

/* An HMAC context with its digest but without a key; it is copied for each use. */
static const EVP_MAC_CTX *hmac_sha256(void)
{
	static EVP_MAC_CTX *keyless;
	if (!keyless) {
		char name[] = "SHA256";
		OSSL_PARAM params[] = {
		        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		        OSSL_PARAM_construct_end()};
		EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
		crypto_must(mac, "HMAC");
		keyless = EVP_MAC_CTX_new(mac);
		EVP_MAC_free(mac);
		crypto_must(keyless && EVP_MAC_CTX_set_params(keyless, params),
		            "HMAC with SHA-256");
	}
	return keyless;
}

static const unsigned char *bytes_of(struct str data)
{
	return (const unsigned char *)(data.data ? data.data : "");
}

static void add_hex(const uint8_t *bytes, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++) {
		*out++ = HEX[bytes[i] >> 4];
		*out++ = HEX[bytes[i] & 15];
	}
	*out = '\0';
}

void crypto_sha256(struct str data, uint8_t out[CRYPTO_SHA256_SIZE])
{
	crypto_must(EVP_Digest(bytes_of(data), data.len, out, NULL, sha256(), NULL), "SHA-256");
}

void crypto_sha256_hex(struct str data, char out[2 * CRYPTO_SHA256_SIZE + 1])
{
	uint8_t digest[CRYPTO_SHA256_SIZE];
	crypto_sha256(data, digest);
	add_hex(digest, sizeof(digest), out);
}

void crypto_hmac_sha256(struct str key, struct str data, uint8_t out[CRYPTO_SHA256_SIZE])
{
	EVP_MAC_CTX *context = EVP_MAC_CTX_dup(hmac_sha256());
	crypto_must(context && EVP_MAC_init(context, bytes_of(key), key.len, NULL) &&
	                    EVP_MAC_update(context, bytes_of(data), data.len) &&
	                    EVP_MAC_final(context, out, NULL, CRYPTO_SHA256_SIZE),
	            "HMAC with SHA-256");
	EVP_MAC_CTX_free(context);
}

void crypto_add_base64(struct buf *buf, struct str data)
{
	enum { BLOCK = 3 * 256 };
	unsigned char encoded[BLOCK / 3 * 4 + 1];
	while (data.len > 0) {
		size_t len = data.len < BLOCK ? data.len : BLOCK;
		int written = EVP_EncodeBlock(encoded, bytes_of(data), (int)len);
		buf_add(buf, encoded, (size_t)written);
		data = str_skip(data, len);
	}
	/* The encoded data are mostly credentials. */
	crypto_wipe(encoded, sizeof(encoded));
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *secret, size_t len)
{
	if (secret)
		OPENSSL_cleanse(secret, len);
}

void crypto_derive_marker(struct str key, uint64_t counter, char out[CRYPTO_MARKER_SIZE])
{
	uint8_t digest[CRYPTO_SHA256_SIZE];
	char number[8];
	for (size_t i = 0; i < sizeof(number); i++)
		number[i] = (char)(counter >> (56 - 8 * i));
	crypto_hmac_sha256(key, str_make(number, sizeof(number)), digest);
	add_hex(digest, CRYPTO_MARKER_SIZE / 2, out);
}
