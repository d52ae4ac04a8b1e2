/* What the engine has counted since its start: how answers, tickets and requests ended. Each set of
 * names is closed, so that a metric can show all of its members from the start. Nothing here falls,
 * and nothing is kept over a restart: what must last is in the records (observe/statistics.h). */
#ifndef ENGINE_TALLIES_H
#define ENGINE_TALLIES_H

#include "engine/effect.h"
#include "ticket/analysis.h"

/* What the model made of a request about a ticket. A request that only has to wait or to be built
 * otherwise (a rate limit, a parameter that its endpoint refuses, a text that is too long) got no
 * answer and is not counted; neither is a probe. */
enum answer_result {
	ANSWER_ACCEPTED,  /* valid as it came */
	ANSWER_REPAIRED,  /* valid after a repair (llm/answer.h) */
	ANSWER_REFUSED,   /* declined: a refusal or a content filter */
	ANSWER_INVALID,   /* no valid analysis in it */
	ANSWER_TRUNCATED, /* it ends in the middle */
	ANSWER_ERROR,     /* no answer: timeout, broken connection, 5xx, key, credit, model */
	ANSWER_RESULTS
};
/* accepted|repaired|refused|invalid|truncated|error */
const char *tallies_answer_name(enum answer_result result);
/* True: the answer was used. */
static inline bool answer_result_is_good(enum answer_result result)
{
	return result == ANSWER_ACCEPTED || result == ANSWER_REPAIRED;
}

/* What a ticket found that was about to be sent to the model. */
enum reuse_lookup {
	REUSE_HIT,    /* the answer to another ticket with the same text: it takes that */
	REUSE_MISS,   /* nothing: it is sent */
	REUSE_JOINED, /* a ticket with the same text is under way: it waits for that */
	REUSE_LOOKUPS
};
/* hit|miss|joined */
const char *tallies_lookup_name(enum reuse_lookup lookup);

/* Why a ticket failed. */
enum failure_cause {
	FAILURE_ZENDESK,    /* Zendesk answered, but did not do what was asked */
	FAILURE_MODEL,      /* the model, where rules may not decide instead */
	FAILURE_AUTH,       /* a service refuses our credentials, account or settings */
	FAILURE_TIMEOUT,    /* Zendesk did not answer in time */
	FAILURE_CONFLICT,   /* the ticket keeps changing */
	FAILURE_STORE,      /* the database could not be written */
	FAILURE_UNREADABLE, /* too large, or not a ticket that can be read */
	FAILURE_CAUSES
};
/* zendesk|model|auth|timeout|conflict|store|unreadable */
const char *tallies_failure_name(enum failure_cause cause);

/* Why nothing was done about a ticket. */
enum skip_reason {
	SKIP_OTHER,             /* forbidden, an order that is void, unchanged in shadow */
	SKIP_ALREADY_PROCESSED, /* by us or by someone else */
	SKIP_CLOSED,            /* solved or closed */
	SKIP_GONE,              /* deleted, merged, or not visible to us */
	SKIP_TAG_REMOVED,       /* a person took our tag off */
	SKIP_QUARANTINED,       /* its processing crashed the service twice */
	SKIP_REASONS
};
/* other|already_processed|closed|gone|tag_removed|quarantined */
const char *tallies_skip_name(enum skip_reason reason);

/* What people changed of decided tickets. The first four come from the sample of follow-up reads
 * (find/choices.h): a choice of theirs, whether it is ours or another. */
enum human_field {
	HUMAN_ROOT_CAUSE,
	HUMAN_URGENCY,
	HUMAN_SENTIMENT,
	HUMAN_PRIORITY,
	HUMAN_PROCESSED_TAG, /* taken off */
	HUMAN_FIELDS
};
/* root_cause|urgency|sentiment|priority|processed_tag */
const char *tallies_human_name(enum human_field field);

#define OUTCOME_STATUSES (OUTCOME_SHADOW + 1)
#define TALLY_MODELS 6 /* by name; what more there are is counted together */
#define TALLY_MODEL_SIZE 64

/* What the requests to one model have cost. */
struct model_tally {
	char name[TALLY_MODEL_SIZE]; /* cut to fit; "other" in the last row; "" = free */
	struct spending spent;
};

struct engine_tallies {
	uint64_t answers[ANSWER_RESULTS];
	uint64_t lookups[REUSE_LOOKUPS];
	/* requests sent after one of the same kind had failed; to a model: about the same ticket */
	uint64_t retries[UPSTREAM_COUNT];
	/* milliseconds in which something waited for a limit of requests or tokens, a pause or a
	 * circuit breaker; not for the replies to requests under way */
	uint64_t throttled_ms[UPSTREAM_COUNT];
	uint64_t outcomes[OUTCOME_STATUSES]; /* each end of a ticket, also of one that comes back */
	uint64_t failures[FAILURE_CAUSES];   /* of the outcomes */
	uint64_t skipped[SKIP_REASONS];      /* of the outcomes */
	uint64_t write_conflicts;            /* updates that found the ticket changed meanwhile */
	uint64_t human_changes[HUMAN_FIELDS];
	uint64_t quarantined; /* tickets that were found and left alone for it */
	/* decisions, [1] those by rules */
	uint64_t root_causes[2][CAUSE_COUNT], urgencies[2][URGENCY_COUNT],
	        sentiments[2][SENTIMENT_COUNT];
	uint64_t model_outages;              /* how often the model was found to be down */
	uint64_t passes_done, passes_failed; /* complete looks for tickets, and those given up */
	struct model_tally models[TALLY_MODELS + 1];
};

#endif
