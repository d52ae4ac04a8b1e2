/* Stands in for libFuzzer where it is not: hands every file of the named folders to the target
 * once. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"

#define INPUT_BYTES_MAX ((size_t)64 * 1024 * 1024)

static void replay_file(const char *path)
{
	FILE *stream = fopen(path, "rb");
	struct buf bytes;
	char chunk[65536];
	size_t got;

	if (!stream)
		fatal("%s does not open", path);
	buf_init(&bytes, INPUT_BYTES_MAX);
	while ((got = fread(chunk, 1, sizeof(chunk), stream)) > 0)
		buf_add(&bytes, chunk, got);
	fclose(stream);
	/* An allocation of the exact size, so that a sanitizer sees the first byte behind it. */
	char *exact = malloc(bytes.len);
	for (size_t i = 0; i < bytes.len; i++)
		exact[i] = bytes.data[i];
	LLVMFuzzerTestOneInput((const uint8_t *)exact, bytes.len);
	free(exact);
	buf_free(&bytes);
}

static int replay_folder(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	int count = 0;

	if (!entries)
		fatal("%s is no folder", folder);
	while ((entry = readdir(entries))) {
		if (entry->d_name[0] == '.')
			continue;
		char *path = xasprintf("%s/%s", folder, entry->d_name);
		replay_file(path);
		free(path);
		count++;
	}
	closedir(entries);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	for (int i = 1; i < argc; i++)
		count += replay_folder(argv[i]);
	printf("%d inputs\n", count);
	return count > 0 ? 0 : 1;
}
