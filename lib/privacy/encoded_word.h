/* Encoded words in the headers of mails (RFC 2047): =?utf-8?Q?caf=C3=A9?=. Private to the files
 * that make views (decode.h). */
#ifndef PRIVACY_ENCODED_WORD_H
#define PRIVACY_ENCODED_WORD_H

#include "privacy/decode.h"

/* Puts what the encoded word at `at` says at the end of the view; returns where it ends, or `at`
 * when there is none. Blanks between two of them are dropped. */
size_t encoded_word_push(struct view *view, const struct mask *mask, size_t at);

#endif
