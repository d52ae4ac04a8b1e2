/* The interface between the store and a database: a table of functions, and the types they
 * exchange. The store decides what happens when; a backend keeps the rows. SQLite
 * (daemon/store/sqlite/) is the only backend; docs/architecture.md says how to add another.
 *
 * All functions block, and one thread at a time calls them: the starting thread, later the store's
 * worker. Only `path` may be called at any time. A function that returns an enum store_result puts
 * the reason into `err` unless the result is STORE_OK. */
#ifndef DAEMON_STORE_BACKEND_H
#define DAEMON_STORE_BACKEND_H

#include "daemon/store/store_backup.h"
#include "daemon/store/store_memory.h"
#include "daemon/store/store_rows.h"

struct store_db; /* a database and the connection to it; the backend defines it */

struct store_backend {
	/* --- claiming, opening and closing a database --- */

	/* Locks the database at `path`, which is not opened yet, and makes missing folders. 0;
	 * STORE_IN_USE with an error that names the process that holds it; or -1 with a reason. */
	int (*claim)(const char *path, struct store_db **ret, struct err *err);
	/* Absolute path without symbolic links; borrowed, valid and unchanged until `release`. */
	const char *(*path)(const struct store_db *db);
	/* Where the copy from before the migration is that `open` made, to be freed; NULL when the
	 * database needed none. */
	char *(*former)(const struct store_db *db);
	/* Opens the database: creates the tables in an empty one, migrates one of a former
	 * schema. It is closed when the result is not STORE_OK. */
	enum store_result (*open)(struct store_db *db, struct err *err);
	/* Renames a damaged database (open or closed) and opens a fresh one with the contents
	 * of `memory` and what could be salvaged; `memory` is updated with that and with the
	 * path of the damaged file. When it fails the damaged file is unchanged and the call
	 * can be repeated. A closed database that proves sound is opened as it is. */
	enum store_result (*rebuild)(struct store_db *db, struct store_memory *memory,
	                             struct err *err);
	/* Frees what is kept in memory for speed. */
	void (*rest)(struct store_db *db);
	/* Closes the database; no effect when it is closed. */
	void (*close)(struct store_db *db);
	/* Unlocks the database, which is closed, and frees `db`. */
	void (*release)(struct store_db *db);

	/* --- records --- */

	/* Stores all records and adds their counts to the statistics, or stores none. All of it
	 * is on the disk when this returns STORE_OK. */
	enum store_result (*put)(struct store_db *db, const struct store_record *records,
	                         size_t count, struct err *err);
	/* The number of alive records (store.h); 0 also when it cannot be read. */
	uint64_t (*count_alive)(struct store_db *db);
	/* Calls `each` for the alive records from serial `*from` on (0: all), oldest first.
	 * `*from` is moved on, so that a repeated call continues after STORE_DAMAGED. When
	 * `each` returns non-zero the result is STORE_FAILED with the reason of `each`. A
	 * record with a brief comes without payload and sequence, because its row is not read. */
	enum store_result (*restore)(struct store_db *db, int64_t *from,
	                             int (*each)(void *arg, const struct store_row *row,
	                                         struct err *err),
	                             void *arg, struct err *err);
	/* Reads the newest record with a brief, with its payload; `*ret` is zeroed when there
	 * is none. To be freed (record_free). */
	enum store_result (*newest_brief)(struct store_db *db, struct store_row *ret,
	                                  struct err *err);
	/* Fills `history`, which the caller has zeroed and frees (store_rows_free) whatever
	 * the result. */
	enum store_result (*history)(struct store_db *db, struct ticket_key ticket,
	                             struct store_rows *history, struct err *err);
	/* The same for a piece of a span of time; limited by `span->limit`, which is not 0, and as
	 * store_history.h says. */
	enum store_result (*span)(struct store_db *db, const struct store_span *span,
	                          struct store_rows *history, struct err *err);

	/* --- the list of decisions: store_listed.h --- */

	/* Adds rows to `listed`, which the caller has initialised and frees whatever the result. A
	 * sealed reason is left in `sealed`. */
	enum store_result (*decisions)(struct store_db *db,
	                               const struct store_listed_filter *filter,
	                               struct store_listed *listed, struct err *err);
	/* Adds a piece of the choices between `from` and `to` to `choices`, which the caller has
	 * initialised and frees, from its `next` on; and sets `more` and `next`. */
	enum store_result (*choices)(struct store_db *db, msec from, msec to,
	                             struct store_choice_rows *choices, struct err *err);
	/* store_answers.h: reads the records with answers, the newest first; and removes a limited
	 * number of old rows. */
	enum store_result (*answers)(struct store_db *db, const struct store_answers *wanted,
	                             struct err *err);
	enum store_result (*drop_answers)(struct store_db *db, msec before, bool *ret_more,
	                                  struct err *err);

	/* --- erasing, forgetting and copying --- */

	/* Replaces the records of a ticket by its tombstone. The log and copies of the database
	 * contain them until `purge`; `erasings` lists the ticket until `erased`. */
	enum store_result (*erase)(struct store_db *db, struct ticket_key ticket,
	                           const uint8_t mac[TOMBSTONE_SIZE], msec wall,
	                           uint64_t *ret_count, struct err *err);
	/* Removes what still contains erased records: the log, and copies of the database, their
	 * number in `*ret_copies`. Tries all of it and reports the first failure. */
	enum store_result (*purge)(struct store_db *db, unsigned *ret_copies, struct err *err);
	/* The ticket was erased outside of the database too: not listed by `erasings` any more. */
	enum store_result (*erased)(struct store_db *db, struct ticket_key ticket, struct err *err);
	/* Lists up to `max` tickets whose erasing is not complete. */
	enum store_result (*erasings)(struct store_db *db, struct ticket_key *tickets, size_t max,
	                              size_t *ret_count, struct err *err);
	/* When the ticket of this tombstone was erased (wall, ms); 0 when that is not known. */
	enum store_result (*erased_at)(struct store_db *db, const uint8_t mac[TOMBSTONE_SIZE],
	                               msec *ret_wall, struct err *err);
	/* Removes a limited number of records with `*from` <= wall < `before` that no later
	 * start needs, and moves `*from` on. `*ret_more`: there may be more, call again. */
	enum store_result (*prune)(struct store_db *db, msec *from, msec before, bool *ret_more,
	                           struct err *err);
	/* As store_backup() says; `ret->path` is to be freed. */
	enum store_result (*backup)(struct store_db *db, struct store_copy *ret, struct err *err);
	/* Removes copies PATH.schemaN and PATH.backup that were made before `before` (wall, ms). */
	enum store_result (*drop_copies)(struct store_db *db, msec before, struct err *err);

	/* --- statistics, by quarters: see observe/statistics.h --- */

	/* Calls `each` for the quarters `from` to `to`, oldest first, once for each account. An
	 * impossible number is given as 0. */
	enum store_result (*counts)(struct store_db *db, int64_t from, int64_t to,
	                            void (*each)(void *arg, int64_t quarter,
	                                         const struct counts *counts),
	                            void *arg, struct err *err);
	/* Removes a limited number of rows of the list of decisions that are older than `before`
	 * (wall, ms). `*ret_more`: there may be more, call again. */
	enum store_result (*drop_decisions)(struct store_db *db, msec before, bool *ret_more,
	                                    struct err *err);
	/* Removes the statistics of quarters before `before`. */
	enum store_result (*drop_counts)(struct store_db *db, int64_t before, struct err *err);

	/* --- tombstones, account, tags, notices: struct store_memory --- */

	/* Adds the contents of the database to an initialised `memory`. */
	enum store_result (*load)(struct store_db *db, struct store_memory *memory,
	                          struct err *err);
	/* Writes all of `memory`, to a fresh database or after a change. */
	enum store_result (*save)(struct store_db *db, const struct store_memory *memory,
	                          struct err *err);
	/* Writes a row of no meaning, to find out whether the database can be written. */
	enum store_result (*try)(struct store_db *db, struct err *err);
	/* Writes the text of one name. */
	enum store_result (*keep)(struct store_db *db, const char *name, const char *text,
	                          struct err *err);
	/* A person was told of the damage that `memory.damaged_copy` names: forgets it. */
	enum store_result (*told)(struct store_db *db, struct err *err);
};

#endif
