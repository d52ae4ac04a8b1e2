/* What the engine wants done: effects. An effect owns its bytes. It is moved to the shell, which
 * frees it with effect_free() once its one result event was given to the engine, or at once when
 * the effect has no result event. */
#ifndef ENGINE_EFFECT_H
#define ENGINE_EFFECT_H

#include "base/http.h"
#include "base/list.h"
#include "config/config.h"
#include "engine/record.h"
#include "observe/alert.h"
#include "observe/report.h"
#include "ticket/outcome.h"
#include "ticket/undo.h"

enum upstream_id { UPSTREAM_ZENDESK, UPSTREAM_LLM, UPSTREAM_COUNT };

/* What a request is for, as people who watch the services name it. The last three go to a model. */
enum request_operation {
	REQUEST_FIND,        /* search, export or incremental export of tickets */
	REQUEST_READ,        /* tickets by number, comments */
	REQUEST_UPDATE,      /* one ticket is written */
	REQUEST_UPDATE_MANY, /* many are */
	REQUEST_JOBS,        /* how far bulk updates are */
	REQUEST_OTHER,       /* sign-in, orders by tag, what agents chose */
	REQUEST_CHAT,        /* a ticket is analysed */
	REQUEST_PROBE,       /* does the model work? */
	REQUEST_MODELS,      /* the list of models */
	REQUEST_OPERATIONS
};

enum effect_kind {
	EFFECT_REQUEST, /* send the request; one EVENT_REPLY with the same number reports its end */
	/* end that request now: its one EVENT_REPLY says HTTP_CANCELLED, unless the request ended
	 * by itself before */
	EFFECT_CANCEL,
	/* take that request back if not a byte of it was sent: its one EVENT_REPLY says
	 * HTTP_RECALLED. Otherwise it goes on. */
	EFFECT_RECALL,
	/* write the record to the disk; answered by EVENT_PERSISTED or EVENT_PERSIST_FAILED */
	EFFECT_PERSIST,
	/* say what is recorded of `ticket`; answered by one EVENT_HISTORY */
	EFFECT_HISTORY,
	/* an undo of `ticket` is over, or what it would do is known */
	EFFECT_UNDONE,
	EFFECT_SAY,     /* a line for the log */
	EFFECT_OUTCOME, /* a ticket has ended: for the results file, the log and the metrics */
	/* a condition began that a person must know of, or it is over: for alerts and for the
	 * log */
	EFFECT_ALERT,
	/* ENGINE_RESIDENT: all tickets of a batch have ended, or the service stops: write its
	 * summary and its results file. The next outcome begins the next batch. */
	EFFECT_BATCH,
	EFFECT_FINISHED /* a run (--once, --ticket-id, or a drained service) is over */
};

enum run_end {
	RUN_CLEAN,
	RUN_FAILED,
	RUN_NOT_LET_IN,
	RUN_NO_MONEY,
	RUN_MISCONFIGURED /* a setting is wrong, as first contact with a service showed */
};

#define UNDO_ORDER_SIZE 40
/* Texts are in the effect. */
struct undone {
	char order[UNDO_ORDER_SIZE]; /* as EVENT_UNDO named it */
	bool look;
	struct undo_end end;
};

struct effect {
	struct list node;
	enum effect_kind kind;
	/* REQUEST, CANCEL, RECALL: the request; PERSIST: the record's sequence number */
	uint64_t number;
	enum upstream_id upstream;        /* REQUEST */
	enum request_operation operation; /* REQUEST */
	uint64_t sent_ns;                 /* REQUEST: the shell's, for what it measures */
	struct http_request request;      /* REQUEST */
	struct record record;             /* PERSIST */
	enum log_level level;             /* SAY */
	struct alert alert;               /* ALERT */
	/* SAY, ALERT, FINISHED (the reason when the end is not RUN_CLEAN, may be NULL) */
	char *text;
	/* OUTCOME, HISTORY, UNDONE; SAY: the ticket that the line is about; REQUEST to a model:
	 * the ticket that the chat is about; id 0 = none */
	struct ticket_key ticket;
	struct outcome outcome; /* OUTCOME: points into `memory` */
	/* BATCH: the whole batch; OUTCOME: the batch that the ticket is counted in, so far */
	struct batch batch;
	struct undone undone; /* UNDONE */
	enum run_end end;     /* FINISHED */
	struct arena memory;
};

struct effects {
	struct list items; /* struct effect, oldest first */
};
void effects_init(struct effects *effects);
/* Appends an effect of this kind and returns it for the caller to fill in; the list owns it. */
struct effect *effects_add(struct effects *effects, enum effect_kind kind);
/* Takes the oldest effect off the list; the caller owns it from then on. NULL when none is left. */
struct effect *effects_take(struct effects *effects);
void effect_free(struct effect *effect);

#endif
