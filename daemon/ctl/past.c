/* Reads the command lines of history and undo, asks the service, and waits for it. */
#include "daemon/ctl/past.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/control/route_parts.h"
#include "daemon/ctl/ask.h"
#include "daemon/ctl/command_line.h"
#include "daemon/ctl/confirm.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/when.h"
#include "daemon/start/option_words.h"

#define PATIENCE_MS 75000L
#define EVERY_MS 300
#define LONGEST_NS (UINT64_C(3600) * 1000 * 1000 * 1000)
#define OUT_MAX ((size_t)16 * 1024 * 1024)
#define LIMIT_MAX 1000
#define RUN_MAX 100000

enum past_option {
	PAST_SOCKET = OPTION_LONG + 100,
	PAST_SINCE,
	PAST_LIMIT,
	PAST_UNDONE,
	PAST_RUN,
	PAST_FORGET,
	PAST_YES,
	PAST_JSON
};

/* --- the command line --- */

bool past_is_meant(int argc, char **argv)
{
	const char *word = command_line_word(argc, argv);

	return word != NULL && (strcmp(word, "history") == 0 || strcmp(word, "undo") == 0);
}

static int take_number(const char *option, int64_t most, int64_t *ret, struct err *err)
{
	uint64_t number;

	if (str_to_u64(str_of(optarg), &number) < 0 || number < 1 || number > (uint64_t)most)
		return err_set(err, "%s: a number from 1 to %lld is required, not \"%.40s\"",
		               option, (long long)most, optarg);
	*ret = (int64_t)number;
	return 0;
}

static int take_since(struct past_call *call, struct err *err)
{
	struct err why;

	call->since_text = optarg;
	if (when_parse(optarg, when_now(), &call->since, &why) < 0)
		return err_set(err, "--since: %s", why.text);
	return 0;
}

static int take_option(struct past_call *call, char **argv, int code, struct err *err)
{
	switch (code) {
	case PAST_SOCKET: call->socket = optarg; return 0;
	case PAST_SINCE: return take_since(call, err);
	case PAST_LIMIT: return take_number("--limit", LIMIT_MAX, &call->limit, err);
	case PAST_RUN: return take_number("--run", RUN_MAX, &call->run, err);
	case PAST_UNDONE: call->undone = true; return 0;
	case PAST_FORGET: call->forget = true; return 0;
	case PAST_YES: call->yes = true; return 0;
	case PAST_JSON: call->json = true; return 0;
	default: return option_words_refuse(argv, code, err);
	}
}

static int check_history(const struct past_call *call, struct err *err)
{
	if (call->id_count > 0)
		return err_set(err,
		               "history: takes no ticket; ai-ticketctl explain %.20s shows "
		               "the history of one",
		               call->ids[0]);
	if (call->run > 0 || call->forget || call->yes)
		return err_set(err, "history: takes --since, --limit, --undone and --json only");
	return 0;
}

static int check_undo(const struct past_call *call, struct err *err)
{
	int named = (call->id_count > 0) + (call->since >= 0) + (call->run > 0);

	if (call->undone || call->limit > 0)
		return err_set(err, "undo: --undone and --limit can only be used with history");
	if (named != 1)
		return err_set(err, named == 0
		                            ? "undo: ticket numbers, --since TIME or --run N is "
		                              "required"
		                            : "undo: only one of ticket numbers, --since and --run "
		                              "can be given");
	if (call->id_count > ROUTE_IDS_MAX)
		return err_set(err, "undo: at most %d tickets at a time", ROUTE_IDS_MAX);
	for (size_t i = 0; i < call->id_count; i++) {
		uint64_t id;

		if (str_to_u64(str_of(call->ids[i]), &id) < 0 || id == 0 || id > INT64_MAX)
			return err_set(err, "undo: a ticket number is required, not \"%.40s\"",
			               call->ids[i]);
	}
	return 0;
}

static int parse_past(struct past_call *call, int argc, char **argv, struct err *err)
{
	static const struct option options[] = {{"socket", required_argument, NULL, PAST_SOCKET},
	                                        {"since", required_argument, NULL, PAST_SINCE},
	                                        {"limit", required_argument, NULL, PAST_LIMIT},
	                                        {"undone", no_argument, NULL, PAST_UNDONE},
	                                        {"run", required_argument, NULL, PAST_RUN},
	                                        {"forget", no_argument, NULL, PAST_FORGET},
	                                        {"yes", no_argument, NULL, PAST_YES},
	                                        {"json", no_argument, NULL, PAST_JSON},
	                                        {NULL, 0, NULL, 0}};
	const char *variable = getenv("AI_TICKETD_HTTP_SOCKET");
	int code;

	*call = (struct past_call){
	        .since = -1, .socket = variable != NULL && variable[0] != '\0' ? variable : NULL};
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":", options, NULL)) != -1)
		if (take_option(call, argv, code, err) < 0)
			return -1;
	call->undo = strcmp(argv[optind], "undo") == 0;
	call->ids = argv + optind + 1;
	call->id_count = (size_t)(argc - optind - 1);
	return call->undo ? check_undo(call, err) : check_history(call, err);
}

/* --- asking --- */

/* 0: `*ret` is the answer, to be freed. Otherwise the exit status; what was wrong is said. */
static int ask_json(const struct past_call *call, bool is_post, const char *path, const char *body,
                    struct buf *raw, struct json **ret)
{
	struct question question = {.socket = call->socket,
	                            .post = is_post,
	                            .path = path,
	                            .body = body,
	                            .patience_ms = PATIENCE_MS};
	struct answer answer = {0};
	struct buf why;
	struct err err;
	int status = PAST_ALL;

	buf_init(&why, 64 * 1024);
	*ret = NULL;
	if (ask(&question, &answer, &why) < 0) {
		fprintf(stderr,
		        "ai-ticketctl: no answer: start the service (systemctl start "
		        "ai-ticketd), or give its http.socket with --socket PATH\n%s",
		        buf_cstr(&why));
		buf_free(&why);
		return PAST_SILENCE;
	}
	buf_free(&why);
	*ret = json_parse(buf_str(&answer.body), &err);
	if (*ret == NULL || answer.status / 100 != 2) {
		struct buf line;

		buf_init(&line, 64 * 1024);
		print_add_text(&line, *ret != NULL ? json_str_at(*ret, "error")
		                                   : STR("the answer cannot be read"));
		fprintf(stderr, "ai-ticketctl: %s\n", buf_cstr(&line));
		buf_free(&line);
		json_free(*ret);
		*ret = NULL;
		status = PAST_SOME;
	} else if (raw != NULL) {
		buf_reset(raw);
		buf_add_str(raw, buf_str(&answer.body));
	}
	buf_free(&answer.body);
	return status;
}

static void print_raw(const struct buf *raw)
{
	struct str text = str_trim(buf_str(raw));

	printf(STR_FMT "\n", STR_ARG(text));
}

static int64_t number_of(const struct json *tree, const char *key)
{
	int64_t number = 0;

	(void)json_int_at(tree, key, &number);
	return number;
}

/* --- history --- */

static int64_t begin_of_today(void)
{
	struct err err;
	int64_t today;

	return when_parse("today", when_now(), &today, &err) == 0 ? today : 0;
}

static int show_history(const struct past_call *call)
{
	int64_t since = call->since >= 0 ? call->since : begin_of_today();
	char *path = xasprintf("/history?since=%lld&limit=%lld&undone=%d", (long long)since,
	                       call->limit > 0 ? (long long)call->limit : 20LL, call->undone);
	struct buf raw, out;
	struct json *tree;

	buf_init(&raw, OUT_MAX);
	buf_init(&out, OUT_MAX);
	int status = ask_json(call, false, path, NULL, &raw, &tree);
	if (status == PAST_ALL && call->json)
		print_raw(&raw);
	else if (status == PAST_ALL)
		history_show(&out, tree, call, when_now());
	fputs(buf_cstr(&out), stdout);
	if (status == PAST_ALL && number_of(tree, "total") == 0)
		status = PAST_NOTHING;
	json_free(tree);
	buf_free(&raw);
	buf_free(&out);
	free(path);
	return status;
}

/* --- undo --- */

static char *compose_plan(const struct past_call *call)
{
	const char *forget = call->forget ? ",\"forget\":true" : "";
	struct buf body;

	if (call->run > 0)
		return xasprintf("{\"run\":%lld%s}", (long long)call->run, forget);
	if (call->since >= 0)
		return xasprintf("{\"since\":%lld%s}", (long long)call->since, forget);
	buf_init(&body, 256 * 1024);
	buf_puts(&body, "{\"ids\":[");
	for (size_t i = 0; i < call->id_count; i++) {
		uint64_t id = 0;

		if (str_to_u64(str_of(call->ids[i]), &id) < 0)
			continue; /* it was checked before */
		buf_printf(&body, "%s%llu", i > 0 ? "," : "", (unsigned long long)id);
	}
	buf_printf(&body, "]%s}", forget);
	return buf_take(&body, NULL);
}

static bool is_in_state(const struct json *tree, const char *state)
{
	return str_eq(json_str_at(tree, "state"), str_of(state));
}

/* Asks for the job until it is in the state. The same results as ask_json(). */
static int wait_for_job(const struct past_call *call, int64_t job, const char *state,
                        struct buf *raw, struct json **tree)
{
	char *path = xasprintf("/undo/%lld", (long long)job);
	uint64_t until = uv_hrtime() + LONGEST_NS;
	int status = PAST_ALL;

	while (!is_in_state(*tree, state)) {
		if (uv_hrtime() > until) {
			fprintf(stderr,
			        "ai-ticketctl: %lld of %lld tickets are not over yet; the "
			        "service goes on: ai-ticketctl history --undone\n",
			        (long long)(number_of(*tree, "asked") - number_of(*tree, "told")),
			        (long long)number_of(*tree, "asked"));
			status = PAST_SOME;
			break;
		}
		uv_sleep(EVERY_MS);
		json_free(*tree);
		status = ask_json(call, false, path, NULL, raw, tree);
		if (status != PAST_ALL)
			break;
	}
	free(path);
	return status;
}

static void print_plan(const struct past_call *call, const struct json *tree, const struct buf *raw)
{
	struct buf out;

	if (call->json) {
		print_raw(raw);
		return;
	}
	buf_init(&out, OUT_MAX);
	undo_show_plan(&out, tree, call);
	fputs(buf_cstr(&out), stdout);
	(void)fflush(stdout);
	buf_free(&out);
}

static bool may_undo(const struct past_call *call)
{
	if (call->yes)
		return true;
	if (!call->json && confirm_possible()) {
		bool yes = confirm_ask("Do it?");

		if (!yes)
			fputs("ai-ticketctl: not confirmed, nothing was changed\n", stderr);
		return yes;
	}
	if (!call->json)
		fputs("To do it, repeat the command with --yes.\n", stdout);
	return false;
}

static int do_plan(const struct past_call *call, int64_t job, struct buf *raw)
{
	char *body = xasprintf("{\"job\":%lld}", (long long)job);
	struct buf out;
	struct json *tree;
	int status = ask_json(call, true, "/undo", body, raw, &tree);

	free(body);
	if (status == PAST_ALL)
		status = wait_for_job(call, job, "over", raw, &tree);
	if (status == PAST_ALL && call->json)
		print_raw(raw);
	buf_init(&out, OUT_MAX);
	if (status == PAST_ALL && !call->json)
		undo_show_end(&out, tree);
	fputs(buf_cstr(&out), stdout);
	buf_free(&out);
	if (status == PAST_ALL && number_of(tree, "undone") < number_of(tree, "planned"))
		status = PAST_SOME;
	json_free(tree);
	return status;
}

static int run_undo(const struct past_call *call)
{
	char *body = compose_plan(call);
	struct buf raw;
	struct json *tree;

	buf_init(&raw, OUT_MAX);
	int status = ask_json(call, true, "/undo-plan", body, &raw, &tree);
	free(body);
	int64_t job = number_of(tree, "job");
	if (status == PAST_ALL)
		status = wait_for_job(call, job, "planned", &raw, &tree);
	if (status == PAST_ALL) {
		bool any = number_of(tree, "would_change") > 0;

		if (!any || !call->json || !call->yes)
			print_plan(call, tree, &raw);
		if (!any)
			status = PAST_NOTHING;
		else if (may_undo(call))
			status = do_plan(call, job, &raw);
		else if (!call->json && confirm_possible())
			status = PAST_SOME;
	}
	json_free(tree);
	buf_free(&raw);
	return status;
}

int past_main(int argc, char **argv)
{
	struct past_call call;
	struct err err;

	if (parse_past(&call, argc, argv, &err) < 0) {
		fprintf(stderr, "ai-ticketctl: %s\n", err.text);
		return PAST_USAGE;
	}
	return call.undo ? run_undo(&call) : show_history(&call);
}
