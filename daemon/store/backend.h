/* What the store needs of a database: one table of functions, and the types that cross it. The
 * store decides what happens when; a backend keeps the rows. SQLite is the one there is, in
 * daemon/store/sqlite/; docs/architecture.md says how to add another.
 *
 * All functions block, and one thread at a time calls them: the starting one, then the worker of
 * the store. Only `path` may be called at any time. Where an enum store_result is returned, `err`
 * has the reason unless it is STORE_OK. */
#ifndef DAEMON_STORE_BACKEND_H
#define DAEMON_STORE_BACKEND_H

#include "base/clock.h"
#include "daemon/store/store_memory.h"
#include "engine/record.h"

struct store_db; /* a database and the connection to it: defined by the backend */

enum store_result {
	STORE_OK,
	STORE_DAMAGED, /* it is no sound database: rebuild it */
	STORE_FAILED   /* full, read-only, not ours, newer …: it is left as it is */
};

struct store_record {
	struct record record;
	char *sealed; /* what is stored in place of the payload; NULL = the payload */
	size_t sealed_len;
	msec wall;
};
void store_record_free(struct store_record *record);

/* As it is stored. */
struct store_row {
	struct record record; /* the payload has a NUL behind it, and may be sealed */
	size_t len;           /* of the payload */
	bool sealed, alive;
	msec wall;
};

/* Of one ticket, newest first, cut to what store_explain promises. */
struct store_history {
	struct store_row *rows; /* owned, with their payloads */
	size_t count;
	uint64_t total; /* how many there are */
};
void store_history_free(struct store_history *history);

struct store_backend {
	/* --- the place: taken by one process, opened and closed by it, given back --- */

	/* Finds the database at `path` and takes it for this process; missing folders are made.
	 * Nothing is opened yet. 0; STORE_IN_USE with the holder named; -1 with a reason. */
	int (*claim)(const char *path, struct store_db **ret, struct err *err);
	/* Absolute, without symbolic links; borrowed, and the same until `release`. */
	const char *(*path)(const struct store_db *db);
	/* Opens it, begins an empty one, migrates one of a former schema. After anything but
	 * STORE_OK it is closed. */
	enum store_result (*open)(struct store_db *db, struct err *err);
	/* Puts a damaged database aside, whether it is open or closed, and opens a fresh one that
	 * holds `memory` and what could be salvaged; `memory` is completed by that, with where the
	 * damaged one is. Upon failure the damaged one is where it was and all can be repeated; one
	 * that is closed and proves sound is taken as it is. */
	enum store_result (*rebuild)(struct store_db *db, struct store_memory *memory,
	                             struct err *err);
	/* Frees what is kept in memory for speed. */
	void (*rest)(struct store_db *db);
	void (*close)(struct store_db *db); /* one that is closed stays so */
	void (*release)(struct store_db *db);

	/* --- records --- */

	/* All of them, and what they add to the statistics, or none. */
	enum store_result (*put)(struct store_db *db, const struct store_record *records,
	                         size_t count, struct err *err);
	/* 0 also when it cannot be told. */
	uint64_t (*count_alive)(struct store_db *db);
	/* Alive ones from `*from` on (0: all; moved on to where to continue after STORE_DAMAGED),
	 * oldest first, until `each` gives something else than 0, which is then STORE_FAILED with
	 * its reason. One with a brief has neither payload nor sequence: its record is not read. */
	enum store_result (*restore)(struct store_db *db, int64_t *from,
	                             int (*each)(void *arg, const struct store_row *row,
	                                         struct err *err),
	                             void *arg, struct err *err);
	/* The newest record that `restore` tells by its brief, with its payload; zeroed when there
	 * is none. To be freed (record_free). */
	enum store_result (*newest_brief)(struct store_db *db, struct store_row *ret,
	                                  struct err *err);
	/* `history` is zeroed; to be freed whatever the result. */
	enum store_result (*history)(struct store_db *db, struct ticket_key ticket,
	                             struct store_history *history, struct err *err);

	/* --- erasing and forgetting --- */

	/* Removes the records of a ticket and puts its tombstone. Until `purge` the log and copies
	 * still hold it; until `erased` it is one of the `erasings`. */
	enum store_result (*erase)(struct store_db *db, struct ticket_key ticket,
	                           const uint8_t mac[TOMBSTONE_SIZE], msec wall,
	                           uint64_t *ret_count, struct err *err);
	/* Removes what still holds records that were erased: the log, and copies of the database.
	 * All of it is tried, and the first failure told. `*ret_copies`: so many copies are
	 * gone. */
	enum store_result (*purge)(struct store_db *db, unsigned *ret_copies, struct err *err);
	enum store_result (*erased)(struct store_db *db, struct ticket_key ticket, struct err *err);
	/* Up to `max` of those that are being erased. */
	enum store_result (*erasings)(struct store_db *db, struct ticket_key *tickets, size_t max,
	                              size_t *ret_count, struct err *err);
	/* When; 0 when that is not known. */
	enum store_result (*erased_at)(struct store_db *db, const uint8_t mac[TOMBSTONE_SIZE],
	                               msec *ret_wall, struct err *err);
	/* Removes a number of records that no later life needs and that lie in [*from, before);
	 * moves `*from` on. `*ret_more`: call again. */
	enum store_result (*prune)(struct store_db *db, msec *from, msec before, bool *ret_more,
	                           struct err *err);

	/* Removes the copies that were made before `before` (wall) so that a person can go back to
	 * a former version. */
	enum store_result (*drop_copies)(struct store_db *db, msec before, struct err *err);

	/* --- statistics, by quarters: see observe/statistics.h --- */

	/* Those from `from` to `to`, oldest first, a quarter once for each account. Numbers that
	 * cannot be ours are told as 0. */
	enum store_result (*counts)(struct store_db *db, int64_t from, int64_t to,
	                            void (*each)(void *arg, int64_t quarter,
	                                         const struct counts *counts),
	                            void *arg, struct err *err);
	enum store_result (*drop_counts)(struct store_db *db, int64_t before, struct err *err);

	/* --- the small things --- */

	/* Adds what the database holds to an initialised `memory`. */
	enum store_result (*load)(struct store_db *db, struct store_memory *memory,
	                          struct err *err);
	/* Writes all of `memory`: into a fresh database, or after a change. */
	enum store_result (*save)(struct store_db *db, const struct store_memory *memory,
	                          struct err *err);
	/* Writes something that nobody needs. */
	enum store_result (*try)(struct store_db *db, struct err *err);
	/* A person was told of the damage that `memory` speaks of. */
	enum store_result (*told)(struct store_db *db, struct err *err);
};

#endif
