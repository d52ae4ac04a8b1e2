/* Text processing around a model's JSON: what must be removed before a parser can read it, and
 * where objects begin and end. Works on slices, allocates nothing, and takes time linear in the
 * text for any input. */
#ifndef LLM_ANSWER_TEXT_H
#define LLM_ANSWER_TEXT_H

#include "base/str.h"

#define ANSWER_DEPTH_MAX 8

/* Takes off a byte order mark. True: there was one. */
bool answer_text_skip_bom(struct str *text);
/* The inside of a code fence that is all of the text but for words behind it; *ret is then set.
 * False when there is none, or when another object follows it. */
bool answer_text_unfence(struct str text, struct str *ret);
/* Length of the balanced object that begins at the start of `text`; 0 when it does not close or
 * nests deeper than ANSWER_DEPTH_MAX. Asking at each brace takes linear time in total. */
size_t answer_text_object(struct str text);
/* True when some `{` is never closed: the answer was cut off. */
bool answer_text_unclosed(struct str text);
/* True when brackets outside strings nest deeper than ANSWER_DEPTH_MAX. */
bool answer_text_too_deep(struct str text);
/* True when nothing but blanks, fences, marks in angle brackets and full stops are left. */
bool answer_text_is_end(struct str text);

#endif
