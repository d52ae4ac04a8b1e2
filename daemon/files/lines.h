/* The lines of a stream, of whatever length up to a bound, with any bytes in them. */
#ifndef DAEMON_FILES_LINES_H
#define DAEMON_FILES_LINES_H

#include <stdio.h>

#include "base/str.h"

struct lines {
	FILE *stream;
	char *data;
	size_t max;        /* bytes of a line */
	size_t start, end; /* what is read and not handed out */
	bool over;         /* the stream has nothing more */
	uint64_t number;   /* of the line handed out last */
};

/* The stream stays the caller's. */
void lines_init(struct lines *lines, FILE *stream, size_t max);
void lines_free(struct lines *lines);
/* 1: `*line` without its newline, valid until the next call; `*whole`: it has one. 0: no more. -1:
 * it cannot be read on, or a line is too long. */
int lines_next(struct lines *lines, struct str *line, bool *whole, struct err *err) MUST_CHECK;

#endif
