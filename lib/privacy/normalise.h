/* Makes ticket text plain before anybody looks for personal data in it or a model reads it: invalid
 * UTF-8 becomes U+FFFD, control characters (but newline and tab), zero-width and bidirectional
 * characters vanish, full-width and other compatibility forms of ASCII letters, digits and
 * punctuation become ASCII, CRLF becomes LF, other blanks a space. normalise(normalise(x)) =
 * normalise(x). */
#ifndef PRIVACY_NORMALISE_H
#define PRIVACY_NORMALISE_H

#include "base/buf.h"

/* appends; out never grows by more than 3 x text.len */
void normalise(struct str text, struct buf *out);

#endif
