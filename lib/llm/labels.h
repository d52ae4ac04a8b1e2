/* Label words as models write them: case, blanks, `_` and `-` do not matter, and common synonyms
 * are accepted. */
#ifndef LLM_LABELS_H
#define LLM_LABELS_H

#include "ticket/analysis.h"

enum label_field { LABEL_ROOT_CAUSE, LABEL_URGENCY, LABEL_SENTIMENT, LABEL_FIELDS };

#define LABELS_MAX 4 /* labels of one field at most */

/* The JSON key of the field, as the prompt names it: "root_cause" … */
const char *label_key(enum label_field field);
int label_count(enum label_field field);
/* The label's own name; `value` is one of the enum of that field (root_cause, urgency,
 * sentiment). */
const char *label_name(enum label_field field, int value);
/* The value that `word` stands for, or -1. `*ret_exact`: it was the label's own name. */
int label_find(enum label_field field, struct str word, bool *ret_exact);
/* True when `word` is `plain`, apart from case, blanks, `_` and `-`: "Root-Cause" equals
 * "rootcause". `plain` is in lower case without any of these. */
bool label_words_equal(struct str word, const char *plain);

#endif
