/* The names of the labels, one table per label, and copying an analysis. */
#include "ticket/analysis.h"

#include <string.h>

#include "base/crypto.h"

#include "base/json.h"

static const char *const root_causes[CAUSE_COUNT] = {
        [CAUSE_BUG] = "bug",
        [CAUSE_FEATURE] = "feature",
        [CAUSE_REFUND] = "refund",
        [CAUSE_OTHER] = "other",
};

static const char *const urgencies[URGENCY_COUNT] = {
        [URGENCY_HIGH] = "high",
        [URGENCY_MEDIUM] = "medium",
        [URGENCY_LOW] = "low",
};

static const char *const sentiments[SENTIMENT_COUNT] = {
        [SENTIMENT_POSITIVE] = "positive",
        [SENTIMENT_NEUTRAL] = "neutral",
        [SENTIMENT_NEGATIVE] = "negative",
};

static int find_name(const char *const *names, int count, struct str text)
{
	for (int i = 0; i < count; i++)
		if (str_eq(text, str_of(names[i])))
			return i;
	return -1;
}

const char *root_cause_name(enum root_cause cause)
{
	ENSURE(cause < CAUSE_COUNT);
	return root_causes[cause];
}

const char *urgency_name(enum urgency urgency)
{
	ENSURE(urgency < URGENCY_COUNT);
	return urgencies[urgency];
}

const char *sentiment_name(enum sentiment sentiment)
{
	ENSURE(sentiment < SENTIMENT_COUNT);
	return sentiments[sentiment];
}

int root_cause_parse(struct str text, enum root_cause *ret)
{
	int found = find_name(root_causes, CAUSE_COUNT, text);
	if (found < 0)
		return -1;
	*ret = (enum root_cause)found;
	return 0;
}

int urgency_parse(struct str text, enum urgency *ret)
{
	int found = find_name(urgencies, URGENCY_COUNT, text);
	if (found < 0)
		return -1;
	*ret = (enum urgency)found;
	return 0;
}

int sentiment_parse(struct str text, enum sentiment *ret)
{
	int found = find_name(sentiments, SENTIMENT_COUNT, text);
	if (found < 0)
		return -1;
	*ret = (enum sentiment)found;
	return 0;
}

void confidence_write(struct buf *out, const struct confidence *confidence)
{
	buf_putc(out, '{');
	if (confidence->root_cause_known)
		json_add_member_number(out, "root_cause", confidence->root_cause, 4);
	if (confidence->urgency_known)
		json_add_member_number(out, "urgency", confidence->urgency, 4);
	if (confidence->sentiment_known)
		json_add_member_number(out, "sentiment", confidence->sentiment, 4);
	buf_putc(out, '}');
}

int64_t analysis_tokens(const struct analysis *analysis)
{
	int64_t prompt = analysis->tokens_prompt > 0 ? analysis->tokens_prompt : 0;
	int64_t answer = analysis->tokens_answer > 0 ? analysis->tokens_answer : 0;
	return prompt > INT64_MAX - answer ? INT64_MAX : prompt + answer;
}

void analysis_copy(struct analysis *to, const struct analysis *from, struct arena *arena)
{
	*to = *from;
	to->summary = arena_str(arena, from->summary);
	to->model = arena_str(arena, from->model);
	to->model_version = arena_str(arena, from->model_version);
	to->prompt_version = arena_str(arena, from->prompt_version);
}

void analysis_taxonomy(char ret[ANALYSIS_TAXONOMY_SIZE])
{
	char hex[2 * CRYPTO_SHA256_SIZE + 1];
	struct buf names;

	buf_init(&names, 4096);
	for (int i = 0; i < CAUSE_COUNT; i++)
		buf_printf(&names, "%s,", root_cause_name((enum root_cause)i));
	for (int i = 0; i < URGENCY_COUNT; i++)
		buf_printf(&names, "%s,", urgency_name((enum urgency)i));
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		buf_printf(&names, "%s,", sentiment_name((enum sentiment)i));
	crypto_sha256_hex(buf_str(&names), hex);
	memcpy(ret, hex, ANALYSIS_TAXONOMY_SIZE - 1);
	ret[ANALYSIS_TAXONOMY_SIZE - 1] = '\0';
	buf_free(&names);
}
