/* Secrets that DPAPI has sealed with a key of this machine: a copy of the file is worth nothing
 * elsewhere, and on this machine the permissions of the folder say who can read it. */
#include "daemon/system/credentials.h"

#include <stdlib.h>
#include <uv.h>

#include <wincrypt.h>

#include "base/crypto.h"
#include "daemon/system/disk.h"
#include "daemon/system/file.h"
#include "daemon/system/places.h"
#include "daemon/system/windows/credential_store.h"

#define SEALED_BYTES_MAX (64 * 1024)

static char *folder_of_credentials(void)
{
	char *config = places_config(), *above = file_folder(config);
	char *folder = xasprintf("%s\\credentials", above);

	free(above);
	free(config);
	return folder;
}

char *credential_path(const char *name)
{
	char *folder = folder_of_credentials();
	char *path = xasprintf("%s\\%s", folder, name);

	free(folder);
	return path;
}

static DATA_BLOB blob_of(struct str bytes)
{
	return (DATA_BLOB){.cbData = (DWORD)bytes.len, .pbData = (BYTE *)(uintptr_t)bytes.data};
}

static void free_blob(DATA_BLOB *blob)
{
	crypto_wipe(blob->pbData, blob->cbData);
	(void)LocalFree(blob->pbData);
}

int credential_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	struct buf sealed;
	DATA_BLOB clear;

	buf_init(&sealed, SEALED_BYTES_MAX);
	int code = file_read(path, SEALED_BYTES_MAX, &sealed, err);
	if (code == 0) {
		DATA_BLOB bytes = blob_of(buf_str(&sealed));

		if (!CryptUnprotectData(&bytes, NULL, NULL, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN,
		                        &clear)) {
			err_set(err,
			        "%s: was not made on this machine by ai-ticketd credential: make "
			        "it again",
			        path);
			code = UV_EINVAL;
		} else {
			if (clear.cbData <= max)
				buf_add(out, (const char *)clear.pbData, clear.cbData);
			else
				code = UV_EFBIG;
			free_blob(&clear);
		}
	}
	if (code == UV_EFBIG)
		err_set(err, "%s: has more than %zu bytes", path, max);
	buf_free(&sealed);
	return code;
}

static int write_sealed(const char *path, const DATA_BLOB *sealed, struct err *err)
{
	int fd = disk_open(path, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_TRUNC, 0600), code = fd;

	if (fd >= 0) {
		code = disk_write(fd, (const char *)sealed->pbData, sealed->cbData, -1);
		if (code >= 0)
			code = disk_sync(fd);
		file_close(fd);
	}
	return code < 0 ? err_set(err, "%s: %s", path, disk_words(code)) : 0;
}

int credential_store(const char *name, struct str secret, struct err *err)
{
	char *folder = folder_of_credentials(), *path = credential_path(name);
	DATA_BLOB clear = blob_of(secret), sealed;
	int code = file_make_directories(folder, err);

	if (code == 0 &&
	    !CryptProtectData(&clear, L"ai-ticketd", NULL, NULL, NULL,
	                      CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN, &sealed)) {
		code = err_set(err, "%s: Windows cannot seal it (error %lu)", name, GetLastError());
	} else if (code == 0) {
		code = write_sealed(path, &sealed, err);
		free_blob(&sealed);
	}
	free(path);
	free(folder);
	return code < 0 ? -1 : 0;
}
