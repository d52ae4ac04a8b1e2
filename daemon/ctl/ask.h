/* Sends one request to the daemon over its Unix socket and returns the answer. Blocks; only this
 * file and wire.c use libcurl. */
#ifndef DAEMON_CTL_ASK_H
#define DAEMON_CTL_ASK_H

#include "base/buf.h"

struct question {
	const char *socket; /* NULL = the default paths: the first where a daemon listens */
	bool post;
	const char *path; /* "/health" */
	const char *body; /* NULL = none */
	long patience_ms; /* time limit of the whole exchange */
	size_t most;      /* bytes of the answer's body; 0 = ROUTE_ANSWER_MAX */
	char **ret_place; /* gets the socket that answered, to be freed; NULL = not asked for */
};

struct answer {
	int status; /* HTTP status */
	struct buf body;
};

/* 0: `ret->body` is to be freed. -1: no answer, and `why` tells in lines what became of each path
 * that was tried. */
int ask(const struct question *question, struct answer *ret, struct buf *why) MUST_CHECK;

#endif
