/* The work that store_listed.h asks for: what the worker does, and the answers on the loop. */
#ifndef DAEMON_STORE_STORE_PIECES_H
#define DAEMON_STORE_STORE_PIECES_H

#include "daemon/store/store_inside.h"

/* The work of a PAGE, and of a piece of the others, on the worker. */
enum store_result store_page_read(struct store *store, struct task *task);
enum store_result store_series_read(struct store *store, struct task *task);
enum store_result store_choices_read(struct store *store, struct task *task);
/* What was read of a SERIES or CHOICES is dropped, because the database proved damaged. */
void store_listed_again(struct task *task);
void store_page_answer(struct store *store, struct task *task);
void store_series_answer(struct store *store, struct task *task);
void store_choices_answer(struct store *store, struct task *task);

#endif
