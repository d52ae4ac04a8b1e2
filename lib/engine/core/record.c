/* Names of record kinds, and freeing a record. Payloads are written and read in journal.c and
 * journal_read.c. */
#include "engine/record.h"

#include <stdlib.h>

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[] = {
	        [RECORD_DECISION] = "decision", [RECORD_INTENT] = "intent",
	        [RECORD_OUTCOME] = "outcome",   [RECORD_CURSOR] = "cursor",
	        [RECORD_REFUSAL] = "refusal",   [RECORD_ORDER] = "order",
	        [RECORD_COMMAND] = "command",   [RECORD_PROVEN] = "proven",
	        [RECORD_UNDO] = "undo",         [RECORD_SHADOW] = "shadow",
	        [RECORD_CHOICE] = "choice",
	};

	ENSURE((size_t)kind < ARRAY_LEN(names) && names[kind] != NULL);
	return names[kind];
}

void record_free(struct record *record)
{
	free(record->payload);
	free(record->listed);
	record->payload = NULL;
	record->listed = NULL;
}
