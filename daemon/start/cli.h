/* Parses the command line into a struct. settings.h decides what its options mean for the
 * configuration. */
#ifndef DAEMON_START_CLI_H
#define DAEMON_START_CLI_H

#include "base/base.h"

/* Exit statuses, fixed for users and their scripts. */
enum exit_status {
	STATUS_CLEAN = 0, /* nothing failed; skipped tickets do not count as failed */
	/* some tickets failed, a service was unreachable, or the results could not be written */
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,      /* error in command line or configuration */
	STATUS_NOT_LET_IN = 3, /* access refused: 401, 403, or an anonymous user */
	STATUS_NO_MONEY = 4,   /* the model service refuses for quota or billing */
	/* ended at once by a second signal */
	STATUS_LEFT_AT_ONCE = 130
};

enum cli_action {
	CLI_RUN,
	CLI_DOCTOR, /* show whether all works here */
	CLI_CHECK_CONFIG,
	CLI_DUMP_CONFIG,
	CLI_VERSION,
	CLI_HELP
};

#define CLI_LIMIT_DEFAULT 50
#define CLI_BACKTEST_MAX 10000

/* The parsed command line; strings point into argv. */
struct cli {
	enum cli_action action;
	const char *config_path; /* NULL = the default path, where the file may be absent */
	const char *env_path;    /* NULL = none */
	const char *model;       /* NULL = not given */
	const char *log_level;   /* NULL = not given */
	bool once;
	bool limit_given;
	bool accept_tag_change, accept_account_change;
	uint64_t limit;     /* 0 = all */
	uint64_t ticket_id; /* 0 = none */
	bool again;         /* it is analysed once more if it is done */
	bool dry_run;
	/* tickets of --backtest, which is also a dry run; 0 = none */
	uint64_t backtest;
	bool shadow; /* mode = shadow, whatever the configuration says */
};

/* 0; or -1 with a reason that says what is wrong and what would be right. */
int cli_parse(struct cli *ret, int argc, char **argv, struct err *err) MUST_CHECK;
/* Whether this is the service, which runs until it is stopped. */
bool cli_is_resident(const struct cli *cli);
/* Prints usage and options to stdout. */
void cli_print_help(void);
/* Prints our version and those of the libraries to stdout. */
void cli_print_version(void);

#endif
