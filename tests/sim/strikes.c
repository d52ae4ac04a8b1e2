/* Applies faults: instead of the service (nothing is done), or to its answer (it was done). Faults
 * that depend on the protocol (bad contents, people's edits) are applied by the service. */
#include "parts.h"

#include <string.h>

#define HUGE_BYTES (100u * 1024 * 1024)
#define DEEP 100000

static const char edge_page[] =
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad "
        "Gateway</h1></center><hr><center>edge</center></body>\r\n</html>\r\n";

static void openai_error(struct world_answer *answer, int status, const char *message,
                         const char *type, const char *code)
{
	answer_json(answer, status);
	buf_printf(
	        &answer->body,
	        "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}",
	        message, type, code);
}

static void give_503(struct world *world, bool zendesk, struct world_answer *answer)
{
	if (zendesk)
		answer_error(answer, 503, "ServiceUnavailable", "Down for maintenance");
	else
		openai_error(answer, 503, "The server is overloaded", "service_unavailable_error",
		             "server_is_overloaded");
	if (prng_below(&world->chance, 2))
		answer_header(answer, "Retry-After: %d", 1 + (int)prng_below(&world->chance, 5));
}

static void give_429(struct world *world, bool zendesk, struct world_answer *answer)
{
	if (zendesk) {
		zendesk_429(world, 1 + (int64_t)prng_below(&world->chance, 10), "API ", answer);
		return;
	}
	world->audit.limited++;
	openai_error(answer, 429, "Rate limit reached for requests per min", "requests",
	             "rate_limit_exceeded");
	if (prng_below(&world->chance, 2))
		answer_header(answer, "retry-after-ms: %d",
		              200 + (int)prng_below(&world->chance, 2000));
	answer_header(answer, "retry-after: %d", 1 + (int)prng_below(&world->chance, 3));
}

static void give_too_many_jobs(struct world *world, struct world_answer *answer)
{
	static const int statuses[] = {429, 429, 400, 200};
	zendesk_too_many_jobs(world, statuses[prng_below(&world->chance, ARRAY_LEN(statuses))],
	                      answer);
}

static void give_redirect(struct world_answer *answer)
{
	answer_text(answer, 302, "moved");
	answer_header(answer, "Location: " FOREIGN_ORIGIN "/elsewhere");
}

static void give_nothing(struct world_answer *answer, enum world_transport transport)
{
	answer_text(answer, 200, "");
	answer->transport = transport;
}

/* As OpenRouter and gateways put it. */
static void give_error_in_200(struct world *world, struct world_answer *answer)
{
	static const char *const shapes[] = {
	        "{\"error\":{\"code\":502,\"message\":\"Provider returned error\"}}",
	        "{\"choices\":[{\"index\":0,\"error\":{\"code\":502,\"message\":\"Upstream\"}}]}",
	        "{\"success\":false,\"errors\":[{\"code\":\"502\",\"message\":\"Upstream\"}]}",
	        ("{\"error\":{\"code\":502,\"message\":\"Provider returned error\",\"metadata\":{"
	         "\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"upstream\\\"}}\"}}}")};
	answer_json(answer, 200);
	buf_puts(&answer->body, shapes[world->models.answered % ARRAY_LEN(shapes)]);
}

void fault_outage(struct world *world, struct world_answer *answer)
{
	world->fault = FAULT_NONE;
	if (prng_below(&world->chance, 2))
		give_503(world, false, answer);
	else
		give_nothing(answer, TRANSPORT_RESET);
}

bool fault_before(struct world *world, bool zendesk, struct world_answer *answer)
{
	switch ((int)world->fault) {
	case FAULT_429: give_429(world, zendesk, answer); return true;
	case FAULT_503: give_503(world, zendesk, answer); return true;
	case FAULT_502:
		answer_start(answer, 502, "text/html");
		buf_puts(&answer->body, edge_page);
		return true;
	case FAULT_500:
		answer_error(answer, 500, "InternalError", "Something went wrong");
		return true;
	case FAULT_529:
		openai_error(answer, 529, "Overloaded", "overloaded_error", "overloaded");
		return true;
	case FAULT_SLOW_DOWN:
		openai_error(answer, 429, "Slow down", "rate_limit_error", "slow_down");
		return true;
	case FAULT_QUOTA:
		openai_error(answer, 429, "You exceeded your current quota", "insufficient_quota",
		             "insufficient_quota");
		return true;
	case FAULT_401:
		openai_error(answer, 401, "Incorrect API key provided", "invalid_request_error",
		             "invalid_api_key");
		return true;
	case FAULT_NUMBER_CODE:
		answer_json(answer, 503);
		buf_puts(&answer->body, "{\"error\":{\"code\":503,\"message\":\"Loading "
		                        "model\",\"type\":\"unavailable_error\"}}");
		return true;
	case FAULT_ERROR_IN_200: give_error_in_200(world, answer); return true;
	case FAULT_TOO_MANY_JOBS: give_too_many_jobs(world, answer); return true;
	case FAULT_ERROR_200_BULK:
		answer_error(answer, 200, "InternalError", "The request could not be processed");
		return true;
	case FAULT_REDIRECT: give_redirect(answer); return true;
	case FAULT_RESET: give_nothing(answer, TRANSPORT_RESET); return true;
	case FAULT_TOKEN: zendesk_revoke_tokens(world); return false;
	default: return false;
	}
}

static void deep(struct world_answer *answer)
{
	answer_json(answer, 200);
	for (int i = 0; i < DEEP; i++)
		buf_putc(&answer->body, '[');
	for (int i = 0; i < DEEP; i++)
		buf_putc(&answer->body, ']');
}

/* Replaces a byte in the middle of the first string of the body. */
static void spoil(struct world_answer *answer, char byte)
{
	char *quote = answer->body.len ? memchr(answer->body.data, '"', answer->body.len) : NULL;
	if (quote && quote + 1 < answer->body.data + answer->body.len)
		quote[1] = byte;
}

void fault_after(struct world *world, struct world_answer *answer)
{
	switch ((int)world->fault) {
	case FAULT_LOST: answer->transport = TRANSPORT_RESET; break;
	case FAULT_LATE500:
		answer_error(answer, 500, "InternalError", "Something went wrong");
		break;
	case FAULT_MIDBODY: answer->transport = TRANSPORT_RESET_BODY; break;
	case FAULT_STALL: answer->transport = TRANSPORT_STALL; break;
	case FAULT_DRIP: answer->transport = TRANSPORT_DRIP; break;
	case FAULT_CLOSE: answer->transport = TRANSPORT_CLOSE; break;
	case FAULT_GARBAGE: answer->transport = TRANSPORT_GARBAGE; break;
	case FAULT_NOTJSON:
		answer_start(answer, 200, "text/html");
		buf_puts(&answer->body, "<!DOCTYPE html><html><body>Sign in</body></html>");
		break;
	case FAULT_DEEP: deep(answer); break;
	case FAULT_NUL: spoil(answer, '\0'); break;
	case FAULT_UTF8: spoil(answer, '\xff'); break;
	case FAULT_HUGE: answer->padding = HUGE_BYTES; break;
	case FAULT_ENDLESS: answer->transport = TRANSPORT_ENDLESS; break;
	default: break;
	}
}
