/* Asks for the free space of the log folder first, then for that of the database's folder,
 * which may be on another disk. */
#include "daemon/run/disk_space.h"

#include "daemon/run/state.h"

static void on_statfs(uv_fs_t *req);

static void ask_free_space(struct app *app, const char *path)
{
	struct disk_space *space = &app->disk_space;

	space->statfs.data = app;
	space->asking = uv_fs_statfs(&app->loop, &space->statfs, path, on_statfs) == 0;
}

static void on_statfs(uv_fs_t *req)
{
	struct app *app = req->data;
	struct disk_space *space = &app->disk_space;

	if (req->result == 0 && req->ptr != NULL) {
		const uv_statfs_t *stat = req->ptr;
		int64_t free = (int64_t)(stat->f_bavail * stat->f_bsize);

		space->free[space->asked_store] = free;
		if (space->least.free < 0 || free < space->least.free)
			space->least = (struct free_space){free, space->asked_store};
	}
	uv_fs_req_cleanup(req);
	space->asking = false;
	if (!space->asked_store && app->store != NULL) {
		space->asked_store = true;
		ask_free_space(app, store_path(app->store));
	}
	if (!space->asking && space->least.free >= 0)
		space->known = space->least;
}

static void on_size(uv_fs_t *req)
{
	struct app *app = req->data;

	if (req->result == 0)
		app->disk_space.store_bytes = (int64_t)req->statbuf.st_size;
	uv_fs_req_cleanup(req);
	app->disk_space.asking_size = false;
}

static void ask_size(struct app *app)
{
	struct disk_space *space = &app->disk_space;

	if (space->asking_size || app->store == NULL)
		return;
	space->stat.data = app;
	space->asking_size =
	        uv_fs_stat(&app->loop, &space->stat, store_path(app->store), on_size) == 0;
}

void disk_space_init(struct app *app)
{
	struct disk_space *space = &app->disk_space;

	space->known.free = space->free[0] = space->free[1] = space->store_bytes = -1;
}

void disk_space_ask(struct app *app)
{
	struct disk_space *space = &app->disk_space;

	ask_size(app);
	if (space->asking)
		return;
	space->least.free = -1;
	space->asked_store = false;
	ask_free_space(app, logs_folder(app));
}

struct free_space disk_space_least(const struct app *app)
{
	return app->disk_space.known;
}

int64_t disk_space_free(const struct app *app, bool of_store)
{
	return app->disk_space.free[of_store];
}

int64_t disk_space_store_bytes(const struct app *app)
{
	return app->disk_space.store_bytes;
}
