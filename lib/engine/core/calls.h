/* Requests under way ("calls"): each is sent only when the guards allow it, ends exactly once, and
 * its end tells the guards something about the service. */
#ifndef ENGINE_CORE_CALLS_H
#define ENGINE_CORE_CALLS_H

#include "base/heap.h"
#include "base/map.h"
#include "engine/core/budget.h"
#include "engine/core/call_kind.h"
#include "engine/effect.h"
#include "llm/llm.h"
#include "desk/desk.h"

/* A limit that is told about one ticket while others are answered may be that ticket's alone: the
 * others are held back for so long, and for all of it when the limit still stands then. */
#define LLM_LIMIT_DOUBTED (60 * MSEC_SECOND)

struct engine;
struct ticket;
struct group_key;

struct call {
	uint64_t number;
	enum call_kind kind;
	enum upstream_id upstream;
	enum endpoint endpoint;
	struct heap_node deadline;
	msec sent_at;  /* monotonic */
	double tokens; /* estimate for a model */
	/* CALL_UPDATE: Zendesk's limit of updates for this ticket is used up for so long; other
	 * tickets may go on */
	msec ticket_wait;
	bool timed_out; /* the engine cancelled it at its deadline */
	/* CALL_CHAT: the model's name is in the (first) ticket's memory; CALL_PROBE: it is
	 * empty */
	struct llm_sent sent;
	struct ticket *ticket;
	/* CALL_READ_MANY, CALL_UPDATE_MANY, and CALL_CHAT with several (`ticket` is then NULL);
	 * owned */
	struct ticket **tickets;
	size_t ticket_count;
	struct group_key *keys; /* CALL_CHAT with several: one each; owned */
};

struct calls {
	struct map by_number; /* struct call */
	struct heap deadlines;
	uint64_t last; /* number of the newest call */
	/* how often the circuit breaker to Zendesk opened since the last success */
	uint64_t openings;
	/* monotonic: when the model first told a limit since its last good answer; -1 = never */
	msec limited_at;
	uint64_t openings_seen; /* the breaker's opened_total when `openings` was last updated */
};

void calls_init(struct calls *calls);
/* Frees the calls, without cancelling their requests. */
void calls_free(struct calls *calls);
/* Cancels the calls whose deadline has passed. */
void calls_deadlines_due(struct engine *engine);
/* Cancels all; each still ends with its EVENT_REPLY. */
void calls_cancel_all(struct engine *engine);

/* Takes back the calls that the emergency stop forbids (stop.h), as far as they have not left: each
 * still ends with its EVENT_REPLY. */
void calls_recall_held(struct engine *engine);

/* The one place that every request passes: true when it may be sent now. Otherwise `deadline` moves
 * to when it may be sent, if that is earlier; while writing is stopped, a request that the stop
 * forbids has no such time. `tokens`: estimate for a model, 0 for Zendesk. */
bool call_may(struct engine *engine, enum call_kind kind, double tokens, msec *deadline);
/* True when the limits that all requests to Zendesk share, the account's and our own, allow no
 * request now. */
bool call_limits_are_used_up(const struct engine *engine);
/* The call's reply is about to be read: that it was cancelled at its deadline means that there was
 * none, and if the process dies of it, the call's ticket did that, or the first one of several. */
void call_answered(struct engine *engine, const struct call *call, struct http_reply *reply);
/* Sends the request and takes its bytes; `request` is empty afterwards. call_may() must have
 * returned true for its kind. The call lives until call_free(), and the caller fills in its
 * ticket or tickets. */
struct call *call_start(struct engine *engine, enum call_kind kind, struct http_request *request,
                        double tokens);
void call_free(struct engine *engine, struct call *call);
/* Tell the guards how a call ended; called once for each reply, before the reply is read by the
 * part that asked. */
void call_signal_zendesk(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct desk_answer *failure);
void call_signal_llm(struct engine *engine, struct call *call, const struct llm_result *result);

#endif
