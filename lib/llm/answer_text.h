/* Text processing around and inside a model's JSON: what must be removed or repaired before a
 * parser can read it. Works on slices, allocates only for a repair, and takes time linear in the
 * text for any input. */
#ifndef LLM_ANSWER_TEXT_H
#define LLM_ANSWER_TEXT_H

#include "base/buf.h"

#define ANSWER_DEPTH_MAX 8

/* Returns the text without byte order mark, surrounding blanks, think blocks and one code fence;
 * adds enum answer_repair bits. */
struct str answer_text_strip(struct str text, unsigned *repairs);
/* Finds the next `{` at or after `*at` whose object is balanced and nested at most ANSWER_DEPTH_MAX
 * deep. True: the object is in `*ret_object`, and `*at` is just after its first brace, so that a
 * further call also finds objects inside it. */
bool answer_text_next_object(struct str text, size_t *at, struct str *ret_object);
/* True when some `{` is never closed: the answer was cut off. */
bool answer_text_unclosed(struct str text);
/* True when brackets outside strings nest deeper than ANSWER_DEPTH_MAX. */
bool answer_text_too_deep(struct str text);
/* Appends `text` from its first `{` on, with common small faults repaired: commas before a closing
 * bracket, raw control characters inside strings, and single quotes instead of double ones when
 * there is no double quote at all. Missing closing brackets are not added. */
void answer_text_mend(struct str text, struct buf *out);

#endif
