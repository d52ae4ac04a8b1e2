/* Classifies every reply that is not a success: first how the exchange ended, then the error's name
 * where a name is more reliable than the status, then the status. */
#include <stdio.h>
#include <string.h>

#include "desk/zendesk/complaint.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/words.h"

/* Names that decide whatever the status is (`always`), because Zendesk does not send them under one
 * fixed status; and names that decide under a 200. */
static const struct {
	const char *name;
	enum desk_answer_kind kind;
	bool always;
} named[] = {
        {"unavailable", DESK_RETRY, true}, /* sent by the search; its status is not documented */
        {"TooManyJobs", DESK_LIMITED, true},
        /* a 404 that is not about the ticket: the endpoint is not in the account's plan */
        {"InvalidEndpoint", DESK_BAD_REQUEST, true},
        {"APIRateLimitExceeded", DESK_LIMITED, false},
        {"UpdateConflict", DESK_CONFLICT, false},
        {"RecordNotFound", DESK_NOT_FOUND, false},
        {"RecordInvalid", DESK_REFUSED, false},
        {"ClosedTicket", DESK_REFUSED, false},
        {"invalid_token", DESK_UNAUTHORIZED, false},
        {"Forbidden", DESK_FORBIDDEN, false},
};

static enum desk_answer_kind kind_of_status(int status)
{
	if (status < 200 || status >= 500)
		return DESK_RETRY;
	if (status < 300)
		return DESK_RETRY; /* a 200 that carries an error of an unknown kind */
	if (status < 400)
		return DESK_REDIRECT;
	switch (status) {
	case 401: return DESK_UNAUTHORIZED;
	case 403: return DESK_FORBIDDEN;
	case 404: return DESK_NOT_FOUND;
	case 408: return DESK_RETRY;
	case 409: return DESK_CONFLICT;
	case 413: return DESK_TOO_LARGE;
	case 414: return DESK_TOO_LARGE;
	case 422: return DESK_REFUSED;
	case 429: return DESK_LIMITED;
	default: return DESK_BAD_REQUEST;
	}
}

static enum desk_answer_kind kind_of_answer(int status, const char *name)
{
	bool success = status >= 200 && status < 300;
	for (size_t i = 0; i < ARRAY_LEN(named) && status != 429; i++)
		if (strcmp(named[i].name, name) == 0 && (success || named[i].always))
			return named[i].kind;
	return kind_of_status(status);
}

/* Its body is left out: the host is all that helps. */
static void describe_redirect(const struct http_reply *reply, struct buf *text)
{
	struct str host = http_reply_redirect_host(reply);

	buf_printf(text, "Zendesk answered %d, a redirect", reply->status);
	if (host.len > 0)
		buf_printf(text, " to " STR_FMT, STR_ARG(host));
	buf_puts(text, "; nothing was sent there");
}

static size_t word_len(struct str text)
{
	size_t len = 0;
	while (len < text.len && (ascii_is_alnum(text.data[len]) || text.data[len] == '_'))
		len++;
	return len;
}

/* Length of a word, or of two words with a colon between them. */
static size_t scope_len(struct str text)
{
	size_t len = word_len(text);
	struct str rest = str_skip(text, len);
	size_t action = len > 0 && str_starts(rest, STR(":")) ? word_len(str_skip(rest, 1)) : 0;
	return action > 0 ? len + 1 + action : len;
}

/* True for a scope: "read", "write", "impersonate", "tickets:read". */
static bool is_scope(struct str word)
{
	if (word.len > 40)
		return false;
	if (str_find_char(word, ':') >= 0)
		(void)str_split(&word, ':');
	else if (str_eq(word, STR("impersonate")))
		return true;
	return str_eq(word, STR("read")) || str_eq(word, STR("write"));
}

/* Appends the scopes named in a sentence such as "You are missing the following required scopes:
 * tickets:read". Before the word "scope", "read" and "write" are verbs and are skipped. */
static void add_scopes(struct buf *out, struct str words)
{
	ptrdiff_t at = str_ifind(words, STR("scope"));
	words = str_skip(words, at < 0 ? words.len : (size_t)at + sizeof("scope") - 1);
	for (int left = 3; words.len > 0 && left > 0;) {
		size_t len = scope_len(words);
		if (is_scope(str_make(words.data, len))) {
			buf_puts(out, out->len > 0 ? " " : "");
			buf_add(out, words.data, len);
			left--;
		}
		words = str_skip(words, len ? len : 1);
	}
}

/* What to do comes first, so that it is never cut off. */
static void describe_forbidden(const struct zd_complaint *complaint, struct buf *text)
{
	struct buf scopes;
	buf_init(&scopes, 128);
	add_scopes(&scopes, buf_str(&complaint->words));
	if (scopes.len > 0)
		buf_printf(text, " (add to zendesk.scope: %s)", buf_cstr(&scopes));
	else if (str_ifind(buf_str(&complaint->words), STR("scope")) >= 0)
		buf_puts(text, " (check zendesk.scope)");
	buf_free(&scopes);
}

static void describe_answer(const struct http_reply *reply, const struct desk_answer *failure,
                            const struct zd_complaint *complaint, struct buf *text)
{
	if (failure->kind == DESK_REDIRECT) {
		describe_redirect(reply, text);
		return;
	}
	buf_printf(text, "Zendesk answered %d", reply->status);
	if (failure->kind == DESK_FORBIDDEN)
		describe_forbidden(complaint, text);
	size_t before = text->len;
	buf_puts(text, ": ");
	zd_add_words(text, buf_str(&complaint->words), ZD_WORDS_BYTES_MAX);
	if (text->len == before + 2)
		buf_puts(text, complaint->other);
}

/* There was no answer: only how the exchange ended is known. */
static void classify_exchange(const struct http_reply *reply, struct desk_answer *ret,
                              struct buf *text)
{
	static const char *const words[] = {
	        [HTTP_TIMEOUT] = "no answer from Zendesk in time",
	        [HTTP_NO_CONNECT] = "no connection to Zendesk",
	        [HTTP_NO_HOST] = "no connection to Zendesk",
	        [HTTP_TLS_REFUSED] = "no secure connection to Zendesk",
	        [HTTP_BROKEN] = "the connection to Zendesk broke",
	        [HTTP_TOO_LARGE] = "Zendesk's reply is too large",
	        [HTTP_CANCELLED] = "the request to Zendesk was cancelled",
	        [HTTP_RECALLED] = "the request to Zendesk was not sent",
	};
	ENSURE(reply->result > HTTP_DONE && reply->result < (int)ARRAY_LEN(words));
	ret->kind = reply->result == HTTP_TLS_REFUSED ? DESK_TLS
	            : reply->result == HTTP_TOO_LARGE ? DESK_TOO_LARGE
	            : reply->result == HTTP_RECALLED  ? DESK_LIMITED
	                                              : DESK_RETRY;
	ret->unknown = http_result_unknown(reply->result);
	ret->no_host = reply->result == HTTP_NO_HOST;
	buf_puts(text, words[reply->result]);
	if (reply->error[0]) {
		buf_puts(text, ": ");
		zd_add_words(text,
		             str_make(reply->error, strnlen(reply->error, sizeof(reply->error))),
		             ZD_WORDS_BYTES_MAX);
	}
}

static void classify_answer(const struct http_reply *reply, msec wall,
                            const struct zd_complaint *complaint, struct desk_answer *ret,
                            struct buf *text)
{
	bool success = http_reply_ok(reply);
	ret->kind = kind_of_answer(reply->status, complaint->name);
	ret->unknown = reply->status < 200 || reply->status >= 500 || reply->status == 408 ||
	               (success && ret->kind == DESK_RETRY);
	ret->closed =
	        ret->kind == DESK_REFUSED && str_ifind(http_reply_body(reply), STR("closed")) >= 0;
	ret->status = reply->status;
	ret->suspended = ret->kind == DESK_FORBIDDEN &&
	                 str_ifind(utf8_cut(http_reply_body(reply), ZD_ERROR_BODY_MAX),
	                           STR("suspended")) >= 0;
	ret->scope = ret->kind == DESK_FORBIDDEN &&
	             str_ifind(buf_str(&complaint->words), STR("scope")) >= 0;
	ret->too_many_jobs = strcmp(complaint->name, "TooManyJobs") == 0;
	ret->retry_after = http_reply_retry_after(reply, wall);
	describe_answer(reply, ret, complaint, text);
}

void zd_classify(const struct http_reply *reply, msec wall, struct desk_answer *ret)
{
	struct zd_complaint complaint = {0};
	struct buf text;
	*ret = (struct desk_answer){
	        .kind = DESK_FINE, .retry_after = -1, .timed_out = reply->result == HTTP_TIMEOUT};
	buf_init(&text, 1024);
	if (reply->result != HTTP_DONE) {
		classify_exchange(reply, ret, &text);
	} else {
		zd_complaint_read(reply, &complaint);
		if (!http_reply_ok(reply) || complaint.present)
			classify_answer(reply, wall, &complaint, ret, &text);
		zd_complaint_free(&complaint);
	}
	struct str cut = utf8_cut(buf_str(&text), sizeof(ret->text) - 1);
	snprintf(ret->text, sizeof(ret->text), STR_FMT, STR_ARG(cut));
	buf_free(&text);
}
