/* The internal note, exactly as DESIGN §10 prints it. Summary and model name are foreign text and come out inert: one line,
 * Markdown escaped, URLs defanged, `{{` broken up (Zendesk would expand it as a placeholder). */
#ifndef TICKET_NOTE_H
#define TICKET_NOTE_H

#include "base/buf.h"
#include "ticket/analysis.h"

#define NOTE_BYTES_MAX (64 * 1000)

void note_write(struct buf *out, const struct analysis *analysis, const char *prompt_version);
/* "Timestamp: 2025-11-05T22:33:01Z": how our own note is recognised among comments. */
void note_timestamp_line(msec decided_wall, char out[48]);
bool note_has_timestamp(struct str comment_body, msec decided_wall);

#endif
