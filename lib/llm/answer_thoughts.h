/* Thoughts in a model's answer: what it wrote for itself, before or beside what it answers. A draft
 * in them has the form of an answer, so they are cut before anything is read. */
#ifndef LLM_ANSWER_THOUGHTS_H
#define LLM_ANSWER_THOUGHTS_H

#include "base/str.h"

/* Where the answer begins: behind the last mark that ends thoughts nobody opened (chat templates
 * swallow the opening one), behind the mark of gpt-oss's channel "final", and behind blocks at the
 * start. The length of the text when all of it is thought. Marks inside a complete JSON object are
 * text. Linear in the text. */
size_t answer_thoughts_end(struct str text);
/* True when a block of thoughts begins at `*at`; it then moves behind the block, which may be the
 * end of the text. */
bool answer_thoughts_skip(struct str text, size_t *at);

#endif
