/* The rate-limit headers of model services:
 * x-ratelimit-{remaining,reset}-{requests,tokens,project-tokens}. */
#ifndef LLM_RATES_H
#define LLM_RATES_H

#include "llm/client.h"

/* Fills the four rate fields of `ret`. Absent, negative and unparsable values are -1. */
void rates_read(const struct http_reply *reply, struct llm_result *ret);

#endif
