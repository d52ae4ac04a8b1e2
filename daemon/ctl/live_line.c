/* Reads the command lines, and refuses what a command does not take. */
#include "daemon/ctl/live_line.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "daemon/ctl/command_line.h"
#include "daemon/ctl/when.h"
#include "daemon/start/option_words.h"

#define DAYS_DEFAULT 7
#define NOT_GIVEN (-1)

enum live_option {
	LIVE_SOCKET = OPTION_LONG + 200,
	LIVE_JSON,
	LIVE_CSV,
	LIVE_ONCE,
	LIVE_DAYS,
	LIVE_SINCE,
	LIVE_UNTIL
};

static const char *const names[] = {
        [LIVE_TOP] = "top", [LIVE_TAIL] = "tail", [LIVE_STATS] = "stats", [LIVE_EXPORT] = "export"};

static int kind_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (word != NULL && strcmp(word, names[i]) == 0)
			return (int)i;
	return -1;
}

bool live_line_is_meant(int argc, char **argv)
{
	return kind_of(command_line_word(argc, argv)) >= 0;
}

static int take_whole(const char *option, int64_t most, int64_t *ret, struct err *err)
{
	uint64_t number;

	if (str_to_u64(str_of(optarg), &number) < 0 || number < 1 || number > (uint64_t)most)
		return err_set(err, "%s: a number from 1 to %lld is required, not \"%.40s\"",
		               option, (long long)most, optarg);
	*ret = (int64_t)number;
	return 0;
}

static int take_time(const char *option, msec *ret, struct err *err)
{
	struct err why;

	if (when_parse(optarg, when_now(), ret, &why) < 0)
		return err_set(err, "%s: %s", option, why.text);
	return 0;
}

static int take(struct live_call *call, char **argv, int code, struct err *err)
{
	switch (code) {
	case LIVE_SOCKET: call->socket = optarg; return 0;
	case LIVE_JSON: call->json = true; return 0;
	case LIVE_CSV: call->csv = true; return 0;
	case LIVE_ONCE: call->once = true; return 0;
	case LIVE_DAYS: return take_whole("--days", LIVE_LINE_DAYS_MAX, &call->days, err);
	case LIVE_SINCE: return take_time("--since", &call->since, err);
	case LIVE_UNTIL: return take_time("--until", &call->until, err);
	case 'n': return take_whole("-n", LIVE_LINE_EARLIER_MAX, &call->earlier, err);
	default: return option_words_refuse(argv, code, err);
	}
}

/* Each option belongs to the commands whose names follow it. */
static int check_owned(const struct live_call *call, struct err *err)
{
	const struct {
		bool given;
		const char *option;
		enum live_kind first, second, third;
	} owned[] = {{call->json, "--json", LIVE_TAIL, LIVE_STATS, LIVE_EXPORT},
	             {call->csv, "--csv", LIVE_EXPORT, LIVE_EXPORT, LIVE_EXPORT},
	             {call->once, "--once", LIVE_TOP, LIVE_TOP, LIVE_TOP},
	             {call->earlier > 0, "-n", LIVE_TAIL, LIVE_TAIL, LIVE_TAIL},
	             {call->days > 0, "--days", LIVE_STATS, LIVE_STATS, LIVE_STATS},
	             {call->since >= 0, "--since", LIVE_EXPORT, LIVE_EXPORT, LIVE_EXPORT},
	             {call->until >= 0, "--until", LIVE_EXPORT, LIVE_EXPORT, LIVE_EXPORT}};

	for (size_t i = 0; i < ARRAY_LEN(owned); i++)
		if (owned[i].given && call->kind != owned[i].first &&
		    call->kind != owned[i].second && call->kind != owned[i].third)
			return err_set(err, "%s: %s does not take it", owned[i].option,
			               names[call->kind]);
	return 0;
}

static int check_export(struct live_call *call, struct err *err)
{
	if (call->csv == call->json)
		return err_set(err, "export: one of --csv and --json is required");
	if (call->since < 0)
		return err_set(err, "export: --since TIME is required: today, yesterday, 13:30, "
		                    "2026-11-29, 2h or 30d");
	if (call->until < 0)
		call->until = when_now();
	if (call->until <= call->since)
		return err_set(err, "export: --until is not later than --since");
	if (call->file != NULL && strcmp(call->file, "-") == 0)
		call->file = NULL;
	return call->file != NULL && call->file[0] == '\0'
	               ? err_set(err, "export: the name of the file is empty")
	               : 0;
}

static int check_words(struct live_call *call, int argc, char **argv, struct err *err)
{
	call->kind = (enum live_kind)kind_of(argv[optind]);
	if (check_owned(call, err) < 0)
		return -1;
	if (argc - optind > (call->kind == LIVE_EXPORT ? 2 : 1))
		return err_set(err,
		               call->kind == LIVE_EXPORT ? "%s: one file at most"
		                                         : "%s: takes no arguments",
		               names[call->kind]);
	call->file = argc - optind > 1 ? argv[optind + 1] : NULL;
	if (call->kind == LIVE_EXPORT)
		return check_export(call, err);
	if (call->days < 0)
		call->days = DAYS_DEFAULT;
	return 0;
}

int live_line_parse(struct live_call *call, int argc, char **argv, struct err *err)
{
	static const struct option options[] = {{"socket", required_argument, NULL, LIVE_SOCKET},
	                                        {"json", no_argument, NULL, LIVE_JSON},
	                                        {"csv", no_argument, NULL, LIVE_CSV},
	                                        {"once", no_argument, NULL, LIVE_ONCE},
	                                        {"days", required_argument, NULL, LIVE_DAYS},
	                                        {"since", required_argument, NULL, LIVE_SINCE},
	                                        {"until", required_argument, NULL, LIVE_UNTIL},
	                                        {NULL, 0, NULL, 0}};
	const char *variable = getenv("AI_TICKETD_HTTP_SOCKET");
	int code;

	*call = (struct live_call){.socket = variable != NULL && variable[0] != '\0' ? variable
	                                                                             : NULL,
	                           .days = NOT_GIVEN,
	                           .since = NOT_GIVEN,
	                           .until = NOT_GIVEN};
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":n:", options, NULL)) != -1)
		if (take(call, argv, code, err) < 0)
			return -1;
	return check_words(call, argc, argv, err);
}
