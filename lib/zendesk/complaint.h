/* What a reply's body says about an error, whatever its form. Used by the classification only. */
#ifndef ZENDESK_COMPLAINT_H
#define ZENDESK_COMPLAINT_H

#include "base/http.h"

/* Error bodies are short; a longer one is described, not read. */
#define ZD_ERROR_BODY_MAX (64 * 1024)

struct zd_complaint {
	bool present;      /* the body is JSON and has an `error` or `errors` */
	char name[48];     /* "RecordNotFound", "unavailable"; empty when there is none */
	struct buf words;  /* what it says, untouched: for zd_add_words */
	const char *other; /* "an HTML page": when there are no words, what the body is instead */
};
/* Looks at any reply; zd_complaint_free afterwards. For a success only a body with the word "error" in quotes is parsed, so that
 * a page of tickets is not parsed twice. */
void zd_complaint_read(const struct http_reply *reply, struct zd_complaint *ret);
void zd_complaint_free(struct zd_complaint *complaint);
/* True when the body begins as a page for people does. */
bool zd_is_html(struct str body);

#endif
