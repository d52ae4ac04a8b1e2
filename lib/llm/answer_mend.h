/* Reading an object that is almost JSON, as small models write it, and writing it again as JSON. A
 * fault is mended only where nothing else can have been meant; every other one makes the object
 * unreadable, which costs an attempt and never a wrong label. */
#ifndef LLM_ANSWER_MEND_H
#define LLM_ANSWER_MEND_H

#include "base/buf.h"

/* Reads the object that begins at the start of `text`, and appends it to `out` as strict JSON. The
 * bytes that were read, or 0 when it cannot be read; `out` then holds rubbish. Mended are: commas
 * before a closing bracket, comments, single and curly quotes, quotes and raw control characters
 * inside strings, escapes that JSON does not know, names without quotes, and Python's and
 * JavaScript's True, None, NaN and their like. A missing bracket is never added.
 *
 * `budget`: bytes that may still be looked at, which bounds the time for any number of objects. */
size_t answer_mend(struct str text, size_t *budget, struct buf *out);

#endif
