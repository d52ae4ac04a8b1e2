/* Rewriting one file of the folder of logs without a ticket: results lose its row, text logs the
 * lines that name it. */
#ifndef DAEMON_FILES_ERASE_FILE_H
#define DAEMON_FILES_ERASE_FILE_H

#include "privacy/seal.h"

/* Why a file is as it was that somebody has open for writing. */
#define ERASE_FILE_BUSY                                                                            \
	"another process is writing to it: erase the ticket again when that process has ended"

/* `results`: the file holds results, else text log. `unsealer` and its key are for sealed files,
 * which stay sealed; NULL = no key, then sealed files are refused. `*removed` counts rows or lines.
 *
 * 0; or -1, the file is as it was, and `err` says why, without the path: it cannot be read or
 * written, is damaged, or names the ticket in a form that is not ours. A file that does not name
 * the ticket is not touched. The new file is durable and takes the place of the old one at once.
 * Where rows were removed the results gain a member "erased", their number; the sums stay what they
 * were. For a worker; the file must not be open for writing. */
int erase_file(const char *path, bool results, struct unsealer *unsealer, uint64_t ticket_id,
               uint64_t *removed, struct err *err) MUST_CHECK;

#endif
