/* The table of synonyms, in lower case without blanks, `_` and `-`, which is the form they are
 * compared in. */
#include "llm/labels.h"

#include <string.h>

struct synonym {
	int value;
	const char *word;
};

static const struct synonym ROOT_CAUSES[] = {
        {CAUSE_BUG, "bug"},
        {CAUSE_BUG, "bugs"},
        {CAUSE_BUG, "defect"},
        {CAUSE_BUG, "error"},
        {CAUSE_BUG, "crash"},
        {CAUSE_BUG, "issue"},
        {CAUSE_BUG, "technical"},
        {CAUSE_BUG, "technicalissue"},
        {CAUSE_BUG, "outage"},
        {CAUSE_FEATURE, "feature"},
        {CAUSE_FEATURE, "featurerequest"},
        {CAUSE_FEATURE, "enhancement"},
        {CAUSE_FEATURE, "request"},
        {CAUSE_FEATURE, "suggestion"},
        {CAUSE_FEATURE, "improvement"},
        {CAUSE_REFUND, "refund"},
        {CAUSE_REFUND, "refunds"},
        {CAUSE_REFUND, "billing"},
        {CAUSE_REFUND, "payment"},
        {CAUSE_REFUND, "refundrequest"},
        {CAUSE_REFUND, "charge"},
        {CAUSE_REFUND, "chargeback"},
        {CAUSE_OTHER, "other"},
        {CAUSE_OTHER, "general"},
        {CAUSE_OTHER, "question"},
        {CAUSE_OTHER, "inquiry"},
        {CAUSE_OTHER, "unknown"},
        {CAUSE_OTHER, "none"},
        {CAUSE_OTHER, "n/a"},
        {CAUSE_OTHER, "howto"},
        {CAUSE_OTHER, "account"},
};
static const struct synonym URGENCIES[] = {
        {URGENCY_HIGH, "high"},      {URGENCY_HIGH, "urgent"},
        {URGENCY_HIGH, "critical"},  {URGENCY_HIGH, "p0"},
        {URGENCY_HIGH, "p1"},        {URGENCY_HIGH, "sev1"},
        {URGENCY_HIGH, "blocker"},   {URGENCY_HIGH, "highest"},
        {URGENCY_HIGH, "immediate"}, {URGENCY_HIGH, "veryhigh"},
        {URGENCY_MEDIUM, "medium"},  {URGENCY_MEDIUM, "med"},
        {URGENCY_MEDIUM, "normal"},  {URGENCY_MEDIUM, "moderate"},
        {URGENCY_MEDIUM, "p2"},      {URGENCY_MEDIUM, "mediumhigh"},
        {URGENCY_LOW, "low"},        {URGENCY_LOW, "minor"},
        {URGENCY_LOW, "p3"},         {URGENCY_LOW, "p4"},
        {URGENCY_LOW, "trivial"},    {URGENCY_LOW, "lowest"},
};
static const struct synonym SENTIMENTS[] = {
        {SENTIMENT_POSITIVE, "positive"},     {SENTIMENT_POSITIVE, "pos"},
        {SENTIMENT_POSITIVE, "happy"},        {SENTIMENT_POSITIVE, "satisfied"},
        {SENTIMENT_NEUTRAL, "neutral"},       {SENTIMENT_NEUTRAL, "mixed"},
        {SENTIMENT_NEUTRAL, "none"},          {SENTIMENT_NEGATIVE, "negative"},
        {SENTIMENT_NEGATIVE, "neg"},          {SENTIMENT_NEGATIVE, "angry"},
        {SENTIMENT_NEGATIVE, "frustrated"},   {SENTIMENT_NEGATIVE, "unhappy"},
        {SENTIMENT_NEGATIVE, "verynegative"},
};

static const struct {
	const char *key;
	int count;
	const struct synonym *synonyms;
	size_t synonym_count;
} FIELDS[LABEL_FIELDS] = {
        [LABEL_ROOT_CAUSE] = {"root_cause", CAUSE_COUNT, ROOT_CAUSES, ARRAY_LEN(ROOT_CAUSES)},
        [LABEL_URGENCY] = {"urgency", URGENCY_COUNT, URGENCIES, ARRAY_LEN(URGENCIES)},
        [LABEL_SENTIMENT] = {"sentiment", SENTIMENT_COUNT, SENTIMENTS, ARRAY_LEN(SENTIMENTS)},
};

const char *label_key(enum label_field field)
{
	return FIELDS[field].key;
}

int label_count(enum label_field field)
{
	return FIELDS[field].count;
}

const char *label_name(enum label_field field, int value)
{
	switch (field) {
	case LABEL_ROOT_CAUSE: return root_cause_name((enum root_cause)value);
	case LABEL_URGENCY: return urgency_name((enum urgency)value);
	case LABEL_SENTIMENT: return sentiment_name((enum sentiment)value);
	case LABEL_FIELDS: break;
	}
	fatal("no label field %d", (int)field);
}

bool label_words_equal(struct str word, const char *plain)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.data[i];
		if (ascii_is_space(c) || c == '_' || c == '-')
			continue;
		if (*plain == '\0' || ascii_lower(c) != *plain)
			return false;
		plain++;
	}
	return *plain == '\0';
}

int label_find(enum label_field field, struct str word, bool *ret_exact)
{
	for (size_t i = 0; i < FIELDS[field].synonym_count; i++) {
		const struct synonym *synonym = &FIELDS[field].synonyms[i];
		if (label_words_equal(word, synonym->word)) {
			*ret_exact = str_eq(word, str_of(label_name(field, synonym->value)));
			return synonym->value;
		}
	}
	return -1;
}
