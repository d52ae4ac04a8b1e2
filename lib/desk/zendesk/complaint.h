/* What a reply says about an error, whatever its form: its body as a whole, or one result of a
 * job. */
#ifndef DESK_ZENDESK_COMPLAINT_H
#define DESK_ZENDESK_COMPLAINT_H

#include "base/http.h"
#include "base/json.h"

/* Error bodies are short; a longer one is described, not read. */
#define ZD_ERROR_BODY_MAX (64 * 1024)

struct zd_complaint {
	bool present;      /* there is JSON with an `error` or `errors` that says something */
	char name[48];     /* "RecordNotFound", "unavailable"; empty when there is none */
	struct buf words;  /* what it says, untouched: for zd_add_words */
	const char *other; /* "an HTML page": when there are no words, what the body is instead */
};
/* Looks at any reply; zd_complaint_free afterwards. For a success only a body with the word "error"
 * in quotes is parsed, so that a page of tickets is not parsed twice. */
void zd_complaint_read(const struct http_reply *reply, struct zd_complaint *ret);
/* The same about an object that was parsed already; NULL and other values say nothing. */
void zd_complaint_read_object(const json_t *object, struct zd_complaint *ret);
void zd_complaint_free(struct zd_complaint *complaint);
/* True when the body begins as a page for people does. */
bool zd_is_html(struct str body);

#endif
