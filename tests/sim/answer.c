/* Helpers to compose answers and to read requests. */
#include "parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void world_answer_free(struct world_answer *answer)
{
	buf_free(&answer->head);
	buf_free(&answer->body);
}

void answer_start(struct world_answer *answer, int status, const char *content_type)
{
	answer->status = status;
	answer->head.max = answer->body.max = SIZE_MAX / 2;
	buf_reset(&answer->head);
	buf_reset(&answer->body);
	answer->padding = 0;
	answer->transport = TRANSPORT_NORMAL;
	answer_header(answer, "Content-Type: %s", content_type);
}

void answer_header(struct world_answer *answer, const char *format, ...)
{
	char line[512];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ENSURE(len > 0 && (size_t)len < sizeof(line));
	buf_add(&answer->head, line, (size_t)len);
	buf_puts(&answer->head, "\r\n");
}

void answer_json(struct world_answer *answer, int status)
{
	answer_start(answer, status, "application/json; charset=utf-8");
}

void answer_text(struct world_answer *answer, int status, const char *text)
{
	answer_start(answer, status, "text/plain; charset=utf-8");
	buf_puts(&answer->body, text);
}

void answer_error(struct world_answer *answer, int status, const char *error,
                  const char *description)
{
	answer_json(answer, status);
	buf_puts(&answer->body, "{");
	json_add_member(&answer->body, "error", str_of(error));
	if (description)
		json_add_member(&answer->body, "description", str_of(description));
	buf_puts(&answer->body, "}");
}

bool query_parameter(struct str target, const char *name, struct buf *out)
{
	buf_init(out, 64 * 1024);
	return http_query_parameter(target, str_of(name), out);
}

bool query_number(struct str target, const char *name, uint64_t *ret)
{
	struct buf value;
	bool good = query_parameter(target, name, &value) && str_to_u64(buf_str(&value), ret) == 0;
	buf_free(&value);
	return good;
}

bool in_list(const char *list, struct str word)
{
	struct str rest = str_of(list);
	while (rest.len)
		if (str_eq(str_trim(str_split(&rest, ',')), word))
			return true;
	return false;
}

/* Lognormal: the sum of twelve even chances is close enough to a normal one. */
msec latency_spread(struct world *world, msec median, double sigma)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += prng_unit(&world->chance);
	return (msec)((double)median * exp(sigma * (sum - 6)));
}

msec latency_between(struct world *world, msec low, msec high)
{
	return high > low ? low + (msec)prng_below(&world->chance, (uint64_t)(high - low) + 1)
	                  : low;
}
