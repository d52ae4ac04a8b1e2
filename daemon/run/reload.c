/* Reads the configuration on a worker. The command line of the start stays in force: its flags
 * override the files as they did then. */
#include "daemon/run/reload.h"

static void read_settings(uv_work_t *work)
{
	struct reload *reload = work->data;

	reload->good = settings_load(&reload->next, reload->cli) == 0;
}

static void on_settings_read(uv_work_t *work, int status)
{
	struct reload *reload = work->data;
	struct settings next = reload->next; /* another reading may begin meanwhile */
	bool good = reload->good;

	reload->read(reload->arg, &next, good);
	if (!good)
		settings_free(&next);
}

void reload_init(struct reload *reload, const struct cli *cli,
                 void (*read)(void *arg, struct settings *next, bool good), void *arg)
{
	*reload = (struct reload){.cli = cli, .read = read, .arg = arg};
	reload->work.data = reload;
}

void reload_begin(struct reload *reload, uv_loop_t *loop)
{
	reload->wanted = reload->busy;
	if (reload->busy)
		return;
	reload->busy = true;
	ENSURE(uv_queue_work(loop, &reload->work, read_settings, on_settings_read) == 0);
}

bool reload_end(struct reload *reload, uv_loop_t *loop)
{
	bool last = !reload->wanted;

	reload->busy = false;
	if (!last)
		reload_begin(reload, loop);
	return last;
}
