/* Reads a folder piece by piece, so that a huge one costs no more than its first names. */
#include "daemon/system/folder.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define PIECE 32

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_names(uv_dir_t *folder, size_t most, struct folder_names *ret)
{
	uv_dirent_t entries[PIECE];
	uv_fs_t req;
	int count;

	folder->dirents = entries;
	folder->nentries = PIECE;
	do {
		count = uv_fs_readdir(NULL, &req, folder, NULL);
		for (int i = 0; i < count && ret->count <= most; i++)
			if (entries[i].name[0] != '.')
				ret->names[ret->count++] = xstrdup(entries[i].name);
		uv_fs_req_cleanup(&req);
	} while (count > 0 && ret->count <= most);
	return ret->count > most ? UV_E2BIG : count;
}

int folder_list(const char *path, size_t most, struct folder_names *ret, struct err *err)
{
	uv_fs_t req;
	int code;

	*ret = (struct folder_names){.names = xcalloc(most + 1, sizeof(*ret->names))};
	code = uv_fs_opendir(NULL, &req, path, NULL);
	uv_dir_t *folder = req.ptr;
	uv_fs_req_cleanup(&req);
	if (code >= 0) {
		code = read_names(folder, most, ret);
		(void)uv_fs_closedir(NULL, &req, folder, NULL);
		uv_fs_req_cleanup(&req);
	}
	if (code == UV_E2BIG)
		err_set(err, "%s: more than %zu files", path, most);
	else if (code < 0)
		err_set(err, "%s: %s", path, uv_strerror(code));
	qsort(ret->names, ret->count, sizeof(*ret->names), compare_names);
	return code;
}

void folder_free(struct folder_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct folder_names){0};
}
