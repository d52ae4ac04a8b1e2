/* Finds what a server says in an error. Every family has its own shape, and gateways wrap the
 * shapes of others, as JSON inside strings too. Therefore not whole shapes are known here but
 * what their members are called: a message, a code, a type, a parameter, or a place where these
 * may be. */
#include "llm/failure.h"

#include <string.h>

#include "llm/answer_mend.h"
#include "llm/answer_text.h"

#define NESTING_MAX 6
#define ELEMENTS_MAX 4
#define DOCUMENTS_MAX 4 /* inside strings */
#define DOCUMENT_BYTES_MAX (16 * 1024)

struct finding {
	struct failure *ret;
	struct arena *arena;
	int nesting;
	int documents;
	bool quoted; /* inside words that may quote the request: only a message is taken there */
};

enum role {
	ROLE_MESSAGE, /* a text, or something that holds one */
	ROLE_TITLE,   /* a text, used when there is no better one */
	ROLE_CODE,
	ROLE_INNER, /* something with a code that outranks the outer one */
	ROLE_STATUS,
	ROLE_TYPE,
	ROLE_PARAM,
	ROLE_PATH, /* of the parameter, as an array */
	ROLE_RAW,  /* the words of the service behind a gateway, which outrank the gateway's */
	ROLE_PLACE
};

/* In the order in which they are looked at. */
static const struct {
	const char *key;
	enum role role;
} MEMBERS[] = {
        {"message", ROLE_MESSAGE},           /* OpenAI and most others */
        {"Message", ROLE_MESSAGE},           /* AWS */
        {"msg", ROLE_MESSAGE},               /* FastAPI, inside detail */
        {"detail", ROLE_MESSAGE},            /* FastAPI, RFC 9457 */
        {"error_message", ROLE_MESSAGE},     /* gateways */
        {"error_msg", ROLE_MESSAGE},         /* Baidu */
        {"errorMessage", ROLE_MESSAGE},      /* AWS Lambda */
        {"error_description", ROLE_MESSAGE}, /* RFC 6749 */
        {"faultstring", ROLE_MESSAGE},       /* Apigee */
        {"issue", ROLE_TITLE},               /* gateways, inside details */
        {"description", ROLE_TITLE},         /* Google, inside details */
        {"title", ROLE_TITLE},               /* RFC 9457 */
        {"code", ROLE_CODE},                 /* OpenAI */
        {"error_code", ROLE_CODE},           /* Baidu, Databricks */
        {"errorcode", ROLE_CODE},            /* Apigee */
        {"Code", ROLE_CODE},                 /* Tencent */
        {"reason", ROLE_CODE},               /* Google, inside details */
        {"status", ROLE_STATUS},             /* Google: a word; RFC 9457: a number */
        {"statusCode", ROLE_STATUS},         /* Azure API Management, NestJS */
        {"status_code", ROLE_STATUS},        /* gateways */
        {"raw_status_code", ROLE_STATUS},    /* Mistral */
        {"type", ROLE_TYPE},                 /* OpenAI */
        {"__type", ROLE_TYPE},               /* AWS */
        {"param", ROLE_PARAM},               /* OpenAI */
        {"field", ROLE_PARAM},               /* gateways, inside details */
        {"parameter", ROLE_PARAM},           /* gateways */
        {"loc", ROLE_PATH},                  /* FastAPI */
        {"raw", ROLE_RAW},                   /* OpenRouter, inside metadata */
        {"innererror", ROLE_INNER},          /* Azure */
        {"error", ROLE_PLACE},               /* OpenAI; Ollama: a text */
        {"Error", ROLE_PLACE},               /* Tencent */
        {"errors", ROLE_PLACE},              /* Cloudflare, Google: an array */
        {"details", ROLE_PLACE},             /* Google: an array */
        {"metadata", ROLE_PLACE},            /* OpenRouter */
        {"fault", ROLE_PLACE},               /* Apigee */
        {"Response", ROLE_PLACE},            /* Tencent */
};

static void read_node(struct finding *finding, const struct json *node);

static bool is_number(struct str text)
{
	int64_t number;

	return str_to_i64(text, &number) == 0;
}

/* True for codes and words that say nothing. Gateways add them to every good reply. */
static bool says_nothing(struct str text)
{
	static const char *const words[] = {"",        "0",        "200",  "ok",      "none",
	                                    "success", "no_error", "null", "no error"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ieq(text, str_of(words[i])))
			return true;
	return false;
}

static void note_status(struct finding *finding, int64_t number)
{
	if (!finding->quoted && finding->ret->status == 0 && number >= 400 && number <= 599)
		finding->ret->status = (int)number;
}

/* A code may be a word, a number, or a number written as a string; the last two are statuses. A
 * word outranks a number. */
static void note_code(struct finding *finding, const struct json *value)
{
	struct str text = json_str_value(value), *code = &finding->ret->code;
	int64_t number = json_int_value(value);

	if (json_is_string(value) && str_to_i64(text, &number) < 0)
		number = 0;
	note_status(finding, number);
	if (finding->quoted || says_nothing(text) || str_find_char(text, ' ') >= 0)
		return;
	if (code->len == 0 || (is_number(*code) && number == 0))
		*code = text;
}

/* Keeps what a document inside a string says, which is freed. Its words outrank those around it. */
static void adopt(struct finding *finding, const struct failure *inner)
{
	struct failure *ret = finding->ret;

	if (inner->message.len > 0) {
		ret->message = arena_str(finding->arena, inner->message);
		ret->around = inner->around;
	}
	if (inner->param.len > 0)
		ret->param = arena_str(finding->arena, inner->param);
	if (inner->type.len > 0 && ret->type.len == 0)
		ret->type = arena_str(finding->arena, inner->type);
	if (inner->code.len > 0 && (ret->code.len == 0 || is_number(ret->code)))
		ret->code = arena_str(finding->arena, inner->code);
	if (ret->status == 0)
		ret->status = inner->status;
}

/* The document that the text is, or that stands in it, perhaps in Python's notation; NULL = none.
 * *ret_whole: there is nothing else in the text. */
static struct json *find_document(struct str text, bool *ret_whole)
{
	size_t budget = DOCUMENT_BYTES_MAX;
	ptrdiff_t at = str_find_char(text, '{');
	struct buf mended;

	*ret_whole = true;
	if (at < 0)
		return NULL;
	struct json *tree = json_parse_lenient(str_trim(text), NULL);
	if (tree)
		return tree;
	*ret_whole = false;
	buf_init(&mended, 2 * DOCUMENT_BYTES_MAX);
	if (answer_mend(str_skip(text, (size_t)at), &budget, &mended) > 0)
		tree = json_parse_lenient(buf_str(&mended), NULL);
	buf_free(&mended);
	return tree;
}

/* Reads a text that may be a document, or hold one. False: it is only text. */
static bool read_inner(struct finding *finding, struct str text)
{
	struct failure inner = {0};
	struct finding inside = *finding;
	bool whole;

	if (text.len > DOCUMENT_BYTES_MAX || finding->documents >= DOCUMENTS_MAX)
		return false;
	finding->documents++;
	struct json *tree = find_document(text, &whole);
	if (!tree)
		return false;
	inside.ret = &inner;
	inside.documents = finding->documents;
	inside.quoted |= !whole;
	read_node(&inside, tree);
	finding->documents = inside.documents;
	if (!whole)
		inner.around = text;
	inner.around = arena_str(finding->arena, inner.around);
	adopt(finding, &inner);
	json_free(tree);
	return inner.message.len > 0;
}

static void note_text(struct finding *finding, struct str text, bool outranks)
{
	if (says_nothing(text) || read_inner(finding, text))
		return;
	if (outranks || finding->ret->message.len == 0) {
		finding->ret->message = text;
		finding->ret->around = STR("");
	}
}

/* {"errors":{"logprobs":["Unsupported"]}}, as web frameworks answer: the name is the parameter. */
static void note_fields(struct finding *finding, const struct json *fields)
{
	struct json_each first = json_members(fields);

	if (finding->ret->message.len > 0 || !json_next(&first) || !json_is_array(first.value))
		return;
	read_node(finding, first.value);
	if (finding->ret->message.len > 0 && finding->ret->param.len == 0 && !finding->quoted)
		finding->ret->param = arena_str(finding->arena, first.key);
}

/* The parameter in a path such as ["body","response_format","json_schema"]. */
static void note_path(struct finding *finding, const struct json *path)
{
	for (struct json_each each = json_items(path); json_next(&each);) {
		struct str part = json_str_value(each.value);
		if (part.len == 0 || str_eq(part, STR("body")))
			continue;
		if (finding->ret->param.len == 0 && !finding->quoted)
			finding->ret->param = part;
		return;
	}
}

static void note_inner(struct finding *finding, const struct json *inner)
{
	struct str code = json_str_at(inner, "code");

	if (code.len > 0 && !finding->quoted)
		finding->ret->code = code;
}

static void note_word(struct str text, struct str *ret)
{
	if (ret->len == 0 && !says_nothing(text))
		*ret = text;
}

/* A text, or something that holds one. */
static void read_place(struct finding *finding, enum role role, const struct json *value)
{
	struct failure *ret = finding->ret;

	if (!json_is_string(value)) {
		read_node(finding, value);
		note_fields(finding, value);
	} else if (role == ROLE_MESSAGE || ret->message.len == 0) {
		note_text(finding, json_str_value(value), false);
	} else if (!finding->quoted) {
		/* {"error":"Bad Request","message":…} */
		note_word(json_str_value(value), &ret->type);
	}
}

static void read_member(struct finding *finding, enum role role, const struct json *value)
{
	struct failure *ret = finding->ret;
	struct str text = json_str_value(value);

	switch (role) {
	case ROLE_MESSAGE:
	case ROLE_PLACE: read_place(finding, role, value); break;
	case ROLE_TITLE: note_word(text, &ret->message); break;
	case ROLE_CODE: note_code(finding, value); break;
	case ROLE_INNER: note_inner(finding, value); break;
	case ROLE_STATUS:
		note_status(finding, json_int_value(value));
		if (!finding->quoted)
			note_word(text, &ret->type);
		break;
	case ROLE_TYPE:
		if (!finding->quoted)
			note_word(text, &ret->type);
		break;
	case ROLE_PARAM:
		if (!finding->quoted)
			note_word(text, &ret->param);
		break;
	case ROLE_PATH: note_path(finding, value); break;
	case ROLE_RAW:
		if (json_is_string(value))
			note_text(finding, text, true);
		break;
	}
}

static void read_node(struct finding *finding, const struct json *node)
{
	if (++finding->nesting > NESTING_MAX) {
		finding->nesting--;
		return;
	}
	if (json_is_string(node))
		note_text(finding, json_str_value(node), false);
	for (struct json_each each = json_items(node);
	     json_next(&each) && each.index < ELEMENTS_MAX;)
		read_node(finding, each.value);
	for (size_t i = 0; json_is_object(node) && i < ARRAY_LEN(MEMBERS); i++) {
		const struct json *value = json_at(node, MEMBERS[i].key);
		if (value)
			read_member(finding, MEMBERS[i].role, value);
	}
	finding->nesting--;
}

/* What a reply with a good status has where an error would be; NULL = nothing. */
static const struct json *find_error(const struct json *root)
{
	const struct json *choices = json_at(root, "choices"), *error = json_at(root, "error");

	if (json_is_true(error) || str_eq(json_str_at(root, "object"), STR("error")))
		return root;
	if (!error || json_is_null(error) || json_is_false(error))
		error = json_at(json_item(choices, 0), "error");
	if (!error && !choices && json_item_count(json_at(root, "errors")) > 0)
		return root;
	return error;
}

static bool says_something(const struct failure *failure)
{
	return failure->status != 0 || failure->message.len > 0 || failure->code.len > 0 ||
	       failure->type.len > 0;
}

/* True when the words say that the request is too long for the model. Two words must come
 * together, because one of them is in many other messages. The last of each is Chinese, for
 * "length" and for "exceeds". */
static bool says_too_long(struct str message)
{
	static const char *const what[] = {"prompt",  "input",    "token",
	                                   "context", "sequence", "\xE9\x95\xBF\xE5\xBA\xA6"};
	static const char *const excess[] = {
	        "too long",    "too large",   "too many",   "exceed",
	        "longer than", "maximum",     "reduce",     "truncat",
	        "larger than", "shorten",     "over the ",  "beyond",
	        "overflow",    "less than",   "must be <=", "range of input length",
	        "max input",   "\xE8\xB6\x85"};
	bool named = false, exceeded = false;

	for (size_t i = 0; i < ARRAY_LEN(what); i++)
		named |= str_ifind(message, str_of(what[i])) >= 0;
	for (size_t i = 0; i < ARRAY_LEN(excess) && named; i++)
		exceeded |= str_ifind(message, str_of(excess[i])) >= 0;
	return exceeded;
}

/* A message about the bound of the answer, about a rate, or about a key is not about the length of
 * the request, though it has the same words. */
static bool says_other(struct str message)
{
	static const char *const words[] = {
	        "completion tokens", "completion_tokens", "max_tokens",   "max_output_tokens",
	        "per min",           "per day",           "rate limit",   "quota",
	        "requests",          "api key",           "access token", "auth",
	        "maximum value",     "less than or equal"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ifind(message, str_of(words[i])) >= 0)
			return true;
	return false;
}

/* Gives the code of OpenAI to an error that says the same in other words. */
static void translate(struct failure *failure)
{
	int status = failure->status;
	bool may_be =
	        status == 0 || status == 400 || status == 413 || status == 422 || status == 500;
	bool context = str_ifind(failure->message, STR("context")) >= 0;

	if (may_be && says_too_long(failure->message) && (context || !says_other(failure->message)))
		failure->code = STR("context_length_exceeded");
	/* OpenAI's and Groq's limit a minute, which one request exceeds: waiting does not help */
	if (status == 429 && str_ifind(failure->message, STR("request too large for")) >= 0)
		failure->code = STR("context_length_exceeded");
}

/* A refusal in plain words; a page is none. */
static struct str body_words(const struct http_reply *reply)
{
	struct str body = str_trim(http_reply_body(reply));

	return body.len > 0 && !strchr("<{[", body.data[0]) && utf8_valid(body)
	               ? utf8_cut(body, 500)
	               : STR("");
}

bool failure_find(const struct http_reply *reply, const struct json *root, struct arena *arena,
                  struct failure *ret)
{
	bool failed = reply->status < 200 || reply->status > 299;
	struct finding finding = {.ret = ret, .arena = arena};

	*ret = (struct failure){.status = failed ? reply->status : 0,
	                        .redirect = http_reply_redirect_host(reply)};
	if (http_reply_is_redirect(reply))
		return true; /* whatever its body says */
	if (json_is_array(root))
		root = json_item(root, 0); /* Gemini */
	const struct json *error = failed ? root : find_error(root);
	if (failed && !root)
		ret->message = body_words(reply);
	if (!error) {
		translate(ret);
		return failed;
	}
	read_node(&finding, error);
	if (failed &&
	    !says_something(&(struct failure){.message = ret->message, .code = ret->code}))
		read_node(&finding, find_error(root));
	translate(ret);
	return failed || says_something(ret);
}
