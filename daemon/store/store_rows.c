/* Frees what records own on their way to a database and from it. */
#include "daemon/store/store_rows.h"

#include <stdlib.h>
#include <string.h>

void store_record_free(struct store_record *record)
{
	record_free(&record->record);
	free(record->sealed);
}

void store_rows_free(struct store_rows *history)
{
	for (size_t i = 0; i < history->count; i++)
		record_free(&history->rows[i].record);
	free(history->rows);
	memset(history, 0, sizeof(*history));
}
