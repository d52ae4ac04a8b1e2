/* The parts of the store, shared by the files that open it, queue its work and do it. */
#ifndef DAEMON_STORE_STORE_INSIDE_H
#define DAEMON_STORE_STORE_INSIDE_H

#include "base/list.h"
#include "daemon/store/backend.h"
#include "daemon/store/store_open.h"

/* A piece of work for the worker, with the room for its result. */
enum task_kind {
	TASK_PUT,
	TASK_EXPLAIN,
	TASK_ERASE,
	TASK_ERASED,
	TASK_PRUNE,
	TASK_TRY,
	TASK_REBUILD,
	TASK_TOLD,
	TASK_REST,
	TASK_CLOSE
};

struct task {
	struct list node;
	enum task_kind kind;
	bool retried;             /* the database was damaged under it once */
	enum store_result result; /* set by the worker, as is err */
	struct err err;

	struct store_record *records; /* PUT */
	size_t count, cap;
	uint64_t first, upto; /* sequences, also of records that are not stored */

	struct ticket_key ticket; /* EXPLAIN, ERASE, ERASED */
	bool erased;              /* EXPLAIN */
	msec erased_at;           /* EXPLAIN: 0 = not known */
	unsigned deaths;
	struct store_history history; /* EXPLAIN */
	void (*explained)(void *arg, char *json, const char *error);
	void (*rested)(void *arg); /* REST */
	void *arg;

	uint8_t mac[TOMBSTONE_SIZE]; /* ERASE, EXPLAIN */
	bool buried, durable;        /* ERASE: the tombstone is new; it is on the disk */
	msec wall;
	struct store_erasure erasure;
	void (*done)(void *arg, const struct store_erasure *erasure);

	msec from, before;     /* PRUNE */
	int64_t counts_before; /* PRUNE: a quarter; 0 = done */
	msec copies_before;    /* PRUNE */
	bool more;

	/* REBUILD: a copy, with where the damaged file is when there was one */
	struct store_memory memory;
};

struct store {
	const struct store_backend *backend;
	struct store_db *db; /* with the worker while a task is running, all but its path */
	int deaths;          /* descriptor */
	struct store_memory memory;
	struct store_seal seal; /* zeroed: none */
	char *error;            /* the last failure */
	bool started, closing;
	bool damaged;         /* to be rebuilt before anything else */
	struct list queue;    /* struct task, oldest first */
	struct task *running; /* NULL = the worker is free */
	uv_loop_t *loop;
	uv_idle_t idle; /* active while something is queued and the worker is free */
	uv_work_t work;
	struct store_callbacks callbacks;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* --- store_queue.c --- */

/* A copy of it, behind all others, which is the store's. */
struct task *store_queue_add(struct store *store, const struct task *wanted);
/* The last task of the queue when it is of this kind and may be added to, or NULL. */
struct task *store_queue_last(struct store *store, enum task_kind kind);

/* --- store_task.c --- */

struct task *task_new(const struct task *wanted) MUST_CHECK; /* a copy with nothing done so far */
void task_free(struct task *task);
/* On the worker. */
void task_run(struct store *store, struct task *task);

/* --- store_payload.c: payloads sealed, opened, and shown --- */

/* Fills in `sealed` when payloads are to be. */
void store_payload_seal(const struct store *store, struct store_record *record);
/* Adds the payload in the clear. */
int store_payload_open(const struct store *store, const struct store_row *row, struct buf *out,
                       struct err *err) MUST_CHECK;
/* The answer to an EXPLAIN that went well, to be freed; NULL when nothing is known. */
char *store_payload_explain(const struct store *store, const struct task *task);

/* --- store_open.c --- */

void store_free(struct store *store);

#endif
