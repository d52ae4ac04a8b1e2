/* Rows of RFC 4180: cells between commas, in quotes where needed, lines end with CR LF.
 *
 * Whoever opens such a file in a spreadsheet lets it calculate what begins like a formula, and the
 * texts come from tickets' neighbourhood: so a text that begins with = + - @, a tab, CR or LF gets
 * an apostrophe in front, which spreadsheets do not show (OWASP, CSV injection). */
#ifndef DAEMON_CTL_CSV_H
#define DAEMON_CTL_CSV_H

#include "base/buf.h"

/* Appends a cell; `first`: of its row. */
void csv_add_text(struct buf *out, bool first, struct str text);
/* Numbers and times of our own making, which are no formula. */
void csv_add_plain(struct buf *out, bool first, const char *text);
void csv_end_row(struct buf *out);

#endif
