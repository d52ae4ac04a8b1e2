/* The entry point of ai-ticketd: reads the command line, loads the configuration, then runs the
 * program or does the one thing that the command line asks for (version, help, check, dump). */
#include <stdio.h>

#include "daemon/doctor/doctor.h"
#include "daemon/run/app.h"
#include "daemon/start/cli.h"
#include "daemon/start/refused.h"
#include "daemon/start/settings.h"
#include "daemon/system/process.h"
#include "daemon/system/service.h"
#include "daemon/system/signals.h"

static int flush_stdout(void)
{
	if (fflush(stdout) == 0)
		return STATUS_CLEAN;
	perror("ai-ticketd: cannot write to standard output");
	return STATUS_FAILED;
}

static int print_to_stdout(const struct buf *text)
{
	fwrite(buf_cstr(text), 1, text->len, stdout);
	return flush_stdout();
}

static int dump_config(const struct config *config)
{
	struct buf text;

	buf_init(&text, 1024 * 1024);
	config_dump(config, &text);
	int status = print_to_stdout(&text);
	buf_free(&text);
	return status;
}

static int print_config_is_good(const struct settings *settings)
{
	fputs(buf_cstr(&settings->problems.warnings), stderr);
	puts("The configuration is good.");
	return flush_stdout();
}

static int perform_action(const struct cli *cli, struct settings *settings)
{
	switch (cli->action) {
	case CLI_CHECK_CONFIG: return print_config_is_good(settings);
	case CLI_DUMP_CONFIG: return dump_config(settings->config);
	case CLI_DOCTOR: return doctor_run(settings, true);
	case CLI_RUN: return (int)app_run(cli, settings);
	case CLI_VERSION: cli_print_version(); return flush_stdout();
	case CLI_HELP: cli_print_help(); return flush_stdout();
	}
	return STATUS_USAGE;
}

static int run_command_line(int argc, char **argv)
{
	struct cli cli;
	struct settings settings;
	struct err err;
	int status;

	if (cli_parse(&cli, argc, argv, &err) < 0) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return STATUS_USAGE;
	}
	if (cli.action == CLI_VERSION || cli.action == CLI_HELP)
		return perform_action(&cli, NULL);
	if (cli_is_resident(&cli))
		signals_hold_hangup();
	if (settings_load(&settings, &cli) < 0 && cli.action == CLI_DOCTOR) {
		status = doctor_run(&settings, false);
	} else if (settings.problems.errors.len > 0) {
		fputs(buf_cstr(&settings.problems.warnings), stderr);
		fputs(buf_cstr(&settings.problems.errors), stderr);
		if (cli_is_resident(&cli))
			refused_leave(buf_str(&settings.problems.errors));
		status = STATUS_USAGE;
	} else {
		if (cli_is_resident(&cli))
			refused_clear();
		status = perform_action(&cli, &settings);
	}
	settings_free(&settings);
	return status;
}

int main(int argc, char **argv)
{
	int status;

	process_prepare();
	process_arguments(&argc, &argv);
	if (service_command(argc, argv, run_command_line, &status))
		return status;
	return run_command_line(argc, argv);
}
