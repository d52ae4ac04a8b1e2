/* AES-256-GCM, keys from passphrases, and decoding base64. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/crypto.h"

#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1
#define SCRYPT_BYTES_MAX (32 * 1024 * 1024)
#define PIECE_MAX (1 << 30) /* OpenSSL's lengths are ints */

static void cipher_must(bool done, const char *what)
{
	if (!done)
		fatal("the cryptography library failed: %s", what);
}

static const EVP_CIPHER *aes(void)
{
	static EVP_CIPHER *cipher;

	if (!cipher)
		cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	cipher_must(cipher, "AES-256-GCM");
	return cipher;
}

void crypto_prepare(void)
{
	uint8_t digest[CRYPTO_SHA256_SIZE];

	(void)aes();
	crypto_sha256(STR(""), digest);
	crypto_hmac_sha256(STR(""), STR(""), digest);
}

static const unsigned char *cipher_bytes(struct str data)
{
	return (const unsigned char *)(data.data ? data.data : "");
}

void crypto_gcm_seal(const uint8_t key[CRYPTO_KEY_SIZE], const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct str beside, struct str text, struct buf *out)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	unsigned char *sealed = xmalloc(text.len + CRYPTO_TAG_SIZE);
	int len = 0, rest = 0;

	ENSURE(text.len < PIECE_MAX && beside.len < PIECE_MAX);
	cipher_must(context && EVP_EncryptInit_ex2(context, aes(), key, nonce, NULL) &&
	                    EVP_EncryptUpdate(context, NULL, &len, cipher_bytes(beside),
	                                      (int)beside.len) &&
	                    EVP_EncryptUpdate(context, sealed, &len, cipher_bytes(text),
	                                      (int)text.len) &&
	                    EVP_EncryptFinal_ex(context, sealed + text.len, &rest) &&
	                    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG_SIZE,
	                                        sealed + text.len),
	            "sealing with AES-256-GCM");
	EVP_CIPHER_CTX_free(context);
	buf_add(out, sealed, text.len + CRYPTO_TAG_SIZE);
	free(sealed);
}

bool crypto_gcm_open(const uint8_t key[CRYPTO_KEY_SIZE], const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct str beside, struct str sealed, struct buf *out)
{
	uint8_t tag[CRYPTO_TAG_SIZE];
	int len = 0;

	if (sealed.len < CRYPTO_TAG_SIZE || sealed.len >= PIECE_MAX || beside.len >= PIECE_MAX)
		return false;
	size_t text_len = sealed.len - CRYPTO_TAG_SIZE;
	memcpy(tag, sealed.data + text_len, CRYPTO_TAG_SIZE);
	unsigned char *text = xmalloc(text_len + CRYPTO_TAG_SIZE);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	cipher_must(
	        context && EVP_DecryptInit_ex2(context, aes(), key, nonce, NULL) &&
	                EVP_DecryptUpdate(context, NULL, &len, cipher_bytes(beside),
	                                  (int)beside.len) &&
	                EVP_DecryptUpdate(context, text, &len, cipher_bytes(sealed),
	                                  (int)text_len) &&
	                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CRYPTO_TAG_SIZE, tag),
	        "opening with AES-256-GCM");
	bool good = EVP_DecryptFinal_ex(context, text + text_len, &len) > 0;
	EVP_CIPHER_CTX_free(context);
	if (good)
		buf_add(out, text, text_len);
	crypto_wipe(text, text_len);
	free(text);
	return good;
}

void crypto_scrypt(struct str passphrase, struct str salt, uint8_t out[CRYPTO_KEY_SIZE])
{
	cipher_must(EVP_PBE_scrypt(passphrase.data ? passphrase.data : "", passphrase.len,
	                           cipher_bytes(salt), salt.len, SCRYPT_N, SCRYPT_R, SCRYPT_P,
	                           SCRYPT_BYTES_MAX, out, CRYPTO_KEY_SIZE),
	            "scrypt");
}

/* Value of a base64 character, 0 to 63, or -1. */
static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Decodes four characters to three bytes, of which `count` are used; the bits of the others must be
 * 0. */
static bool decode_four(const char *four, size_t count, unsigned char bytes[3])
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i <= count ? base64_value(four[i]) : 0;

		if (value < 0 || (i > count && four[i] != '='))
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	bytes[0] = (unsigned char)(bits >> 16);
	bytes[1] = (unsigned char)(bits >> 8);
	bytes[2] = (unsigned char)bits;
	return (count > 1 || bytes[1] == 0) && (count > 2 || bytes[2] == 0);
}

int crypto_decode_base64(struct buf *buf, struct str text)
{
	size_t before = buf->len;
	unsigned char bytes[3];

	if (text.len % 4 != 0)
		return -1;
	for (size_t at = 0; at < text.len; at += 4) {
		const char *four = text.data + at;
		bool last = at + 4 == text.len;
		size_t count = last && four[3] == '=' ? (four[2] == '=' ? 1 : 2) : 3;

		if (!decode_four(four, count, bytes)) {
			buf->len = before;
			if (buf->data)
				buf->data[before] = '\0';
			return -1;
		}
		buf_add(buf, bytes, count);
	}
	return 0;
}
