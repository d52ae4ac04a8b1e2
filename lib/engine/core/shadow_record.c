/* Shadow decisions as records: made, ended when they are durable, and used for a fresh decision. */
#include "base/json.h"
#include "engine/core/asked.h"
#include "engine/core/earlier.h"
#include "engine/core/held.h"
#include "engine/core/journal.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

/* --- recording --- */

void shadow_would_be(struct engine *engine, struct ticket *ticket)
{
	const struct config_zendesk *zendesk = &engine->config->zendesk;
	struct tags ours = tags_ours(&ticket->analysis, str_of(zendesk->processed_tag),
	                             str_of(zendesk->tag_prefix), &ticket->memory);

	ticket->tags_added = tags_missing(&ticket->tags_first, &ours, &ticket->memory);
	ticket->priority_set = earlier_priority(
	        &ticket->further.earlier, (enum priority_mode)zendesk->priority,
	        ticket->priority_first, ticket->priority_first, ticket->analysis.urgency);
}

/* What rules answered because the service failed proves nothing about the text: whenever the
 * ticket is met again, the model is asked. */
void shadow_record(struct engine *engine, struct ticket *ticket)
{
	char hash[JOURNAL_HASH_SIZE];

	shadow_would_be(engine, ticket);
	shadow_hash(engine, ticket->whole_hash, hash);
	ticket->shadow_word = shadow_word(ticket->updated_first, hash);
	if (ticket->provisional)
		ticket->shadow_word = shadow_word(0, "00000000");
	journal_shadow(engine, ticket, hash);
}

void shadow_done(struct engine *engine, struct ticket *ticket)
{
	uint64_t id = ticket->key.id;
	bool over = engine->account->search.over;

	map_put(&engine->account->memory.shadows, id, ticket->shadow_word);
	held_end(engine, ticket, LANE_DONE, NULL);
	if (shadow_writes(engine) && !over)
		asked_add(engine, id); /* the mode was changed meanwhile: it is decided anew */
}

/* --- using an answer --- */

/* The newest shadow record, if it is about exactly what would be sent now. */
static const struct json *newest_fitting(const struct json *history, const char *hash)
{
	struct str kind = str_of(record_kind_name(RECORD_SHADOW));
	const struct json *newest = NULL;

	for (struct json_each event = json_items(json_at(history, "events")); json_next(&event);)
		if (str_eq(json_str_at(event.value, "kind"), kind))
			newest = json_at(event.value, "payload");
	return str_eq(json_str_at(newest, "hash"), str_of(hash)) ? newest : NULL;
}

/* Our clock may have been set meanwhile: an answer of the future is no fresh one. */
static bool is_fresh(const struct engine *engine, const struct json *payload)
{
	int64_t decided;

	return json_int_at(payload, "decided", &decided) && decided <= engine->now.wall &&
	       engine->now.wall - decided < SHADOW_ANSWER_USED;
}

static bool is_of_model(const struct engine *engine, const struct json *payload)
{
	bool by_rules;

	return json_bool_at(payload, "by_rules", &by_rules) && !by_rules &&
	       str_eq(json_str_at(payload, "model"), str_of(engine->llm.model));
}

bool shadow_use_answer(struct engine *engine, struct ticket *ticket, const char *history)
{
	struct json *tree = history ? json_parse(str_of(history), NULL) : NULL;
	char hash[JOURNAL_HASH_SIZE];
	struct err err;

	shadow_hash(engine, shadow_text_hash(ticket), hash);
	const struct json *payload = newest_fitting(tree, hash);
	int64_t decided = 0;
	bool used = payload && is_fresh(engine, payload) && is_of_model(engine, payload) &&
	            journal_read_answer(ticket, payload, &err) == 0;
	if (used && json_int_at(payload, "decided", &decided))
		ticket->shadow_decided = decided;
	json_free(tree);
	return used;
}
