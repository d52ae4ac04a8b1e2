/* The fields of an answer, once its JSON is parsed. */
#ifndef LLM_ANSWER_FIELDS_H
#define LLM_ANSWER_FIELDS_H

#include "base/json.h"
#include "llm/answer.h"

/* True when the object has at least one of our keys, in any spelling. */
bool answer_fields_any(const struct json *object);
/* True when no label of the object is another one than that of `answer`: each is absent, the same,
 * or a placeholder of the format or schema. */
bool answer_fields_agree(const struct json *object, const struct answer *answer);
/* True when the words, which are no object, give a label another value than `answer` has:
 * `urgency: low` as a line of YAML or Markdown, or in JSON that cannot be read. */
bool answer_fields_contradicted(struct str words, const struct answer *answer);
/* Fills in the summary (in the arena) and the labels, and adds bits to ret->repairs. -1 with the
 * reason, which quotes nothing; *ret is then half filled in. */
int answer_fields_read(const struct json *object, struct arena *arena, struct answer *ret,
                       struct err *err) MUST_CHECK;

#endif
