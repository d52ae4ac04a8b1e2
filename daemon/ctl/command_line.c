/* Reads the command line against the tables of commands and options, and checks what a command
 * takes before the service is asked. */
#include "daemon/ctl/command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "daemon/control/route_parts.h"
#include "daemon/ctl/usage.h"
#include "daemon/start/option_words.h"
#include "observe/review.h"

static const struct command commands[] = {
        {.name = "status", .path = "/status", .look = true},
        {.name = "health", .path = "/health", .look = true},
        {.name = "reload", .path = "/reload", .post = true},
        {.name = "pause", .path = "/pause", .post = true},
        {.name = "resume", .path = "/resume", .post = true},
        {.name = "stop-writing", .path = "/stop-writing", .post = true},
        {.name = "start-writing", .path = "/start-writing", .post = true},
        {.name = "process",
         .path = "/process",
         .path_again = "/process-again",
         .post = true,
         .ids_min = 1,
         .ids_max = ROUTE_IDS_MAX},
        {.name = "explain", .path = "/explain", .ids_min = 1, .ids_max = 1},
        {.name = "report", .path = "/report", .span = true},
        {.name = "erase", .path = "/erase", .post = true, .asks = true, .ids_min = 1, .ids_max = 1},
        {.name = "alert", .path = "/alert-test", .post = true, .word = "test"},
        {.name = "audit", .path = "/audit"},
        {.name = "backup", .path = "/backup", .post = true},
        {.name = "unseal"},
};

enum option_code {
	OPT_SOCKET = OPTION_LONG,
	OPT_KEY_FILE,
	OPT_AGAIN,
	OPT_JSON,
	OPT_LIVE,
	OPT_READY,
	OPT_INSIDE,
	OPT_WATCH,
	OPT_WAIT,
	OPT_YES,
	OPT_VERSION,
	OPT_HELP
};

const char *command_line_word(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return argv[i];
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return NULL;
		i += usage_takes_value(argv[i]);
	}
	return NULL;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int check_span(const struct call *call, struct err *err)
{
	struct err why;
	msec span;

	if (call->id_count > 1)
		return err_set(err, "%s: one span at most, such as 7d", call->command->name);
	if (call->id_count == 1 && review_span_read(str_of(call->ids[0]), &span, &why) < 0)
		return err_set(err, "%s: %s; not \"%s\"", call->command->name, why.text,
		               call->ids[0]);
	return 0;
}

/* The word is part of the command's name: nothing of it is sent. */
static int check_word(struct call *call, struct err *err)
{
	const struct command *command = call->command;

	if (call->id_count != 1 || strcmp(call->ids[0], command->word) != 0)
		return err_set(err, "%s: can only be followed by %s", command->name, command->word);
	call->id_count = 0;
	return 0;
}

static int check_ids(struct call *call, struct err *err)
{
	const struct command *command = call->command;

	if (command->word != NULL)
		return check_word(call, err);
	if (command->span)
		return check_span(call, err);
	if (call->id_count > command->ids_max && command->ids_max == 0)
		return err_set(err, "%s: takes no arguments", command->name);
	if (call->id_count > command->ids_max)
		return err_set(err, "%s: at most %zu ticket%s at a time", command->name,
		               command->ids_max, command->ids_max == 1 ? "" : "s");
	if (call->id_count < command->ids_min)
		return err_set(err, "%s: a ticket number is required", command->name);
	for (size_t i = 0; i < call->id_count; i++) {
		uint64_t id;

		if (str_to_u64(str_of(call->ids[i]), &id) < 0 || id == 0 || id > INT64_MAX)
			return err_set(err, "%s: a ticket number is required, not \"%s\"",
			               command->name, call->ids[i]);
	}
	return 0;
}

/* Options that belong to one command. */
static int check_options(const struct call *call, struct err *err)
{
	const struct {
		bool given;
		const char *option, *command;
	} owned[] = {{call->live, "--live", "health"},
	             {call->ready, "--ready", "health"},
	             {call->inside, "--inside", "status"},
	             {call->watch, "--watch", "status"},
	             {call->wait, "--wait", "process"}};

	for (size_t i = 0; i < ARRAY_LEN(owned); i++)
		if (owned[i].given && strcmp(call->command->name, owned[i].command) != 0)
			return err_set(err, "%s: can only be used with %s", owned[i].option,
			               owned[i].command);
	if (call->live && call->ready)
		return err_set(err, "--live, --ready: only one can be asked at a time");
	return 0;
}

static int parse_command(struct call *call, int argc, char **argv, struct err *err)
{
	if (optind == argc)
		return err_set(err, "a command is required; see --help");
	call->command = command_find(argv[optind]);
	if (call->command == NULL)
		return err_set(err, "%s: no such command; see --help", argv[optind]);
	if (call->again && call->command->path_again == NULL)
		return err_set(err, "--again: can only be used with process");
	call->ids = argv + optind + 1;
	call->id_count = (size_t)(argc - optind - 1);
	if (check_options(call, err) < 0)
		return -1;
	if (call->command->path != NULL)
		return check_ids(call, err);
	return call->id_count == 1 ? 0
	                           : err_set(err, "%s: one file is required", call->command->name);
}

int command_line_parse(struct call *call, int argc, char **argv, struct err *err)
{
	static const struct option options[] = {{"socket", required_argument, NULL, OPT_SOCKET},
	                                        {"key-file", required_argument, NULL, OPT_KEY_FILE},
	                                        {"again", no_argument, NULL, OPT_AGAIN},
	                                        {"json", no_argument, NULL, OPT_JSON},
	                                        {"live", no_argument, NULL, OPT_LIVE},
	                                        {"ready", no_argument, NULL, OPT_READY},
	                                        {"inside", no_argument, NULL, OPT_INSIDE},
	                                        {"watch", no_argument, NULL, OPT_WATCH},
	                                        {"wait", no_argument, NULL, OPT_WAIT},
	                                        {"yes", no_argument, NULL, OPT_YES},
	                                        {"version", no_argument, NULL, OPT_VERSION},
	                                        {"help", no_argument, NULL, OPT_HELP},
	                                        {NULL, 0, NULL, 0}};
	const char *variable = getenv("AI_TICKETD_HTTP_SOCKET");
	int code;

	call->socket = variable != NULL && variable[0] != '\0' ? variable : NULL;
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (code) {
		case OPT_SOCKET: call->socket = optarg; break;
		case OPT_KEY_FILE: call->key_file = optarg; break;
		case OPT_AGAIN: call->again = true; break;
		case OPT_JSON: call->json = true; break;
		case OPT_LIVE: call->live = true; break;
		case OPT_READY: call->ready = true; break;
		case OPT_INSIDE: call->inside = true; break;
		case OPT_WATCH: call->watch = true; break;
		case OPT_WAIT: call->wait = true; break;
		case OPT_YES: call->yes = true; break;
		case 'h':
		case OPT_HELP: usage_print(); return 1;
		case OPT_VERSION: printf("ai-ticketctl %s\n", AITD_VERSION); return 1;
		default: return option_words_refuse(argv, code, err);
		}
	}
	return parse_command(call, argc, argv, err);
}

uint64_t command_line_id(const char *word)
{
	uint64_t id;

	return str_to_u64(str_of(word), &id) == 0 ? id : 0;
}
