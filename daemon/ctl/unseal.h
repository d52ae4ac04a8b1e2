/* ai-ticketctl unseal: shows a sealed log or result file. Needs no daemon, only the key that sealed
 * it. */
#ifndef DAEMON_CTL_UNSEAL_H
#define DAEMON_CTL_UNSEAL_H

#include "base/base.h"

/* Writes the text to stdout as far as it is genuine, and what is wrong with the rest to stderr.
 * `key_file` contains the key; NULL = $LOG_ENCRYPTION_KEY, or the file that
 * $LOG_ENCRYPTION_KEY_FILE names. 0; or -1 when not everything could be read. */
int ctl_unseal(const char *path, const char *key_file) MUST_CHECK;

#endif
