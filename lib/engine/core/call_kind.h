/* The kinds of requests that the engine sends. For each there is a row in calls.c (which limit it
 * counts against) and in stop.c (whether the emergency stop holds it), and engine.c names who reads
 * its reply. */
#ifndef ENGINE_CORE_CALL_KIND_H
#define ENGINE_CORE_CALL_KIND_H

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
	CALL_CHANGED,   /* search for tickets that have changed, to see what agents chose */
	CALL_CHOICES,   /* what they chose for one of them */
	CALL_SOLVED,    /* search for tickets that were solved for a backtest */
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

#endif
