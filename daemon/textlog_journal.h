/* The text log's lines as events of systemd's journal, with their fields, where stderr is the journal anyway. */
#ifndef DAEMON_TEXTLOG_JOURNAL_H
#define DAEMON_TEXTLOG_JOURNAL_H

#include "daemon/systemd_journal.h"
#include "daemon/textlog.h"

/* From now on the log's lines go to `journal` instead of stderr; it outlives the log. */
void textlog_to_journal(struct textlog *log, struct journal *journal);

#endif
