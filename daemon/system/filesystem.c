/* Asks the kernel for the type of a file system: a number that every kind has of its own. */
#include "daemon/system/filesystem.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/system/file.h"

/* The numbers of linux/magic.h, which knows only what is in the kernel, and of statfs(2). What a
 * program on this machine keeps (FUSE) counts as distant: behind it stands a network, a cloud's
 * bucket, or the machine around a virtual one. */
static const struct {
	uint32_t type;
	const char *name;
} distant[] = {
        {0x6969, "NFS"},
        {0x517b, "SMB"},
        {0xfe534d42, "SMB"},
        {0xff534d42, "SMB (CIFS)"},
        {0x65735546, "FUSE"}, /* sshfs, s3fs, gcsfuse, GlusterFS, MooseFS, virtiofs … */
        {0x01021997, "9p"},
        {0x00c36400, "Ceph"},
        {0x0bd00bd0, "Lustre"},
        {0x47504653, "GPFS"},
        {0x19830326, "BeeGFS"},
        {0xaad7aaea, "PanFS"},
        {0x20030528, "OrangeFS"},
        {0x5346414f, "AFS"},
        {0x6b414653, "AFS"},
        {0x73757245, "Coda"},
        {0x564c, "NCP"},
        {0x01161970, "GFS2"},
        {0x7461636f, "OCFS2"},
        {0x786f4256, "a shared folder of VirtualBox"},
        {0xbacbacbc, "a shared folder of VMware"},
        {0x7c7c6673, "a shared folder of Parallels"},
};

/* A type is a number of 32 bits, which some machines give with its sign extended. */
static const char *find_distant(uint64_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(distant); i++)
		if (distant[i].type == (uint32_t)type)
			return distant[i].name;
	return NULL;
}

/* 0, or a negative libuv code. */
static int look_at(const char *path, struct filesystem *ret)
{
	uv_fs_t req;
	int code = uv_fs_statfs(NULL, &req, path, NULL);

	if (code == 0 && req.ptr != NULL) {
		const uv_statfs_t *stat = req.ptr;

		ret->free_bytes = (int64_t)(stat->f_bavail * stat->f_bsize);
		ret->distant = find_distant(stat->f_type);
	}
	uv_fs_req_cleanup(&req);
	return code;
}

static bool is_topmost(const char *path)
{
	return strcmp(path, "/") == 0 || strcmp(path, ".") == 0;
}

int filesystem_of(const char *path, struct filesystem *ret)
{
	char *place = xstrdup(path);
	int code;

	*ret = (struct filesystem){0};
	while ((code = look_at(place, ret)) < 0 && !is_topmost(place)) {
		char *above = file_folder(place);

		free(place);
		place = above;
	}
	free(place);
	return code < 0 ? -1 : 0;
}
