/* What was recognised in one ticket, so that the same values go everywhere in it, whatever notation
 * they have there. Private to this folder: users include redact.h.
 *
 * A value is kept as a 64-bit hash of its letters and digits, never in the clear, because a summary
 * comes back long after the text is gone. Only what cannot be an ordinary word is kept: a value
 * with at least six letters and digits, and a digit among them or a shape of its own. */
#ifndef PRIVACY_RECALL_H
#define PRIVACY_RECALL_H

#include "base/map.h"
#include "privacy/redact.h"

#define RECALL_VALUES_MAX 16384u
#define RECALL_NUMBER_DIGITS_MIN 6
#define RECALL_NUMBER_DIGITS_MAX 19 /* fits 64 bits */
#define RECALL_WORD_CHARS_MIN 6
#define RECALL_WORD_CHARS_MAX 128
#define RECALL_START_CHARS 3
#define RECALL_ADDRESS_BYTES_MAX 15

#define RECALL_SET_BITS 14 /* one of 16384 for each value: few others have the same */

struct recall_set {
	uint64_t bits[(1u << RECALL_SET_BITS) / 64];
	bool any;
};

struct recall {
	struct map values;
	struct recall_set number_ends; /* of the last four digits of each number */
	struct recall_set word_starts; /* of the first three characters of each other value */
	struct recall_set words;       /* of the whole of those: cheaper to ask than the map */
	struct recall_set addresses;   /* of IPv4 addresses */
};

struct mask;
struct groups;

/* A zeroed one is empty. */
void recall_free(struct recall *recall);
/* The value of a claim, as it stands in the text. */
void recall_add(struct recall *recall, enum pii_kind kind, struct str value);
/* As bytes that can be kept, and back. Bytes of another length than whole values are ignored. */
void recall_save(const struct recall *recall, struct buf *out);
void recall_load(struct recall *recall, struct str bytes);
static inline bool recall_is_empty(const struct recall *recall)
{
	return recall->values.count == 0;
}

/* Letters and digits are hashed one by one, from 0 on. */
static inline uint64_t recall_hash(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)ascii_lower(c)) * UINT64_C(0x100000001B3);
}
static inline bool recall_in_word(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}
/* A number without the zeros that it begins with. */
bool recall_has_number(const struct recall *recall, uint64_t number, unsigned digits,
                       enum pii_kind *ret_kind);
/* `start`: the hash of the first RECALL_START_CHARS characters. */
bool recall_may_start(const struct recall *recall, uint64_t start);
bool recall_has_word(const struct recall *recall, uint64_t hash, uint64_t start,
                     enum pii_kind *ret_kind);
bool recall_has_address(const struct recall *recall, struct str address, enum pii_kind *ret_kind);

/* Claims what was recognised elsewhere (recall_find.c). */
void recall_find(const struct recall *recall, struct mask *mask, struct groups *groups);

#endif
