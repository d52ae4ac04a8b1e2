/* What the engine wants done. An effect owns its bytes; it is moved to the shell, which frees it
 * with effect_free after its one result event (or at once where there is none). */
#ifndef ENGINE_EFFECT_H
#define ENGINE_EFFECT_H

#include "base/http.h"
#include "base/list.h"
#include "config/config.h"
#include "engine/record.h"
#include "observe/alert.h"
#include "observe/report.h"
#include "ticket/outcome.h"

enum upstream_id { UPSTREAM_ZENDESK, UPSTREAM_LLM, UPSTREAM_SLACK, UPSTREAM_COUNT };

enum effect_kind {
	EFFECT_REQUEST, /* send it; answered by one EVENT_REPLY with the same number */
	/* end that request now; its one EVENT_REPLY comes as HTTP_CANCELLED (or was under way
	 * already) */
	EFFECT_CANCEL,
	EFFECT_PERSIST, /* make it durable; answered by EVENT_PERSISTED or EVENT_PERSIST_FAILED */
	EFFECT_SAY,     /* a line for the log */
	EFFECT_OUTCOME, /* a ticket reached its end: results file, log, metrics */
	EFFECT_ALERT,   /* a person must know, or that it is over: a line for the log as well */
	/* ENGINE_RESIDENT: what a pass brought has come to its end, or all has (drain): summary,
	 * results file. The first outcome after it begins the next batch */
	EFFECT_BATCH,
	EFFECT_FINISHED /* a run (--once, --ticket-id, or a drained service) is over */
};

enum run_end { RUN_CLEAN, RUN_FAILED, RUN_NOT_LET_IN, RUN_NO_MONEY };

struct effect {
	struct list node;
	enum effect_kind kind;
	/* REQUEST, CANCEL: the request; PERSIST: the record's sequence number */
	uint64_t number;
	enum upstream_id upstream;   /* REQUEST */
	struct http_request request; /* REQUEST */
	struct record record;        /* PERSIST */
	enum log_level level;        /* SAY */
	struct alert alert;          /* ALERT */
	char *text;                  /* SAY, ALERT, FINISHED (reason when not clean, may be NULL) */
	struct ticket_key ticket;    /* OUTCOME; SAY: whom it is about, if anybody */
	struct outcome outcome;      /* OUTCOME: points into `memory` */
	double cost;                 /* OUTCOME: estimated US dollars */
	struct batch batch;          /* BATCH; OUTCOME: the batch it is counted in, so far */
	enum run_end end;            /* FINISHED */
	struct arena memory;
};

struct effects {
	struct list items; /* struct effect, oldest first */
};
void effects_init(struct effects *effects);
struct effect *effects_add(struct effects *effects, enum effect_kind kind); /* to be filled in */
/* The oldest, now the caller's; NULL when none is left. */
struct effect *effects_take(struct effects *effects);
void effect_free(struct effect *effect); /* NULL is fine */

#endif
