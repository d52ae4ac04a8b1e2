/* Frees what the types of the interface to a backend own. */
#include "daemon/store/backend.h"

#include <stdlib.h>
#include <string.h>

void store_record_free(struct store_record *record)
{
	record_free(&record->record);
	free(record->sealed);
}

void store_history_free(struct store_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		record_free(&history->rows[i].record);
	free(history->rows);
	memset(history, 0, sizeof(*history));
}
