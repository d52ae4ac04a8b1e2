/* Reading error bodies. Forms seen so far: a name with a description; the same with details by
 * field; an object with title and message; a list of objects; plain text (also labelled text/html);
 * the HTML of a proxy; nothing at all. */
#include "desk/zendesk/complaint.h"

#include "desk/zendesk/words.h"

#define WORDS_MAX 4096
#define DETAILS_MAX 5

bool zd_is_html(struct str body)
{
	if (str_starts(body, STR("\xEF\xBB\xBF")))
		body = str_skip(body, 3);
	return str_starts(str_trim(body), STR("<"));
}

static void add_phrase(struct buf *words, const char *separator, struct str phrase)
{
	if (phrase.len == 0)
		return;
	if (words->len > 0)
		buf_puts(words, separator);
	buf_add_str(words, utf8_cut(phrase, WORDS_MAX / 8));
}

/* Appends the words of a string, of {"code":"InvalidPaginationDepth","title":"…","detail":"…"} in
 * `errors`, of {"title":"Forbidden","message":"…"} in `error`, or of {"description":"…"} in
 * `details`. */
static void add_object(struct buf *words, const struct json *object)
{
	size_t before = words->len;
	add_phrase(words, "; ", json_str_value(object));
	add_phrase(words, "; ", json_str_at(object, "description"));
	add_phrase(words, "; ", json_str_at(object, "title"));
	add_phrase(words, words->len > before ? ": " : "; ", json_str_at(object, "message"));
	add_phrase(words, words->len > before ? ": " : "; ", json_str_at(object, "detail"));
	if (words->len == before)
		add_phrase(words, "; ", json_str_at(object, "code"));
}

static void add_list(struct buf *words, const struct json *list, int *left)
{
	for (struct json_each each = json_items(list); json_next(&each) && *left > 0; (*left)--)
		add_object(words, each.value);
}

/* Appends {"status":[{"description":"Status: closed prevents ticket update"}],"base":[…]}, the most
 * precise words there are. In the results of jobs `details` is a sentence. */
static void add_details(struct buf *words, const struct json *details)
{
	int left = DETAILS_MAX;
	add_phrase(words, "; ", json_str_value(details));
	add_list(words, details, &left);
	for (struct json_each each = json_members(details); left > 0 && json_next(&each);) {
		add_list(words, each.value, &left);
		add_object(words, each.value);
		left -= !json_is_array(each.value);
	}
}

static void add_descriptions(struct buf *words, const struct json *tree)
{
	add_phrase(words, "; ", json_str_at(tree, "description"));
	add_phrase(words, "; ", json_str_at(tree, "error_description"));
	add_phrase(words, "; ", json_str_at(tree, "message"));
}

static bool says_something(const struct json *value)
{
	return json_str_value(value).len > 0 || json_member_count(value) > 0 ||
	       json_item_count(value) > 0 || json_is_true(value) || json_is_number(value);
}

static void keep_name(struct zd_complaint *complaint, struct str name)
{
	if (name.len >= sizeof(complaint->name))
		return;
	for (size_t i = 0; i < name.len; i++)
		complaint->name[i] = name.data[i];
	complaint->name[name.len] = '\0';
}

static void read_tree(const struct json *tree, struct zd_complaint *complaint)
{
	int left = DETAILS_MAX;
	const struct json *error = json_at(tree, "error"), *errors = json_at(tree, "errors");
	complaint->present = says_something(error) || says_something(errors);
	struct str code = json_str_at(json_item(errors, 0), "code");
	keep_name(complaint, json_is_string(error) ? json_str_value(error) : code);

	struct buf *words = &complaint->words;
	add_details(words, json_at(tree, "details"));
	if (words->len == 0)
		add_descriptions(words, tree);
	if (words->len == 0)
		add_object(words, error);
	if (words->len == 0)
		add_list(words, errors, &left);
}

static bool looks_like_json(struct str body)
{
	body = str_trim(body);
	return str_starts(body, STR("{")) || str_starts(body, STR("["));
}

static void read_json(struct str body, struct zd_complaint *complaint)
{
	struct json *tree = json_parse(body, NULL);
	if (tree)
		read_tree(tree, complaint);
	complaint->other = tree ? "no reason given" : "JSON that cannot be read";
	json_free(tree);
}

void zd_complaint_read_object(const struct json *object, struct zd_complaint *ret)
{
	*ret = (struct zd_complaint){.other = "no reason given"};
	buf_init(&ret->words, 2 * WORDS_MAX);
	read_tree(object, ret);
}

static void read_other(struct str body, struct zd_complaint *complaint)
{
	complaint->other = "an empty body";
	if (zd_is_html(body))
		complaint->other = "an HTML page";
	else
		add_phrase(&complaint->words, "", str_trim(body));
}

void zd_complaint_read(const struct http_reply *reply, struct zd_complaint *ret)
{
	struct str body = http_reply_body(reply);
	*ret = (struct zd_complaint){.other = "a long body"};
	buf_init(&ret->words, 2 * WORDS_MAX);
	if (body.len > ZD_ERROR_BODY_MAX)
		return;
	/* In a JSON string the quotes around this word would be escaped: in the raw bytes it is a
	 * key, or rarely a whole value. */
	if (http_reply_ok(reply) && str_find(body, STR("\"error\"")) < 0 &&
	    str_find(body, STR("\"errors\"")) < 0)
		return;
	if (looks_like_json(body))
		read_json(body, ret);
	else
		read_other(body, ret);
}

void zd_complaint_free(struct zd_complaint *complaint)
{
	buf_free(&complaint->words);
}
