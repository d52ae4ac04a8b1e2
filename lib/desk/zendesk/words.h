/* Foreign words made fit for a log line. What a server says about an error may hold anything: line
 * breaks, escape sequences, text that reads backwards, a copy of the credentials it was sent. */
#ifndef DESK_ZENDESK_WORDS_H
#define DESK_ZENDESK_WORDS_H

#include "base/buf.h"

#define ZD_WORDS_BYTES_MAX 200

/* Appends at most `max` bytes of `text`: one line, white space squeezed to single blanks, control
 * and other invisible characters left out, bytes that are no UTF-8 as U+FFFD, and "[hidden]" in
 * place of what looks like a credential: the word behind Basic or Bearer, the value behind a name
 * such as access_token or client_secret, user info in a URL, and long runs of mixed letters and
 * digits. It is hidden first and cut then, so no credential is cut out of recognition. */
void zd_add_words(struct buf *out, struct str text, size_t max);

#endif
