/* Remembers refused tickets by a hash of what was sent. */
#include "engine/core/marks.h"

#include <string.h>

#include "base/crypto.h"
#include "engine/core/journal.h"
#include "engine/core/plain.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "llm/prompt.h"

#define WORD_DIGITS 15 /* of the hash that is kept in memory: 60 bits */

void marks_keep_text(struct ticket *ticket)
{
	if (ticket->text_hash.len == 0)
		ticket->text_hash =
		        plain_hash(ticket->subject, ticket->description, &ticket->memory);
}

/* The hash of all that decides about a model's reply: its address and name, the wording of the
 * prompt, and the ticket's text. */
static void hash_what_is_sent(const struct engine *engine, struct str text_hash,
                              char ret[JOURNAL_HASH_SIZE])
{
	struct buf what;

	buf_init(&what, 16384);
	buf_printf(&what, "%s\n%s\n%s\n" STR_FMT, engine->llm.base ? engine->llm.base : "",
	           engine->llm.model, prompt_version(engine->config), STR_ARG(text_hash));
	crypto_sha256_hex(buf_str(&what), ret);
	buf_free(&what);
}

static uint64_t word_of(const char *hash)
{
	uint64_t word = 0;

	for (size_t i = 0; i < WORD_DIGITS; i++)
		word = word << 4 |
		       (ascii_is_digit(hash[i]) ? (uint64_t)(hash[i] - '0')
		                                : (uint64_t)(ascii_lower(hash[i]) - 'a' + 10) & 15);
	return word;
}

void marks_put(struct engine *engine, struct ticket *ticket)
{
	char hash[JOURNAL_HASH_SIZE];

	marks_keep_text(ticket);
	hash_what_is_sent(engine, ticket->text_hash, hash);
	map_put(&engine->account->memory.marks, ticket->key.id, word_of(hash));
	if (shadow_records(engine))
		journal_refusal(engine, ticket, str_of(engine->llm.model), hash);
}

bool marks_stand(const struct engine *engine, struct ticket *ticket)
{
	char hash[JOURNAL_HASH_SIZE];
	uint64_t word;

	if (!map_get(&engine->account->memory.marks, ticket->key.id, &word))
		return false;
	hash_what_is_sent(engine, plain_hash(ticket->subject, ticket->description, &ticket->memory),
	                  hash);
	return word == word_of(hash);
}

void marks_forget(struct engine *engine, uint64_t id)
{
	(void)map_remove(&engine->account->memory.marks, id);
}

int marks_restore(struct engine *engine, const struct record *record, struct err *err)
{
	char hash[JOURNAL_HASH_SIZE];

	if (journal_read_refusal(record->payload, hash, err) < 0)
		return -1;
	map_put(&engine->account->memory.marks, record->ticket.id, word_of(hash));
	return 0;
}
