/* What becomes of decisions: whether they are written, recorded as what would be written, or only
 * shown. A ticket keeps the word under which its decision was made. */
#ifndef TICKET_WRITE_MODE_H
#define TICKET_WRITE_MODE_H

enum write_mode {
	WRITE_MODE_WRITING, /* made durable, then written */
	WRITE_MODE_SHADOW, /* mode = shadow: made durable as what would be written; never written */
	WRITE_MODE_DRY_RUN /* --dry-run: shown, recorded nowhere */
};
const char *write_mode_name(enum write_mode writing); /* writing|shadow|dry_run */

#endif
