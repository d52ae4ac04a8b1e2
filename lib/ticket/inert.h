/* Foreign text made inert for a Zendesk comment. Zendesk strips HTML from a comment's `body`, fills
 * in {{placeholders}}, reads it as Markdown and turns addresses into links; nothing of that may
 * happen to what a model wrote after reading a stranger's ticket. Ordinary prose comes out
 * unchanged, byte for byte.
 *
 *   line breaks, control and bidirectional characters   one blank; invalid UTF-8 becomes U+FFFD
 *   \ ` * _ ~ and the brackets of links and images      a backslash before them, where they would
 *                                                       have an effect
 *   < > and & before an entity                          &lt; &gt; &amp;
 *   {{ and {%                                           a zero-width space between the two
 *   http://a.b www.a.b ftp://a.b mailto:a               hxxp://a[.]b www[.]a[.]b ftp[:]//a[.]b
 *                                                       mailto[:]a
 *
 * The text must not be put at the start of a line: block markers (#, >, -, 1.) are left as they
 * are. */
#ifndef TICKET_INERT_H
#define TICKET_INERT_H

#include "base/buf.h"

/* Most bytes that one character of the text can become. */
#define INERT_EXPANSION_MAX 6

/* Appends the first `chars_max` characters of `text`, made inert, without blanks at both ends. */
void inert_add(struct buf *out, struct str text, size_t chars_max);

#endif
