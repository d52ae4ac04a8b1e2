/* Nobody waits for a reload on Windows, so no outcome is left in a file. */
#include "daemon/system/generation.h"

int generation_write(const char *folder, uint64_t number, bool applied, const char *words,
                     struct err *err)
{
	return 0;
}

int generation_read(const char *folder, struct generation *ret, struct err *err)
{
	*ret = (struct generation){0};
	return 0;
}
