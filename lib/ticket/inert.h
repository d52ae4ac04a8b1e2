/* Foreign text made inert for a Zendesk comment. A comment's `body` is stripped of HTML, has its
 * {{placeholders}} filled in, is read as Markdown and has its addresses turned into links; what a
 * model wrote after reading a stranger's ticket must do none of that. Ordinary prose comes out
 * unchanged, byte for byte.
 *
 *   line breaks, control and bidirectional characters   one blank; invalid UTF-8 becomes U+FFFD
 *   \ ` * _ ~ and the brackets of links and images      a backslash before them, where they would
 *                                                       act
 *   < > and & before an entity                          &lt; &gt; &amp;
 *   {{ and {%                                           a zero-width space between the two
 *   http://a.b www.a.b ftp://a.b mailto:a               hxxp://a[.]b www[.]a[.]b ftp[:]//a[.]b
 *                                                       mailto[:]a
 *
 * The text must not stand at the start of a line: block markers (#, >, -, 1.) are left as they
 * are. */
#ifndef TICKET_INERT_H
#define TICKET_INERT_H

#include "base/buf.h"

/* A character of the text becomes at most this many bytes. */
#define INERT_EXPANSION_MAX 6

/* Appends the first `chars_max` characters of `text`, without the blanks at both ends. */
void inert_add(struct buf *out, struct str text, size_t chars_max);

#endif
