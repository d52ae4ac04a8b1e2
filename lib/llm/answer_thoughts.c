/* Finds thoughts by their marks. Marks differ from model to model and from server to server:
 *
 *     <think>…</think>   <thinking>   <reasoning>   <seed:think>   <thought>     most models
 *     [THINK]…[/THINK]                                                           Mistral
 *     <|begin_of_thought|>…<|end_of_thought|>   <|START_THINKING|>…              others
 *     ◁think▷…◁/think▷                                                           Kimi
 *     <|channel>thought…<channel|>                                               Gemma
 *     <|channel|>analysis<|message|>…<|channel|>final<|message|>…                gpt-oss
 *     analysis…assistantfinal…                    gpt-oss, its special tokens left out
 *
 * Therefore no list of whole marks is kept, but one of the words that names of marks hold. */
#include "llm/answer_thoughts.h"

#include <string.h>

#include "base/json.h"
#include "llm/answer_text.h"

#define NAME_MAX 40
#define ATTRIBUTES_MAX 100
#define CHANNEL_MAX 100 /* from a channel's name to its text */

enum mark_kind {
	MARK_OPENS,
	MARK_CLOSES,
	MARK_CHANNEL, /* a channel of gpt-oss begins that is not its answer */
	MARK_FINAL    /* its answer begins */
};

/* A mark such as "</think>". */
struct mark {
	enum mark_kind kind;
	size_t len;
};

static bool in_mark_name(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == ':' || c == '-';
}

static bool names_thoughts(struct str name)
{
	static const char *const words[] = {"think",   "thought", "reason",    "reflect",
	                                    "scratch", "analys",  "monologue", "deliberat",
	                                    "ponder",  "rational"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ifind(name, str_of(words[i])) >= 0)
			return true;
	return false;
}

static bool take(struct str *text, struct str prefix)
{
	if (!str_istarts(*text, prefix))
		return false;
	*text = str_skip(*text, prefix.len);
	return true;
}

/* The kinds of bracket around a name; the first that fits is used. */
static const struct {
	struct str before, behind;
} BRACKETS[] = {
        {{"<|", 2}, {"|>", 2}},
        {{"<", 1}, {">", 1}},
        {{"[", 1}, {"]", 1}},
        {{"\xE2\x97\x81", 3}, {"\xE2\x96\xB7", 3}}, /* ◁ ▷ */
};

/* Cuts a name off the text, and "begin_of_" or "end_of_" off the name. */
static struct str take_name(struct str *text, bool *closes)
{
	size_t len = 0;

	while (len < text->len && len < NAME_MAX && in_mark_name(text->data[len]))
		len++;
	struct str name = str_make(text->data, len);
	*text = str_skip(*text, len);
	if (take(&name, STR("end_")))
		*closes = true;
	else if (!take(&name, STR("begin_")))
		take(&name, STR("start_"));
	take(&name, STR("of_"));
	return name;
}

/* Skips `a="b"` of an XML mark up to its bracket. */
static void skip_attributes(struct str *text)
{
	ptrdiff_t end = str_find_char(utf8_cut(*text, ATTRIBUTES_MAX), '>');

	if (text->len > 0 && ascii_is_space(text->data[0]) && end >= 0)
		*text = str_skip(*text, (size_t)end);
}

static bool read_brackets(struct str text, size_t kind, struct mark *ret)
{
	struct str rest = text;

	if (!take(&rest, BRACKETS[kind].before))
		return false;
	bool closes = take(&rest, STR("/"));
	struct str name = take_name(&rest, &closes);
	if (!names_thoughts(name))
		return false;
	if (kind == 1)
		skip_attributes(&rest);
	if (!take(&rest, BRACKETS[kind].behind))
		return false;
	*ret = (struct mark){closes ? MARK_CLOSES : MARK_OPENS, text.len - rest.len};
	return true;
}

/* gpt-oss: the channel's name stands between <|channel|> and <|message|>, perhaps with more words.
 * Every channel but "final" holds thoughts, which end where the next one begins. */
static bool read_channel(struct str text, struct mark *ret)
{
	const struct str message = STR("<|message|>");
	struct str rest = text;

	*ret = (struct mark){MARK_CHANNEL, 0};
	if (take(&rest, STR("<channel|>")))
		ret->kind = MARK_CLOSES;
	else if (take(&rest, STR("<|channel>")))
		ret->kind = MARK_OPENS;
	else if (!take(&rest, STR("<|channel|>")))
		return false;
	if (ret->kind == MARK_CHANNEL && str_istarts(rest, STR("final"))) {
		ptrdiff_t at = str_find(utf8_cut(rest, CHANNEL_MAX), message);
		rest = str_skip(rest, at < 0 ? strlen("final") : (size_t)at + message.len);
		ret->kind = MARK_FINAL;
	}
	ret->len = text.len - rest.len;
	return true;
}

static bool read_mark(struct str text, struct mark *ret)
{
	char first = text.len > 0 ? text.data[0] : '\0';

	if (first != '<' && first != '[' && first != '\xE2')
		return false;
	for (size_t kind = 0; kind < ARRAY_LEN(BRACKETS); kind++)
		if (read_brackets(text, kind, ret))
			return true;
	return first == '<' && read_channel(text, ret);
}

/* Offset of the next byte at or after `at` that may begin a mark or, with `braces`, an object. */
static size_t next_start(struct str text, size_t at, bool braces)
{
	while (at < text.len) {
		char c = text.data[at];
		if (c == '<' || c == '[' || c == '\xE2' || (braces && c == '{'))
			break;
		at++;
	}
	return at;
}

/* Behind the block whose opening mark was read. Any closing mark ends it: if it was the wrong one,
 * the right one follows and is one that nobody opened. A channel ends where the next one begins. */
static size_t block_end(struct str text, size_t at)
{
	struct mark mark;

	for (at = next_start(text, at, false); at < text.len;
	     at = next_start(text, at + 1, false)) {
		if (!read_mark(str_skip(text, at), &mark))
			continue;
		if (mark.kind == MARK_FINAL || mark.kind == MARK_CHANNEL)
			return at;
		if (mark.kind == MARK_CLOSES)
			return at + mark.len;
	}
	return text.len;
}

static bool opens(const struct mark *mark)
{
	return mark->kind == MARK_OPENS || mark->kind == MARK_CHANNEL;
}

bool answer_thoughts_skip(struct str text, size_t *at)
{
	struct mark mark;

	if (!read_mark(str_skip(text, *at), &mark))
		return false;
	*at = opens(&mark) ? block_end(text, *at + mark.len) : *at + mark.len;
	return true;
}

/* The length of the complete JSON object at `at`, in which marks are text; 0 = there is none. */
static size_t whole_object(struct str text, size_t at)
{
	size_t len = answer_text_object(str_skip(text, at));

	if (len == 0)
		return 0;
	json_t *tree = json_parse_lenient(str_make(text.data + at, len), NULL);
	json_free(tree);
	return tree ? len : 0;
}

static bool has_marks(struct str text)
{
	struct mark mark;

	for (size_t at = next_start(text, 0, false); at < text.len;
	     at = next_start(text, at + 1, false))
		if (read_mark(str_skip(text, at), &mark))
			return true;
	return false;
}

/* The text of gpt-oss's channels without its special tokens: the channel's name is glued to its
 * text. */
static bool is_glued_channel(struct str text)
{
	return (take(&text, STR("analysis")) || take(&text, STR("commentary"))) && text.len > 0 &&
	       ascii_is_alnum(text.data[0]);
}

static size_t glued_end(struct str text)
{
	const struct str final = STR("assistantfinal");
	size_t end = 0;

	for (ptrdiff_t at; (at = str_ifind(str_skip(text, end), final)) >= 0;)
		end += (size_t)at + final.len;
	return end > 0 ? end : text.len;
}

size_t answer_thoughts_end(struct str text)
{
	size_t end = 0, object;
	struct mark mark;

	if (is_glued_channel(text))
		return glued_end(text);
	if (!has_marks(text))
		return 0;
	for (size_t at = next_start(text, 0, true); at < text.len;
	     at = next_start(text, at, true)) {
		if (text.data[at] == '{') {
			object = whole_object(text, at);
			at += object > 0 ? object : 1;
		} else if (!read_mark(str_skip(text, at), &mark)) {
			at++;
		} else if (opens(&mark)) {
			bool first = str_trim(str_make(text.data + end, at - end)).len == 0;
			at = block_end(text, at + mark.len);
			end = first ? at : end;
		} else {
			at += mark.len;
			end = at;
		}
	}
	return end;
}
