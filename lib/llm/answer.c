/* Reading an answer. Most are one JSON object and nothing else, which is tried first. Otherwise
 * thoughts are cut, and of all objects with our keys the last complete and valid one counts: models
 * repeat the format they were asked for, and correct themselves. A model's mistake ends in one of
 * two ways: the answer is read and a repair bit set, or an error makes the engine ask again. */
#include "llm/answer.h"

#include <string.h>

#include "base/json.h"
#include "llm/answer_fields.h"
#include "llm/answer_format.h"
#include "llm/answer_mend.h"
#include "llm/answer_text.h"
#include "llm/answer_thoughts.h"

#define UNWRAP_MAX 4
#define MEND_BYTES_MAX (8 * ANSWER_BYTES_MAX)

/* A text that may be the answer, while it is being read. */
struct reading {
	struct json *tree;         /* owned */
	const struct json *object; /* in the tree: the one with our keys */
	struct str slice;          /* the text the tree was parsed from */
	unsigned repairs;
};

/* What was found so far in a text with several objects. */
struct search {
	struct arena *arena;
	bool reasoning;
	struct thoughts thoughts;
	int objects; /* with our keys, valid or not */
	bool found;
	struct answer best;     /* the last complete and valid one */
	struct str behind;      /* the text behind it */
	const char *parsed_end; /* of the last object that is JSON but not ours */
	bool cut;               /* an object begins that never ends */
	bool deep;              /* … or that nests too deep to be looked at */
	bool broken;            /* some object with our keys cannot be read, or contradicts */
	bool invalid;           /* some object with our keys was not valid */
	struct err why_not;     /* why the last of those was not */
	struct err no_json;     /* error of the first parse */
	struct buf mended;
	size_t budget; /* bytes that may still be mended */
};

/* Parses a document of limited depth. Duplicate keys set a repair bit; the last one counts. */
static struct json *parse_document(struct str text, unsigned *repairs, struct err *err)
{
	if (answer_text_too_deep(text)) {
		err_set(err, "the answer is nested too deep");
		return NULL;
	}
	struct json *tree = json_parse(text, err);
	if (tree)
		return tree;
	tree = json_parse_lenient(text, NULL);
	if (tree)
		*repairs |= REPAIR_KEYS;
	return tree;
}

/* Parses a text that is one string, as the only element of an array, because a document must be an
 * object or an array. */
static struct json *parse_lone_string(struct str text)
{
	struct buf array;

	buf_init(&array, ANSWER_BYTES_MAX + 2);
	buf_putc(&array, '[');
	buf_add_str(&array, text);
	buf_putc(&array, ']');
	struct json *tree = json_parse(buf_str(&array), NULL);
	buf_free(&array);
	return tree;
}

static const struct json *only_member(const struct json *object)
{
	/* the model imitated the shape of the schema */
	const struct json *properties = json_at(object, "properties");

	if (json_is_object(properties))
		return properties;
	if (json_member_count(object) != 1)
		return NULL;
	struct json_each only = json_members(object);
	(void)json_next(&only);
	return only.value;
}

/* Parses the JSON inside a string; its tree replaces the one that holds the string. */
static const struct json *enter_string(struct reading *reading, const struct json *string)
{
	struct json *inner = parse_document(json_str_value(string), &reading->repairs, NULL);

	json_free(reading->tree);
	reading->tree = inner;
	reading->slice = STR("");
	return inner;
}

/* Descends through arrays of one element, objects of one member and strings that hold JSON, until
 * our keys appear. */
static bool unwrap(struct reading *reading)
{
	const struct json *value = reading->tree;

	for (int level = 0; level < UNWRAP_MAX && value; level++) {
		if (json_is_object(value) && answer_fields_any(value)) {
			reading->object = value;
			return true;
		}
		reading->repairs |= REPAIR_WRAPPER;
		if (json_is_object(value))
			value = only_member(value);
		else if (json_is_array(value))
			value = json_item_count(value) == 1 ? json_item(value, 0) : NULL;
		else
			value = json_is_string(value) ? enter_string(reading, value) : NULL;
	}
	return false;
}

/* Keeps what was read if it is valid. */
static void weigh(struct search *search, const struct reading *reading, struct str behind)
{
	struct answer answer = {.repairs = reading->repairs, .json = reading->slice};

	if (str_trim(behind).len > 0)
		answer.repairs |= REPAIR_PROSE;
	search->objects++;
	if (answer_fields_read(reading->object, search->arena, &answer, &search->why_not) < 0) {
		search->invalid = true;
		/* what is no answer but has other labels may be a correction of the answer */
		if (search->found && !answer_fields_agree(reading->object, &search->best))
			search->broken = true;
		return;
	}
	search->best = answer;
	search->behind = behind;
	search->found = true;
}

/* Reads a text that is one document and nothing else. `slice`: false for a text that was mended.
 * True: it was JSON; *ret_ours tells whether it has our keys. */
static bool read_document(struct search *search, struct str text, unsigned repairs,
                          struct str behind, bool *ret_ours)
{
	struct reading reading = {.slice = text, .repairs = repairs};
	struct err *err = search->no_json.text[0] ? NULL : &search->no_json;

	*ret_ours = false;
	if (text.len == 0)
		return false;
	if (repairs & REPAIR_SYNTAX) {
		/* what was mended may not leave two ways to read it */
		reading.tree = json_parse(text, NULL);
		reading.slice = STR("");
	} else if (text.data[0] == '"') {
		reading.tree = parse_lone_string(text);
	} else {
		reading.tree = parse_document(text, &reading.repairs, err);
	}
	bool parsed = reading.tree != NULL;
	if (parsed && unwrap(&reading)) {
		*ret_ours = true;
		weigh(search, &reading, behind);
	}
	json_free(reading.tree);
	return parsed;
}

/* True when `{` begins an object rather than stands in prose: a quoted name follows, or one of our
 * keys, or a comment. */
static bool begins_object(struct str text)
{
	static const char *const openings[] = {"\"", "'", "\xE2\x80", "//", "/*", "#", "`", "*"};

	text = str_trim(utf8_cut(str_skip(text, 1), 100));
	for (size_t i = 0; i < ARRAY_LEN(openings); i++)
		if (str_starts(text, str_of(openings[i])))
			return true;
	return answer_format_mentions_keys(utf8_cut(text, 12));
}

/* Notes what it means that nobody can read the object that begins here. Returns how far the search
 * goes on. */
static size_t note_unreadable(struct search *search, struct str rest, size_t len)
{
	if (!begins_object(rest))
		return 1;
	if (len > 0) {
		struct str object = str_make(rest.data, len);
		if (answer_format_is(object))
			return len;
		search->broken |= answer_format_mentions_keys(object);
		return 1;
	}
	if (search->found && !answer_format_mentions_keys(rest))
		return rest.len; /* a brace in the words behind the answer */
	if (answer_text_unclosed(rest))
		search->cut = true;
	else
		search->deep = true;
	return 1;
}

/* Reads the object that begins at the start of `rest`, as it is or mended. Returns how far the
 * search goes on: behind it, or into it when it is not ours. Nothing is looked for in one that had
 * to be mended, where a string may be taken for an object. */
static size_t read_object(struct search *search, struct str rest, unsigned repairs)
{
	size_t len = answer_text_object(rest);
	bool ours = false;

	if (len > 0 &&
	    read_document(search, str_make(rest.data, len), repairs, str_skip(rest, len), &ours)) {
		if (!ours && rest.data >= search->parsed_end)
			search->parsed_end = rest.data + len;
		return ours ? len : 1;
	}
	size_t mended = answer_mend(rest, &search->budget, &search->mended);
	if (mended > 0 && read_document(search, buf_str(&search->mended), repairs | REPAIR_SYNTAX,
	                                str_skip(rest, mended), &ours)) {
		search->broken |= !ours && answer_format_mentions_keys(str_make(rest.data, mended));
		return mended;
	}
	return note_unreadable(search, rest, len);
}

/* Bytes of the string that begins here in an object that is JSON: it is text, whatever it holds. */
static size_t string_length(struct str text)
{
	size_t at = 1;

	while (at < text.len && text.data[at] != '"')
		at += text.data[at] == '\\' ? 2 : 1;
	return at + 1;
}

/* Bytes of a member whose name says that it is not the answer; 0 = it is none. */
static size_t aside_length(struct str text)
{
	static const char *const words[] = {"draft",    "alternativ", "example",
	                                    "previous", "initial",    "before",
	                                    "old",      "template",   "rejected"};
	size_t name = string_length(text);
	struct str value = str_trim(str_skip(text, name));
	bool aside = false;

	if (!str_starts(value, STR(":")))
		return 0;
	value = str_trim(str_skip(value, 1));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		aside |= str_ifind(str_make(text.data, name), str_of(words[i])) >= 0;
	if (!aside || value.len == 0 || !strchr("{[", value.data[0]))
		return 0;
	return (size_t)(value.data - text.data) + answer_text_object(value);
}

static size_t member_length(struct str text)
{
	size_t aside = aside_length(text);

	return aside > 0 ? aside : string_length(text);
}

/* Looks at every object outside thoughts. */
static void search_objects(struct search *search, struct str text, unsigned repairs)
{
	for (size_t at = 0; at < text.len && !search->cut && !search->deep;) {
		char c = text.data[at];
		if (c == '"' && text.data + at < search->parsed_end)
			at += member_length(str_skip(text, at));
		else if (c == '{')
			at += read_object(search, str_skip(text, at),
			                  repairs | (at > 0 ? REPAIR_PROSE : 0));
		else if (!(c == '<' || c == '[' || c == '\xE2') ||
		         !answer_thoughts_skip(&search->thoughts, text, &at))
			at++;
		else
			repairs |= REPAIR_THINK;
	}
}

/* Reads a text that is not simply one object. */
static int read_loosely(struct search *search, struct str text, unsigned repairs, struct err *err)
{
	struct str inside = text;
	bool ours;

	if (answer_text_skip_bom(&text)) {
		repairs |= REPAIR_PROSE;
		text = str_trim(text);
	}
	search->thoughts = answer_thoughts_in(text);
	size_t thoughts = answer_thoughts_end(&search->thoughts, text);
	if (thoughts > 0) {
		repairs |= REPAIR_THINK;
		text = str_trim(str_skip(text, thoughts));
	}
	if (text.len == 0)
		return err_set(err, "the answer is empty");
	bool fenced = answer_text_unfence(text, &inside);
	if (!fenced)
		inside = text;
	if (inside.len > 0 && strchr("{[\"", inside.data[0]))
		read_document(search, inside, fenced ? repairs | REPAIR_FENCE : repairs, STR(""),
		              &ours);
	if (!search->found) {
		search->objects = 0;
		search_objects(search, text, repairs);
	}
	return 0;
}

/* True when words behind the answer, outside thoughts, give it another label. */
static bool is_contradicted(struct search *search)
{
	struct str rest = search->behind;

	/* the object stands in another one, whose strings are text */
	if (search->parsed_end > rest.data)
		rest = str_skip(rest, (size_t)(search->parsed_end - rest.data));
	for (size_t at = 0; at < rest.len;) {
		size_t end = at;
		if (!strchr("<[\xE2", rest.data[at]) ||
		    !answer_thoughts_skip(&search->thoughts, rest, &end)) {
			at++;
			continue;
		}
		if (answer_fields_contradicted(str_make(rest.data, at), &search->best))
			return true;
		rest = str_skip(rest, end);
		at = 0;
	}
	return answer_fields_contradicted(rest, &search->best);
}

static int explain(struct str text, struct search *search, struct err *err)
{
	bool unclosed = answer_text_unclosed(text);

	if (str_find_char(text, '{') < 0)
		return err_set(err, "the answer holds no JSON object");
	if (search->cut || (unclosed && !search->invalid))
		return err_set(err, "the answer is cut off: its JSON object does not end");
	if (search->deep || (answer_text_too_deep(text) && !search->invalid))
		return err_set(err, "the answer is nested too deep");
	if (search->invalid && !search->broken && !search->found)
		return err_set(err, "%s", search->why_not.text);
	if (search->found && is_contradicted(search))
		return err_set(err, "the words behind the answer's object contradict it");
	if (search->found && !search->broken)
		return err_set(err, "the answer holds thoughts only");
	if (search->found)
		return err_set(err, "the answer holds another object that is none");
	if (search->no_json.text[0])
		return err_set(err, "the answer is not JSON: %s", search->no_json.text);
	return err_set(err, "the answer has none of the requested keys");
}

/* True when what was found is what the model answers. In a text in which it thinks aloud, or with
 * something that cannot be read, only what it ends with is that: a draft in a string has more
 * behind it. */
static bool is_certain(struct search *search)
{
	if (!search->found || search->cut || search->deep)
		return false;
	if (search->thoughts.doubtful && search->objects > 1)
		return false;
	if (is_contradicted(search))
		return false;
	return !(search->reasoning || search->broken || search->thoughts.doubtful) ||
	       answer_text_is_end(search->behind);
}

int answer_parse(struct str content, bool reasoning, struct arena *arena, struct answer *ret,
                 struct err *err)
{
	struct search search = {.arena = arena, .reasoning = reasoning, .budget = MEND_BYTES_MAX};
	unsigned repairs = reasoning ? REPAIR_THINK : 0;
	struct str text = str_trim(content);
	bool ours = false;

	if (content.len > ANSWER_BYTES_MAX)
		return err_set(err, "the answer is longer than %d KiB", ANSWER_BYTES_MAX / 1024);
	if (!utf8_valid(content))
		return err_set(err, "the answer is not UTF-8");
	if (str_find_char(content, '\0') >= 0)
		return err_set(err, "the answer holds a NUL byte");
	if (text.len == 0)
		return err_set(err, "the answer is empty");
	buf_init(&search.mended, 2 * ANSWER_BYTES_MAX); /* a line feed takes two bytes */
	if (text.data[0] == '{')
		read_document(&search, text, repairs, STR(""), &ours);
	int result = ours ? 0 : read_loosely(&search, text, repairs, err);
	buf_free(&search.mended);
	if (result < 0)
		return -1;
	if (!is_certain(&search))
		return explain(text, &search, err);
	*ret = search.best;
	return 0;
}
