/* Keeps answers, and gives them to tickets of which the same would be sent. */
#include "engine/decide/reuse.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"

#include "engine/core/flights.h"
#include "engine/core/journal.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "engine/decide/kept.h"
#include "engine/decide/reuse_key.h"

#define VERSION_SIZE 128

struct reuse {
	struct kept_memory memory;
	struct map by_key; /* first half of the key → struct kept */
	struct list used;  /* the one that was not used longest first */
	size_t bytes;
	/* Of the settings that are in force; `serial` grows with each change. */
	uint8_t settings[CRYPTO_SHA256_SIZE];
	bool settings_known;
	unsigned models_used, refused; /* of the model client, when they were computed */
	uint64_t serial;
	char version[VERSION_SIZE]; /* of the model, as it told last */
	uint64_t version_serial;    /* grows with each change, from 1 on */
	bool taken;                 /* a ticket has taken an answer in this step */
	size_t restored;
	/* Not all users of the restored ones are known (too many, or a record cannot be read):
	 * whoever is erased may be one. */
	bool users_unknown;
};

struct reuse *reuse_new(void)
{
	struct reuse *reuse = xcalloc(1, sizeof(*reuse));

	kept_memory_init(&reuse->memory);
	map_init(&reuse->by_key);
	list_init(&reuse->used);
	reuse->version_serial = 1;
	return reuse;
}

static void drop_entry(struct reuse *reuse, struct kept *entry)
{
	reuse->bytes -= kept_bytes(entry);
	(void)map_remove(&reuse->by_key, flights_key_word(&entry->key));
	list_remove(&entry->place);
	kept_free(&reuse->memory, entry);
}

static void drop_all(struct reuse *reuse)
{
	struct kept *entry;

	while ((entry = list_first(&reuse->used, struct kept, place)) != NULL)
		drop_entry(reuse, entry);
	reuse->users_unknown = false;
}

void reuse_free(struct reuse *reuse)
{
	drop_all(reuse);
	map_free(&reuse->by_key);
	kept_memory_free(&reuse->memory);
	free(reuse);
}

/* --- entries --- */

static bool is_fresh(const struct engine *engine, msec answered)
{
	msec age = engine->now.wall - answered;

	/* our clock may have been set: an answer of the future is no fresh one */
	return age >= 0 && age < engine->config->llm.cache_ttl;
}

static void add_user(struct reuse *reuse, struct kept *entry, uint64_t id)
{
	reuse->bytes -= kept_bytes(entry);
	kept_add_user(entry, id);
	reuse->bytes += kept_bytes(entry);
}

static struct kept *find_entry(const struct reuse *reuse, const struct answer_key *key)
{
	struct kept *entry = map_get_pointer(&reuse->by_key, flights_key_word(key));

	return entry != NULL && flights_key_eq(&entry->key, key) ? entry : NULL;
}

/* The answer with this key, if it may still be used; NULL = none. */
static struct kept *find_usable(const struct engine *engine, const struct answer_key *key)
{
	struct kept *entry = find_entry(engine->decide->reuse, key);

	if (entry == NULL)
		return NULL;
	if (is_fresh(engine, entry->answered) && entry->user_count < REUSE_USERS_MAX)
		return entry;
	drop_entry(engine->decide->reuse, entry);
	return NULL;
}

static void keep_within_bounds(struct reuse *reuse)
{
	if (reuse->memory.names.bytes > KEPT_NAMES_MAX)
		drop_all(reuse);
	while (reuse->by_key.count > REUSE_ENTRIES_MAX || reuse->bytes > REUSE_BYTES_MAX)
		drop_entry(reuse, list_first(&reuse->used, struct kept, place));
}

/* Adds the ticket's answer. `oldest`: it goes before all others. */
static void add_entry(struct reuse *reuse, const struct ticket *ticket, bool oldest)
{
	const struct answer_key *key = &ticket->flight.answer;
	struct kept *former = map_get_pointer(&reuse->by_key, flights_key_word(key));

	if (former != NULL)
		drop_entry(reuse, former);
	struct kept *entry = kept_new(&reuse->memory, key, ticket->flight.answered,
	                              &ticket->analysis, ticket->words);
	if (oldest)
		list_push_front(&reuse->used, &entry->place);
	else
		list_push_back(&reuse->used, &entry->place);
	map_put_pointer(&reuse->by_key, flights_key_word(&entry->key), entry);
	reuse->bytes += kept_bytes(entry);
	add_user(reuse, entry, ticket->key.id);
	keep_within_bounds(reuse);
}

/* --- keys --- */

static struct str secret_of(const struct engine *engine)
{
	return str_make((const char *)engine->setup.answer_key, sizeof(engine->setup.answer_key));
}

static bool may_reuse(const struct engine *engine, const struct ticket *ticket)
{
	return engine->config->llm.cache_ttl > 0 && engine->config->llm.provider != LLM_RULES &&
	       ticket->further.reason == FURTHER_NONE;
}

static void know_settings(struct engine *engine)
{
	struct reuse *reuse = engine->decide->reuse;
	const struct llm_client *client = &engine->llm;
	struct str settings[REUSE_SETTINGS];

	if (reuse->settings_known && reuse->models_used == client->models_used &&
	    reuse->refused == client->refused)
		return;
	reuse_settings(engine->config, client, settings, &engine->scratch);
	reuse_mac(secret_of(engine), settings, REUSE_SETTINGS, reuse->settings);
	reuse->models_used = client->models_used;
	reuse->refused = client->refused;
	reuse->settings_known = true;
	reuse->serial++;
}

/* A ticket that led with another key leads no more: lane_move() has no part in that. */
static void know_flight(struct engine *engine, struct ticket *ticket)
{
	struct reuse *reuse = engine->decide->reuse;

	know_settings(engine);
	uint64_t of =
	        reuse->serial << 2 | (uint64_t)ticket->reminder << 1 | (uint64_t)ticket->shortened;
	if (ticket->flight.of == of)
		return;
	struct answer_key key = reuse_key_of(secret_of(engine), reuse->settings, ticket->reminder,
	                                     ticket->subject, ticket->description);
	if (ticket->flight.leads && !flights_key_eq(&key, &ticket->flight.key))
		lane_stop_leading(engine, ticket);
	ticket->flight.key = key;
	ticket->flight.of = of;
	ticket->flight.expected_of = 0;
}

/* The key of the ticket's answer, by the version that the model told last. */
static const struct answer_key *expected_key(const struct engine *engine, struct ticket *ticket)
{
	const struct reuse *reuse = engine->decide->reuse;
	struct flight *flight = &ticket->flight;

	if (flight->expected_of != reuse->version_serial)
		flight->expected =
		        reuse_answer_key(secret_of(engine), &flight->key, str_of(reuse->version));
	flight->expected_of = reuse->version_serial;
	return &flight->expected;
}

/* --- tickets --- */

static void take(struct engine *engine, struct ticket *ticket, struct kept *entry)
{
	struct reuse *reuse = engine->decide->reuse;

	reuse->taken = true;
	engine->tallies.lookups[REUSE_HIT]++;
	analysis_copy(&ticket->analysis, &entry->analysis, &ticket->memory);
	ticket->analysis.cached = true;
	ticket->analysis.model_ms = 0;
	ticket->words = arena_str(&ticket->memory, entry->words);
	ticket->flight.answer = entry->key;
	ticket->flight.answered = entry->answered;
	list_remove(&entry->place);
	list_push_back(&reuse->used, &entry->place);
	add_user(reuse, entry, ticket->key.id);
	keep_within_bounds(reuse); /* users take memory too */
	decision_make(engine, ticket);
}

static void join(struct engine *engine, struct ticket *ticket)
{
	engine->tallies.lookups[REUSE_JOINED]++;
	lane_move(engine, ticket, LANE_JOINED,
	          engine->now.mono + REUSE_WAIT_TIMEOUTS * engine->config->llm.timeout);
}

/* While the model is down nobody waits for what a trial brings. */
static bool may_join(const struct engine *engine, const struct ticket *ticket)
{
	return !ticket->flight.alone && !engine->decide->down &&
	       lane_count(engine, LANE_JOINED) < FLIGHTS_WAITING_MAX;
}

enum reuse_turn reuse_turn(struct engine *engine, struct ticket *ticket, msec *deadline)
{
	struct reuse *reuse = engine->decide->reuse;

	if (!may_reuse(engine, ticket)) {
		/* a key from before a reload is not that of what is sent now */
		ticket->flight.of = 0;
		return REUSE_SEND;
	}
	know_flight(engine, ticket);
	struct kept *entry = find_usable(engine, expected_key(engine, ticket));
	if (entry != NULL && reuse->taken) {
		clock_earliest(deadline, engine->now.mono);
		return REUSE_LATER;
	}
	if (entry != NULL) {
		take(engine, ticket, entry);
		return REUSE_TAKEN;
	}
	if (ticket->flight.leads)
		return REUSE_SEND;
	bool led = flights_leader(engine, &ticket->flight.key) != NULL;
	if (led && may_join(engine, ticket)) {
		join(engine, ticket);
		return REUSE_TAKEN;
	}
	if (!led) {
		engine->tallies.lookups[REUSE_MISS]++;
		flights_lead(engine, ticket);
	}
	return REUSE_SEND;
}

static void know_version(struct reuse *reuse, struct str version)
{
	struct str cut = utf8_cut(version, VERSION_SIZE - 1);

	if (str_eq(cut, str_of(reuse->version)))
		return;
	reuse->version_serial++;
	memcpy(reuse->version, cut.data, cut.len);
	reuse->version[cut.len] = '\0';
}

void reuse_keep(struct engine *engine, struct ticket *ticket)
{
	struct reuse *reuse = engine->decide->reuse;

	if (!may_reuse(engine, ticket) || ticket->flight.of == 0)
		return;
	know_version(reuse, ticket->analysis.model_version);
	ticket->flight.answer = *expected_key(engine, ticket);
	ticket->flight.answered = engine->now.wall;
	add_entry(reuse, ticket, false);
}

void reuse_pump(struct engine *engine, msec *deadline)
{
	struct ticket *ticket;

	engine->decide->reuse->taken = false;
	if (engine->model_gate.state != GATE_OPEN)
		return;
	while ((ticket = lane_due(engine, LANE_JOINED)) != NULL) {
		ticket->flight.alone = true;
		lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
	}
	clock_earliest(deadline, lane_when(engine, LANE_JOINED));
}

void reuse_reload(struct engine *engine)
{
	struct reuse *reuse = engine->decide->reuse;
	struct ticket *ticket;

	reuse->settings_known = false;
	if (engine->config->llm.cache_ttl == 0)
		drop_all(reuse);
	while ((ticket = lane_any(engine, LANE_JOINED)) != NULL)
		lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
}

void reuse_erase(struct engine *engine, const struct ticket_key *tickets, size_t count)
{
	struct reuse *reuse = engine->decide->reuse;

	if (count > 0 && reuse->users_unknown)
		drop_all(reuse);
	list_each(node, next, &reuse->used)
	{
		struct kept *entry = container_of(node, struct kept, place);
		bool used = false;

		for (size_t i = 0; i < count && !used; i++)
			used = kept_is_used_by(entry, tickets[i].id);
		if (used)
			drop_entry(reuse, entry);
	}
}

/* --- the next process --- */

static bool read_answer(struct ticket *ticket, const struct record *record)
{
	struct json *payload = json_parse(str_of(record->payload), NULL);
	struct err ignored;
	bool read = payload != NULL && journal_read_answer(ticket, payload, &ignored) == 0 &&
	            !ticket->analysis.by_rules;

	json_free(payload);
	return read;
}

static void restore_entry(struct reuse *reuse, const struct record *record)
{
	struct ticket *ticket = ticket_new(record->ticket);

	ticket->flight.answer = record->answer;
	ticket->flight.answered = record->answered;
	if (!read_answer(ticket, record)) {
		reuse->users_unknown = true; /* another record may still bring this answer */
	} else {
		if (reuse->version[0] == '\0')
			know_version(reuse, ticket->analysis.model_version);
		add_entry(reuse, ticket, true);
	}
	ticket_free(ticket);
}

void reuse_restore(struct engine *engine, const struct record *record)
{
	struct reuse *reuse = engine->decide->reuse;

	if (++reuse->restored == ENGINE_ANSWERS_MAX)
		reuse->users_unknown = true;
	if (!is_fresh(engine, record->answered))
		return;
	struct kept *entry = find_entry(reuse, &record->answer);
	if (entry == NULL)
		restore_entry(reuse, record);
	else if (entry->answered == record->answered)
		add_user(reuse, entry, record->ticket.id);
}
