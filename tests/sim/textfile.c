/* Reads ticket texts from a file of JSON lines. */
#include "textfile.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct text_file *file, struct json *tree)
{
	if ((file->count & (file->count - 1)) == 0) {
		size_t cap = file->count ? 2 * file->count : 1;
		file->items = xrealloc(file->items, cap * sizeof(*file->items));
		file->trees = xrealloc(file->trees, cap * sizeof(struct json *));
	}
	struct str description = json_str_at(tree, "description");
	file->trees[file->count] = tree;
	file->items[file->count].subject = json_str_at(tree, "subject");
	file->items[file->count].description = description.data ? description : STR("");
	file->count++;
}

int text_file_read(const char *path, struct text_file *ret, struct err *err)
{
	FILE *stream = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int result = 0;
	if (!stream)
		return err_set(err, "%s cannot be read", path);
	while (result == 0 && (len = getline(&line, &cap, stream)) >= 0) {
		struct str text = str_trim(str_make(line, (size_t)len));
		struct json *tree = text.len ? json_parse(text, err) : NULL;
		if (tree)
			add(ret, tree);
		else if (text.len)
			result = -1;
	}
	if (result == 0 && ret->count == 0)
		result = err_set(err, "%s holds no ticket", path);
	free(line);
	fclose(stream);
	return result;
}

void text_file_free(struct text_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		json_free(file->trees[i]);
	free(file->trees);
	free(file->items);
}
