/* Chooses and creates the folders that the program writes to. */
#include "daemon/system/directories.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/system/file.h"
#include "daemon/system/places.h"

char *directories_given(const char *variable)
{
	const char *list = getenv(variable);

	return list != NULL && list[0] == '/' ? xmemdup0(list, strcspn(list, ":")) : NULL;
}

static char *choose_log(const struct config *config, struct err *err)
{
	if (config->log.dir != NULL && config->log.dir[0] != '\0')
		return xstrdup(config->log.dir);
	char *given = directories_given("LOGS_DIRECTORY");
	return given != NULL ? given : places_log(err);
}

static char *choose_state(struct err *err)
{
	char *given = directories_given("STATE_DIRECTORY");

	return given != NULL ? given : places_state(err);
}

/* The folder of a configured path is not created here: it may be anywhere. */
char *directories_store(const struct config *config, struct err *err)
{
	struct err why = {{0}};
	char *dir, *path = NULL;

	if (config->store.path != NULL && config->store.path[0] != '\0')
		return xstrdup(config->store.path);
	dir = choose_state(&why);
	if (dir != NULL && file_make_directories(dir, &why) == 0)
		path = xasprintf("%s/state.db", dir);
	else
		err_set(err, "store.path: no folder for the database: %s", why.text);
	free(dir);
	return path;
}

char *directories_log(const struct config *config, struct err *err)
{
	struct err why = {{0}};
	char *path = choose_log(config, &why);

	if (path != NULL && file_make_directories(path, &why) == 0)
		return path;
	free(path);
	err_set(err, "log.dir: no folder for logs and results: %s", why.text);
	return NULL;
}

char *directories_log_chosen(const struct config *config)
{
	return choose_log(config, NULL);
}

char *directories_store_chosen(const struct config *config)
{
	bool named = config->store.path != NULL && config->store.path[0] != '\0';

	return named ? file_folder(config->store.path) : choose_state(NULL);
}

static bool disk_refuses(char *path)
{
	bool refused = path != NULL && file_disk_refuses(path);

	free(path);
	return refused;
}

bool directories_refuse(const struct config *config)
{
	return disk_refuses(directories_log_chosen(config)) ||
	       disk_refuses(directories_store_chosen(config));
}
