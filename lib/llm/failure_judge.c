/* Errors of model services become verdicts by three rules. Words outrank the status: a 429 is
 * either a passing limit or an account without credit, and only type or code tell which. An error
 * that is not known to be final is tried again. And a status alone never says that the service
 * refuses us: any 4xx may be caused by what one ticket says (a guardrail, a firewall, a generation
 * that was no JSON), so only words of the closed list are "named"; about all others guard/blame.h
 * decides. */
#include "llm/failure.h"

/* Words in type or code. The list is closed for verdicts that stop the work with a service; what it
 * does not have is left to the status, which alone stops nothing. Sources: OpenAI's and Azure's
 * error codes, Groq's, Moonshot's, and those of LiteLLM and Anthropic's compatible endpoint. */
struct word {
	const char *word;
	enum llm_verdict verdict;
};

static const struct word WORDS[] = {
        {"insufficient_quota", LLM_NO_MONEY},
        {"credit_balance_exhausted", LLM_NO_MONEY},
        {"exceeded_current_quota_error", LLM_NO_MONEY},
        {"organization_spend_limit_exceeded", LLM_NO_MONEY},
        {"project_spend_limit_exceeded", LLM_NO_MONEY},
        {"organization_usage_limit_exceeded", LLM_NO_MONEY},
        {"billing_hard_limit_reached", LLM_NO_MONEY},
        {"billing_not_active", LLM_NO_MONEY},
        {"budget_exceeded", LLM_NO_MONEY},
        {"billing_error", LLM_NO_MONEY},
        {"model_not_found", LLM_NO_MODEL},
        {"model_decommissioned", LLM_NO_MODEL},
        {"DeploymentNotFound", LLM_NO_MODEL},
        {"key_model_access_denied", LLM_NO_ENTRY},
        {"invalid_api_key", LLM_NO_ENTRY},
        {"expired_api_key", LLM_NO_ENTRY},
        {"authentication_error", LLM_NO_ENTRY},
        {"auth_error", LLM_NO_ENTRY},
        {"token_not_found_in_db", LLM_NO_ENTRY},
        {"invalid_organization", LLM_NO_ENTRY},
        {"mismatched_organization", LLM_NO_ENTRY},
        {"account_deactivated", LLM_NO_ENTRY},
        {"account_suspended", LLM_NO_ENTRY},
        {"organization_restricted", LLM_NO_ENTRY},
        {"unsupported_country_region_territory", LLM_NO_ENTRY},
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
	/* Some servers have no code for this, only a message. */
	if (str_ifind(failure->message, STR("context length")) >= 0 ||
	    str_ifind(failure->message, STR("context window")) >= 0) {
		*ret = LLM_TOO_LONG;
		return true;
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
                                      bool wait_for_all)
{
	int retry = should_retry(reply);
	int status = failure->status;

	if (is_rate_limit(failure)) {
		/* The server says that waiting is useless but not why. */
		if (retry == 0)
			return LLM_NO_MONEY;
		return wait_for_all ? LLM_LIMITED : LLM_SLOW_DOWN;
	}
	if (status == 402)
		return LLM_NO_MONEY;
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

bool failure_names_model(const struct failure *failure, struct str model)
{
	return (failure->status == 404 || failure->status == 410) && model.len > 0 &&
	       str_find(failure->message, model) >= 0;
}

bool failure_counts_for_breaker(const struct failure *failure, enum llm_verdict verdict)
{
	return failure->status >= 500 && verdict != LLM_SLOW_DOWN;
}

bool failure_concerns_service(enum llm_verdict verdict)
{
	return verdict == LLM_NO_MODEL || verdict == LLM_NO_ENTRY || verdict == LLM_NO_MONEY ||
	       verdict == LLM_MISCONFIGURED;
}
