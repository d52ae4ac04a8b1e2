/* Composes the default paths of the Unix sockets from the environment. */
#include "daemon/server/socket_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/system/directories.h"
#include "daemon/system/file.h"
#include "daemon/system/places.h"

#define FOLDER "ai-ticketd"
#define CONTROL "control.sock"
#define READ "read.sock"
#define FORMER "ai-ticketd.sock" /* the one socket of versions before there were two */

/* --- for the daemon --- */

static char *runtime_directory_of_user(void)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	return folder != NULL && folder[0] == '/' ? xstrdup(folder) : NULL;
}

static char *below(char *folder, const char *name)
{
	char *path = folder != NULL ? xasprintf("%s/%s", folder, name) : NULL;

	free(folder);
	return path;
}

/* mkdir obeys the umask, so the mode of a new folder is set once more. */
static int make_open_folder(const char *path, struct err *err)
{
	if (mkdir(path, 0755) == 0 && chmod(path, 0755) == 0)
		return 0;
	return errno == EEXIST ? 0 : err_set(err, "http.socket: %s: %s", path, strerror(errno));
}

static int make_closed_folder(const char *path, struct err *err)
{
	struct err why;

	if (file_make_directories(path, &why) == 0)
		return 0;
	return err_set(err, "http.socket: %s", why.text);
}

/* The folder for the sockets, made; NULL with a reason. */
static char *choose_folder(struct err *err)
{
	char *folder = directories_given("RUNTIME_DIRECTORY");
	int code = 0;

	if (folder != NULL)
		return folder;
	if (places_of_service()) {
		folder = xstrdup("/run/" FOLDER);
		code = make_open_folder(folder, err);
	} else if ((folder = below(runtime_directory_of_user(), FOLDER)) != NULL) {
		code = make_closed_folder(folder, err);
	} else if ((folder = directories_given("STATE_DIRECTORY")) == NULL) {
		folder = places_state_of_user(err);
	}
	if (code == 0)
		return folder;
	free(folder);
	return NULL;
}

int socket_path_default(struct socket_paths *ret, struct err *err)
{
	char *folder = choose_folder(err);

	*ret = (struct socket_paths){0};
	if (folder == NULL)
		return -1;
	ret->control = xasprintf("%s/" CONTROL, folder);
	ret->read = xasprintf("%s/" READ, folder);
	free(folder);
	return 0;
}

void socket_path_free(struct socket_paths *paths)
{
	free(paths->control);
	free(paths->read);
	*paths = (struct socket_paths){0};
}

/* --- for those who connect --- */

size_t socket_path_list(char *ret[SOCKET_PATH_PLACES])
{
	char *folders[] = {xstrdup("/run/" FOLDER), below(runtime_directory_of_user(), FOLDER),
	                   xstrdup("/var/lib/ai-ticketd"), places_state_of_user(NULL)};
	char *former[] = {xstrdup("/run/" FORMER), below(runtime_directory_of_user(), FORMER),
	                  xstrdup("/var/lib/ai-ticketd/" FORMER),
	                  below(places_state_of_user(NULL), FORMER)};
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		if (folders[i] == NULL)
			continue;
		ret[count++] = xasprintf("%s/" CONTROL, folders[i]);
		ret[count++] = xasprintf("%s/" READ, folders[i]);
		free(folders[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(former); i++)
		if (former[i] != NULL)
			ret[count++] = former[i];
	return count;
}
