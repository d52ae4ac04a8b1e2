/* Keeps one salt per log folder; a process that finds it missing or damaged makes a new one. Two
 * processes that do so at the same moment get two salts. That only costs time when reading, since
 * every sealed file contains its own salt. */
#include "daemon/files/sealing.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "daemon/system/file.h"

#define SALT_FILE ".seal-salt"
#define SALT_FILE_MAX 256

void sealing_random(uint8_t out[SEAL_SALT_SIZE])
{
	if (uv_random(NULL, NULL, out, SEAL_SALT_SIZE, 0, NULL) < 0)
		fatal("the kernel provides no random numbers");
}

static bool read_salt(const char *path, uint8_t salt[SEAL_SALT_SIZE])
{
	struct buf text;
	struct buf bytes;

	buf_init(&text, SALT_FILE_MAX);
	buf_init(&bytes, SALT_FILE_MAX);
	bool good = file_read(path, SALT_FILE_MAX, &text, NULL) == 0 &&
	            crypto_decode_base64(&bytes, str_trim(buf_str(&text))) == 0 &&
	            bytes.len == SEAL_SALT_SIZE;
	for (size_t i = 0; good && i < SEAL_SALT_SIZE; i++)
		salt[i] = (uint8_t)bytes.data[i];
	buf_free(&text);
	buf_free(&bytes);
	return good;
}

static int write_salt_file(const char *path, struct str text)
{
	uv_fs_t req;
	uv_buf_t piece = uv_buf_init((char *)(uintptr_t)text.data, (unsigned)text.len);
	int fd = uv_fs_open(NULL, &req, path,
	                    UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_TRUNC | UV_FS_O_NOFOLLOW, 0600,
	                    NULL),
	    code;

	uv_fs_req_cleanup(&req);
	if (fd < 0)
		return fd;
	file_give_to_folder(fd, path);
	code = uv_fs_write(NULL, &req, fd, &piece, 1, 0, NULL);
	uv_fs_req_cleanup(&req);
	if (code >= 0 && (size_t)code < text.len)
		code = UV_ENOSPC;
	if (code >= 0)
		code = uv_fs_fsync(NULL, &req, fd, NULL);
	uv_fs_req_cleanup(&req);
	file_close(fd);
	return code < 0 ? code : 0;
}

static int make_salt(const char *path, uint8_t salt[SEAL_SALT_SIZE], struct err *err)
{
	char *temporary = xasprintf("%s.%d", path, (int)uv_os_getpid());
	struct buf text;
	uv_fs_t req;

	sealing_random(salt);
	buf_init(&text, SALT_FILE_MAX);
	crypto_add_base64(&text, str_make((const char *)salt, SEAL_SALT_SIZE));
	buf_putc(&text, '\n');
	int code = write_salt_file(temporary, buf_str(&text));
	if (code == 0) {
		code = uv_fs_rename(NULL, &req, temporary, path, NULL);
		uv_fs_req_cleanup(&req);
	}
	if (code < 0) {
		err_set(err, "log.dir: %s cannot be written: %s", temporary, uv_strerror(code));
		(void)uv_fs_unlink(NULL, &req, temporary, NULL);
		uv_fs_req_cleanup(&req);
	}
	buf_free(&text);
	free(temporary);
	return code < 0 ? -1 : 0;
}

struct seal_key *sealing_reader(struct str secret, const char *dir)
{
	uint8_t salt[SEAL_SALT_SIZE];
	char *path = xasprintf("%s/" SALT_FILE, dir);

	if (!read_salt(path, salt))
		sealing_random(salt);
	free(path);
	return secret.len > 0 ? seal_key_new(secret, salt) : NULL;
}

int sealing_key(const struct config *config, const char *dir, struct seal_key **ret,
                struct err *err)
{
	struct str secret = str_of(config->log.key);
	uint8_t salt[SEAL_SALT_SIZE] = {0};
	int result = 0;

	*ret = NULL;
	if (!config->log.encrypt)
		return 0;
	if (seal_is_passphrase(secret)) {
		char *path = xasprintf("%s/" SALT_FILE, dir);

		if (!read_salt(path, salt))
			result = make_salt(path, salt, err);
		free(path);
	}
	if (result == 0)
		*ret = seal_key_new(secret, salt);
	return result;
}

void sealing_values_init(struct sealing_values *values, const struct seal_key *key)
{
	values->key = key;
	unsealer_init(&values->unsealer, key);
}

void sealing_values_wipe(struct sealing_values *values)
{
	unsealer_wipe(&values->unsealer);
}

void sealing_values_seal(void *arg, struct str place, struct str value, struct buf *out)
{
	struct sealing_values *values = arg;
	uint8_t random[SEAL_SALT_SIZE];

	sealing_random(random);
	seal_value(values->key, random, place, value, out);
}

int sealing_values_unseal(void *arg, struct str place, struct str sealed, struct buf *out,
                          struct err *err)
{
	struct sealing_values *values = arg;

	return unseal_value(&values->unsealer, place, sealed, out, err);
}
