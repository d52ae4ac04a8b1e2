/* Finds the key and unseals a file to stdout. */
#include "daemon/ctl/unseal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "daemon/system/file.h"
#include "daemon/files/unseal.h"

/* More than any key needs. */
#define KEY_FILE_MAX (64 * 1024)

static int read_key_of_environment(struct buf *key, struct err *err)
{
	const char *value = getenv("LOG_ENCRYPTION_KEY"), *file = getenv("LOG_ENCRYPTION_KEY_FILE");

	if (value != NULL && value[0] != '\0') {
		buf_puts(key, value);
		return key->overflow ? err_set(err, "$LOG_ENCRYPTION_KEY is longer than %d bytes",
		                               KEY_FILE_MAX)
		                     : 0;
	}
	if (file != NULL && file[0] != '\0')
		return file_read(file, KEY_FILE_MAX, key, err);
	return err_set(err, "a key is required: --key-file FILE (of the service: "
	                    "/etc/credstore/log.key), $LOG_ENCRYPTION_KEY or "
	                    "$LOG_ENCRYPTION_KEY_FILE");
}

/* Reads the key without blanks and newlines around it, as the daemon does. */
static int read_key(const char *key_file, struct buf *key, struct str *ret, struct err *err)
{
	int status = key_file != NULL ? file_read(key_file, KEY_FILE_MAX, key, err)
	                              : read_key_of_environment(key, err);

	if (status < 0)
		return -1;
	*ret = str_trim(buf_str(key));
	return ret->len > 0 ? 0 : err_set(err, "the key is empty");
}

int ctl_unseal(const char *path, const char *key_file)
{
	struct buf key;
	struct str secret;
	struct err err = {{0}};

	buf_init(&key, KEY_FILE_MAX + 1);
	int status = read_key(key_file, &key, &secret, &err);
	if (status == 0)
		status = unseal_file(path, secret, stdout, &err);
	if (status != 0)
		fprintf(stderr, "ai-ticketctl: unseal: %s\n", err.text);
	if (key.data != NULL)
		crypto_wipe(key.data, key.cap);
	buf_free(&key);
	return status < 0 ? -1 : 0;
}
