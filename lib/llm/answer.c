/* Reading an answer: remove what surrounds the JSON, parse it strictly, look for an object with our
 * keys, repair small faults once, then validate. A model's mistake ends in one of two ways: the
 * answer is read and a repair bit set, or an error makes the engine ask again. */
#include "llm/answer.h"

#include <string.h>

#include "base/json.h"
#include "llm/answer_text.h"
#include "llm/labels.h"

#define UNWRAP_MAX 4
#define SUMMARY_KEY "summary"
#define FIELD_SUMMARY LABEL_FIELDS
#define FIELDS (LABEL_FIELDS + 1)

/* A text that may be the answer, while it is being read. */
struct reading {
	json_t *tree;         /* owned */
	const json_t *object; /* in the tree: the one with our keys */
	struct str slice;     /* the text the tree was parsed from */
	unsigned repairs;
	struct err why_not; /* error of the first parse */
};

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

static bool has_known_key(const json_t *object)
{
	const char *key;
	json_t *value;
	bool exact;

	/* jansson's iteration takes a non-const object but does not change it. */
	json_object_foreach((json_t *)(uintptr_t)object, key,
	                    value) if (field_of_key(str_of(key), &exact) >= 0) return true;
	return false;
}

/* Parses a document of limited depth. Duplicate keys set a repair bit; the last one counts. */
static json_t *parse_document(struct str text, unsigned *repairs, struct err *err)
{
	if (answer_text_too_deep(text)) {
		err_set(err, "the answer is nested too deep");
		return NULL;
	}
	json_t *tree = json_parse(text, err);
	if (tree)
		return tree;
	tree = json_parse_lenient(text, NULL);
	if (tree)
		*repairs |= REPAIR_KEYS;
	return tree;
}

/* Parses a text that is one string, as the only element of an array, because a document must be an
 * object or an array. */
static json_t *parse_lone_string(struct str text)
{
	struct buf array;

	buf_init(&array, ANSWER_BYTES_MAX + 2);
	buf_putc(&array, '[');
	buf_add_str(&array, text);
	buf_putc(&array, ']');
	json_t *tree = json_parse(buf_str(&array), NULL);
	buf_free(&array);
	return tree;
}

static const json_t *only_member(const json_t *object)
{
	/* the model imitated the shape of the schema */
	const json_t *properties = json_at(object, "properties");

	if (json_is_object(properties))
		return properties;
	if (json_object_size(object) != 1)
		return NULL;
	return json_object_iter_value(json_object_iter((json_t *)(uintptr_t)object));
}

/* Parses the JSON inside a string; its tree replaces the one that holds the string. */
static const json_t *enter_string(struct reading *reading, const json_t *string)
{
	json_t *inner = parse_document(json_str_value(string), &reading->repairs, NULL);

	json_free(reading->tree);
	reading->tree = inner;
	reading->slice = STR("");
	return inner;
}

/* Descends through arrays of one element, objects of one member and strings that hold JSON, until
 * our keys appear. */
static bool unwrap(struct reading *reading)
{
	const json_t *value = reading->tree;

	for (int level = 0; level < UNWRAP_MAX && value; level++) {
		if (json_is_object(value) && has_known_key(value)) {
			reading->object = value;
			return true;
		}
		reading->repairs |= REPAIR_WRAPPER;
		if (json_is_object(value))
			value = only_member(value);
		else if (json_is_array(value))
			value = json_array_size(value) == 1 ? json_array_get(value, 0) : NULL;
		else
			value = json_is_string(value) ? enter_string(reading, value) : NULL;
	}
	return false;
}

static void drop_tree(struct reading *reading)
{
	json_free(reading->tree);
	reading->tree = NULL;
	reading->object = NULL;
}

/* Reads a text that is one document and nothing else. */
static bool read_document(struct reading *reading, struct str text)
{
	unsigned before = reading->repairs;

	reading->slice = text;
	if (text.data[0] == '"')
		reading->tree = parse_lone_string(text);
	else
		reading->tree = parse_document(text, &reading->repairs, &reading->why_not);
	if (reading->tree && unwrap(reading))
		return true;
	drop_tree(reading);
	reading->repairs = before;
	return false;
}

/* Finds an object with our keys in the text: the first, or with `last` the last one, for a text in
 * which a model thinks aloud. */
static bool find_object(struct reading *reading, struct str text, bool last)
{
	struct reading found = {0};
	struct str object;

	for (size_t at = 0; answer_text_next_object(text, &at, &object);) {
		struct reading candidate = {.repairs = reading->repairs | REPAIR_PROSE};
		if (!read_document(&candidate, object))
			continue;
		drop_tree(&found);
		found = candidate;
		if (!last)
			break;
		at = (size_t)(object.data + object.len - text.data);
	}
	if (!found.object)
		return false;
	found.why_not = reading->why_not;
	*reading = found;
	return true;
}

static bool read_text(struct reading *reading, struct str text, bool reasoning)
{
	return read_document(reading, text) || find_object(reading, text, reasoning);
}

static bool read_mended(struct reading *reading, struct str text, bool reasoning)
{
	struct buf mended;

	buf_init(&mended, 2 * ANSWER_BYTES_MAX); /* a line feed takes two bytes */
	answer_text_mend(text, &mended);
	reading->repairs |= REPAIR_SYNTAX;
	bool read = mended.len > 0 && read_text(reading, buf_str(&mended), reasoning);
	reading->slice = STR("");
	buf_free(&mended);
	return read;
}

static int explain_unreadable(struct str text, const struct reading *reading, struct err *err)
{
	if (str_find_char(text, '{') < 0)
		return err_set(err, "the answer holds no JSON object");
	if (answer_text_unclosed(text))
		return err_set(err, "the answer is cut off: its JSON object does not end");
	if (answer_text_too_deep(text))
		return err_set(err, "the answer is nested too deep");
	if (reading->why_not.text[0])
		return err_set(err, "the answer is not JSON: %s", reading->why_not.text);
	return err_set(err, "the answer has none of the requested keys");
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

static int read_summary(const json_t *value, struct arena *arena, struct answer *ret,
                        struct err *err)
{
	const struct str dots = STR("...");

	if (!json_is_string(value))
		return err_set(err, "the answer has no text in " SUMMARY_KEY);
	struct str line = make_one_line(json_str_value(value), arena);
	if (line.len == 0)
		return err_set(err, "the answer's " SUMMARY_KEY " is empty");
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

static int read_label(enum label_field field, const json_t *value, struct answer *ret,
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
static void collect_fields(const json_t *object, const json_t *values[FIELDS], unsigned *repairs)
{
	bool exact_found[FIELDS] = {false};
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		bool exact;
		int field = field_of_key(str_of(key), &exact);
		if (field < 0)
			continue;
		if (!exact)
			*repairs |= REPAIR_KEYS;
		if (exact || !exact_found[field])
			values[field] = value;
		exact_found[field] |= exact;
	}
}

static int read_fields(const json_t *object, struct arena *arena, struct answer *ret,
                       struct err *err)
{
	const json_t *values[FIELDS] = {NULL};
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

int answer_parse(struct str content, bool reasoning, struct arena *arena, struct answer *ret,
                 struct err *err)
{
	struct reading reading = {.repairs = reasoning ? REPAIR_THINK : 0};

	if (content.len > ANSWER_BYTES_MAX)
		return err_set(err, "the answer is longer than %d KiB", ANSWER_BYTES_MAX / 1024);
	if (!utf8_valid(content))
		return err_set(err, "the answer is not UTF-8");
	if (str_find_char(content, '\0') >= 0)
		return err_set(err, "the answer holds a NUL byte");
	struct str text = answer_text_strip(content, &reading.repairs);
	if (text.len == 0)
		return err_set(err, "the answer is empty");
	if (!read_text(&reading, text, reasoning) && !read_mended(&reading, text, reasoning))
		return explain_unreadable(text, &reading, err);

	struct answer answer = {.repairs = reading.repairs, .json = reading.slice};
	int result = read_fields(reading.object, arena, &answer, err);
	json_free(reading.tree);
	if (result == 0)
		*ret = answer;
	return result;
}
