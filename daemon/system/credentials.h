/* Finds secrets that the service manager passes as credentials. On Windows, where none does, they
 * are files that only this machine can read (DPAPI), made by `ai-ticketd credential NAME`. */
#ifndef DAEMON_SYSTEM_CREDENTIALS_H
#define DAEMON_SYSTEM_CREDENTIALS_H

#include "base/buf.h"

/* The path that a credential of that name has in $CREDENTIALS_DIRECTORY, on Windows in
 * %ProgramData%\ai-ticketd\credentials; to be freed; NULL when there is no such folder. The file
 * may be missing. */
char *credential_path(const char *name) MUST_CHECK;
/* Appends the secret in that file; see file_read(). */
int credential_read(const char *path, size_t max, struct buf *out, struct err *err) MUST_CHECK;

#endif
