/* Ticket texts from a JSONL file: one object per line with subject and description; other keys are
 * ignored. */
#ifndef SIM_TEXTFILE_H
#define SIM_TEXTFILE_H

#include "base/json.h"
#include "world.h"

struct text_file {
	struct world_text *items;
	size_t count;
	struct json **trees; /* own the bytes of the texts */
};
int text_file_read(const char *path, struct text_file *ret, struct err *err) MUST_CHECK;
void text_file_free(struct text_file *file);

#endif
