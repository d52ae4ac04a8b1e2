/* One job on a worker. The job owns the reply meanwhile, so that it can be forgotten at any
 * time. */
#include "daemon/client/read_ahead.h"

#include <stdlib.h>

#include "base/http_json.h"

struct read_ahead {
	uv_work_t work;
	struct http_reply reply;
	void (*done)(void *arg, struct http_reply *reply); /* NULL = forgotten */
	void *arg;
};

static void read_on_worker(uv_work_t *work)
{
	http_reply_read_ahead(&container_of(work, struct read_ahead, work)->reply);
}

static void on_read(uv_work_t *work, int status)
{
	struct read_ahead *read_ahead = container_of(work, struct read_ahead, work);

	if (read_ahead->done != NULL)
		read_ahead->done(read_ahead->arg, &read_ahead->reply);
	else
		http_reply_free(&read_ahead->reply);
	free(read_ahead);
}

struct read_ahead *read_ahead_begin(uv_loop_t *loop, struct http_reply *reply,
                                    void (*done)(void *arg, struct http_reply *reply), void *arg)
{
	struct read_ahead *read_ahead = xcalloc(1, sizeof(*read_ahead));

	read_ahead->reply = *reply;
	*reply = (struct http_reply){0};
	read_ahead->done = done;
	read_ahead->arg = arg;
	ENSURE(uv_queue_work(loop, &read_ahead->work, read_on_worker, on_read) == 0);
	return read_ahead;
}

void read_ahead_forget(struct read_ahead *read_ahead)
{
	read_ahead->done = NULL;
}
