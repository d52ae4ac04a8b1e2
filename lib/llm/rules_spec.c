/* The table of the specification, word for word: stems anywhere in the text, the first label that has one. */
#include "llm/rules.h"

struct stems {
	int label;
	const char *words[8];
};

static const struct stems CAUSES[] = {
        {CAUSE_BUG, {"bug", "error", "404", "crash", "broken"}},
        {CAUSE_REFUND, {"refund", "cancel", "money", "charge"}},
        {CAUSE_FEATURE, {"feature", "add", "request", "would like"}},
};
static const struct stems URGENCIES[] = {
        {URGENCY_HIGH, {"urgent", "asap", "immediately", "critical"}},
        {URGENCY_LOW, {"when", "eventually", "future"}},
};
static const struct stems SENTIMENTS[] = {
        {SENTIMENT_NEGATIVE, {"angry", "frustrated", "terrible", "worst"}},
        {SENTIMENT_POSITIVE, {"love", "great", "excellent", "thanks"}},
};

static int first_label(const struct stems *stems, size_t count, struct str subject, struct str description,
                       int otherwise)
{
	for (size_t i = 0; i < count; i++)
		for (const char *const *word = stems[i].words; *word; word++)
			if (str_ifind(subject, str_of(*word)) >= 0 || str_ifind(description, str_of(*word)) >= 0)
				return stems[i].label;
	return otherwise;
}

struct rules_labels rules_spec(struct str subject, struct str description)
{
	return (struct rules_labels){
	        .root_cause =
	                (enum root_cause)first_label(CAUSES, ARRAY_LEN(CAUSES), subject, description, CAUSE_OTHER),
	        .urgency = (enum urgency)first_label(URGENCIES, ARRAY_LEN(URGENCIES), subject, description,
	                                             URGENCY_MEDIUM),
	        .sentiment = (enum sentiment)first_label(SENTIMENTS, ARRAY_LEN(SENTIMENTS), subject, description,
	                                                 SENTIMENT_NEUTRAL),
	};
}
