/* Parses the command line with getopt_long, and prints help and version. */
#include "daemon/start/cli.h"

#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "base/json.h"
#include "base/str.h"
#include "daemon/start/option_words.h"
#include "daemon/start/usage_row.h"

#define HELP_COLUMN 25

enum option_code {
	OPT_NONE = OPTION_LONG,
#define CLI_OPTION(code, ...) OPT_##code,
#include "daemon/start/cli.def"
};

static const struct option options[] = {
#define CLI_OPTION(code, letter, name, value, ...)                                                 \
	{name, sizeof(value) > 1 ? required_argument : no_argument, NULL, OPT_##code},
#include "daemon/start/cli.def"
        {NULL, 0, NULL, 0}};

static const struct usage_row rows[] = {
#define CLI_OPTION(code, letter, name, value, suggest, brief, more)                                \
	{name, "*", letter, value, suggest, USAGE_OPTIONS, brief, more},
#include "daemon/start/cli.def"
};

static const char command_lines[] =
#define CLI_COMMAND(name, brief)                                                                   \
	"       ai-ticketd " name " [option...]                  " brief "\n"
#include "daemon/start/cli.def"
        ;

static int set_limit(struct cli *cli, struct err *err)
{
	cli->limit_given = true;
	if (str_to_u64(str_of(optarg), &cli->limit) < 0)
		return err_set(err,
		               "--limit: a number of tickets is required (0 = all), not \"%s\"",
		               optarg);
	return 0;
}

static int set_ticket_id(struct cli *cli, struct err *err)
{
	if (str_to_u64(str_of(optarg), &cli->ticket_id) < 0 || cli->ticket_id == 0 ||
	    cli->ticket_id > INT64_MAX)
		return err_set(err, "--ticket-id: a ticket number is required, not \"%s\"", optarg);
	return 0;
}

static int set_backtest(struct cli *cli, struct err *err)
{
	if (str_to_u64(str_of(optarg), &cli->backtest) < 0 || cli->backtest == 0 ||
	    cli->backtest > CLI_BACKTEST_MAX)
		return err_set(err,
		               "--backtest: a number of tickets from 1 to %d is required, not "
		               "\"%s\"",
		               CLI_BACKTEST_MAX, optarg);
	return 0;
}

static int apply_option(struct cli *cli, int code, struct err *err)
{
	switch (code) {
	case 'c':
	case OPT_CONFIG: cli->config_path = optarg; return 0;
	case OPT_ENV_FILE: cli->env_path = optarg; return 0;
	case OPT_CHECK_CONFIG: cli->action = CLI_CHECK_CONFIG; return 0;
	case OPT_DUMP_CONFIG: cli->action = CLI_DUMP_CONFIG; return 0;
	case OPT_ONCE: cli->once = true; return 0;
	case OPT_LIMIT: return set_limit(cli, err);
	case OPT_TICKET_ID: return set_ticket_id(cli, err);
	case OPT_AGAIN: cli->again = true; return 0;
	case OPT_DRY_RUN: cli->dry_run = true; return 0;
	case OPT_BACKTEST: return set_backtest(cli, err);
	case OPT_SHADOW: cli->shadow = true; return 0;
	case OPT_MODEL: cli->model = optarg; return 0;
	case OPT_LOG_LEVEL: cli->log_level = optarg; return 0;
	case OPT_ACCEPT_TAG_CHANGE: cli->accept_tag_change = true; return 0;
	case OPT_ACCEPT_ACCOUNT_CHANGE: cli->accept_account_change = true; return 0;
	case OPT_VERSION: cli->action = CLI_VERSION; return 0;
	case 'h':
	case OPT_HELP: cli->action = CLI_HELP; return 0;
	default: fatal("option %d is in the table but not in the switch", code);
	}
}

/* A backtest is a run of its own kind. */
static int check_backtest(const struct cli *cli, struct err *err)
{
	const struct {
		bool given;
		const char *option;
	} others[] = {{cli->once, "--once"},
	              {cli->ticket_id != 0, "--ticket-id"},
	              {cli->limit_given, "--limit"},
	              {cli->shadow, "--shadow"},
	              {cli->dry_run, "--dry-run (it never writes)"}};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (cli->backtest > 0 && others[i].given)
			return err_set(err, "--backtest: cannot be used with %s", others[i].option);
	return 0;
}

static int check_run(const struct cli *cli, struct err *err)
{
	if (cli->action == CLI_RUN && check_backtest(cli, err) < 0)
		return -1;
	if (cli->action == CLI_RUN && cli->limit_given && !cli->once)
		return err_set(err, "--limit: can only be used with --once");
	if (cli->action == CLI_RUN && cli->again && cli->ticket_id == 0)
		return err_set(err, "--again: can only be used with --ticket-id");
	if (cli->shadow && cli->again)
		return err_set(err, "--again: cannot be used with --shadow, which writes nothing");
	if (cli->shadow && cli->dry_run)
		return err_set(err, "--shadow and --dry-run: choose one; --shadow records what "
		                    "would be written, --dry-run records nothing");
	return 0;
}

int cli_parse(struct cli *ret, int argc, char **argv, struct err *err)
{
	struct cli cli = {.limit = CLI_LIMIT_DEFAULT};
	int code;

	opterr = 0;
	optind = 1;
	while ((code = getopt_long(argc, argv, ":c:h", options, NULL)) != -1) {
		if (code == '?' || code == ':')
			return option_words_refuse(argv, code, err);
		if (apply_option(&cli, code, err) < 0)
			return -1;
		if (cli.action == CLI_HELP || cli.action == CLI_VERSION)
			break;
	}
	if (cli.action != CLI_HELP && cli.action != CLI_VERSION) {
		if (optind < argc && strcmp(argv[optind], "doctor") == 0) {
			cli.action = CLI_DOCTOR;
			optind++;
		}
		if (optind < argc)
			return err_set(err, "%s: unexpected argument; see --help", argv[optind]);
		if (check_run(&cli, err) < 0)
			return -1;
		cli.dry_run = cli.dry_run || cli.backtest > 0;
	}
	*ret = cli;
	return 0;
}

void cli_print_help(void)
{
	fputs("ai-ticketd: analyses unprocessed Zendesk tickets with a language model and writes "
	      "tags,\n"
	      "priority and an internal note back.\n"
	      "\n"
	      "usage: ai-ticketd [option...]                         run as a service\n"
	      "       ai-ticketd --once [--limit N] [option...]      process the waiting tickets, "
	      "then exit\n"
	      "       ai-ticketd --ticket-id ID [option...]          process one ticket, then "
	      "exit\n"
	      "       ai-ticketd --backtest N [option...]            decide solved tickets, "
	      "compare, "
	      "then exit\n",
	      stdout);
	fputs(command_lines, stdout);
	fputs("       ai-ticketd --check-config | --dump-config | --version | --help\n\n", stdout);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		usage_row_print(&rows[i], HELP_COLUMN);
	fputs("\n"
	      "exit status: 0 nothing failed, 1 some failed or a service was unreachable or "
	      "results were not\n"
	      "written, 2 usage or configuration, 3 access refused, 4 model quota or billing, 130 "
	      "aborted by\n"
	      "a second signal; doctor: 0 all is well, 1 something to look at, 2 it does not "
	      "work\n",
	      stdout);
}

bool cli_is_resident(const struct cli *cli)
{
	return cli->action == CLI_RUN && !cli->once && cli->ticket_id == 0 && cli->backtest == 0;
}

void cli_print_version(void)
{
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

	printf("ai-ticketd %s\n", AITD_VERSION);
	printf("libuv %s, libcurl %s (%s, %s resolver), %s %s\n", uv_version_string(),
	       curl->version, curl->ssl_version != NULL ? curl->ssl_version : "no TLS",
	       curl->features & CURL_VERSION_ASYNCHDNS ? "threaded" : "blocking", json_library(),
	       json_library_version());
}
