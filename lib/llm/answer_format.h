/* The format that was asked for, which models repeat before or behind their answer: names as in an
 * answer, but with placeholders for values. */
#ifndef LLM_ANSWER_FORMAT_H
#define LLM_ANSWER_FORMAT_H

#include "base/str.h"

/* True when any of our keys is in the text, in any case. */
bool answer_format_mentions_keys(struct str text);
/* True when the text stands for a value: `...`, `<text>`, `bug|other`, `string`. */
bool answer_format_is_placeholder(struct str value);
/* True when the object, which need not be JSON, has only placeholders where labels would be. One
 * word that may be a label makes it an answer. */
bool answer_format_is(struct str object);

#endif
