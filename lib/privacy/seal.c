/* Keys, and the writing half of sealing. */
#include "privacy/seal.h"

#include <stdlib.h>
#include <string.h>

#include "privacy/seal_parts.h"

#define USE_RAW "ai-ticketd seal 1"
#define SECRET_MAX 4096
#define RECORD_BUF (SEAL_RECORD_MAX + CRYPTO_TAG_SIZE)

struct str seal_bytes(const uint8_t *bytes, size_t len)
{
	return str_make((const char *)bytes, len);
}

/* --- keys --- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex_key(struct str secret, uint8_t key[CRYPTO_KEY_SIZE])
{
	if (secret.len != (size_t)2 * CRYPTO_KEY_SIZE)
		return false;
	for (size_t i = 0; i < CRYPTO_KEY_SIZE; i++) {
		int high = hex_value(secret.data[2 * i]), low = hex_value(secret.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool read_base64_key(struct str secret, uint8_t key[CRYPTO_KEY_SIZE])
{
	struct buf bytes;

	if (secret.len != (CRYPTO_KEY_SIZE + 2) / 3 * 4)
		return false;
	buf_init(&bytes, secret.len);
	bool good = crypto_decode_base64(&bytes, secret) == 0 && bytes.len == CRYPTO_KEY_SIZE;
	if (good)
		memcpy(key, bytes.data, CRYPTO_KEY_SIZE);
	crypto_wipe(bytes.data, bytes.len);
	buf_free(&bytes);
	return good;
}

static bool read_raw_key(struct str secret, uint8_t key[CRYPTO_KEY_SIZE])
{
	return read_hex_key(secret, key) || read_base64_key(secret, key);
}

bool seal_is_passphrase(struct str secret)
{
	uint8_t raw[CRYPTO_KEY_SIZE];
	bool yes = !read_raw_key(secret, raw);

	crypto_wipe(raw, sizeof(raw));
	return yes;
}

struct seal_key *seal_key_new(struct str secret, const uint8_t salt[SEAL_SALT_SIZE])
{
	struct seal_key *key = xcalloc(1, sizeof(*key));
	uint8_t raw[CRYPTO_KEY_SIZE];

	ENSURE(secret.len > 0 && secret.len <= SECRET_MAX);
	key->secret = str_make(xmemdup0(secret.data, secret.len), secret.len);
	key->passphrase = !read_raw_key(secret, raw);
	if (key->passphrase) {
		memcpy(key->salt, salt, SEAL_SALT_SIZE);
		crypto_scrypt(secret, seal_bytes(salt, SEAL_SALT_SIZE), key->master);
	} else {
		crypto_hmac_sha256(seal_bytes(raw, sizeof(raw)), STR(USE_RAW), key->master);
	}
	crypto_wipe(raw, sizeof(raw));
	return key;
}

void seal_key_free(struct seal_key *key)
{
	char *secret;

	if (key == NULL)
		return;
	memcpy(&secret, &key->secret.data, sizeof(secret));
	crypto_wipe(secret, key->secret.len);
	free(secret);
	crypto_wipe(key, sizeof(*key));
	free(key);
}

void seal_derive(const uint8_t master[CRYPTO_KEY_SIZE], const char *use,
                 const uint8_t random[SEAL_SALT_SIZE], uint8_t out[CRYPTO_KEY_SIZE])
{
	struct buf text;

	buf_init(&text, 64);
	buf_printf(&text, "ai-ticketd %s", use);
	buf_add(&text, random, SEAL_SALT_SIZE);
	ENSURE(!text.overflow);
	crypto_hmac_sha256(seal_bytes(master, CRYPTO_KEY_SIZE), buf_str(&text), out);
	buf_free(&text);
}

void seal_nonce(uint64_t number, uint8_t out[CRYPTO_NONCE_SIZE])
{
	for (size_t i = CRYPTO_NONCE_SIZE; i-- > 0; number >>= 8)
		out[i] = (uint8_t)number;
}

/* --- beginnings --- */

/* Appends SEAL_MAGIC and the bytes of a beginning: what its tag authenticates. */
static void add_beside_beginning(const uint8_t bytes[SEAL_BEGINNING_SIZE], struct buf *out)
{
	buf_puts(out, SEAL_MAGIC);
	buf_add(out, bytes, SEAL_BEGINNING_SIZE);
}

bool seal_is_beginning(struct str line)
{
	return str_starts(line, STR(SEAL_FAMILY));
}

int seal_parse_beginning(struct str line, uint8_t bytes[SEAL_BEGINNING_SIZE],
                         uint8_t tag[CRYPTO_TAG_SIZE])
{
	struct buf all;
	int result = -1;

	if (!str_starts(line, STR(SEAL_MAGIC)) ||
	    line.len > 2 * (SEAL_BEGINNING_SIZE + CRYPTO_TAG_SIZE))
		return -1;
	buf_init(&all, line.len);
	if (crypto_decode_base64(&all, str_skip(line, strlen(SEAL_MAGIC))) == 0 &&
	    all.len == SEAL_BEGINNING_SIZE + CRYPTO_TAG_SIZE) {
		memcpy(bytes, all.data, SEAL_BEGINNING_SIZE);
		memcpy(tag, all.data + SEAL_BEGINNING_SIZE, CRYPTO_TAG_SIZE);
		result = 0;
	}
	buf_free(&all);
	return result;
}

static void add_tag(const uint8_t stream_key[CRYPTO_KEY_SIZE],
                    const uint8_t bytes[SEAL_BEGINNING_SIZE], struct buf *out)
{
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	struct buf beside;

	seal_nonce(0, nonce);
	buf_init(&beside, 256);
	add_beside_beginning(bytes, &beside);
	crypto_gcm_seal(stream_key, nonce, buf_str(&beside), STR(""), out);
	buf_free(&beside);
}

bool seal_check_beginning(const uint8_t stream_key[CRYPTO_KEY_SIZE],
                          const uint8_t bytes[SEAL_BEGINNING_SIZE],
                          const uint8_t tag[CRYPTO_TAG_SIZE])
{
	struct buf expected;

	buf_init(&expected, CRYPTO_TAG_SIZE);
	add_tag(stream_key, bytes, &expected);
	bool good = crypto_equal(expected.data, tag, CRYPTO_TAG_SIZE);
	buf_free(&expected);
	return good;
}

bool seal_is_ours(const struct seal_key *key, enum seal_content content, struct str line)
{
	uint8_t bytes[SEAL_BEGINNING_SIZE], tag[CRYPTO_TAG_SIZE], stream_key[CRYPTO_KEY_SIZE];

	if (seal_parse_beginning(line, bytes, tag) < 0 ||
	    bytes[SEAL_AT_CONTENT] != (uint8_t)content ||
	    !(bytes[SEAL_AT_FLAGS] & SEAL_PASSPHRASE) != !key->passphrase ||
	    memcmp(bytes + SEAL_AT_SALT, key->salt, SEAL_SALT_SIZE) != 0)
		return false;
	seal_derive(key->master, "stream", bytes + SEAL_AT_RANDOM, stream_key);
	bool good = seal_check_beginning(stream_key, bytes, tag);
	crypto_wipe(stream_key, sizeof(stream_key));
	return good;
}

static void fill_beginning(const struct seal_key *key, enum seal_content content,
                           const uint8_t random[SEAL_SALT_SIZE], const struct seal_before *before,
                           uint8_t bytes[SEAL_BEGINNING_SIZE])
{
	unsigned flags = key->passphrase ? SEAL_PASSPHRASE : 0;

	memset(bytes, 0, SEAL_BEGINNING_SIZE);
	if (before != NULL) {
		flags |= before->torn ? SEAL_CONTINUES | SEAL_TORN : SEAL_CONTINUES;
		crypto_sha256(before->line, bytes + SEAL_AT_BEFORE);
	}
	bytes[SEAL_AT_CONTENT] = (uint8_t)content;
	bytes[SEAL_AT_FLAGS] = (uint8_t)flags;
	memcpy(bytes + SEAL_AT_SALT, key->salt, SEAL_SALT_SIZE);
	memcpy(bytes + SEAL_AT_RANDOM, random, SEAL_SALT_SIZE);
}

void sealer_begin(struct sealer *sealer, const struct seal_key *key, enum seal_content content,
                  const uint8_t random[SEAL_SALT_SIZE], const struct seal_before *before,
                  struct buf *out)
{
	uint8_t bytes[SEAL_BEGINNING_SIZE];
	struct buf all;

	seal_derive(key->master, "stream", random, sealer->key);
	sealer->number = 0;
	fill_beginning(key, content, random, before, bytes);
	buf_init(&all, sizeof(bytes) + CRYPTO_TAG_SIZE);
	buf_add(&all, bytes, sizeof(bytes));
	add_tag(sealer->key, bytes, &all);
	if (before != NULL && before->torn)
		buf_putc(out, '\n');
	buf_puts(out, SEAL_MAGIC);
	crypto_add_base64(out, buf_str(&all));
	buf_putc(out, '\n');
	buf_free(&all);
}

/* --- records --- */

static void add_sealed_line(struct sealer *sealer, char kind, struct str text, struct buf *out)
{
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	struct buf sealed;

	seal_nonce(++sealer->number, nonce);
	buf_init(&sealed, RECORD_BUF);
	crypto_gcm_seal(sealer->key, nonce, str_make(&kind, 1), text, &sealed);
	buf_putc(out, kind);
	crypto_add_base64(out, buf_str(&sealed));
	buf_putc(out, '\n');
	buf_free(&sealed);
}

void sealer_add(struct sealer *sealer, struct str record, struct buf *out)
{
	ENSURE(record.len <= SEAL_RECORD_MAX);
	add_sealed_line(sealer, SEAL_RECORD, record, out);
}

void sealer_end(struct sealer *sealer, struct buf *out)
{
	add_sealed_line(sealer, SEAL_END, STR(""), out);
	crypto_wipe(sealer, sizeof(*sealer));
}

void seal_value(const struct seal_key *key, const uint8_t random[SEAL_SALT_SIZE], struct str place,
                struct str value, struct buf *out)
{
	uint8_t head[SEAL_VALUE_HEAD_SIZE] = {SEAL_VALUE_FORM,
	                                      key->passphrase ? SEAL_PASSPHRASE : 0};
	uint8_t value_key[CRYPTO_KEY_SIZE], nonce[CRYPTO_NONCE_SIZE];

	memcpy(head + SEAL_VALUE_AT_SALT, key->salt, SEAL_SALT_SIZE);
	memcpy(head + SEAL_VALUE_AT_RANDOM, random, SEAL_SALT_SIZE);
	seal_derive(key->master, "value", random, value_key);
	seal_nonce(0, nonce);
	buf_add(out, head, sizeof(head));
	crypto_gcm_seal(value_key, nonce, place, value, out);
	crypto_wipe(value_key, sizeof(value_key));
}
