/* Answers that are used for other tickets: each is what a model said about exactly that text, never
 * for a ticket that is analysed again, never a failure; and nobody waits for a ticket that is not
 * under way. */
#include <string.h>

#include "engine/core/flights.h"
#include "engine/core/lanes.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "hash.h"
#include "invariants.h"

/* Why rules decide about a ticket without having asked a model about it. */
static const char *const unasked[] = {
        "the model does not answer", "the model gives no usable answer",
        "the model has refused this ticket for itself, and its text is the same"};

static uint64_t add_text(uint64_t hash, const struct json *payload, const char *member)
{
	struct str text = json_str_at(payload, member);

	return hash_bytes(text.data, text.len, hash + text.len);
}

/* What was answered to what. */
static uint64_t hash_of(const struct json *payload)
{
	static const char *const members[] = {"text_hash",      "model",     "model_version",
	                                      "prompt_version", "summary",   "root_cause",
	                                      "urgency",        "sentiment", "answer"};
	uint64_t hash = 1;

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		hash = add_text(hash, payload, members[i]);
	return hash != 0 ? hash : 1;
}

/* The ticket is taken up, although no request was sent about it. */
static void check_cached(struct invariants *invariants, const struct json *payload, uint64_t id,
                         msec wall, msec ttl)
{
	struct sim_decision *ticket = sim_decision_of(invariants, id);
	int64_t answered, tokens;
	bool is_known = map_get(&invariants->answers, hash_of(payload), NULL);

	if (ticket != NULL)
		ticket->taken = true;
	if (json_at(payload, "further"))
		violated(invariants, "ticket %llu is analysed again with an old answer",
		         (unsigned long long)id);
	else if (!is_known)
		violated(invariants, "ticket %llu has an answer that no model gave to its text",
		         (unsigned long long)id);
	else if (!json_int_at(payload, "answered", &answered) || answered > wall ||
	         wall - answered >= ttl)
		violated(invariants, "ticket %llu has an answer that is too old",
		         (unsigned long long)id);
	else if (json_int_at(payload, "attempts", &tokens) && tokens == 0 &&
	         json_int_at(payload, "tokens_prompt", &tokens) && tokens != 0)
		violated(invariants, "ticket %llu is said to have cost something",
		         (unsigned long long)id);
}

/* A ticket that no request was sent about has no failure. */
static void check_failure(struct invariants *invariants, const struct json *payload, uint64_t id)
{
	struct str why = json_str_at(payload, "rules_because");
	int64_t attempts;
	bool fallback;

	if (!json_bool_at(payload, "fallback", &fallback) || !fallback ||
	    !json_int_at(payload, "attempts", &attempts) || attempts > 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(unasked); i++)
		if (str_eq(why, str_of(unasked[i])))
			return;
	violated(invariants, "ticket %llu has the failure of another one: " STR_FMT,
	         (unsigned long long)id, STR_ARG(why));
}

void check_reuse(struct invariants *invariants, const struct record *record, msec wall, msec ttl)
{
	bool cached, by_rules;

	if (record->kind != RECORD_DECISION && record->kind != RECORD_SHADOW)
		return;
	struct json *payload = json_parse(str_of(record->payload), NULL);
	if (!json_bool_at(payload, "by_rules", &by_rules))
		by_rules = true;
	if (by_rules)
		check_failure(invariants, payload, record->ticket.id);
	else if (json_bool_at(payload, "cached", &cached) && cached &&
	         !json_at(payload, "from_shadow"))
		check_cached(invariants, payload, record->ticket.id, wall, ttl);
	else
		map_put(&invariants->answers, hash_of(payload), 1);
	json_free(payload);
}

/* A ticket that waits for another one was taken up, although no request shows that. */
static bool is_held(void *arg, uint64_t id)
{
	const struct engine *engine = arg;

	return engine_holds(engine, ticket_key(ACCOUNT_FIRST, id));
}

void check_flights(struct invariants *invariants, struct engine *engine)
{
	const struct ticket *ticket = lane_first(engine, LANE_JOINED);

	for (; ticket != NULL; ticket = lane_behind(engine, ticket)) {
		const struct ticket *leader = flights_leader(engine, &ticket->flight.key);

		check_order(invariants, ticket->key.id, is_held, engine);
		if (leader == NULL || !leader->flight.leads ||
		    (leader->lane != LANE_MODEL && leader->lane != LANE_ASKED))
			violated(invariants, "ticket %llu waits for a ticket that is gone",
			         (unsigned long long)ticket->key.id);
	}
	if (lane_count(engine, LANE_JOINED) > FLIGHTS_WAITING_MAX)
		violated(invariants, "%zu tickets wait for others",
		         lane_count(engine, LANE_JOINED));
}
