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

struct recall {
	struct map values;
	uint64_t number_ends; /* a bit for the last four digits of each number */
	uint64_t word_starts; /* a bit for the first three letters or digits of each other value */
	uint64_t addresses;   /* a bit for each IPv4 address */
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
/* Claims what was recognised elsewhere. */
void recall_find(const struct recall *recall, struct mask *mask, struct groups *groups);

#endif
