/* The text around and inside a model's JSON: what has to be taken off before a parser can read it.
 * Works on slices, allocates only for a repair, and takes time linear in the text whatever stands
 * there. */
#ifndef LLM_ANSWER_TEXT_H
#define LLM_ANSWER_TEXT_H

#include "base/buf.h"

#define ANSWER_DEPTH_MAX 8

/* Without byte order mark, blanks around, think blocks and one code fence; adds enum answer_repair
 * bits. */
struct str answer_text_strip(struct str text, unsigned *repairs);
/* The next `{` at or behind `*at` whose object is balanced and nested at most ANSWER_DEPTH_MAX
 * deep: true, the object in `*ret_object`, and `*at` behind its first brace, so that a further call
 * finds objects inside it too. */
bool answer_text_next_object(struct str text, size_t *at, struct str *ret_object);
/* True when some `{` is never closed: the answer was cut off. */
bool answer_text_unclosed(struct str text);
/* True when brackets outside strings nest deeper than ANSWER_DEPTH_MAX. */
bool answer_text_too_deep(struct str text);
/* Appends `text` from its first `{` on, with the small faults of models mended: commas before a
 * closing bracket, raw control characters inside strings, and single quotes for double ones when
 * there is no double quote at all. Closes nothing. */
void answer_text_mend(struct str text, struct buf *out);

#endif
