/* Any text a model can write, given to the parser of answers, and what it read given to the reader
 * of log probabilities. The input is the content; where a line "----" stands in it, what follows is
 * the JSON of its tokens. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "fuzz.h"
#include "llm/confidence.h"
#include "llm/rules.h"

static void check_answer(struct str content, const struct answer *answer)
{
	ENSURE((unsigned)answer->root_cause < CAUSE_COUNT);
	ENSURE((unsigned)answer->urgency < URGENCY_COUNT);
	ENSURE((unsigned)answer->sentiment < SENTIMENT_COUNT);
	ENSURE(answer->summary.len > 0);
	ENSURE(utf8_valid(answer->summary));
	ENSURE(utf8_chars(answer->summary) <= SUMMARY_CHARS_MAX);
	for (size_t i = 0; i < answer->summary.len; i++)
		ENSURE((unsigned char)answer->summary.data[i] >= ' ');
	if (answer->json.len > 0)
		ENSURE(answer->json.data >= content.data &&
		       answer->json.data + answer->json.len <= content.data + content.len);
}

static void check_share(bool known, double share)
{
	ENSURE(!known || (isfinite(share) && share >= 0 && share <= 1));
}

static void check_confidence(struct str content, const struct answer *answer,
                             struct str tokens_text)
{
	struct json *tokens = json_parse(tokens_text, NULL);
	struct confidence confidence = confidence_of(tokens, content, answer);

	check_share(confidence.root_cause_known, confidence.root_cause);
	check_share(confidence.urgency_known, confidence.urgency);
	check_share(confidence.sentiment_known, confidence.sentiment);
	json_free(tokens);
}

/* Whatever a model thinks, only what it answers behind its thoughts comes out. */
static void check_thoughts(struct str thoughts, struct arena *arena)
{
	struct buf text;
	struct answer answer;

	buf_init(&text, ANSWER_BYTES_MAX);
	buf_puts(&text, "<think>");
	buf_add_str(&text, thoughts);
	buf_puts(&text, "</think>{\"summary\":\"s\",\"root_cause\":\"bug\",\"urgency\":\"high\","
	                "\"sentiment\":\"negative\"}");
	if (!text.overflow && answer_parse(buf_str(&text), false, arena, &answer, NULL) == 0)
		ENSURE(answer.root_cause == CAUSE_BUG && answer.urgency == URGENCY_HIGH &&
		       answer.sentiment == SENTIMENT_NEGATIVE);
	buf_free(&text);
}

static void check_rules(struct str text)
{
	struct str rest = text;
	struct str subject = str_split(&rest, '\n');
	struct rules_labels labels = rules_classify(subject, rest);

	ENSURE((unsigned)labels.root_cause < CAUSE_COUNT);
	ENSURE((unsigned)labels.urgency < URGENCY_COUNT);
	ENSURE((unsigned)labels.sentiment < SENTIMENT_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str separator = STR("\n----\n");
	struct str content = str_make((const char *)data, size);
	struct str tokens = STR("");
	struct arena arena;
	struct answer answer, again;
	struct err err;
	ptrdiff_t at = str_find(content, separator);

	if (at >= 0) {
		tokens = str_skip(content, (size_t)at + separator.len);
		content.len = (size_t)at;
	}
	json_seed(1);
	arena = (struct arena){0};
	for (int reasoning = 0; reasoning <= 1; reasoning++) {
		if (answer_parse(content, reasoning, &arena, &answer, &err) < 0) {
			ENSURE(err.text[0] != '\0');
			continue;
		}
		check_answer(content, &answer);
		check_confidence(content, &answer, tokens);
		/* The same text is always read the same way. */
		ENSURE(answer_parse(content, reasoning, &arena, &again, NULL) == 0);
		ENSURE(str_eq(again.summary, answer.summary) &&
		       again.root_cause == answer.root_cause);
	}
	check_thoughts(content, &arena);
	check_rules(content);
	arena_free(&arena);
	return 0;
}
