/* Requests under way ("calls"): each is sent only when the guards allow it, ends exactly once, and
 * its end tells the guards something about the service. */
#ifndef ENGINE_CORE_CALLS_H
#define ENGINE_CORE_CALLS_H

#include "base/heap.h"
#include "base/map.h"
#include "engine/core/budget.h"
#include "engine/effect.h"
#include "llm/llm.h"
#include "desk/desk.h"

/* A limit that is told about one ticket while others are answered may be that ticket's alone: the
 * others are held back for so long, and for all of it when the limit still stands then. */
#define LLM_LIMIT_DOUBTED (60 * MSEC_SECOND)

struct engine;
struct ticket;

enum call_kind {
	CALL_TOKEN,
	CALL_ME,
	CALL_MODELS,
	CALL_SEARCH,
	CALL_EXPORT,
	CALL_INCREMENTAL,
	CALL_REREAD,    /* ids of account->again */
	CALL_WANTED,    /* ids that a person asked for */
	CALL_TAGGED,    /* search for zendesk.again_tag */
	CALL_AUDITS,    /* who put a tag on a ticket */
	CALL_ALONE,     /* a ticket that could not be read from its page */
	CALL_BY_NUMBER, /* --ticket-id */
	CALL_READ_MANY, /* the read before the write */
	CALL_LOOK,      /* one ticket that CALL_READ_MANY left out */
	CALL_COMMENTS,  /* its comments, to find our note */
	CALL_UPDATE,
	CALL_UPDATE_MANY,
	CALL_JOBS,
	CALL_CHAT,
	CALL_PROBE /* a chat about no ticket */
};

struct call {
	uint64_t number;
	enum call_kind kind;
	enum upstream_id upstream;
	enum endpoint endpoint;
	struct heap_node deadline;
	msec sent_at; /* monotonic */
	/* CALL_UPDATE: Zendesk's limit of updates for this ticket is used up for so long; other
	 * tickets may go on */
	msec ticket_wait;
	bool timed_out; /* the engine cancelled it at its deadline */
	/* CALL_CHAT: the model's name is in the ticket's memory; CALL_PROBE: it is empty */
	struct llm_sent sent;
	struct ticket *ticket;
	struct ticket **tickets; /* CALL_READ_MANY, CALL_UPDATE_MANY; owned */
	size_t ticket_count;
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

/* True: a request may be sent now. Otherwise `deadline` moves to when it may be sent, if that is
 * earlier. `tokens`: estimate for a model, 0 for Zendesk. */
bool call_may(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint,
              double tokens, msec *deadline);
/* True when the limits that all requests to Zendesk share, the account's and our own, allow no
 * request now. */
bool call_limits_are_used_up(const struct engine *engine);
/* Sends the request and takes its bytes; `request` is empty afterwards. call_may() must have
 * returned true. The call lives until call_free(), and the caller fills in its ticket or
 * tickets. */
struct call *call_start(struct engine *engine, enum call_kind kind, struct http_request *request,
                        double tokens);
void call_free(struct engine *engine, struct call *call);
/* Tell the guards how a call ended; called once for each reply, before the reply is read by the
 * part that asked. */
void call_signal_zendesk(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct desk_answer *failure);
void call_signal_llm(struct engine *engine, struct call *call, const struct llm_result *result);

#endif
