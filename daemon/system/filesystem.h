/* What kind of file system a path lies on, and how much is free there. */
#ifndef DAEMON_SYSTEM_FILESYSTEM_H
#define DAEMON_SYSTEM_FILESYSTEM_H

#include "base/base.h"

struct filesystem {
	int64_t free_bytes; /* for an ordinary user */
	/* Its name for people ("NFS") when a network or another program keeps its files, so that
	 * locks and synced writes may not hold what a database needs of them
	 * (https://sqlite.org/wal.html: all processes must be on the same host;
	 * https://sqlite.org/lockingv3.html, section 6: locks that do not lock). NULL = it is this
	 * kernel's own, such as ext4, xfs, btrfs, zfs, overlayfs or tmpfs, or not known. */
	const char *distant;
};

/* The file system of the path, or of the nearest folder above it that can be reached, as long as
 * there is no such file. Symbolic links are followed. -1 when that cannot be found out. Only
 * reads; blocks. */
int filesystem_of(const char *path, struct filesystem *ret) MUST_CHECK;

#endif
