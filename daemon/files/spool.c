/* Appends to one file with libuv's workers. The usual course: spool_add() adds bytes to `waiting`
 * and starts a short timer; when it fires (or when much waits) `waiting` becomes `writing` and one
 * uv_fs_write begins; its callback starts the next piece. Closing: the last pieces, sync, close,
 * timer, free. After a failure the reason is kept; see `may_lose`. */
#include "daemon/files/spool.h"

#include <stdlib.h>

#define GATHER_MS 40 /* in ms; also how long spool_emergency waits for a write that is under way */
#define GATHER_BYTES (64 * 1024)

struct spool {
	uv_loop_t *loop;
	uv_file fd;
	struct spool_rules rules;
	struct buf waiting; /* bytes that no worker has yet */
	struct buf writing; /* bytes that a worker writes while `busy` */
	size_t written;     /* bytes of `writing` that are written */
	bool busy, closing, synced;
	uv_fs_t req;
	uv_timer_t gather;
	char *error;
	uint64_t added, done;       /* bytes since the beginning; `done`: written or lost */
	uint64_t flush_upto;        /* value of `added` up to which spool_flush waits */
	void (*flushed)(void *arg); /* callback of spool_flush; NULL = none */
	void *flushed_arg;
	void (*closed)(void *arg, const char *error);
	void *arg;
};

static void start_next_step(struct spool *spool);
static void on_gathered(uv_timer_t *timer);

static void spool_fail(struct spool *spool, const char *reason)
{
	if (spool->error == NULL)
		spool->error = xstrdup(reason);
}

static void check_flushed(struct spool *spool)
{
	void (*flushed)(void *arg) = spool->flushed;

	if (flushed == NULL || spool->done < spool->flush_upto)
		return;
	spool->flushed = NULL;
	flushed(spool->flushed_arg);
}

static bool has_given_up(const struct spool *spool)
{
	return spool->error != NULL && !spool->rules.may_lose;
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct spool *spool = handle->data;

	if (spool->closed != NULL)
		spool->closed(spool->arg, spool->error);
	buf_free(&spool->waiting);
	buf_free(&spool->writing);
	free(spool->error);
	free(spool);
}

static void on_fd_closed(uv_fs_t *req)
{
	struct spool *spool = req->data;

	if (req->result < 0)
		spool_fail(spool, uv_strerror((int)req->result));
	uv_fs_req_cleanup(req);
	uv_close((uv_handle_t *)&spool->gather, on_timer_closed);
}

static void on_synced(uv_fs_t *req)
{
	struct spool *spool = req->data;

	spool->busy = false;
	spool->synced = true;
	if (req->result < 0)
		spool_fail(spool, uv_strerror((int)req->result));
	uv_fs_req_cleanup(req);
	start_next_step(spool);
}

static void on_written(uv_fs_t *req)
{
	struct spool *spool = req->data;
	ssize_t result = req->result;

	uv_fs_req_cleanup(req);
	spool->busy = false;
	/* stderr may be a terminal that another process made non-blocking */
	if (result == UV_EAGAIN) {
		(void)uv_timer_start(&spool->gather, on_gathered, GATHER_MS, 0);
		return;
	}
	if (result < 0) {
		spool_fail(spool, uv_strerror((int)result));
		result = (ssize_t)(spool->writing.len - spool->written);
	}
	spool->written += (size_t)result;
	spool->done += (size_t)result;
	if (spool->written < spool->writing.len || spool->closing || spool->flushed != NULL ||
	    spool->waiting.len >= GATHER_BYTES)
		start_next_step(spool);
	else if (spool->waiting.len > 0)
		(void)uv_timer_start(&spool->gather, on_gathered, GATHER_MS, 0);
	check_flushed(spool);
}

static void write_rest(struct spool *spool)
{
	uv_buf_t piece = uv_buf_init(spool->writing.data + spool->written,
	                             (unsigned)(spool->writing.len - spool->written));

	spool->busy = true;
	spool->req.data = spool;
	(void)uv_fs_write(spool->loop, &spool->req, spool->fd, &piece, 1, -1, on_written);
}

static void finish_write(struct spool *spool)
{
	spool->busy = true;
	spool->req.data = spool;
	if (spool->rules.sync && !spool->synced && !has_given_up(spool)) {
		(void)uv_fs_fsync(spool->loop, &spool->req, spool->fd, on_synced);
	} else if (spool->rules.keep_fd) {
		uv_close((uv_handle_t *)&spool->gather, on_timer_closed);
	} else {
		(void)uv_fs_close(spool->loop, &spool->req, spool->fd, on_fd_closed);
	}
}

/* Starts the next write, or the end of a closing, if nothing is under way. */
static void start_next_step(struct spool *spool)
{
	if (spool->busy)
		return;
	if (has_given_up(spool)) {
		spool->done = spool->added;
		buf_reset(&spool->waiting);
		buf_reset(&spool->writing);
		spool->written = 0;
	}
	if (spool->written < spool->writing.len) {
		write_rest(spool);
		return;
	}
	struct buf empty = spool->writing;
	buf_reset(&empty);
	spool->written = 0;
	spool->writing = spool->waiting;
	spool->waiting = empty;
	if (spool->writing.len > 0)
		write_rest(spool);
	else if (spool->closing)
		finish_write(spool);
}

static void on_gathered(uv_timer_t *timer)
{
	start_next_step(timer->data);
}

struct spool *spool_new(uv_loop_t *loop, uv_file fd, struct spool_rules rules)
{
	struct spool *spool = xcalloc(1, sizeof(*spool));

	*spool = (struct spool){.loop = loop, .fd = fd, .rules = rules};
	buf_init(&spool->waiting, rules.max);
	buf_init(&spool->writing, rules.max);
	ENSURE(uv_timer_init(loop, &spool->gather) == 0);
	spool->gather.data = spool;
	return spool;
}

void spool_add(struct spool *spool, struct str text)
{
	ENSURE(!spool->closing);
	if (has_given_up(spool))
		return;
	if (spool->waiting.len + text.len > spool->rules.max) {
		spool_fail(spool, "the disk is too slow for the amount of text");
		return;
	}
	buf_add_str(&spool->waiting, text);
	spool->added += text.len;
	if (spool->busy)
		return;
	if (spool->waiting.len >= GATHER_BYTES)
		start_next_step(spool);
	else if (!uv_is_active((uv_handle_t *)&spool->gather))
		(void)uv_timer_start(&spool->gather, on_gathered, GATHER_MS, 0);
}

void spool_flush(struct spool *spool, void (*written)(void *arg), void *arg)
{
	ENSURE(!spool->closing && spool->flushed == NULL);
	spool->flush_upto = spool->added;
	spool->flushed = written;
	spool->flushed_arg = arg;
	(void)uv_timer_stop(&spool->gather);
	start_next_step(spool);
	check_flushed(spool);
}

const char *spool_error(const struct spool *spool)
{
	return spool->error;
}

void spool_close(struct spool *spool, void (*closed)(void *arg, const char *error), void *arg)
{
	ENSURE(!spool->closing);
	spool->flushed = NULL;
	spool->closing = true;
	spool->closed = closed;
	spool->arg = arg;
	(void)uv_timer_stop(&spool->gather);
	start_next_step(spool);
}

static void write_here(struct spool *spool, const char *data, size_t len)
{
	uv_buf_t piece = uv_buf_init((char *)(uintptr_t)data, (unsigned)len);
	uv_fs_t req;

	if (len == 0)
		return;
	(void)uv_fs_write(NULL, &req, spool->fd, &piece, 1, -1, NULL);
	uv_fs_req_cleanup(&req);
}

/* Writes here what no worker has begun to write, in order; a write under way gets a moment to end
 * first. */
void spool_emergency(struct spool *spool)
{
	if (has_given_up(spool))
		return;
	if (spool->busy && uv_cancel((uv_req_t *)&spool->req) == 0)
		write_here(spool, spool->writing.data + spool->written,
		           spool->writing.len - spool->written);
	else if (spool->busy && spool->waiting.len > 0)
		uv_sleep(GATHER_MS);
	write_here(spool, spool->waiting.data, spool->waiting.len);
	buf_reset(&spool->waiting);
}
