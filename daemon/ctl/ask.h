/* One question to the daemon over its Unix socket, and the answer. Blocking; libcurl behind one
 * file. */
#ifndef DAEMON_CTL_ASK_H
#define DAEMON_CTL_ASK_H

#include "base/buf.h"

struct question {
	const char *socket; /* NULL = the usual places, the first where somebody answers */
	bool post;
	const char *path; /* "/health" */
	const char *body; /* NULL = none */
	long patience_ms; /* for the whole exchange */
};

struct answer {
	int status; /* HTTP */
	struct buf body;
};

/* 0; or -1 when nobody answered: `why` has one line a place that was tried. The answer's body is to
 * be freed. */
int ask(const struct question *question, struct answer *ret, struct buf *why) MUST_CHECK;

#endif
