/* Remembers which ticket leads with which key. Who comes next is decided in lanes.c, where tickets
 * wait. */
#include "engine/core/flights.h"

#include <string.h>

#include "engine/core/state.h"
#include "engine/core/ticket.h"

bool flights_key_eq(const struct answer_key *a, const struct answer_key *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

uint64_t flights_key_word(const struct answer_key *key)
{
	uint64_t word;

	memcpy(&word, key->bytes, sizeof(word));
	return word != 0 ? word : 1;
}

void flights_free(struct flights *flights)
{
	map_free(&flights->leaders);
}

struct ticket *flights_leader(const struct engine *engine, const struct answer_key *key)
{
	struct ticket *leader = map_get_pointer(&engine->flights.leaders, flights_key_word(key));

	return leader != NULL && flights_key_eq(&leader->flight.key, key) ? leader : NULL;
}

void flights_lead(struct engine *engine, struct ticket *ticket)
{
	uint64_t word = flights_key_word(&ticket->flight.key);

	ENSURE(ticket->lane == LANE_MODEL && !ticket->flight.leads);
	if (map_get(&engine->flights.leaders, word, NULL))
		return; /* half of another key: a chance of nothing, and it is sent all the same */
	ticket->flight.leads = true;
	map_put_pointer(&engine->flights.leaders, word, ticket);
}

void flights_end(struct engine *engine, struct ticket *ticket)
{
	ticket->flight.leads = false;
	(void)map_remove(&engine->flights.leaders, flights_key_word(&ticket->flight.key));
}

bool flights_left(struct engine *engine, struct ticket *ticket, enum lane from)
{
	if (ticket->lane == LANE_ASKED || (ticket->lane == LANE_MODEL && from == LANE_MODEL))
		return false;
	flights_end(engine, ticket);
	return true;
}
