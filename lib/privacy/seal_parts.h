/* What sealing and unsealing share. Private to lib/privacy. */
#ifndef PRIVACY_SEAL_PARTS_H
#define PRIVACY_SEAL_PARTS_H

#include "privacy/seal.h"

#define SEAL_FAMILY "AITD-SEAL-" /* how files of every version begin */
#define SEAL_MAGIC SEAL_FAMILY "1 "
#define SEAL_RECORD '+'
#define SEAL_END '.'

#define SEAL_PASSPHRASE 1u
#define SEAL_CONTINUES 2u
#define SEAL_TORN 4u

#define SEAL_AT_CONTENT 0
#define SEAL_AT_FLAGS 1
#define SEAL_AT_SALT 2
#define SEAL_AT_RANDOM (SEAL_AT_SALT + SEAL_SALT_SIZE)
#define SEAL_AT_BEFORE (SEAL_AT_RANDOM + SEAL_SALT_SIZE)
#define SEAL_BEGINNING_SIZE (SEAL_AT_BEFORE + CRYPTO_SHA256_SIZE)

#define SEAL_VALUE_FORM 1
#define SEAL_VALUE_AT_FLAGS 1
#define SEAL_VALUE_AT_SALT 2
#define SEAL_VALUE_AT_RANDOM (SEAL_VALUE_AT_SALT + SEAL_SALT_SIZE)
#define SEAL_VALUE_HEAD_SIZE (SEAL_VALUE_AT_RANDOM + SEAL_SALT_SIZE)

struct seal_key {
	bool passphrase;
	uint8_t salt[SEAL_SALT_SIZE]; /* zeros unless it is a passphrase */
	uint8_t master[CRYPTO_KEY_SIZE];
	struct str secret; /* the secret as given, needed for other salts; owned */
};

struct str seal_bytes(const uint8_t *bytes, size_t len);
/* Derives the key of one stream or one value. */
void seal_derive(const uint8_t master[CRYPTO_KEY_SIZE], const char *use,
                 const uint8_t random[SEAL_SALT_SIZE], uint8_t out[CRYPTO_KEY_SIZE]);
void seal_nonce(uint64_t number, uint8_t out[CRYPTO_NONCE_SIZE]);
/* Parses the bytes and the tag of a beginning of this version: 0, or -1. Does not check the tag. */
int seal_parse_beginning(struct str line, uint8_t bytes[SEAL_BEGINNING_SIZE],
                         uint8_t tag[CRYPTO_TAG_SIZE]) MUST_CHECK;
/* True when the tag is the one that this stream key makes. */
bool seal_check_beginning(const uint8_t stream_key[CRYPTO_KEY_SIZE],
                          const uint8_t bytes[SEAL_BEGINNING_SIZE],
                          const uint8_t tag[CRYPTO_TAG_SIZE]);

#endif
