/* Counts what engine/tallies.h shows, where the engine decides it. */
#ifndef ENGINE_CORE_TALLY_H
#define ENGINE_CORE_TALLY_H

#include "base/http.h"
#include "engine/core/call_kind.h"
#include "engine/tallies.h"
#include "llm/client.h"

struct engine;
struct ticket;
struct call;

/* What is needed besides the sums. */
struct tally_memory {
	/* requests that have failed and whose like was not sent since */
	uint64_t owed[CALL_PROBE + 1];
	/* something waited for a limit at the end of the last step, by enum upstream_id */
	bool held[UPSTREAM_COUNT];
	msec since; /* monotonic: the last step */
};

/* The reply to a chat about a ticket was read. */
void tally_answer(struct engine *engine, const struct http_reply *reply,
                  const struct llm_result *result);
/* A chat about these tickets is sent, and counted there too: once, however many they are. */
void tally_asked(struct engine *engine, struct ticket *const *tickets, size_t count);
/* Any request is sent; one of that kind has failed. */
void tally_sent(struct engine *engine, enum call_kind kind, enum upstream_id upstream);
void tally_failed(struct engine *engine, enum call_kind kind);
/* Time has passed since the last step; something waits for a limit of that service. */
void tally_step(struct engine *engine);
void tally_held(struct engine *engine, enum upstream_id upstream);
/* Why the ticket fails; returns it. */
struct ticket *tally_failure(struct ticket *ticket, enum failure_cause cause);
/* A ticket is decided; it has ended. */
void tally_decision(struct engine *engine, const struct ticket *ticket);
void tally_outcome(struct engine *engine, const struct ticket *ticket, enum outcome_status status);
void tally_spent(struct engine *engine, struct str model, const struct spending *spent);

#endif
