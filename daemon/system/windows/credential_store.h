/* Makes the files that credential_read() reads. */
#ifndef DAEMON_SYSTEM_WINDOWS_CREDENTIAL_STORE_H
#define DAEMON_SYSTEM_WINDOWS_CREDENTIAL_STORE_H

#include "base/str.h"

/* Seals the secret and keeps it under the name of its option ("zendesk.api_token"), in place of
 * what it was. -1 with a reason, which never holds the secret. */
int credential_store(const char *name, struct str secret, struct err *err) MUST_CHECK;

#endif
