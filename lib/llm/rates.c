/* Reads rate-limit headers, which every service writes a little differently: counts with thousands
 * separators, -1 for "no limit", reset times as Go durations or bare seconds. What cannot be read
 * is unknown, never zero. */
#include "llm/rates.h"

static int64_t read_count(struct str text)
{
	char digits[24];
	size_t len = 0;
	int64_t count;

	for (size_t i = 0; i < text.len && len < sizeof(digits); i++)
		if (text.data[i] != ',')
			digits[len++] = text.data[i];
	return str_to_i64(str_make(digits, len), &count) == 0 && count >= 0 ? count : -1;
}

static msec read_reset(struct str text)
{
	msec reset;

	return text.len > 0 && clock_parse_go_duration(text, &reset) == 0 && reset >= 0 ? reset
	                                                                                : -1;
}

/* Reads one pair. When nothing is left but the reset time is missing, the pair is useless and
 * counts as unknown. */
static void read_pair(const struct http_reply *reply, const char *remaining_name,
                      const char *reset_name, int64_t *ret_remaining, msec *ret_reset)
{
	*ret_remaining = read_count(str_trim(http_reply_header(reply, remaining_name)));
	*ret_reset = read_reset(str_trim(http_reply_header(reply, reset_name)));
	if (*ret_remaining == 0 && *ret_reset <= 0)
		*ret_remaining = -1;
}

void rates_read(const struct http_reply *reply, struct llm_result *ret)
{
	int64_t project;
	msec project_reset;

	read_pair(reply, "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
	          &ret->requests_remaining, &ret->requests_reset);
	read_pair(reply, "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens",
	          &ret->tokens_remaining, &ret->tokens_reset);
	read_pair(reply, "x-ratelimit-remaining-project-tokens", "x-ratelimit-reset-project-tokens",
	          &project, &project_reset);
	if (project >= 0 && (ret->tokens_remaining < 0 || project < ret->tokens_remaining)) {
		ret->tokens_remaining = project;
		ret->tokens_reset = project_reset;
	}
}
