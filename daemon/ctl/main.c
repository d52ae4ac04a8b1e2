/* ai-ticketctl: asks the running daemon for its state and gives it commands.
 *
 * The exit status is made for monitors: 0 done or healthy; 1 refused, failed, or degraded; 2
 * unhealthy; 3 unknown, because nobody answered or the command line is wrong. `health --live` and
 * `--ready` are made for containers: 0 yes, 1 no, also when nobody answers. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/json.h"
#include "daemon/ctl/ask.h"
#include "daemon/ctl/command_line.h"
#include "daemon/ctl/confirm.h"
#include "daemon/ctl/explain.h"
#include "daemon/ctl/live.h"
#include "daemon/ctl/past.h"
#include "daemon/ctl/report.h"
#include "daemon/ctl/show.h"
#include "daemon/ctl/silence.h"
#include "daemon/ctl/status.h"
#include "daemon/ctl/trail.h"
#include "daemon/ctl/unseal.h"
#include "daemon/ctl/wait.h"

enum exit_status { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_UNHEALTHY = 2, EXIT_UNKNOWN = 3 };

#define OUTPUT_MAX (16 * 1024 * 1024)
#define WHY_MAX (64 * 1024)
/* A daemon that does not report its state within this time is not healthy. */
#define PATIENCE_LOOK_MS 10000L
/* Slightly longer than the daemon's own limit for a command, so that its error message arrives. */
#define PATIENCE_COMMAND_MS 75000L
#define WATCH_EVERY_MS 2000

/* --- the request --- */

static void add_ids(struct buf *out, const struct call *call)
{
	buf_puts(out, "{\"ids\":[");
	for (size_t i = 0; i < call->id_count; i++)
		buf_printf(out, "%s%llu", i > 0 ? "," : "",
		           (unsigned long long)command_line_id(call->ids[i]));
	buf_puts(out, "]}");
}

static int ask_daemon(const struct call *call, struct answer *ret, struct buf *why)
{
	const struct command *command = call->command;
	struct question question = {.socket = call->socket,
	                            .post = command->post,
	                            .path = call->live    ? "/live"
	                                    : call->ready ? "/ready"
	                                    : call->again ? command->path_again
	                                                  : command->path,
	                            .patience_ms =
	                                    command->look ? PATIENCE_LOOK_MS : PATIENCE_COMMAND_MS};
	struct buf body;
	char *path = NULL;

	buf_init(&body, 64 * 1024);
	if (command->post && call->id_count > 0) {
		add_ids(&body, call);
		question.body = buf_cstr(&body);
	} else if (command->span && call->id_count > 0) {
		path = xasprintf("%s/%s", command->path, call->ids[0]);
		question.path = path;
	} else if (call->id_count > 0) {
		path = xasprintf("%s/%llu", command->path,
		                 (unsigned long long)command_line_id(call->ids[0]));
		question.path = path;
	}
	int status = ask(&question, ret, why);
	buf_free(&body);
	free(path);
	return status;
}

/* --- the answer --- */

static int exit_status_of_health(const struct json *tree)
{
	struct str status = json_str_at(tree, "status");

	if (str_eq(status, STR("healthy")))
		return EXIT_DONE;
	if (str_eq(status, STR("degraded")))
		return EXIT_REFUSED;
	return str_eq(status, STR("unhealthy")) ? EXIT_UNHEALTHY : EXIT_UNKNOWN;
}

static int exit_status_of(const struct call *call, const struct answer *answer,
                          const struct json *tree)
{
	if (call->live || call->ready)
		return answer->status == 200 ? EXIT_DONE : EXIT_REFUSED;
	if (strcmp(call->command->name, "health") == 0)
		return exit_status_of_health(tree);
	return answer->status / 100 == 2 ? EXIT_DONE : EXIT_REFUSED;
}

/* Colours are for people who see them (https://no-color.org). */
static bool wants_colours(void)
{
	const char *off = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return uv_guess_handle(1) == UV_TTY && (off == NULL || off[0] == '\0') &&
	       terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static void show_tree(const struct call *call, const struct answer *answer, const struct json *tree,
                      FILE *to)
{
	struct buf out;

	buf_init(&out, OUTPUT_MAX);
	if (to == stderr)
		fputs("ai-ticketctl: ", to);
	if (strcmp(call->command->name, "explain") == 0 && answer->status == 200)
		explain_answer(&out, tree);
	else if (strcmp(call->command->name, "explain") == 0 && answer->status == 404)
		explain_nothing(&out, tree);
	else if (strcmp(call->command->name, "status") == 0 && answer->status == 200)
		status_show(
		        &out, tree,
		        &(struct status_form){.colours = wants_colours(), .inside = call->inside});
	else if (strcmp(call->command->name, "audit") == 0 && answer->status == 200)
		trail_answer(&out, tree);
	else if (strcmp(call->command->name, "report") == 0 && answer->status == 200)
		report_answer(&out, tree);
	else if (call->live)
		buf_puts(&out, "live\n");
	else
		show_answer(&out, tree);
	fputs(buf_cstr(&out), to);
	buf_free(&out);
}

/* Prints the answer unchanged, with a newline at its end. */
static void print_json(const struct buf *body)
{
	fwrite(buf_cstr(body), 1, body->len, stdout);
	if (body->len > 0 && body->data[body->len - 1] != '\n')
		putchar('\n');
}

static int print_answer(const struct call *call, const struct answer *answer)
{
	struct err err;
	struct json *tree = json_parse(buf_str(&answer->body), &err);
	int status = EXIT_UNKNOWN;

	if (tree != NULL)
		status = exit_status_of(call, answer, tree);
	if (tree == NULL) /* a program could not read it either, so nothing of it is printed */
		fprintf(stderr, "ai-ticketctl: the answer (status %d) cannot be read: %s\n",
		        answer->status, err.text);
	else if (call->json)
		print_json(&answer->body);
	else
		show_tree(call, answer, tree,
		          status == EXIT_REFUSED && json_at(tree, "error") != NULL ? stderr
		                                                                   : stdout);
	json_free(tree);
	return status;
}

/* The exit status when nobody answers. */
static int status_of_silence(const struct call *call)
{
	return call->live || call->ready ? EXIT_REFUSED : EXIT_UNKNOWN;
}

static int ask_and_show(const struct call *call)
{
	struct answer answer = {0};
	struct buf why;
	int status = status_of_silence(call);

	buf_init(&why, WHY_MAX);
	if (ask_daemon(call, &answer, &why) == 0) {
		status = print_answer(call, &answer);
		buf_free(&answer.body);
	} else {
		silence_explain(&why);
	}
	buf_free(&why);
	return status;
}

/* Again and again, until it is killed or nobody reads any more. A terminal is cleared each time. */
static int watch(const struct call *call)
{
	bool terminal = uv_guess_handle(1) == UV_TTY;
	int status;

	for (;;) {
		if (terminal)
			fputs("\033[H\033[2J", stdout);
		status = ask_and_show(call);
		if (!terminal && !call->json)
			putchar('\n');
		if (fflush(stdout) != 0)
			return status;
		uv_sleep(WATCH_EVERY_MS);
	}
}

static int process_and_wait(const struct call *call)
{
	int status = ask_and_show(call);

	if (status != EXIT_DONE)
		return status;
	(void)fflush(stdout);
	return wait_for_tickets(call->socket, call->ids, call->id_count, call->json) == 0
	               ? EXIT_DONE
	               : EXIT_REFUSED;
}

/* --- before what cannot be taken back --- */

/* Whether the service has no record of the ticket. False also when it does not say: then the
 * command itself will tell what is wrong. */
static bool is_unseen(const struct call *call)
{
	struct call look = *call;
	struct answer answer = {0};
	struct buf why;
	bool unseen = false;

	look.command = command_find("explain");
	buf_init(&why, WHY_MAX);
	if (ask_daemon(&look, &answer, &why) == 0) {
		unseen = answer.status == 404;
		buf_free(&answer.body);
	}
	buf_free(&why);
	return unseen;
}

/* A number that nobody ever saw is most likely a mistake, and who is no terminal cannot be
 * asked. */
static bool may_erase(const struct call *call)
{
	unsigned long long id = command_line_id(call->ids[0]);
	bool unseen = is_unseen(call);

	if (!confirm_possible()) {
		if (unseen)
			fprintf(stderr,
			        "ai-ticketctl: no record of ticket %llu: check the number, or "
			        "repeat with --yes, so that it will never be analysed\n",
			        id);
		return !unseen;
	}
	char *question =
	        unseen ? xasprintf("No record of ticket %llu. Check the number. Erase it all the "
	                           "same, so that it will never be analysed?",
	                           id)
	               : xasprintf("Delete everything that is stored about ticket %llu, and never "
	                           "analyse it again? This cannot be undone.",
	                           id);
	bool yes = confirm_ask(question);
	free(question);
	if (!yes)
		fputs("ai-ticketctl: not confirmed, nothing was erased\n", stderr);
	return yes;
}

static int run_call(const struct call *call)
{
	if (call->command->path == NULL)
		return ctl_unseal(call->ids[0], call->key_file) == 0 ? EXIT_DONE : EXIT_REFUSED;
	if (call->command->asks && !call->yes && !may_erase(call))
		return EXIT_REFUSED;
	if (call->watch)
		return watch(call);
	return call->wait ? process_and_wait(call) : ask_and_show(call);
}

int main(int argc, char **argv)
{
	struct call call = {0};
	struct err err;
	bool past = past_is_meant(argc, argv), live = live_is_meant(argc, argv);
	int status = past || live ? 0 : command_line_parse(&call, argc, argv, &err);

	if (status < 0) {
		fprintf(stderr, "ai-ticketctl: %s\n", err.text);
		return EXIT_UNKNOWN;
	}
	if (status == 0) {
		json_seed((uint64_t)(uintptr_t)&call);
		if (curl_global_init(CURL_GLOBAL_NOTHING) != CURLE_OK)
			fatal("libcurl cannot be initialised");
		status = past   ? past_main(argc, argv)
		         : live ? live_main(argc, argv)
		                : run_call(&call);
		curl_global_cleanup();
	} else {
		status = EXIT_DONE;
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("ai-ticketctl: cannot write to standard output");
		return status == EXIT_DONE ? EXIT_REFUSED : status;
	}
	return status;
}
