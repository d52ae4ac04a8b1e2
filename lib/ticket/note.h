/* The internal note. Summary and model name are foreign text and come out inert (ticket/inert.h).
 *
 *     AI Analysis:
 *
 *     Summary: User experiencing 404 error on reports page after recent update
 *     Root Cause: bug
 *     Urgency: high
 *     Sentiment: negative
 *
 *     ---
 *     Model: gpt-4o-mini (v2024-07-18)
 *     Prompt Version: v2.1
 *     Tokens Used: 312
 *     Timestamp: 2025-11-05T22:33:01Z
 *
 * The bracket stands only where a model version is known; no newline follows the last line. */
#ifndef TICKET_NOTE_H
#define TICKET_NOTE_H

#include "base/buf.h"
#include "ticket/analysis.h"

/* Zendesk cuts longer comments without an error; a note never comes near */
#define NOTE_BYTES_MAX (64 * 1000)

void note_write(struct buf *out, const struct analysis *analysis, const char *prompt_version);
/* "Timestamp: 2025-11-05T22:33:01Z": how our own note is recognised among comments. */
void note_timestamp_line(msec decided_wall, char out[48]);
/* Whether that line stands in a comment as Zendesk gives it back: white space collapsed or doubled,
 * CRLF, no-break spaces, HTML tags around it. Only the last such line counts, for a summary may
 * contain one. */
bool note_has_timestamp(struct str comment_body, msec decided_wall);

#endif
