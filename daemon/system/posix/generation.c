/* Writes and reads the record of a reload with plain system calls: the folder is in memory (/run),
 * and the reader is a program without a loop. */
#include "daemon/system/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "reload"

static void make_one_line(char words[GENERATION_WORDS_MAX + 1], const char *text)
{
	struct str cut = utf8_cut(str_of(text), GENERATION_WORDS_MAX);

	for (size_t i = 0; i < cut.len; i++) {
		unsigned char c = (unsigned char)cut.data[i];

		words[i] = c < ' ' || c == 0x7f ? ' ' : (char)c;
	}
	words[cut.len] = '\0';
}

static int write_whole(const char *path, const char *line, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -errno;
	ssize_t written = write(fd, line, len);
	int reason = written < 0 ? errno : ENOSPC;
	if (close(fd) < 0 && written == (ssize_t)len) {
		reason = errno;
		written = -1;
	}
	return written == (ssize_t)len ? 0 : -reason;
}

int generation_write(const char *folder, uint64_t number, bool applied, const char *words,
                     struct err *err)
{
	char clean[GENERATION_WORDS_MAX + 1];
	char *path = xasprintf("%s/" FILE_NAME, folder);
	char *fresh = xasprintf("%s/" FILE_NAME ".new", folder);

	make_one_line(clean, words);
	char *line = xasprintf("%llu %s %s\n", (unsigned long long)number,
	                       applied ? "applied" : "refused", clean);
	int code = write_whole(fresh, line, strlen(line));
	if (code == 0 && rename(fresh, path) < 0)
		code = -errno;
	if (code < 0)
		err_set(err, "%s cannot be written: %s", path, strerror(-code));
	free(line);
	free(fresh);
	free(path);
	return code < 0 ? -1 : 0;
}

static int parse_record(struct str line, struct generation *ret)
{
	struct str rest = str_trim(line), number, verdict;

	number = str_split(&rest, ' ');
	verdict = str_split(&rest, ' ');
	if (str_to_u64(number, &ret->number) < 0 || ret->number == 0)
		return -1;
	ret->applied = str_eq(verdict, STR("applied"));
	if (!ret->applied && !str_eq(verdict, STR("refused")))
		return -1;
	snprintf(ret->words, sizeof(ret->words), STR_FMT, STR_ARG(rest));
	return 0;
}

int generation_read(const char *folder, struct generation *ret, struct err *err)
{
	char *path = xasprintf("%s/" FILE_NAME, folder);
	char line[GENERATION_WORDS_MAX + 64];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t len = fd >= 0 ? read(fd, line, sizeof(line)) : -1;
	int reason = errno;
	int result = 0;

	if (fd >= 0)
		(void)close(fd);
	*ret = (struct generation){0};
	if (len < 0 && reason != ENOENT)
		result = err_set(err, "%s cannot be read: %s", path, strerror(reason));
	else if (len >= 0 && parse_record(str_make(line, (size_t)len), ret) < 0)
		result = err_set(err, "%s is not a reload record", path);
	free(path);
	return result;
}
