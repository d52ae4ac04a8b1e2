/* Names of the outcomes, as the results file spells them. */
#include "ticket/outcome.h"

const char *outcome_status_name(enum outcome_status status)
{
	static const char *const names[] = {
	        [OUTCOME_SUCCESS] = "success", [OUTCOME_ERROR] = "error",
	        [OUTCOME_SKIPPED] = "skipped", [OUTCOME_DRY_RUN] = "dry_run",
	        [OUTCOME_SHADOW] = "shadow",
	};

	ENSURE((size_t)status < ARRAY_LEN(names));
	return names[status];
}
