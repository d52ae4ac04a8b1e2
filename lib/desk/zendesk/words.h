/* Foreign words made fit for a log line. A server's error text may hold anything: line breaks,
 * escape sequences, right-to-left marks, a copy of the credentials that were sent. */
#ifndef DESK_ZENDESK_WORDS_H
#define DESK_ZENDESK_WORDS_H

#include "base/buf.h"

#define ZD_WORDS_BYTES_MAX 200

/* Appends at most `max` bytes of `text`: one line, white space squeezed to single blanks, control
 * and other invisible characters left out, invalid UTF-8 as U+FFFD, and "[hidden]" in place of what
 * looks like a credential: the word after Basic or Bearer, the value after a name such as
 * access_token or client_secret, user info in a URL, and long runs of mixed letters and digits.
 * Hiding comes before cutting, so that no credential escapes because it was cut. */
void zd_add_words(struct buf *out, struct str text, size_t max);

#endif
