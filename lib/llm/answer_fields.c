/* From an object with our keys to the fields of an analysis: spellings of keys, words for labels,
 * one line of summary. */
#include "llm/answer_fields.h"

#include <string.h>

#include "llm/answer_format.h"
#include "llm/labels.h"

#define KEY_DISTANCE 12 /* bytes between a key and its value */
#define SUMMARY_KEY "summary"
#define FIELD_SUMMARY LABEL_FIELDS
#define FIELDS (LABEL_FIELDS + 1)

static const char *field_key(int field)
{
	return field == FIELD_SUMMARY ? SUMMARY_KEY : label_key((enum label_field)field);
}

/* The field that a key stands for, or -1. */
static int field_of_key(struct str key, bool *ret_exact)
{
	static const char *const plain[FIELDS] = {
	        [LABEL_ROOT_CAUSE] = "rootcause",
	        [LABEL_URGENCY] = "urgency",
	        [LABEL_SENTIMENT] = "sentiment",
	        [FIELD_SUMMARY] = SUMMARY_KEY,
	};

	for (int field = 0; field < FIELDS; field++) {
		if (!label_words_equal(key, plain[field]))
			continue;
		*ret_exact = str_eq(key, str_of(field_key(field)));
		return field;
	}
	return -1;
}

bool answer_fields_any(const struct json *object)
{
	bool exact;

	for (struct json_each each = json_members(object); json_next(&each);)
		if (field_of_key(each.key, &exact) >= 0)
			return true;
	return false;
}

/* True for white space, control characters, and line and paragraph separators. */
static bool is_blank(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029;
}

/* Makes one line with single blanks, and none at the ends. */
static struct str make_one_line(struct str text, struct arena *arena)
{
	char *line = arena_alloc(arena, text.len + 1);
	size_t len = 0;
	size_t bytes;

	for (size_t at = 0; at < text.len; at += bytes) {
		if (!is_blank(utf8_decode(str_skip(text, at), &bytes))) {
			memcpy(line + len, text.data + at, bytes);
			len += bytes;
		} else if (len > 0 && line[len - 1] != ' ') {
			line[len++] = ' ';
		}
	}
	if (len > 0 && line[len - 1] == ' ')
		len--;
	line[len] = '\0';
	return str_make(line, len);
}

/* What the format or a schema has in place of a summary. One with a bar may be a real one. */
static bool is_placeholder(struct str line)
{
	bool speaks = str_ifind(line, STR(SUMMARY_KEY)) >= 0 || str_find_char(line, ' ') >= 0;

	if (str_find_char(line, '|') >= 0 || str_ieq(line, STR("text")))
		return false;
	return answer_format_is_placeholder(line) && (!str_starts(line, STR("<")) || speaks);
}

static int read_summary(const struct json *value, struct arena *arena, struct answer *ret,
                        struct err *err)
{
	const struct str dots = STR("...");

	if (!json_is_string(value))
		return err_set(err, "the answer has no text in " SUMMARY_KEY);
	struct str line = make_one_line(json_str_value(value), arena);
	if (line.len == 0)
		return err_set(err, "the answer's " SUMMARY_KEY " is empty");
	if (is_placeholder(line))
		return err_set(err, "the answer's " SUMMARY_KEY " is a placeholder");
	struct str kept = utf8_cut_chars(line, SUMMARY_CHARS_MAX);
	if (kept.len < line.len) {
		char *cut = arena_alloc(arena, kept.len + dots.len + 1);
		kept = utf8_cut_chars(line, SUMMARY_CHARS_MAX - dots.len);
		memcpy(cut, kept.data, kept.len);
		memcpy(cut + kept.len, dots.data, dots.len + 1);
		kept = str_make(cut, kept.len + dots.len);
		ret->repairs |= REPAIR_LENGTH;
	}
	ret->summary = kept;
	return 0;
}

static int read_label(enum label_field field, const struct json *value, struct answer *ret,
                      int *ret_value, struct err *err)
{
	bool exact;

	if (!json_is_string(value))
		return err_set(err, "the answer has no word in %s", label_key(field));
	*ret_value = label_find(field, json_str_value(value), &exact);
	if (*ret_value < 0)
		return err_set(err, "the answer's %s is not one of the allowed words",
		               label_key(field));
	if (!exact)
		ret->repairs |= REPAIR_LABELS;
	return 0;
}

/* Finds the value of each field. A key in the exact spelling outranks any other; otherwise the last
 * one counts. */
static void collect_fields(const struct json *object, const struct json *values[FIELDS],
                           unsigned *repairs)
{
	bool exact_found[FIELDS] = {false};

	for (struct json_each each = json_members(object); json_next(&each);) {
		bool exact;
		int field = field_of_key(each.key, &exact);
		if (field < 0)
			continue;
		if (!exact)
			*repairs |= REPAIR_KEYS;
		if (exact || !exact_found[field])
			values[field] = each.value;
		exact_found[field] |= exact;
	}
}

/* True for a value that stands for `label`, or that the format or schema has in its place. */
static bool is_label_or_none(enum label_field field, const struct json *value, int label)
{
	bool exact;

	if (json_is_object(value))
		return json_at(value, "type") || json_at(value, "enum");
	return json_is_string(value) &&
	       (label_find(field, json_str_value(value), &exact) == label ||
	        answer_format_is_placeholder(json_str_value(value)));
}

bool answer_fields_agree(const struct json *object, const struct answer *answer)
{
	const struct json *values[FIELDS] = {NULL};
	const int labels[LABEL_FIELDS] = {[LABEL_ROOT_CAUSE] = (int)answer->root_cause,
	                                  [LABEL_URGENCY] = (int)answer->urgency,
	                                  [LABEL_SENTIMENT] = (int)answer->sentiment};

	collect_fields(object, values, &(unsigned){0});
	for (int field = 0; field < LABEL_FIELDS; field++)
		if (values[field] &&
		    !is_label_or_none((enum label_field)field, values[field], labels[field]))
			return false;
	return true;
}

int answer_fields_read(const struct json *object, struct arena *arena, struct answer *ret,
                       struct err *err)
{
	const struct json *values[FIELDS] = {NULL};
	int labels[LABEL_FIELDS];

	collect_fields(object, values, &ret->repairs);
	if (read_summary(values[FIELD_SUMMARY], arena, ret, err) < 0)
		return -1;
	for (int field = 0; field < LABEL_FIELDS; field++)
		if (read_label((enum label_field)field, values[field], ret, &labels[field], err) <
		    0)
			return -1;
	ret->root_cause = (enum root_cause)labels[LABEL_ROOT_CAUSE];
	ret->urgency = (enum urgency)labels[LABEL_URGENCY];
	ret->sentiment = (enum sentiment)labels[LABEL_SENTIMENT];
	return 0;
}

/* Cuts the key of a field off the text; "Root cause" and "root-cause" are root_cause. */
static bool take_key(struct str *text, const char *key)
{
	struct str rest = *text;

	for (; *key != '\0'; key++) {
		bool blank = rest.len > 0 && strchr(" -_", rest.data[0]);
		if (*key == '_' && !blank)
			continue;
		if (*key != '_' && (rest.len == 0 || ascii_lower(rest.data[0]) != *key))
			return false;
		rest = str_skip(rest, 1);
	}
	*text = rest;
	return true;
}

/* Skips what stands between a key and its value, in JSON, YAML, Markdown and HTML's entities. */
static bool take_separator(struct str *text)
{
	bool separates = false;

	for (int i = 0; i < KEY_DISTANCE && text->len > 0; i++) {
		char c = text->data[0];
		if (str_starts(*text, STR("&quot;")))
			*text = str_skip(*text, strlen("&quot;") - 1);
		else if (ascii_is_alnum(c))
			break;
		separates |= c == ':' || c == '=';
		*text = str_skip(*text, 1);
	}
	return separates;
}

/* The label that the text begins with; -1 = none, or a choice of several. */
static int label_in_words(enum label_field field, struct str text)
{
	size_t len = 0;
	bool exact;

	while (len < text.len && ascii_is_alpha(text.data[len]))
		len++;
	struct str behind = str_skip(text, len);
	while (behind.len > 0 && strchr("\"'` ", behind.data[0]))
		behind = str_skip(behind, 1);
	if (str_starts(behind, STR("|")) || str_starts(behind, STR("/")) ||
	    str_istarts(behind, STR("or ")))
		return -1;
	return label_find(field, str_make(text.data, len), &exact);
}

bool answer_fields_contradicted(struct str words, const struct answer *answer)
{
	const int labels[LABEL_FIELDS] = {[LABEL_ROOT_CAUSE] = (int)answer->root_cause,
	                                  [LABEL_URGENCY] = (int)answer->urgency,
	                                  [LABEL_SENTIMENT] = (int)answer->sentiment};

	for (; words.len > 0; words = str_skip(words, 1)) {
		for (int i = 0; i < LABEL_FIELDS; i++) {
			enum label_field field = (enum label_field)i;
			struct str rest = words;
			if (!take_key(&rest, label_key(field)) || !take_separator(&rest))
				continue;
			int label = label_in_words(field, rest);
			if (label >= 0 && label != labels[field])
				return true;
		}
	}
	return false;
}
