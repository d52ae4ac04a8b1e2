/* Rewrites one file of the log folder without a ticket: results lose its row, text logs the lines
 * that name it. */
#ifndef DAEMON_FILES_ERASE_FILE_H
#define DAEMON_FILES_ERASE_FILE_H

#include "privacy/seal.h"

/* The reason for a file that was not rewritten because another process writes to it. */
#define ERASE_FILE_BUSY                                                                            \
	"another process is writing to it: erase the ticket again when that process has ended"

/* Removes the ticket from the file. `results`: a results file, else a text log. `unsealer` and its
 * key are for sealed files, which stay sealed; NULL = no key, then sealed files are refused.
 * `*removed`: number of rows or lines removed.
 *
 * Returns 0; or -1 with a reason (without the path), and then the file is unchanged: it cannot be
 * read or written, is damaged, or names the ticket in a form that we do not write. A file that
 * does not name the ticket is not touched. The new file is durable before it replaces the old one
 * in one step. Results that lost rows get a member "erased", their number; the totals stay as they
 * were. Blocks: for a worker. This process must not have the file open for writing. */
int erase_file(const char *path, bool results, struct unsealer *unsealer, uint64_t ticket_id,
               uint64_t *removed, struct err *err) MUST_CHECK;

#endif
