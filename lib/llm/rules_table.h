/* The words and phrases that rules_classify looks for, as data. */
#ifndef LLM_RULES_TABLE_H
#define LLM_RULES_TABLE_H

#include "llm/labels.h"

/* A group of phrases that point to one label. `phrases` are separated by ", ", in lower case, without apostrophes
 * ("doesnt work"); a "*" at the end stands for any ending of the last word; "?" and "!" are words. A phrase counts
 * once, however often it stands in the text. */
struct rule {
	enum label_field field;
	int label;
	int weight;
	const char *phrases;
};

extern const struct rule RULES[];
extern const size_t RULES_COUNT;

/* Words that turn the next few around: "not happy", "no problem". */
extern const char *const RULES_NEGATIONS;

#endif
