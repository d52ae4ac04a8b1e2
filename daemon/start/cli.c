/* Parses the command line with getopt_long, and prints help and version. */
#include "daemon/start/cli.h"

#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/json.h"
#include "base/str.h"
#include "daemon/start/option_words.h"
#include "daemon/system/places.h"
#include "daemon/system/service.h"

enum option_code {
	OPT_CONFIG = 'c',
	OPT_ENV_FILE = OPTION_LONG,
	OPT_CHECK_CONFIG,
	OPT_DUMP_CONFIG,
	OPT_ONCE,
	OPT_LIMIT,
	OPT_TICKET_ID,
	OPT_AGAIN,
	OPT_DRY_RUN,
	OPT_BACKTEST,
	OPT_SHADOW,
	OPT_MODEL,
	OPT_LOG_LEVEL,
	OPT_ACCEPT_TAG_CHANGE,
	OPT_ACCEPT_ACCOUNT_CHANGE,
	OPT_VERSION,
	OPT_HELP
};

static const struct option options[] = {
        {"config", required_argument, NULL, OPT_CONFIG},
        {"env-file", required_argument, NULL, OPT_ENV_FILE},
        {"check-config", no_argument, NULL, OPT_CHECK_CONFIG},
        {"dump-config", no_argument, NULL, OPT_DUMP_CONFIG},
        {"once", no_argument, NULL, OPT_ONCE},
        {"limit", required_argument, NULL, OPT_LIMIT},
        {"ticket-id", required_argument, NULL, OPT_TICKET_ID},
        {"again", no_argument, NULL, OPT_AGAIN},
        {"dry-run", no_argument, NULL, OPT_DRY_RUN},
        {"backtest", required_argument, NULL, OPT_BACKTEST},
        {"shadow", no_argument, NULL, OPT_SHADOW},
        {"model", required_argument, NULL, OPT_MODEL},
        {"log-level", required_argument, NULL, OPT_LOG_LEVEL},
        {"accept-tag-change", no_argument, NULL, OPT_ACCEPT_TAG_CHANGE},
        {"accept-account-change", no_argument, NULL, OPT_ACCEPT_ACCOUNT_CHANGE},
        {"version", no_argument, NULL, OPT_VERSION},
        {"help", no_argument, NULL, OPT_HELP},
        {NULL, 0, NULL, 0}};

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
	char *config = places_config();

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
	      "then exit\n"
	      "       ai-ticketd doctor [option...]                  show whether all of it works "
	      "here, change nothing\n"
	      "       ai-ticketd --check-config | --dump-config | --version | --help\n",
	      stdout);
	fputs(service_help(), stdout);
	printf("\n  -c, --config FILE      configuration (default %s, if it exists)\n", config);
	free(config);
	fputs("      --env-file FILE    read variables from FILE (NAME=value lines); the "
	      "environment wins\n"
	      "      --once             process the waiting tickets, print a summary, exit\n"
	      "      --limit N          with --once: at most N tickets (default 50, 0 = all)\n"
	      "      --ticket-id ID     this ticket only\n"
	      "      --again            with --ticket-id: analyse it once more if it is done; one "
	      "more "
	      "note\n"
	      "      --dry-run          show what would be written, write nothing to Zendesk\n"
	      "      --backtest N       decide the last N solved tickets (1 to 10000) and compare "
	      "with "
	      "the\n"
	      "                         priority and tags that they have; writes nothing anywhere\n"
	      "      --shadow           everything but the write: record what would be written, "
	      "write nothing\n"
	      "                         to Zendesk (mode = shadow)\n"
	      "      --model NAME       instead of llm.model; llama-3.1-8b means llama3.1:8b on "
	      "Ollama\n"
	      "      --log-level LEVEL  debug, info, warning or error\n"
	      "      --check-config     check configuration and environment, send nothing\n"
	      "      --dump-config      print the configuration in force, without secrets\n"
	      "      --accept-tag-change\n"
	      "                         accept a new zendesk.processed_tag or tag_prefix\n"
	      "      --accept-account-change\n"
	      "                         accept a new address of the same Zendesk account\n"
	      "      --version          print versions\n"
	      "  -h, --help             print this\n"
	      "\n"
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
