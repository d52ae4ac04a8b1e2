/* The command lines of top, tail, stats and export. */
#ifndef DAEMON_CTL_LIVE_LINE_H
#define DAEMON_CTL_LIVE_LINE_H

#include "base/clock.h"

#define LIVE_LINE_EARLIER_MAX 10000 /* rows of tail -n */
#define LIVE_LINE_DAYS_MAX 400      /* of stats: as long as the daemon keeps them */

/* What all of them return to the shell; 1 and 3 mean the same as in the other commands. */
enum live_status { LIVE_DONE = 0, LIVE_FAILED = 1, LIVE_UNKNOWN = 3 };

enum live_kind { LIVE_TOP, LIVE_TAIL, LIVE_STATS, LIVE_EXPORT };

/* Texts are those of argv or of the environment. */
struct live_call {
	enum live_kind kind;
	const char *socket; /* NULL = the default paths */
	bool json;          /* tail, stats, export */
	bool csv;           /* export */
	bool once;          /* top */
	int64_t earlier;    /* tail: -n; 0 = none */
	int64_t days;       /* stats */
	msec since, until;  /* export: wall, ms */
	const char *file;   /* export; NULL = standard output */
};

/* Whether the command of the command line is one of these. */
bool live_line_is_meant(int argc, char **argv);
/* 0, or -1 with the reason. */
int live_line_parse(struct live_call *call, int argc, char **argv, struct err *err) MUST_CHECK;

#endif
