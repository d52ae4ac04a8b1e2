/* The text log's lines as events of systemd's journal, with their fields, where stderr is the
 * journal anyway. */
#ifndef DAEMON_FILES_TEXTLOG_JOURNAL_H
#define DAEMON_FILES_TEXTLOG_JOURNAL_H

#include "daemon/system/systemd_journal.h"
#include "daemon/files/textlog.h"

/* From now on the log's lines go to `journal` instead of stderr; it outlives the log. */
void textlog_to_journal(struct textlog *log, struct journal *journal);
/* The same where stderr is the journal, with the journal opened: to be closed after the log. NULL
 * where it is not, or cannot be reached, which is logged: lines go to stderr then. */
struct journal *textlog_join_journal(struct textlog *log, uv_loop_t *loop) MUST_CHECK;

#endif
