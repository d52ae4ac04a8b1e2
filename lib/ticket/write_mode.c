/* Names of what becomes of decisions, as status and health spell them. */
#include "ticket/write_mode.h"

#include "base/base.h"

const char *write_mode_name(enum write_mode writing)
{
	static const char *const names[] = {
	        [WRITE_MODE_WRITING] = "writing",
	        [WRITE_MODE_SHADOW] = "shadow",
	        [WRITE_MODE_DRY_RUN] = "dry_run",
	};

	ENSURE((size_t)writing < ARRAY_LEN(names));
	return names[writing];
}
