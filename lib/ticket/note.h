/* The internal note. Summary and model name are foreign text and are made inert (ticket/inert.h).
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
 *     Prompt Version: v3.0
 *     Tokens Used: 312
 *     Timestamp: 2025-11-05T22:33:01Z
 *
 * The version in parentheses is left out when it is not known; no newline follows the last line. */
#ifndef TICKET_NOTE_H
#define TICKET_NOTE_H

#include "base/buf.h"
#include "ticket/analysis.h"

/* Zendesk silently cuts longer comments; a note is always far shorter */
#define NOTE_BYTES_MAX (64 * 1000)

void note_write(struct buf *out, const struct analysis *analysis);
/* Writes "Timestamp: 2025-11-05T22:33:01Z", by which our own note is recognised among comments. */
void note_timestamp_line(msec decided_wall, char out[48]);
/* True when that line is in a comment as Zendesk returns it: with white space collapsed or doubled,
 * CRLF, no-break spaces, HTML tags around it. Only the last such line counts, because a summary may
 * contain one. */
bool note_has_timestamp(struct str comment_body, msec decided_wall);

#endif
