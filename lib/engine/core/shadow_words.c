/* What is remembered of tickets that were decided in shadow: a word each. */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "engine/core/plain.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "llm/prompt.h"

/* The word: seconds of updated_at above, a part of the hash below. It is positive and not 0. */
#define HASH_BITS 30
#define HASH_DIGITS 8
#define HASH_MASK (((uint64_t)1 << HASH_BITS) - 1)
#define SECONDS_MAX (((uint64_t)1 << (62 - HASH_BITS)) - 1)

uint64_t shadow_word(msec updated, const char *hash)
{
	char part[HASH_DIGITS + 1];
	uint64_t seconds = updated > 0 ? (uint64_t)updated / MSEC_SECOND : 0;

	memcpy(part, hash, HASH_DIGITS);
	part[HASH_DIGITS] = '\0';
	seconds = seconds < SECONDS_MAX ? seconds : SECONDS_MAX;
	return (seconds + 1) << HASH_BITS | (strtoull(part, NULL, 16) & HASH_MASK);
}

static msec word_updated(uint64_t word)
{
	return (msec)((word >> HASH_BITS) - 1) * MSEC_SECOND;
}

void shadow_hash(struct engine *engine, struct str text_hash, char ret[SHADOW_HASH_SIZE])
{
	struct buf what;

	buf_init(&what, 16384 + PROMPT_SYSTEM_BYTES_MAX);
	buf_printf(&what, "%d\n%s\n%s\n%s\n", (int)engine->config->llm.provider,
	           engine->llm.base ? engine->llm.base : "",
	           engine->config->llm.model ? engine->config->llm.model : "",
	           prompt_version(engine->config));
	prompt_system(engine->config, &what); /* names the labels and the summary's language */
	buf_printf(&what, "\n" STR_FMT, STR_ARG(text_hash));
	crypto_sha256_hex(buf_str(&what), ret);
	buf_free(&what);
}

static bool remembered(const struct engine *engine, uint64_t id, uint64_t *ret)
{
	return map_get(&engine->account->memory.shadows, id, ret);
}

bool shadow_has(const struct engine *engine, uint64_t id)
{
	uint64_t word;

	return remembered(engine, id, &word);
}

bool shadow_is_unmoved(const struct engine *engine, const struct desk_ticket *read)
{
	uint64_t word;

	return remembered(engine, read->id, &word) &&
	       read->updated_wall / MSEC_SECOND <= word_updated(word) / MSEC_SECOND;
}

struct str shadow_text_hash(struct ticket *ticket)
{
	if (ticket->text_hash.len > 0)
		return ticket->text_hash; /* kept before its text was shortened */
	return plain_hash(ticket->subject, ticket->description, &ticket->memory);
}

bool shadow_fits(struct engine *engine, struct ticket *ticket)
{
	char hash[SHADOW_HASH_SIZE];
	uint64_t word;

	if (!remembered(engine, ticket->key.id, &word))
		return false;
	shadow_hash(engine, shadow_text_hash(ticket), hash);
	return (word & HASH_MASK) == (shadow_word(0, hash) & HASH_MASK);
}

void shadow_moved(struct engine *engine, const struct ticket *ticket)
{
	uint64_t word;

	if (remembered(engine, ticket->key.id, &word) && ticket->updated_first > word_updated(word))
		map_put(&engine->account->memory.shadows, ticket->key.id,
		        (shadow_word(ticket->updated_first, "00000000") & ~HASH_MASK) |
		                (word & HASH_MASK));
}

void shadow_forget(struct engine *engine, uint64_t id)
{
	(void)map_remove(&engine->account->memory.shadows, id);
}

int shadow_restore(struct engine *engine, const struct record *record, struct err *err)
{
	if (record->brief == 0 || record->brief >> 63)
		return err_set(err, "its short form is missing or wrong");
	map_put(&engine->account->memory.shadows, record->ticket.id, record->brief);
	return 0;
}
