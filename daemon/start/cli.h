/* The command line, as a struct. What the words mean for the configuration is decided in
 * settings. */
#ifndef DAEMON_START_CLI_H
#define DAEMON_START_CLI_H

#include "base/base.h"

/* Exit statuses, fixed for users and their scripts. */
enum exit_status {
	STATUS_CLEAN = 0, /* nothing failed; skipped is not failed */
	/* some failed, a service was unreachable, or the results could not be written */
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,      /* command line or configuration */
	STATUS_NOT_LET_IN = 3, /* 401, 403, anonymous */
	STATUS_NO_MONEY = 4,   /* the model service wants a payment */
	STATUS_LEFT_AT_ONCE = 130
};

enum cli_action { CLI_RUN, CLI_CHECK_CONFIG, CLI_DUMP_CONFIG, CLI_VERSION, CLI_HELP };

#define CLI_LIMIT_DEFAULT 50

/* Strings belong to argv. */
struct cli {
	enum cli_action action;
	const char *config_path; /* NULL = the default one, which may be absent */
	const char *env_path;    /* NULL = none */
	const char *model;       /* NULL = not given */
	const char *log_level;   /* NULL = not given */
	bool once;
	bool limit_given;
	bool accept_tag_change, accept_account_change;
	uint64_t limit;     /* 0 = all */
	uint64_t ticket_id; /* 0 = none */
	bool dry_run;
};

/* 0; or -1 with what is wrong and what would be right. */
int cli_parse(struct cli *ret, int argc, char **argv, struct err *err) MUST_CHECK;
/* A run of this stays: it is the service. */
bool cli_is_resident(const struct cli *cli);
void cli_print_help(void);
void cli_print_version(void);

#endif
