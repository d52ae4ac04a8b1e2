/* Errors of model services become verdicts by two rules. First, words outrank the status: a 429 is
 * either a passing limit or an account without credit, and only type or code tell which. Second, an
 * error that is not known to be final is tried again. */
#include "llm/failure.h"

#include <string.h>

/* Words in type or code. The list is complete for verdicts that need a person; unknown words are
 * left to the status. */
struct word {
	const char *word;
	enum llm_verdict verdict;
};

static const struct word WORDS[] = {
        {"insufficient_quota", LLM_NO_MONEY},
        {"credit_balance_exhausted", LLM_NO_MONEY},
        {"organization_spend_limit_exceeded", LLM_NO_MONEY},
        {"project_spend_limit_exceeded", LLM_NO_MONEY},
        {"organization_usage_limit_exceeded", LLM_NO_MONEY},
        {"billing_hard_limit_reached", LLM_NO_MONEY},
        {"billing_not_active", LLM_NO_MONEY},
        {"budget_exceeded", LLM_NO_MONEY},
        {"model_not_found", LLM_NO_MODEL},
        {"model_decommissioned", LLM_NO_MODEL},
        {"DeploymentNotFound", LLM_NO_MODEL},
        {"key_model_access_denied", LLM_NO_ENTRY},
        {"invalid_api_key", LLM_NO_ENTRY},
        {"context_length_exceeded", LLM_TOO_LONG},
        {"exceed_context_size_error", LLM_TOO_LONG},
        {"string_above_max_length", LLM_TOO_LONG},
        {"content_filter", LLM_DECLINED},
        {"content_policy_violation", LLM_DECLINED},
        {"ResponsibleAIPolicyViolation", LLM_DECLINED},
        {"slow_down", LLM_SLOW_DOWN},
};

bool failure_judge_words(const struct failure *failure, enum llm_verdict *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
		struct str word = str_of(WORDS[i].word);
		if (str_ieq(failure->code, word) || str_ieq(failure->type, word)) {
			*ret = WORDS[i].verdict;
			return true;
		}
	}
	return false;
}

static bool is_rate_limit(const struct failure *failure)
{
	return failure->status == 429 ||
	       (failure->status == 0 && (str_ifind(failure->type, STR("rate_limit")) >= 0 ||
	                                 str_ifind(failure->code, STR("rate_limit")) >= 0));
}

/* x-should-retry: 1, 0, or -1 when not said. */
static int should_retry(const struct http_reply *reply)
{
	struct str said = http_reply_header(reply, "x-should-retry");

	return str_ieq(said, STR("true")) ? 1 : str_ieq(said, STR("false")) ? 0 : -1;
}

static enum llm_verdict judge_client_error(int status)
{
	switch (status) {
	case 401:
	case 403: return LLM_NO_ENTRY;
	case 404:
	case 410: return LLM_NO_MODEL;
	case 413: return LLM_TOO_LONG;
	case 408: /* timeout */
	case 409: /* conflict */
	case 425: /* too early */
	case 498: /* flex capacity */
	case 499: /* the server believes that we closed the connection */ return LLM_TRY_AGAIN;
	default: return LLM_MISCONFIGURED;
	}
}

enum llm_verdict failure_judge_status(const struct failure *failure, const struct http_reply *reply,
                                      msec wait)
{
	int retry = should_retry(reply);
	int status = failure->status;

	if (is_rate_limit(failure)) {
		/* The server says that waiting is useless but not why: a person must look, and the
		 * model is asked again later. */
		if (retry == 0)
			return LLM_NO_MONEY;
		return wait >= 0 ? LLM_LIMITED : LLM_SLOW_DOWN;
	}
	if (status == 402)
		return wait >= 0 ? LLM_LIMITED : LLM_NO_MONEY;
	if (status >= 300 && status < 400)
		return LLM_MISCONFIGURED;
	enum llm_verdict verdict =
	        status >= 400 && status < 500 ? judge_client_error(status) : LLM_TRY_AGAIN;
	if (retry == 1)
		return LLM_TRY_AGAIN;
	if (retry == 0 && verdict == LLM_TRY_AGAIN)
		return LLM_DECLINED;
	return verdict;
}

/* The wait in a message such as "… Please try again in 11.122s." or "… retry after 26 seconds."; -1
 * = none. */
static msec wait_in_words(struct str message)
{
	static const char *const openings[] = {"try again in ", "retry after "};

	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		struct str opening = str_of(openings[i]);
		ptrdiff_t at = str_ifind(message, opening);
		if (at < 0)
			continue;
		struct str rest = str_skip(message, (size_t)at + opening.len);
		struct str span = str_split(&rest, ' ');
		while (span.len > 0 && !ascii_is_alnum(span.data[span.len - 1]))
			span.len--;
		msec wait;
		if (clock_parse_go_duration(span, &wait) == 0)
			return wait;
	}
	return -1;
}

msec failure_wait(const struct failure *failure, const struct http_reply *reply, msec wall)
{
	msec wait = http_reply_retry_after(reply, wall);

	/* A wait of 0 is no useful answer. */
	if (wait <= 0)
		wait = wait_in_words(failure->message);
	if (wait <= 0)
		return -1;
	return wait < LLM_WAIT_MAX ? wait : LLM_WAIT_MAX;
}

bool failure_counts_for_breaker(const struct failure *failure, enum llm_verdict verdict)
{
	return failure->status >= 500 && verdict != LLM_SLOW_DOWN;
}

static bool is_key_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || c == '*' || c == '.';
}

/* Length of the credential at the start of `text`, 0 when there is none. `at_word`: a word begins
 * here. */
static size_t credential_length(struct str text, struct str key, bool at_word)
{
	size_t len = 0;

	if (key.len >= 4 && str_starts(text, key))
		return key.len;
	if (!at_word || !str_starts(text, STR("sk-")))
		return 0;
	while (len < text.len && is_key_char(text.data[len]))
		len++;
	return len;
}

/* Appends one line of at most 200 bytes, with our key and anything that looks like a key as
 * "***". */
static void add_words_said(struct buf *out, struct str said, struct str key)
{
	struct buf line;
	bool at_word = true;

	buf_init(&line, 200);
	said = utf8_cut(said, 4096);
	while (said.len > 0 && !line.overflow) {
		size_t credential = credential_length(said, key, at_word);
		size_t bytes = credential;
		if (credential > 0) {
			buf_puts(&line, "***");
		} else {
			uint32_t c = utf8_decode(said, &bytes);
			bool control =
			        c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
			buf_add(&line, control ? " " : said.data, control ? 1 : bytes);
		}
		at_word = !is_key_char(said.data[0]);
		said = str_skip(said, bytes);
	}
	buf_add_str(out, str_trim(buf_str(&line)));
	buf_free(&line);
}

void failure_describe(const struct failure *failure, struct str key, char out[256])
{
	struct buf text;
	struct str code = failure->code.len > 0 ? failure->code : failure->type;

	buf_init(&text, 1024);
	if (failure->status)
		buf_printf(&text,
		           failure->status / 100 == 3 ? "HTTP %d, a redirect: check llm.base_url"
		                                      : "HTTP %d",
		           failure->status);
	else
		buf_puts(&text, "error in the reply");
	if (code.len > 0) {
		buf_puts(&text, ", ");
		add_words_said(&text, utf8_cut(code, 40), key);
	}
	if (failure->message.len > 0) {
		buf_puts(&text, ": ");
		add_words_said(&text, failure->message, key);
	}
	struct str cut = utf8_cut(buf_str(&text), 255);
	memcpy(out, cut.data, cut.len);
	out[cut.len] = '\0';
	buf_free(&text);
}
