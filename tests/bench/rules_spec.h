/* The table of the specification, word for word: stems anywhere in the text, the first label that
 * has one. It is the measure of the rules in lib/llm/rules.c, and not part of the program. */
#ifndef TEST_RULES_SPEC_H
#define TEST_RULES_SPEC_H

#include "llm/rules.h"

struct stems {
	int label;
	const char *words[8];
};

static const struct stems SPEC_CAUSES[] = {
        {CAUSE_BUG, {"bug", "error", "404", "crash", "broken"}},
        {CAUSE_REFUND, {"refund", "cancel", "money", "charge"}},
        {CAUSE_FEATURE, {"feature", "add", "request", "would like"}},
};
static const struct stems SPEC_URGENCIES[] = {
        {URGENCY_HIGH, {"urgent", "asap", "immediately", "critical"}},
        {URGENCY_LOW, {"when", "eventually", "future"}},
};
static const struct stems SPEC_SENTIMENTS[] = {
        {SENTIMENT_NEGATIVE, {"angry", "frustrated", "terrible", "worst"}},
        {SENTIMENT_POSITIVE, {"love", "great", "excellent", "thanks"}},
};

static inline int first_label(const struct stems *stems, size_t count, struct str subject,
                              struct str description, int otherwise)
{
	for (size_t i = 0; i < count; i++)
		for (const char *const *word = stems[i].words; *word; word++)
			if (str_ifind(subject, str_of(*word)) >= 0 ||
			    str_ifind(description, str_of(*word)) >= 0)
				return stems[i].label;
	return otherwise;
}

static inline struct rules_labels rules_spec(struct str subject, struct str description)
{
	return (struct rules_labels){
	        .root_cause = (enum root_cause)first_label(SPEC_CAUSES, ARRAY_LEN(SPEC_CAUSES),
	                                                   subject, description, CAUSE_OTHER),
	        .urgency = (enum urgency)first_label(SPEC_URGENCIES, ARRAY_LEN(SPEC_URGENCIES),
	                                             subject, description, URGENCY_MEDIUM),
	        .sentiment =
	                (enum sentiment)first_label(SPEC_SENTIMENTS, ARRAY_LEN(SPEC_SENTIMENTS),
	                                            subject, description, SENTIMENT_NEUTRAL),
	};
}

#endif
