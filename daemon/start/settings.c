/* Reads the layers of the configuration. An error does not stop the reading: all errors are
 * reported together. */
#include "daemon/start/settings.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/crypto.h"
#include "config/envfile.h"
#include "config/remedy.h"
#include "daemon/start/secrecy.h"
#include "daemon/system/credentials.h"
#include "daemon/system/address.h"
#include "daemon/system/file.h"
#include "daemon/system/places.h"
#include "daemon/system/systemd.h"
#include "privacy/redact.h"

#define SECRET_BYTES_MAX 4096
#define NAMES_BYTES_MAX 4096

static void add_error(struct settings *settings, const char *text)
{
	buf_puts(&settings->problems.errors, text);
	buf_putc(&settings->problems.errors, '\n');
}

static void read_config_file(struct settings *settings, const char *given)
{
	char *path = given != NULL ? xstrdup(given) : places_config();
	struct err err;
	struct buf text;

	buf_init(&text, CONFIG_FILE_BYTES_MAX);
	int code = file_read(path, CONFIG_FILE_BYTES_MAX, &text, &err);
	if (code == 0)
		config_read_file(settings->config, path, buf_str(&text), &settings->problems);
	else if (given != NULL || code != UV_ENOENT)
		add_error(settings, err.text);
	buf_free(&text);
	free(path);
}

struct env_file_reading {
	struct settings *settings;
	const char *path;
};

static void add_variable(void *arg, int line, struct str key, struct str value)
{
	struct env_file_reading *reading = arg;
	char *where = xasprintf("%s:%d", reading->path, line);

	config_read_variable(reading->settings->config, FROM_ENV_FILE, where, key, value,
	                     &reading->settings->problems);
	free(where);
}

static void read_env_file(struct settings *settings, const char *path)
{
	struct env_file_reading reading = {settings, path};
	struct err err;
	struct buf text;

	buf_init(&text, ENVFILE_BYTES_MAX);
	if (file_read(path, ENVFILE_BYTES_MAX, &text, &err) < 0)
		add_error(settings, err.text);
	else
		(void)envfile_read(path, buf_str(&text), add_variable, &reading,
		                   &settings->problems.errors);
	secrecy_check_file("secrets", path, &settings->problems);
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
}

static void read_environment(struct settings *settings)
{
	uv_env_item_t *items;
	int count;

	if (uv_os_environ(&items, &count) < 0)
		return;
	for (int i = 0; i < count; i++)
		config_read_variable(settings->config, FROM_ENVIRONMENT, "environment",
		                     str_of(items[i].name), str_of(items[i].value),
		                     &settings->problems);
	uv_os_free_environ(items, count);
}

/* Reads a secret without the newline that editors add; other invisible characters are refused.
 * Returns whether the file was read; a credential need not be there. */
static bool read_secret(struct settings *settings, const char *dotted, const char *path,
                        enum config_origin origin)
{
	struct err err;
	struct buf text;

	buf_init(&text, SECRET_BYTES_MAX);
	int code = origin == FROM_CREDENTIAL ? credential_read(path, SECRET_BYTES_MAX, &text, &err)
	                                     : file_read(path, SECRET_BYTES_MAX, &text, &err);
	if (code == 0) {
		config_set(settings->config, origin, path, dotted, str_trim(buf_str(&text)),
		           &settings->problems);
		secrecy_check_file(dotted, path, &settings->problems);
		crypto_wipe(text.data, text.len);
	} else if (origin == FROM_SECRET_FILE || code != UV_ENOENT) {
		buf_printf(&settings->problems.errors, "%s_file: %s\n", dotted, err.text);
	}
	buf_free(&text);
	return code == 0;
}

static void read_secret_file(void *arg, const char *dotted, const char *path)
{
	(void)read_secret(arg, dotted, path, FROM_SECRET_FILE);
}

static void read_credential(void *arg, const char *dotted)
{
	struct settings *settings = arg;
	char *path = credential_path(dotted);

	if (path != NULL && read_secret(settings, dotted, path, FROM_CREDENTIAL))
		buf_printf(&settings->from_manager, "%s%s",
		           settings->from_manager.len > 0 ? ", " : "", dotted);
	free(path);
}

static void apply_flags(struct settings *settings, const struct cli *cli)
{
	if (cli->model != NULL)
		config_set(settings->config, FROM_FLAG, "--model", "llm.model", str_of(cli->model),
		           &settings->problems);
	if (cli->backtest > 0) /* what rules say is of no interest */
		config_set(settings->config, FROM_FLAG, "--backtest", "llm.on_outage", STR("hold"),
		           &settings->problems);
	if (cli->shadow)
		config_set(settings->config, FROM_FLAG, "--shadow", "service.mode", STR("shadow"),
		           &settings->problems);
	if (cli->log_level != NULL)
		config_set(settings->config, FROM_FLAG, "--log-level", "log.level",
		           str_of(cli->log_level), &settings->problems);
}

static bool is_readable(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_access(NULL, &req, path, 4 /* R_OK */, NULL);

	uv_fs_req_cleanup(&req);
	return code == 0;
}

/* A configured bundle must be readable; otherwise the first of the paths that systems commonly
 * use. It is not parsed here, because that takes milliseconds and is only needed for https. */
static void choose_ca_file(struct settings *settings)
{
	const char *named = settings->config->tls.ca_file, *usual;

	if (named != NULL && named[0] != '\0') {
		if (is_readable(named))
			settings->ca_file = xstrdup(named);
		else
			buf_printf(&settings->problems.errors, "tls.ca_file: %s cannot be read\n",
			           named);
		return;
	}
	for (size_t i = 0; settings->ca_file == NULL && (usual = places_ca_file(i)) != NULL; i++)
		if (is_readable(usual))
			settings->ca_file = xstrdup(usual);
}

/* Checks http.listen here, because lib/config does not parse addresses; the length of a socket
 * path is limited by its option. */
static void check_listen(struct settings *settings)
{
	const char *listen = settings->config->http.listen;
	struct sockaddr_storage address;
	struct err err;

	if (listen != NULL && listen[0] != '\0' && address_parse(listen, &address, &err) < 0)
		add_error(settings, err.text);
}

static void check_patterns(struct settings *settings)
{
	struct err err;

	if (redact_check_patterns(str_of(settings->config->privacy.patterns), &err) < 0)
		config_refuse(settings->config, "privacy.patterns", err.text, &settings->problems);
}

int settings_load(struct settings *settings, const struct cli *cli)
{
	*settings = (struct settings){.config = config_new()};
	config_problems_init(&settings->problems);
	buf_init(&settings->from_manager, NAMES_BYTES_MAX);
	if (systemd_manages())
		config_set_managed(settings->config);
	read_config_file(settings, cli->config_path);
	if (cli->env_path != NULL)
		read_env_file(settings, cli->env_path);
	read_environment(settings);
	/* before the secret files: a credential overrides a path that cannot be read */
	config_each_secret(read_credential, settings);
	config_each_secret_file(settings->config, read_secret_file, settings);
	apply_flags(settings, cli);
	config_finish(settings->config, cli->env_path == NULL && is_readable(".env"),
	              &settings->problems);
	choose_ca_file(settings);
	check_listen(settings);
	check_patterns(settings);
	secrecy_check_service_file(&settings->problems);
	secrecy_check_phrases(settings->config, &settings->problems);
	if (cli->action != CLI_RUN || cli_is_resident(cli)) /* another run lets nobody in */
		access_read(settings->config, &settings->access, &settings->problems);
	if (settings->access.from_manager.len > 0)
		buf_printf(&settings->from_manager, "%s%s",
		           settings->from_manager.len > 0 ? ", " : "",
		           buf_cstr(&settings->access.from_manager));
	return settings->problems.errors.len == 0 ? 0 : -1;
}

void settings_free(struct settings *settings)
{
	config_free(settings->config);
	config_problems_free(&settings->problems);
	free(settings->ca_file);
	buf_free(&settings->from_manager);
	access_free(&settings->access);
	*settings = (struct settings){0};
}
