/* Records on their way to a database and from it, as the store and its backend exchange them. */
#ifndef DAEMON_STORE_STORE_ROWS_H
#define DAEMON_STORE_STORE_ROWS_H

#include "base/clock.h"
#include "daemon/store/store_listed.h"
#include "engine/record.h"

enum store_result {
	STORE_OK,
	STORE_DAMAGED, /* the file is not a sound database; `rebuild` can help */
	STORE_FAILED   /* disk full, read-only, not ours, newer …: nothing was changed */
};

/* A record that is to be stored. */
struct store_record {
	struct record record;
	char *sealed; /* stored in place of the clear payload; NULL = it is not sealed */
	size_t sealed_len;
	char *reason; /* the same of the reason in record.listed */
	size_t reason_len;
	msec wall; /* when it was decided, in ms */
};
void store_record_free(struct store_record *record);

/* A record as it is stored. */
struct store_row {
	struct record record; /* payload: may be sealed; a NUL follows it */
	size_t len;           /* length of the payload in bytes */
	bool sealed, alive;
	msec wall;
};

/* Rows that were read: the history of one ticket, newest record first, limited as store_explain
 * promises; or a piece of a span of time, as store_history promises. */
struct store_rows {
	struct store_row *rows; /* owned, and so are their payloads */
	size_t count;
	uint64_t total; /* of one ticket: number of stored records, including those not in `rows` */
	bool more;      /* of a span: there may be more rows, after `next` */
	struct store_cursor next;
};
void store_rows_free(struct store_rows *history);

/* A piece of the choices of agents: `rows` with their payloads, and what we had decided before each
 * of them; the newest come first. */
struct store_choice_rows {
	struct store_row *rows;     /* STORE_CHOICES_A_PIECE, owned, and so are their payloads */
	struct store_choice *facts; /* as many, owned; their payloads are those of the rows */
	size_t count;
	size_t total; /* with the pieces before */
	bool more;    /* there may be more, behind `next` */
	struct store_cursor next;
};
void store_choice_rows_init(struct store_choice_rows *choices);
/* Drops this piece, to read the next one. */
void store_choice_rows_clear(struct store_choice_rows *choices);
void store_choice_rows_free(struct store_choice_rows *choices);

/* Records with answers that other tickets may use: at most `max` that were given at `since` (wall)
 * or later. `each` is called with each of them, valid during the call. */
struct store_answers {
	msec since;
	size_t max;
	void (*each)(void *arg, const struct store_row *row);
	void *arg;
};

/* Rows of the list of decisions. */
struct store_listed {
	struct store_listed_row *rows; /* STORE_LISTED_MAX, owned */
	/* what is stored of each reason that is sealed; else NULL; owned */
	char **sealed;
	size_t *sealed_len;
	size_t count;
	bool more;
	struct store_cursor next;
};
void store_listed_init(struct store_listed *listed);
void store_listed_free(struct store_listed *listed);

#endif
