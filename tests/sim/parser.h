/* Turns bytes into whole requests. Hides llhttp, whose names clash with base/http.h. */
#ifndef SIM_PARSER_H
#define SIM_PARSER_H

#include "base/buf.h"

/* A request; valid until the next byte is fed. */
struct parsed {
	const char *method;
	struct buf target;
	struct buf headers; /* "name: value\n" lines */
	struct buf body;
	bool keep_alive;
};

struct parser;
struct parser *parser_new(void (*on_request)(void *arg, const struct parsed *request),
                          void *arg) MUST_CHECK;
void parser_free(struct parser *parser);
/* False: the bytes are not HTTP, or a request came before the last one was answered. */
bool parser_feed(struct parser *parser, const char *bytes, size_t len) MUST_CHECK;
void parser_answered(struct parser *parser); /* the next request may come */

#endif
