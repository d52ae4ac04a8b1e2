/* Sends the text log's lines to systemd's journal as events with fields, when stderr is the
 * journal anyway. */
#ifndef DAEMON_FILES_TEXTLOG_JOURNAL_H
#define DAEMON_FILES_TEXTLOG_JOURNAL_H

#include "daemon/system/systemd_journal.h"
#include "daemon/files/textlog.h"

/* From now on the log's lines go to `journal` instead of stderr; it must outlive the log. */
void textlog_to_journal(struct textlog *log, struct journal *journal);
/* Opens the journal and sends lines to it when stderr is the journal. Returns the journal, to be
 * closed after the log. NULL when stderr is not the journal, or when it cannot be reached, which
 * is logged: then lines go to stderr. */
struct journal *textlog_join_journal(struct textlog *log, uv_loop_t *loop) MUST_CHECK;

#endif
