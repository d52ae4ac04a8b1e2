/* Sends events with fields to the journal of systemd: one datagram per event, in the journal's
 * native protocol (documented and stable: https://systemd.io/JOURNAL_NATIVE_PROTOCOL). libsystemd
 * is not used, because its socket blocks, and a journal that does not read would block the loop.
 * Here, datagrams that the kernel does not accept at once wait in a limited queue; what does not
 * fit is dropped and counted. The text log has the same lines.
 *
 * When stderr is connected to the journal anyway, lines are sent here instead of to stderr, so that
 * they have fields and appear once. */
#ifndef DAEMON_SYSTEM_SYSTEMD_JOURNAL_H
#define DAEMON_SYSTEM_SYSTEMD_JOURNAL_H

#include <uv.h>

#include "config/config.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* The field names that the program uses, for `journalctl AITD_TICKET=12345`. */
#define JOURNAL_TICKET "AITD_TICKET"
#define JOURNAL_EVENT "AITD_EVENT" /* what happened, one word: outcome, alert, reloaded … */
#define JOURNAL_STATUS "AITD_STATUS"
#define JOURNAL_ERROR "AITD_ERROR"
/* MESSAGE_ID of events that operators search for or attach actions to. */
#define JOURNAL_MESSAGE_ID "MESSAGE_ID"
#define JOURNAL_ID_RELOADED "2a0416de5a6f472795154404e8fd2d62"
#define JOURNAL_ID_RELOAD_REFUSED "c91e598be36748b09c021b68ef29cf8f"
#define JOURNAL_ID_ALERT "3172bee36aa64298aa6fadc49b8c7896"

struct journal;

struct journal_field {
	const char *name; /* A-Z, 0-9 and _, not first; at most 64 bytes */
	struct str value; /* any bytes; cut at 4 KiB */
};

/* Whether stderr is the journal: $JOURNAL_STREAM names the file that stderr is. */
bool journal_is_stderr(void);
/* Opens the socket. NULL with a reason when that fails; use stderr then. `path` is JOURNAL_SOCKET,
 * or a socket of a test. */
struct journal *journal_open(uv_loop_t *loop, const char *path, struct err *err) MUST_CHECK;
/* Sends one event: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, and the given fields. Never waits. The
 * text is cut at 8 KiB and must be free of secrets and ticket text, as in the text log. */
void journal_send(struct journal *journal, enum log_level level, struct str text,
                  const struct journal_field *fields, size_t field_count);
/* Sends what the kernel accepts at once and drops the rest. The journal is freed in a later turn
 * of the loop. */
void journal_close(struct journal *journal);

/* How many events were dropped so far; NULL is allowed. */
uint64_t journal_dropped(const struct journal *journal);

#endif
