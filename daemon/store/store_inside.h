/* Internals of the store, shared by the files that open it, queue its work and do the work. */
#ifndef DAEMON_STORE_STORE_INSIDE_H
#define DAEMON_STORE_STORE_INSIDE_H

#include "base/list.h"
#include "daemon/store/backend.h"
#include "daemon/store/store_open.h"

/* A piece of work for the worker, with the fields for its result. Comments name the kinds that
 * use a field. */
enum task_kind {
	TASK_PUT,
	TASK_NOTE,
	TASK_EXPLAIN,
	TASK_SPAN,
	TASK_PAGE,
	TASK_SERIES,
	TASK_CHOICES,
	TASK_ERASE,
	TASK_ERASED,
	TASK_PRUNE,
	TASK_ANSWERS, /* old ones are removed */
	TASK_KEEP,
	TASK_BACKUP,
	TASK_TRY,
	TASK_REBUILD,
	TASK_TOLD,
	TASK_REST,
	TASK_CLOSE
};

struct task {
	struct list node;
	enum task_kind kind;
	bool gathers;             /* PUT: not ready for the worker, more records are awaited */
	bool retried;             /* it was queued again because the database was damaged */
	enum store_result result; /* set by the worker, like `err` and `took_ns` */
	uint64_t took_ns;
	struct err err;

	struct store_record *records; /* PUT, NOTE */
	size_t count, cap;
	/* sequences of its first and last record, including records that are not stored */
	uint64_t first, upto;

	struct ticket_key ticket; /* EXPLAIN, ERASE, ERASED */
	bool erased;              /* EXPLAIN */
	msec erased_at;           /* EXPLAIN: wall, ms; 0 = not known */
	/* EXPLAIN: number of marks of death */
	unsigned deaths;
	struct store_rows history; /* EXPLAIN, SPAN */
	void (*explained)(void *arg, char *json, const char *error);
	struct store_span span; /* SPAN */
	void (*spanned)(void *arg, const struct store_events *events);
	struct store_listed_filter filter; /* PAGE */
	struct store_listed page;
	void (*paged)(void *arg, const struct store_listed_page *page);
	/* SERIES: from `from` to `before`; `quarter` is where the next piece begins */
	msec step;
	int64_t quarter;
	struct store_point *points; /* owned */
	size_t point_count;
	void (*series_done)(void *arg, const struct store_points *series);
	struct store_choice_rows choices; /* CHOICES: from `from` to `before` */
	void (*choices_done)(void *arg, const struct store_chosen *choices);
	void (*rested)(void *arg); /* REST */
	/* KEEP: the text is the task's */
	const char *kept_name;
	char *kept_text;
	void (*kept)(void *arg, bool durable);
	struct store_copy copy; /* BACKUP: its path is the task's */
	void (*backed_up)(void *arg, const struct store_copy *copy, const char *error);
	void *arg;

	uint8_t mac[TOMBSTONE_SIZE]; /* ERASE, EXPLAIN */
	/* ERASE: the tombstone was added by this task; it is on the disk */
	bool buried, durable;
	msec wall; /* ERASE: when */
	struct store_erasure erasure;
	void (*done)(void *arg, const struct store_erasure *erasure);

	msec from, before;     /* PRUNE, SERIES, CHOICES; ANSWERS: before */
	int64_t counts_before; /* PRUNE: first quarter to be kept; 0 = statistics are pruned */
	msec copies_before;    /* PRUNE */
	bool records_over;     /* PRUNE: what is left is the list of decisions */
	bool more;             /* PRUNE, ANSWERS, SERIES, CHOICES: not over, to be queued again */

	/* REBUILD: a copy of the store's memory; afterwards with the path of the damaged file,
	 * if any. */
	struct store_memory memory;
};

struct store {
	const struct store_backend *backend;
	struct store_db *db; /* the worker's while a task is running, except for its path */
	int deaths;          /* descriptor of the file of marks of death */
	struct store_memory memory;
	struct store_seal seal; /* zeroed: payloads are stored in the clear */
	char *error;            /* the last failure */
	bool started, closing;
	bool damaged;           /* the database must be rebuilt before the next task */
	struct list queue;      /* struct task, oldest first */
	unsigned pages_waiting; /* PAGE, SERIES and CHOICES that are not answered */
	struct task *running;   /* NULL = the worker is free */
	uv_loop_t *loop;
	uv_idle_t idle;    /* active while a task is ready and the worker is free */
	uv_timer_t gather; /* active while the last task of the queue gathers */
	uv_work_t work;
	struct store_callbacks callbacks;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* --- store_task.c --- */

struct task *task_new(const struct task *wanted) MUST_CHECK; /* a copy of `wanted`, in no list */
/* Frees the task with its records and its results. */
void task_free(struct task *task);
/* Does the task and sets its result. Called on the worker. */
void task_run(struct store *store, struct task *task);

/* --- store_payload.c: sealing, unsealing and showing payloads --- */

/* Sets `sealed` when payloads are to be sealed. */
void store_payload_seal(const struct store *store, struct store_record *record);
/* Appends the payload in the clear to `out`. -1 with a reason when it cannot be unsealed. */
int store_payload_open(const struct store *store, const struct store_row *row, struct buf *out,
                       struct err *err) MUST_CHECK;
/* Appends a sealed reason of the list of decisions in the clear. -1: it cannot be unsealed. */
int store_reason_open(const struct store *store, struct ticket_key ticket, struct str sealed,
                      struct buf *out) MUST_CHECK;
/* The JSON for an EXPLAIN that succeeded, to be freed; NULL when nothing is known of the
 * ticket. */
char *store_payload_explain(const struct store *store, const struct task *task);

/* --- store_span.c --- */

/* Puts the payload in the clear into `row`. False when it cannot be read. */
bool store_span_clear(const struct store *store, struct store_row *row);
/* Gives a SPAN that is over to who asked for it. */
void store_span_answer(struct store *store, struct task *task);

/* --- store_open.c --- */

/* Closes and frees everything at once. */
void store_free(struct store *store);

#endif
