/* ai-ticketsim: serves the simulated world over HTTP on loopback, for demos, process tests and
 * benchmarks. Prints its port on the first line of standard output, and the audit as JSON when it
 * is ended by a signal. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "server.h"
#include "textfile.h"

struct settings {
	struct world_options world;
	int port;
	const char *record;
	const char *texts;
};

static void print_fault(void *arg, const char *name, const char *help)
{
	printf("%-16s %s\n", name, help);
}

static void usage(void)
{
	printf("ai-ticketsim: Zendesk, OpenAI and Ollama on 127.0.0.1, simulated\n\n"
	       "  --port N                 0 = any; printed alone on the first line (0)\n"
	       "  --texts FILE             JSONL with subject and description; line N is ticket N\n"
	       "  --record FILE            one JSON line a request\n%s\n"
	       "GET /_sim/audit  GET /_sim/ticket/ID  POST /_sim/edit "
	       "{id,tags,priority,status,updated_at,comment}\n"
	       "POST /_sim/reset-audit  POST /_sim/stop-faults\n",
	       world_options_help);
}

NORETURN static void refuse(const char *text)
{
	fprintf(stderr, "ai-ticketsim: %s\n", text);
	exit(2);
}

/* Returns how many arguments were used. */
static int take_argument(struct settings *settings, const char *name, const char *value)
{
	struct err err;
	if (strcmp(name, "--help") == 0) {
		usage();
		exit(0);
	}
	if (!value && !world_option_is_switch(name))
		refuse("an option without its value (--help)");
	if (strcmp(name, "--faults") == 0 && strcmp(value, "list") == 0) {
		faults_list(print_fault, NULL);
		exit(0);
	}
	if (strcmp(name, "--port") == 0)
		settings->port = atoi(value);
	else if (strcmp(name, "--record") == 0)
		settings->record = value;
	else if (strcmp(name, "--texts") == 0)
		settings->texts = value;
	else {
		int taken = world_option(&settings->world, name, value, &err);
		if (taken <= 0)
			refuse(taken < 0 ? err.text : "unknown option (--help)");
	}
	return world_option_is_switch(name) ? 1 : 2;
}

static void on_signal(uv_signal_t *handle, int number)
{
	uv_stop(handle->loop);
}

static void stop_on(uv_loop_t *loop, uv_signal_t *handle, int number)
{
	uv_signal_init(loop, handle);
	uv_signal_start(handle, on_signal, number);
	uv_unref((uv_handle_t *)handle);
}

static FILE *open_record(const char *name)
{
	FILE *file = name ? fopen(name, "w") : NULL;
	if (name && !file)
		refuse("the --record file cannot be written");
	return file;
}

static void print_audit(struct world *world)
{
	struct buf out;
	buf_init(&out, SIZE_MAX / 2);
	world_audit_json(world, &out);
	printf("%s\n", buf_cstr(&out));
	fflush(stdout);
	buf_free(&out);
}

static void serve(const struct settings *settings, struct world *world)
{
	uv_loop_t *loop = uv_default_loop();
	uv_signal_t term, interrupt;
	struct server *server;
	signal(SIGPIPE, SIG_IGN);
	stop_on(loop, &term, SIGTERM);
	stop_on(loop, &interrupt, SIGINT);
	FILE *record = open_record(settings->record);
	int error = server_start(&server, loop, world, settings->port, record);
	if (error < 0)
		refuse(uv_strerror(error));
	printf("%d\n", server_port(server));
	fflush(stdout);
	uv_run(loop, UV_RUN_DEFAULT);
	print_audit(world);
	if (record)
		fclose(record);
}

int main(int argc, char **argv)
{
	struct settings settings = {
	        .world = {.seed = 1, .tickets = 1000, .age = MSEC_HOUR, .spread = 24 * MSEC_HOUR}};
	struct text_file texts = {0};
	struct err err;
	uv_timeval64_t wall;
	json_seed(1);
	for (int i = 1; i < argc;)
		i += take_argument(&settings, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
	if (settings.texts) {
		if (text_file_read(settings.texts, &texts, &err) < 0)
			refuse(err.text);
		settings.world.texts = texts.items;
		settings.world.text_count = texts.count;
		if (settings.world.tickets == 1000 || settings.world.tickets > texts.count)
			settings.world.tickets = texts.count;
	}
	if (uv_gettimeofday(&wall) < 0)
		refuse("no time of day");
	struct clock_reading now = {.mono = (msec)(uv_hrtime() / 1000000),
	                            .wall = wall.tv_sec * MSEC_SECOND};
	struct world *world = world_new(&settings.world, now);
	serve(&settings, world);
	world_free(world);
	text_file_free(&texts);
	return 0;
}
