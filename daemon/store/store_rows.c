/* Frees what records own on their way to a database and from it. */
#include "daemon/store/store_rows.h"

#include <stdlib.h>
#include <string.h>

void store_record_free(struct store_record *record)
{
	record_free(&record->record);
	free(record->sealed);
	free(record->reason);
}

void store_rows_free(struct store_rows *history)
{
	for (size_t i = 0; i < history->count; i++)
		record_free(&history->rows[i].record);
	free(history->rows);
	memset(history, 0, sizeof(*history));
}

void store_listed_init(struct store_listed *listed)
{
	*listed = (struct store_listed){
	        .rows = xcalloc(STORE_LISTED_MAX, sizeof(*listed->rows)),
	        .sealed = xcalloc(STORE_LISTED_MAX, sizeof(*listed->sealed)),
	        .sealed_len = xcalloc(STORE_LISTED_MAX, sizeof(*listed->sealed_len))};
}

void store_listed_free(struct store_listed *listed)
{
	for (size_t i = 0; i < listed->count; i++)
		free(listed->sealed[i]);
	free(listed->rows);
	free(listed->sealed);
	free(listed->sealed_len);
	*listed = (struct store_listed){0};
}

void store_choice_rows_init(struct store_choice_rows *choices)
{
	*choices = (struct store_choice_rows){
	        .rows = xcalloc(STORE_CHOICES_A_PIECE, sizeof(*choices->rows)),
	        .facts = xcalloc(STORE_CHOICES_A_PIECE, sizeof(*choices->facts))};
}

void store_choice_rows_clear(struct store_choice_rows *choices)
{
	for (size_t i = 0; i < choices->count; i++)
		record_free(&choices->rows[i].record);
	choices->count = 0;
}

void store_choice_rows_free(struct store_choice_rows *choices)
{
	store_choice_rows_clear(choices);
	free(choices->rows);
	free(choices->facts);
	*choices = (struct store_choice_rows){0};
}
