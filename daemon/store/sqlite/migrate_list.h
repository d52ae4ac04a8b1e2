/* Fills the list of decisions of schema 3 from the records of the same database. */
#ifndef DAEMON_STORE_SQLITE_MIGRATE_LIST_H
#define DAEMON_STORE_SQLITE_MIGRATE_LIST_H

/* Statements for a transaction that has made the tables. Rows are made one after the other, so that
 * the memory does not grow with the history. */
extern const char migrate_list[];

#endif
