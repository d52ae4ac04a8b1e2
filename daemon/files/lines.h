/* Reads a stream line by line; lines may contain any bytes and be as long as a given limit. */
#ifndef DAEMON_FILES_LINES_H
#define DAEMON_FILES_LINES_H

#include <stdio.h>

#include "base/str.h"

struct lines {
	FILE *stream;
	char *data;
	size_t max;        /* longest line, in bytes */
	size_t start, end; /* part of `data` that was read but not returned yet */
	bool over;         /* the stream has ended */
	uint64_t number;   /* number of the line returned last */
};

/* The stream is borrowed until lines_free. */
void lines_init(struct lines *lines, FILE *stream, size_t max);
/* Frees the buffer; the stream stays open. */
void lines_free(struct lines *lines);
/* 1: `*line` is the next line without its newline, valid until the next call; `*whole`: it had
 * one. 0: the end. -1 with a reason: a read failed, or a line is too long. */
int lines_next(struct lines *lines, struct str *line, bool *whole, struct err *err) MUST_CHECK;

#endif
