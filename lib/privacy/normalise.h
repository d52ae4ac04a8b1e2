/* Makes ticket text plain before it is searched for personal data or read by a model: invalid UTF-8
 * becomes U+FFFD; control characters (except newline and tab), zero-width and bidirectional
 * characters are removed; full-width and other compatibility forms of ASCII letters, digits and
 * punctuation become ASCII; CRLF becomes LF; other blanks become a space. normalise(normalise(x)) =
 * normalise(x). */
#ifndef PRIVACY_NORMALISE_H
#define PRIVACY_NORMALISE_H

#include "base/buf.h"

/* Appends the result; `out` never grows by more than 3 x text.len. */
void normalise(struct str text, struct buf *out);

#endif
