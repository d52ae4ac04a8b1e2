/* Requests on their way: they leave only when the guards allow, end exactly once, and each end says
 * something about the service. */
#ifndef ENGINE_CORE_CALLS_H
#define ENGINE_CORE_CALLS_H

#include "base/heap.h"
#include "base/map.h"
#include "engine/core/budget.h"
#include "engine/effect.h"
#include "llm/llm.h"
#include "desk/desk.h"

struct engine;
struct ticket;

enum call_kind {
	CALL_TOKEN,
	CALL_ME,
	CALL_MODELS,
	CALL_SEARCH,
	CALL_EXPORT,
	CALL_INCREMENTAL,
	CALL_REREAD,
	CALL_WANTED,
	CALL_BY_NUMBER,
	CALL_READ_MANY,
	CALL_LOOK,
	CALL_COMMENTS,
	CALL_UPDATE,
	CALL_UPDATE_MANY,
	CALL_JOBS,
	CALL_CHAT
};

struct call {
	uint64_t number;
	enum call_kind kind;
	enum upstream_id upstream;
	enum endpoint endpoint;
	struct heap_node deadline;
	msec sent_at;         /* monotonic */
	msec ticket_wait;     /* CALL_UPDATE: this ticket has had its updates, others may go on */
	bool timed_out;       /* cancelled by its deadline */
	struct llm_sent sent; /* CALL_CHAT; the name in the ticket's memory */
	struct ticket *ticket;
	struct ticket **tickets; /* CALL_READ_MANY, CALL_UPDATE_MANY; owned */
	size_t ticket_count;
};

struct calls {
	struct map by_number; /* struct call */
	struct heap deadlines;
	uint64_t last;          /* number of the newest */
	uint64_t openings;      /* of the circuit to Zendesk without a success between */
	uint64_t openings_seen; /* … of all that were */
};

void calls_init(struct calls *calls);
void calls_free(struct calls *calls);
/* Asks for the end of those that have had their time. */
void calls_deadlines_due(struct engine *engine);
void calls_cancel_all(struct engine *engine);

/* True: a request may leave now. Else `deadline` moves to when it may, if that is earlier.
 * `tokens`: of a model. */
bool call_may(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint,
              double tokens, msec *deadline);
/* The limits that all requests to Zendesk share, ours and the account's, let none through now. */
bool call_limits_are_used_up(const struct engine *engine);
/* Takes the request's bytes; call_may() must have said yes. */
struct call *call_start(struct engine *engine, enum call_kind kind, struct http_request *request,
                        double tokens);
void call_free(struct engine *engine, struct call *call);
/* Signals to the guards; called once for each reply before its stage reads it. */
void call_signal_zendesk(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct desk_answer *failure);
void call_signal_llm(struct engine *engine, struct call *call, const struct llm_result *result);

#endif
