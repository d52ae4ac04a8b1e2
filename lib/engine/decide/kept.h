/* One answer that is kept for other tickets, in memory that does not mix with that of tickets: it
 * stays for hours while theirs comes and goes. */
#ifndef ENGINE_DECIDE_KEPT_H
#define ENGINE_DECIDE_KEPT_H

#include "base/arena.h"
#include "base/list.h"
#include "base/slots.h"
#include "engine/core/flights.h"
#include "ticket/analysis.h"

#define KEPT_TEXT_STEP 64
#define KEPT_TEXT_CLASSES 16

/* The blocks of all answers: of 64, 128 … 1,024 bytes for their texts; longer texts are rare and
 * have blocks of their own. */
struct kept_memory {
	struct slots answers;
	struct slots texts[KEPT_TEXT_CLASSES];
	/* Names of models and prompts, which are the same in many answers: in `names`, which is
	 * freed with the last answer. */
	struct list origins; /* struct kept_origin */
	struct arena names;
	size_t count;
};

/* A service that names another model in each answer fills `names`: its owner then drops all. */
#define KEPT_NAMES_MAX ((size_t)64 * 1024)

struct kept {
	struct list place; /* for its owner */
	struct answer_key key;
	msec answered; /* wall: when the model gave it */
	struct analysis analysis;
	struct str words; /* what the model wrote, redacted */
	char *text;       /* holds all its strings */
	size_t text_size;
	uint64_t first_user;
	uint64_t *users; /* numbers of the tickets that have it; &first_user while it is one */
	size_t user_count, user_cap;
};

void kept_memory_init(struct kept_memory *memory);
/* All answers must have been freed. */
void kept_memory_free(struct kept_memory *memory);
/* Copies what is given; no user yet. */
struct kept *kept_new(struct kept_memory *memory, const struct answer_key *key, msec answered,
                      const struct analysis *analysis, struct str words) MUST_CHECK;
/* It must be in no list. */
void kept_free(struct kept_memory *memory, struct kept *kept);
void kept_add_user(struct kept *kept, uint64_t id);
bool kept_is_used_by(const struct kept *kept, uint64_t id);
/* The memory that it takes. */
size_t kept_bytes(const struct kept *kept);

#endif
