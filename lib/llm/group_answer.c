/* Reading the answers to a request with several tickets. What a model writes here is read strictly:
 * one JSON document, thoughts before it and a code fence around it at most, with the list and
 * nothing else. An answer counts when it stands there once, with the id and the marker of one
 * ticket; whatever is missing, double, foreign or swapped is nobody's answer, and the tickets that
 * it could concern are asked about alone. Only the fields of one answer are read as loosely as
 * those of a single ticket. */
#include "llm/group.h"

#include <string.h>

#include "base/json.h"
#include "llm/answer_fields.h"
#include "llm/answer_text.h"
#include "llm/answer_thoughts.h"

#define LIST_KEY "answers"
#define ELEMENTS_MAX ((size_t)2 * GROUP_TICKETS_MAX)

/* What the list says about one ticket. */
struct claim {
	unsigned count; /* answers with its id or its marker */
	bool mixed;     /* one of them has only one of both, or those of two tickets */
};

/* Sets *ret to the document in the content. 0, or -1 with the reason. */
static int open_text(struct str content, struct str *ret, struct err *err)
{
	struct str text = str_trim(content), inside;

	if (content.len > ANSWER_BYTES_MAX)
		return err_set(err, "the answer is longer than %d KiB", ANSWER_BYTES_MAX / 1024);
	if (answer_text_skip_bom(&text))
		text = str_trim(text);
	struct thoughts thoughts = answer_thoughts_in(text);
	text = str_trim(str_skip(text, answer_thoughts_end(&thoughts, text)));
	if (text.len > 0 && text.data[0] != '{' && answer_text_unfence(text, &inside))
		text = str_trim(inside);
	if (text.len == 0)
		return err_set(err, "the answer is empty");
	if (answer_text_too_deep(text))
		return err_set(err, "the answer is nested too deep");
	*ret = text;
	return 0;
}

/* The list in the document; NULL with the reason when it is anything else. */
static const struct json *list_of(const struct json *tree, struct err *err)
{
	const struct json *list = json_at(tree, LIST_KEY);
	size_t count = json_item_count(list);

	if (!json_is_array(list) || json_member_count(tree) != 1)
		err_set(err, "the answer is no object with the list " LIST_KEY " alone");
	else if (count > ELEMENTS_MAX)
		err_set(err, "the answer's list is too long");
	else
		return list;
	return NULL;
}

/* Which ticket has this id (or marker); -1 = none of the request. */
static int find_id(const struct group_answers *answers, struct str id)
{
	for (size_t i = 0; i < answers->count; i++)
		if (str_eq(id, str_of(answers->keys[i].id)))
			return (int)i;
	return -1;
}

static int find_marker(const struct group_answers *answers, struct str marker)
{
	for (size_t i = 0; i < answers->count; i++)
		if (str_eq(marker, str_of(answers->keys[i].marker)))
			return (int)i;
	return -1;
}

/* Notes for whom an element is. Returns that ticket when id and marker agree; otherwise -1. */
static int claim(const struct group_answers *answers, const struct json *element,
                 struct claim *claims)
{
	int id = find_id(answers, json_str_at(element, "id"));
	int marker = find_marker(answers, json_str_at(element, "marker"));

	if (id >= 0 && id == marker) {
		claims[id].count++;
		return id;
	}
	if (id >= 0)
		claims[id].mixed = true;
	if (marker >= 0)
		claims[marker].mixed = true;
	return -1;
}

/* A key of the request is no word of a summary. */
static bool has_key(const struct group_answers *answers, struct str text)
{
	for (size_t i = 0; i < answers->count; i++)
		if (str_ifind(text, str_of(answers->keys[i].id)) >= 0 ||
		    str_ifind(text, str_of(answers->keys[i].marker)) >= 0)
			return true;
	return false;
}

/* The text of each element of the list: the document is JSON, and nothing but the list has a
 * bracket before the first of them. Returns how many there are. */
static size_t find_slices(struct str text, struct str *slices, size_t max)
{
	ptrdiff_t at = str_find_char(text, '[');
	size_t count = 0;

	if (at < 0)
		return 0;
	text = str_skip(text, (size_t)at + 1);
	while (count < max) {
		while (text.len > 0 && text.data[0] != '{' && text.data[0] != ']')
			text = str_skip(text, 1);
		size_t len = text.len > 0 && text.data[0] == '{' ? answer_text_object(text) : 0;
		if (len == 0)
			break;
		slices[count++] = str_make(text.data, len);
		text = str_skip(text, len);
	}
	return count;
}

/* What the model wrote about one ticket, for its record: the element without what only its request
 * gives a sense to. */
static struct str words_of(const struct json *element, struct arena *arena)
{
	static const char *const keys[] = {"summary", "root_cause", "urgency", "sentiment"};
	struct buf out;

	buf_init(&out, LLM_WORDS_MAX);
	buf_putc(&out, '{');
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (json_str_at(element, keys[i]).data)
			json_add_member(&out, keys[i], json_str_at(element, keys[i]));
	buf_putc(&out, '}');
	struct str words = out.overflow ? STR("") : arena_str(arena, buf_str(&out));
	buf_free(&out);
	return words;
}

static void read_element(struct group_answers *ret, int which, const struct json *element,
                         struct str slice, struct arena *arena)
{
	struct group_answer *of = &ret->of[which];

	of->answer = (struct answer){.json = slice};
	if (answer_fields_read(element, arena, &of->answer, NULL) < 0 ||
	    has_key(ret, of->answer.summary))
		return;
	of->words = words_of(element, arena);
	of->taken = true;
}

static int read_list(struct str text, const struct json *list, struct arena *arena,
                     struct group_answers *ret, struct err *err)
{
	struct claim claims[GROUP_TICKETS_MAX] = {{0}};
	struct str slices[ELEMENTS_MAX];
	size_t count = json_item_count(list);

	for (struct json_each each = json_items(list); json_next(&each);)
		if (!json_is_object(each.value))
			return err_set(err, "the answer's list holds something else than answers");
	bool sliced = find_slices(text, slices, ELEMENTS_MAX) == count;
	for (struct json_each each = json_items(list); json_next(&each);) {
		int which = claim(ret, each.value, claims);

		if (which >= 0 && claims[which].count == 1)
			read_element(ret, which, each.value, sliced ? slices[each.index] : STR(""),
			             arena);
	}
	for (size_t i = 0; i < ret->count; i++)
		if (claims[i].count != 1 || claims[i].mixed)
			ret->of[i] = (struct group_answer){0};
	return 0;
}

int group_answers_parse(struct str content, struct arena *arena, struct group_answers *ret,
                        struct err *err)
{
	struct str text;

	memset(ret->of, 0, sizeof(ret->of));
	if (open_text(content, &text, err) < 0)
		return -1;
	struct json *tree = json_parse(text, err);
	const struct json *list = tree ? list_of(tree, err) : NULL;
	int result = list ? read_list(text, list, arena, ret, err) : -1;
	json_free(tree);
	return result;
}
