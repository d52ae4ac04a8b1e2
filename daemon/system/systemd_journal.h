/* The journal of systemd, with structured fields: one datagram an event, in the journal's native
 * protocol (documented and stable: https://systemd.io/JOURNAL_NATIVE_PROTOCOL). Not through
 * libsystemd, whose socket blocks: a journal that stands still would stand the loop still. Here
 * what the kernel does not take at once waits in a bounded queue, and what does not fit there is
 * dropped and counted; the text log has the same lines.
 *
 * When stderr is connected to the journal anyway, lines go here instead of there: with their
 * fields, and once. */
#ifndef DAEMON_SYSTEM_SYSTEMD_JOURNAL_H
#define DAEMON_SYSTEM_SYSTEMD_JOURNAL_H

#include <uv.h>

#include "config/config.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* The field names that the program uses, for `journalctl AITD_TICKET=12345`. */
#define JOURNAL_TICKET "AITD_TICKET"
#define JOURNAL_EVENT "AITD_EVENT" /* what happened, in one word: outcome, alert, reloaded … */
#define JOURNAL_STATUS "AITD_STATUS"
#define JOURNAL_ERROR "AITD_ERROR"
/* MESSAGE_ID of what operators search or hang actions on. */
#define JOURNAL_MESSAGE_ID "MESSAGE_ID"
#define JOURNAL_ID_RELOADED "2a0416de5a6f472795154404e8fd2d62"
#define JOURNAL_ID_RELOAD_REFUSED "c91e598be36748b09c021b68ef29cf8f"
#define JOURNAL_ID_ALERT "3172bee36aa64298aa6fadc49b8c7896"

struct journal;

struct journal_field {
	const char *name; /* A-Z, 0-9 and _, not first; at most 64 bytes */
	struct str value; /* any bytes; cut at 4 KiB */
};

/* $JOURNAL_STREAM names the file that stderr is. */
bool journal_is_stderr(void);
/* NULL and the reason when there is no such socket: stderr has to do. `path` is JOURNAL_SOCKET, or
 * a test's own. */
struct journal *journal_open(uv_loop_t *loop, const char *path, struct err *err) MUST_CHECK;
/* MESSAGE, PRIORITY and SYSLOG_IDENTIFIER, and the fields given. Never waits. The text is cut at 8
 * KiB and free of secrets and ticket text, as in the text log. */
void journal_send(struct journal *journal, enum log_level level, struct str text,
                  const struct journal_field *fields, size_t field_count);
/* Sends what the kernel takes now; the rest is given up. The memory goes when the loop has
 * turned. */
void journal_close(struct journal *journal);

#endif
