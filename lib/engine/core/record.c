/* Names of record kinds, and freeing a record. Payloads are written and read in journal.c and
 * journal_read.c. */
#include "engine/record.h"

#include <stdlib.h>

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[] = {"decision", "intent",  "outcome", "cursor", "refusal",
	                                    "order",    "command", "proven",  "undo"};

	ENSURE((size_t)kind < ARRAY_LEN(names));
	return names[kind];
}

void record_free(struct record *record)
{
	free(record->payload);
	record->payload = NULL;
}
