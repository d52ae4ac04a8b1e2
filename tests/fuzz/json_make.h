/* Documents and changes of documents that are drawn, mostly valid ones: random bytes are refused at
 * once and compare nothing. */
#ifndef TEST_JSON_MAKE_H
#define TEST_JSON_MAKE_H

#include "base/buf.h"
#include "base/prng.h"

/* Appends a document, of some hundred bytes. */
void json_make(struct prng *prng, struct buf *out);
/* Appends the document with one change: a value replaced, copied, doubled, left out or wrapped, or
 * white space or a piece of text put in. */
void json_make_change(struct prng *prng, struct str document, struct buf *out);

#endif
