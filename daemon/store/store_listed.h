/* The list of decisions: one small row for each end of a ticket, written in the transaction of its
 * record, and searched by what it says. And the sums of the statistics over any span.
 *
 * A row stays as long as the history does. It goes when its ticket is erased. A ticket that was
 * undone keeps its rows; `undone` marks those of updates that were taken back. The reason is sealed
 * when payloads are; the other members name no person.
 *
 * The newest rows come first, by the time at which they were recorded; when the clock was set back,
 * later rows stand behind earlier ones. A row has the same place for ever, so that the next page
 * begins exactly behind the last one whatever is recorded meanwhile.
 *
 * However many rows there are and however few fit, a page costs a bounded number of steps: for each
 * combination of outcome and labels that exists (some hundreds at most) two, and one for each row.
 * All functions are for the loop's thread only; the answers come there. */
#ifndef DAEMON_STORE_STORE_LISTED_H
#define DAEMON_STORE_STORE_LISTED_H

#include "daemon/store/store_history.h"
#include "ticket/listed.h"

struct store;

#define STORE_LISTED_MAX 200 /* rows in one answer */
#define STORE_POINTS_MAX 750 /* points of a series */
/* Questions of this file that wait for the worker, at most. */
#define STORE_PAGES_WAITING 2

#define STORE_ANY (-1)
struct store_listed_filter {
	struct ticket_key ticket; /* number 0: all tickets */
	/* enum outcome_status, enum root_cause …, or STORE_ANY */
	int status, root_cause, urgency, sentiment;
	int by_rules;  /* 0: by a model; 1: by rules; or STORE_ANY */
	msec from, to; /* wall, ms: from <= time < to */
	struct store_cursor after;
	size_t limit; /* 1 … STORE_LISTED_MAX */
};
/* Fits every row. */
struct store_listed_filter store_listed_all(void);

struct store_listed_row {
	struct ticket_key ticket;
	msec at; /* wall, ms */
	bool undone;
	struct listed listed;
};

struct store_listed_page {
	const struct store_listed_row *rows;
	size_t count;
	bool more; /* ask again with `next` as `after` */
	struct store_cursor next;
	const char *error; /* NULL, or why the database cannot be read */
};
/* `done` is called once; all of the page is valid during the call. False: so many pages wait
 * already that this one is not read, and `done` is not called. */
bool store_decisions(struct store *store, const struct store_listed_filter *filter,
                     void (*done)(void *arg, const struct store_listed_page *page),
                     void *arg) MUST_CHECK;

struct store_point {
	msec at; /* wall: the begin of the step */
	struct counts counts;
};
struct store_points {
	const struct store_point
	        *points; /* in the order of time; those without counts are left out */
	size_t count;
	const char *error;
};
/* The sums of the steps between `from` and `to` (wall, ms). All three are whole quarters, and there
 * are at most STORE_POINTS_MAX steps. A long span is read in pieces, between which other work of
 * the store is done. False as above. */
bool store_series(struct store *store, msec from, msec to, msec step,
                  void (*done)(void *arg, const struct store_points *series), void *arg) MUST_CHECK;

/* What agents chose for tickets afterwards (RECORD_CHOICE), and what we had decided. The newest
 * STORE_CHOICES_MAX of a span, in pieces that are small enough to be unsealed, parsed and added up
 * within a turn of the loop. */
#define STORE_CHOICES_MAX 5000
#define STORE_CHOICES_A_PIECE 100
struct store_choice {
	struct ticket_key ticket;
	msec at;
	const char *payload; /* as in struct store_event */
	/* The newest row of the ticket with an analysis, up to then; when it was recorded, or -1:
	 * there is none, and the labels are not set. */
	msec decided;
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
};
struct store_chosen {
	const struct store_choice *choices; /* the newest come first, over all pieces */
	size_t count;
	bool more; /* `done` will be called again */
	const char *error;
};
/* `from` <= at < `to` (wall, ms). `done` gets each piece; an error is the last one. A database that
 * proves damaged meanwhile is read again from the beginning, so a choice may come twice. Between
 * the pieces other work of the store is done. False as above. */
bool store_choices(struct store *store, msec from, msec to,
                   void (*done)(void *arg, const struct store_chosen *choices),
                   void *arg) MUST_CHECK;

#endif
