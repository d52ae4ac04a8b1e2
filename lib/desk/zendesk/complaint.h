/* What a reply says about an error, in any of Zendesk's forms: its body as a whole, or one result
 * of a job. */
#ifndef DESK_ZENDESK_COMPLAINT_H
#define DESK_ZENDESK_COMPLAINT_H

#include "base/http.h"
#include "base/json.h"

/* Error bodies are short: a longer one is not parsed, only called "a long body". */
#define ZD_ERROR_BODY_MAX (64 * 1024)

struct zd_complaint {
	bool present;      /* the JSON has an `error` or `errors` that is not empty */
	char name[48];     /* "RecordNotFound", "unavailable"; empty when there is none */
	struct buf words;  /* the server's words, unmasked: only for zd_add_words */
	const char *other; /* what the body is when it has no words, such as "an HTML page" */
};
/* Reads any reply; the caller frees the result with zd_complaint_free(). Of a 2xx only a body with
 * the word "error" in quotes is parsed, so that a page of tickets is not parsed twice. */
void zd_complaint_read(const struct http_reply *reply, struct zd_complaint *ret);
/* The same for an object that was parsed already; NULL and other values give an empty complaint. */
void zd_complaint_read_object(const struct json *object, struct zd_complaint *ret);
void zd_complaint_free(struct zd_complaint *complaint);
/* True when the body begins like an HTML page. */
bool zd_is_html(struct str body);

#endif
