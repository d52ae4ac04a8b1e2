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
#include "llm/answer.h"
#include "llm/answer_format.h"
#include "llm/answer_mend.h"
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

/* True for a mark in square brackets that is no more than a heading. */
static bool is_heading(struct thoughts *thoughts, char bracket, struct str name)
{
	if (bracket != '[' || !thoughts->headings || str_ieq(name, STR("think")))
		return false;
	thoughts->doubtful = true;
	return true;
}

static bool read_brackets(struct thoughts *thoughts, struct str text, size_t kind, struct mark *ret)
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
	if (!take(&rest, BRACKETS[kind].behind) || is_heading(thoughts, text.data[0], name))
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

static bool read_mark(struct thoughts *thoughts, struct str text, struct mark *ret)
{
	char first = text.len > 0 ? text.data[0] : '\0';

	if (first != '<' && first != '[' && first != '\xE2')
		return false;
	for (size_t kind = 0; kind < ARRAY_LEN(BRACKETS); kind++)
		if (read_brackets(thoughts, text, kind, ret))
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
static size_t block_end(struct thoughts *thoughts, struct str text, size_t at)
{
	struct mark mark;

	for (at = next_start(text, at, false); at < text.len;
	     at = next_start(text, at + 1, false)) {
		if (!read_mark(thoughts, str_skip(text, at), &mark))
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

bool answer_thoughts_skip(struct thoughts *thoughts, struct str text, size_t *at)
{
	struct mark mark;

	if (!read_mark(thoughts, str_skip(text, *at), &mark))
		return false;
	*at = opens(&mark) ? block_end(thoughts, text, *at + mark.len) : *at + mark.len;
	return true;
}

struct thoughts answer_thoughts_in(struct str text)
{
	return (struct thoughts){.headings = str_find(text, STR("[/")) < 0 &&
	                                     str_ifind(text, STR("[end")) < 0};
}

static bool is_json(struct str text)
{
	struct json *tree = json_parse_lenient(text, NULL);

	json_free(tree);
	return tree != NULL;
}

/* Objects whose marks are text. */
struct objects {
	struct buf mended;
	size_t budget; /* bytes that may still be mended */
};

/* The length of the object that begins the text; 0 = it never ends. One that is not JSON is as long
 * as its mended form, if that may be the answer, or else as its brackets. */
static size_t object_length(struct objects *objects, struct str text)
{
	size_t len = answer_text_object(text);

	if (len > 0 && is_json(str_make(text.data, len)))
		return len;
	size_t mended = answer_mend(text, &objects->budget, &objects->mended);
	return mended > 0 && answer_format_mentions_keys(str_make(text.data, mended)) ? mended
	                                                                              : len;
}

static bool has_marks(struct thoughts *thoughts, struct str text)
{
	struct mark mark;

	for (size_t at = next_start(text, 0, false); at < text.len;
	     at = next_start(text, at + 1, false))
		if (read_mark(thoughts, str_skip(text, at), &mark))
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

/* True when an object comes next, perhaps in a code fence. */
static bool begins_with_object(struct str text)
{
	text = str_trim(text);
	if (take(&text, STR("```")))
		take(&text, STR("json"));
	return str_starts(str_trim(text), STR("{"));
}

/* Behind the first glued mark that an object follows: one inside that object, whether it ends or
 * not, quotes a ticket. */
static size_t glued_end(struct objects *objects, struct str text)
{
	const struct str final = STR("assistantfinal");
	size_t first = text.len;

	for (size_t at = 0; at < text.len;) {
		struct str rest = str_skip(text, at);
		size_t object = rest.data[0] == '{' ? object_length(objects, rest) : 0;
		at += object > 0 ? object : 1;
		if (!str_istarts(rest, final))
			continue;
		at += final.len - 1;
		if (begins_with_object(str_skip(text, at)))
			return at;
		first = first < at ? first : at;
	}
	return first;
}

/* The answer's begin in a text that has marks. */
static size_t marked_end(struct thoughts *thoughts, struct objects *objects, struct str text)
{
	size_t end = 0, object;
	bool unreadable = false;
	struct mark mark;

	for (size_t at = next_start(text, 0, true); at < text.len;
	     at = next_start(text, at, true)) {
		if (text.data[at] == '{') {
			object = object_length(objects, str_skip(text, at));
			unreadable |= object == 0;
			at += object > 0 ? object : 1;
		} else if (!read_mark(thoughts, str_skip(text, at), &mark)) {
			at++;
		} else if (opens(&mark)) {
			bool first = str_trim(str_make(text.data + end, at - end)).len == 0;
			at = block_end(thoughts, text, at + mark.len);
			end = first ? at : end;
		} else {
			at += mark.len;
			end = at;
			thoughts->doubtful |= unreadable;
		}
	}
	return end;
}

size_t answer_thoughts_end(struct thoughts *thoughts, struct str text)
{
	struct objects objects = {.budget = 8 * ANSWER_BYTES_MAX};
	size_t end = 0;

	buf_init(&objects.mended, 2 * ANSWER_BYTES_MAX);
	if (is_glued_channel(text))
		end = glued_end(&objects, text);
	else if (has_marks(thoughts, text))
		end = marked_end(thoughts, &objects, text);
	buf_free(&objects.mended);
	return end;
}
