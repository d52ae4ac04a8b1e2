/* Reading rate-limit headers. Their names changed over the years: with or without "x-", "ratelimit"
 * or "rate-limit". They are reduced to one spelling first and read by one rule. A number that makes
 * no sense counts as absent. */
#include "desk/zendesk/limits.h"

#include <string.h>

#define COUNT_MAX ((int64_t)1000000000)
/* The longest window known is 20 minutes; a larger number is a mistake, such as a point in time
 * instead of a span. */
#define RESETS_MAX_SECONDS 3600

static int64_t read_number(struct str text, int64_t max)
{
	uint64_t number;
	if (str_to_u64(str_trim(text), &number) < 0 || number > (uint64_t)max)
		return -1;
	return (int64_t)number;
}

static msec read_resets(struct str text)
{
	int64_t seconds = read_number(text, RESETS_MAX_SECONDS);
	return seconds < 0 ? -1 : seconds * MSEC_SECOND;
}

/* Skips "ratelimit" or "rate-limit" at the front of the name; false if neither is there. */
static bool skip_rate_limit(struct str *name)
{
	static const struct str spellings[] = {{"ratelimit", 9}, {"rate-limit", 10}};
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		if (str_starts(*name, spellings[i])) {
			*name = str_skip(*name, spellings[i].len);
			return true;
		}
	return false;
}

/* Where two spellings disagree, the number that allows less counts. */
static void keep_smaller(int64_t *kept, int64_t number)
{
	if (number >= 0 && (*kept < 0 || number < *kept))
		*kept = number;
}

static void read_pool_header(struct str name, struct str value, struct desk_limits *limits)
{
	if (str_starts(name, STR("x-")))
		name = str_skip(name, 2);
	if (!skip_rate_limit(&name))
		return;
	if (name.len == 0 || str_eq(name, STR("-limit")))
		keep_smaller(&limits->pool_limit, read_number(value, COUNT_MAX));
	else if (str_eq(name, STR("-remaining")))
		keep_smaller(&limits->pool_remaining, read_number(value, COUNT_MAX));
	else if (str_eq(name, STR("-reset")) && limits->pool_resets < 0)
		limits->pool_resets = read_resets(value);
}

/* "total=100; remaining=99; resets=59", in any order. */
static void read_parts(struct str value, struct desk_endpoint_limit *endpoint)
{
	while (value.len > 0) {
		struct str part = str_split(&value, ';');
		struct str key = str_trim(str_split(&part, '='));
		if (str_ieq(key, STR("total")))
			endpoint->total = read_number(part, COUNT_MAX);
		else if (str_ieq(key, STR("remaining")))
			endpoint->remaining = read_number(part, COUNT_MAX);
		else if (str_ieq(key, STR("resets")) || str_ieq(key, STR("reset")))
			endpoint->resets = read_resets(part);
	}
}

static bool is_endpoint_name(struct str name)
{
	if (name.len == 0 || name.len >= sizeof(((struct desk_endpoint_limit *)0)->name))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alnum(name.data[i]) && name.data[i] != '-' && name.data[i] != '_')
			return false;
	return true;
}

static void read_endpoint_header(struct str name, struct str value, struct desk_limits *limits)
{
	if (limits->endpoint_count == DESK_ENDPOINTS_MAX || !skip_rate_limit(&name) ||
	    !str_starts(name, STR("-")))
		return;
	name = str_skip(name, 1);
	if (!is_endpoint_name(name))
		return;
	struct desk_endpoint_limit endpoint = {.total = -1, .remaining = -1, .resets = -1};
	memcpy(endpoint.name, name.data, name.len);
	read_parts(value, &endpoint);
	if (endpoint.total >= 0 || endpoint.remaining >= 0)
		limits->endpoints[limits->endpoint_count++] = endpoint;
}

void zd_limits_read(const struct http_reply *reply, struct desk_limits *ret)
{
	*ret = (struct desk_limits){.pool_limit = -1, .pool_remaining = -1, .pool_resets = -1};
	for (size_t i = 0; i < reply->header_count; i++) {
		struct str name = str_of(reply->headers[i].name);
		struct str value = str_of(reply->headers[i].value);
		if (str_starts(name, STR("zendesk-")))
			read_endpoint_header(str_skip(name, 8), value, ret);
		else
			read_pool_header(name, value, ret);
	}
}

msec zd_limits_window_rest(const struct http_reply *reply)
{
	msec date = http_reply_date(reply);
	if (date < 0)
		return MSEC_MINUTE;
	return MSEC_MINUTE - date % MSEC_MINUTE + MSEC_SECOND;
}
