/* See reload.h. The command line of the start stays in force: its flags win over files as they did then. */
#include "daemon/run/reload.h"

static void read_settings(uv_work_t *work)
{
	struct reload *reload = work->data;

	reload->good = settings_load(&reload->next, reload->cli) == 0;
}

static void on_read(uv_work_t *work, int status)
{
	struct reload *reload = work->data;

	reload->busy = false;
	reload->read(reload->arg, &reload->next, reload->good);
	if (!reload->good)
		settings_free(&reload->next);
	if (reload->again) {
		reload->again = false;
		reload_begin(reload, work->loop);
	}
}

void reload_init(struct reload *reload, const struct cli *cli,
                 void (*read)(void *arg, struct settings *next, bool good), void *arg)
{
	*reload = (struct reload){.cli = cli, .read = read, .arg = arg};
	reload->work.data = reload;
}

void reload_begin(struct reload *reload, uv_loop_t *loop)
{
	if (reload->busy) {
		reload->again = true;
		return;
	}
	reload->busy = true;
	ENSURE(uv_queue_work(loop, &reload->work, read_settings, on_read) == 0);
}
