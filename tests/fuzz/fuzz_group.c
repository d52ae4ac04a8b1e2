/* Any text a model can write, given to the reader of answers to several tickets, whose keys the
 * seeds know. And any ticket's text, asked whether it may share a request. */
#include "fuzz.h"
#include "llm/company.h"
#include "llm/group.h"

static const struct group_key keys[] = {{"a00001", "aaaaaaaaaaaaaaa1"},
                                        {"a00002", "aaaaaaaaaaaaaaa2"},
                                        {"a00003", "aaaaaaaaaaaaaaa3"}};

static void check_taken(struct str content, const struct group_answer *of,
                        const struct group_key *key)
{
	const struct answer *answer = &of->answer;

	ENSURE((unsigned)answer->root_cause < CAUSE_COUNT);
	ENSURE((unsigned)answer->urgency < URGENCY_COUNT);
	ENSURE((unsigned)answer->sentiment < SENTIMENT_COUNT);
	ENSURE(answer->summary.len > 0 && utf8_valid(answer->summary));
	ENSURE(utf8_chars(answer->summary) <= SUMMARY_CHARS_MAX);
	/* whoever was answered stands there with both keys, or with escapes in them */
	ENSURE(str_find_char(content, '\\') >= 0 || (str_find(content, str_of(key->id)) >= 0 &&
	                                             str_find(content, str_of(key->marker)) >= 0));
	if (answer->json.len > 0)
		ENSURE(answer->json.data >= content.data &&
		       answer->json.data + answer->json.len <= content.data + content.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str content = str_make((const char *)data, size);
	struct group_answers answers = {.keys = keys, .count = ARRAY_LEN(keys)};
	struct arena arena = {0};
	struct err err = {""};
	int read = group_answers_parse(content, &arena, &answers, &err);

	ENSURE(read == 0 || err.text[0] != '\0');
	for (size_t i = 0; i < answers.count; i++) {
		ENSURE(read == 0 || !answers.of[i].taken);
		if (answers.of[i].taken)
			check_taken(content, &answers.of[i], &keys[i]);
	}
	if (size < 65536)
		ENSURE(company_is_spoken_of(content, STR("")) ==
		       company_is_spoken_of(content, STR("")));
	arena_free(&arena);
	return 0;
}
