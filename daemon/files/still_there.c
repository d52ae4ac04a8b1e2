/* Compares what stands at the path with the open file, by device and inode. */
#include "daemon/files/still_there.h"

#include <stdlib.h>

struct still_there {
	uv_fs_t req;
	struct file_identity file;
	void (*answer)(void *arg, bool there); /* NULL = forgotten */
	void *arg;
};

struct file_identity file_identity_of(uv_file fd)
{
	uv_fs_t req;
	struct file_identity file = {0};

	if (uv_fs_fstat(NULL, &req, fd, NULL) == 0)
		file = (struct file_identity){req.statbuf.st_dev, req.statbuf.st_ino};
	uv_fs_req_cleanup(&req);
	return file;
}

static void on_stat(uv_fs_t *req)
{
	struct still_there *question = req->data;
	bool gone = req->result == UV_ENOENT || req->result == UV_ENOTDIR;
	bool other = req->result == 0 && (req->statbuf.st_dev != question->file.device ||
	                                  req->statbuf.st_ino != question->file.inode);

	uv_fs_req_cleanup(req);
	if (question->answer != NULL)
		question->answer(question->arg, !gone && !other);
	free(question);
}

struct still_there *still_there_ask(uv_loop_t *loop, const char *path, struct file_identity file,
                                    void (*answer)(void *arg, bool there), void *arg)
{
	struct still_there *question = xcalloc(1, sizeof(*question));

	*question = (struct still_there){.file = file, .answer = answer, .arg = arg};
	question->req.data = question;
	ENSURE(uv_fs_lstat(loop, &question->req, path, on_stat) == 0);
	return question;
}

void still_there_forget(struct still_there *question)
{
	if (question != NULL)
		question->answer = NULL;
}
