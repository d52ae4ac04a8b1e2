/* Remembers models by a hash of where they are and what they are called. */
#include "engine/core/proven.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "engine/core/journal.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"

#define WORD_DIGITS 15 /* of the hash: 60 bits, so that JSON holds it as a number */

static uint64_t word_in_use(struct engine *engine)
{
	struct proven *proven = &engine->proven;
	char hash[JOURNAL_HASH_SIZE];
	struct buf what;

	if (proven->word != 0 && proven->models_used == engine->llm.models_used)
		return proven->word;
	buf_init(&what, 16384);
	buf_printf(&what, "%d\n%s\n%s", (int)engine->config->llm.provider,
	           engine->llm.base ? engine->llm.base : "", engine->llm.model);
	crypto_sha256_hex(buf_str(&what), hash);
	buf_free(&what);
	hash[WORD_DIGITS] = '\0';
	proven->word = strtoull(hash, NULL, 16);
	proven->models_used = engine->llm.models_used;
	return proven->word;
}

static bool has(const struct proven *proven, uint64_t word)
{
	for (size_t i = 0; i < proven->count; i++)
		if (proven->words[i] == word)
			return true;
	return false;
}

static void add(struct proven *proven, uint64_t word)
{
	if (proven->count == PROVEN_MAX)
		memmove(proven->words, proven->words + 1,
		        --proven->count * sizeof(proven->words[0]));
	proven->words[proven->count++] = word;
}

bool proven_is(struct engine *engine)
{
	return has(&engine->proven, word_in_use(engine));
}

void proven_put(struct engine *engine)
{
	struct proven *proven = &engine->proven;

	if (proven_is(engine))
		return;
	add(proven, word_in_use(engine));
	if (shadow_records(engine))
		journal_proven(engine, proven->words, proven->count);
}

int proven_restore(struct engine *engine, const struct record *record, struct err *err)
{
	struct proven *proven = &engine->proven;
	uint64_t words[PROVEN_MAX];
	size_t count;

	if (journal_read_proven(record->payload, words, PROVEN_MAX, &count, err) < 0)
		return -1;
	proven->count = 0;
	for (size_t i = 0; i < count; i++)
		if (!has(proven, words[i]))
			add(proven, words[i]);
	return 0;
}
