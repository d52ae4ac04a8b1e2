/* The list of decisions. A search walks the classes that exist, from one to the next in the index,
 * and of those that fit it takes the newest row of each; then it merges them: the newest of all is
 * the next row of the page, and its class moves on by one. So it reads the classes and the rows it
 * returns, and nothing that does not fit. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/sqlite/class.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/store/sqlite/sql.h"

#define DROP_STEP 256
/* rows of one ticket that are looked at for one page */
#define TICKET_ROWS_LOOKED 2000

/* --- writing --- */

static void bind_known(sqlite3_stmt *statement, int at, int64_t number)
{
	if (number >= 0)
		(void)sqlite3_bind_int64(statement, at, number);
	else
		(void)sqlite3_bind_null(statement, at);
}

/* Many records in a row have the same model: only the first of a transaction looks it up. */
static int add_model(struct store_db *db, const char *name, const char **last)
{
	if (name[0] == '\0' || (*last != NULL && strcmp(*last, name) == 0))
		return SQLITE_OK;
	*last = name;
	sql_bind_text(db->statements[SQL_ADD_MODEL], 1, name);
	return sql_run(db, SQL_ADD_MODEL);
}

int sql_add_listed(struct store_db *db, const struct store_record *item, const char **model)
{
	const struct listed *listed = item->record.listed;
	sqlite3_stmt *add = db->statements[SQL_ADD_LISTED];

	if (listed == NULL)
		return SQLITE_OK;
	int code = add_model(db, listed->model, model);
	sql_bind_ticket(add, item->record.ticket);
	(void)sqlite3_bind_int64(add, 3, item->wall);
	(void)sqlite3_bind_int64(add, 4, class_pack(listed));
	bind_known(add, 5, listed->confidence);
	sql_bind_text(add, 6, listed->model);
	(void)sqlite3_bind_int(add, 7, (int)listed->priority_before);
	(void)sqlite3_bind_int(add, 8, (int)listed->priority_after);
	(void)sqlite3_bind_int64(add, 9, listed->processing_ms);
	bind_known(add, 10, listed->cost_nano);
	if (item->reason != NULL)
		(void)sqlite3_bind_blob64(add, 11, item->reason, item->reason_len, SQLITE_STATIC);
	else
		sql_bind_text(add, 11, listed->reason);
	return judge_is_good(code) ? sql_run(db, SQL_ADD_LISTED) : code;
}

int sql_mark_undone(struct store_db *db, const struct record *record)
{
	sqlite3_stmt *mark = db->statements[SQL_MARK_UNDONE];

	sql_bind_ticket(mark, record->ticket);
	sql_bind_text(mark, 3, record->payload);
	return sql_run(db, SQL_MARK_UNDONE);
}

/* --- reading a row --- */

enum column {
	SERIAL,
	WALL,
	ACCOUNT,
	TICKET,
	CLASS,
	UNDONE,
	CONFIDENCE,
	MODEL,
	BEFORE,
	AFTER,
	TOOK,
	COST,
	REASON
};

static int64_t number_at(sqlite3_stmt *statement, int column, int64_t max, int64_t otherwise)
{
	int64_t number = sqlite3_column_int64(statement, column);

	if (sqlite3_column_type(statement, column) == SQLITE_NULL || number < 0 || number > max)
		return otherwise;
	return number;
}

static struct str text_at(sqlite3_stmt *statement, int column)
{
	return str_of((const char *)sqlite3_column_text(statement, column));
}

static void take_reason(sqlite3_stmt *statement, struct store_listed *page,
                        struct store_listed_row *row)
{
	const void *blob;

	if (sqlite3_column_type(statement, REASON) != SQLITE_BLOB) {
		listed_set_reason(&row->listed, text_at(statement, REASON));
		return;
	}
	blob = sqlite3_column_blob(statement, REASON);
	page->sealed_len[page->count] = (size_t)sqlite3_column_bytes(statement, REASON);
	page->sealed[page->count] =
	        xmemdup0(blob != NULL ? blob : "", page->sealed_len[page->count]);
}

/* Appends the row to the page; one that is damaged is left out. */
static void take_listed(sqlite3_stmt *statement, struct store_listed *page)
{
	struct store_listed_row *row = &page->rows[page->count];
	struct listed *listed = &row->listed;
	int64_t account = sqlite3_column_int64(statement, ACCOUNT);
	struct str model = utf8_cut(text_at(statement, MODEL), LISTED_MODEL_SIZE - 1);

	page->next = (struct store_cursor){true, sqlite3_column_int64(statement, WALL),
	                                   sqlite3_column_int64(statement, SERIAL)};
	if (!class_read(sqlite3_column_int64(statement, CLASS), listed) ||
	    account < ACCOUNT_FIRST || account > UINT32_MAX)
		return;
	row->ticket =
	        ticket_key((uint32_t)account, (uint64_t)sqlite3_column_int64(statement, TICKET));
	row->at = page->next.wall;
	row->undone = sqlite3_column_int(statement, UNDONE) != 0;
	listed->confidence = (int32_t)number_at(statement, CONFIDENCE, LISTED_SURE, -1);
	if (model.len > 0)
		memcpy(listed->model, model.data, model.len);
	listed->priority_before = (enum priority)number_at(statement, BEFORE, PRIORITY_URGENT, 0);
	listed->priority_after = (enum priority)number_at(statement, AFTER, PRIORITY_URGENT, 0);
	listed->processing_ms = number_at(statement, TOOK, INT64_MAX, 0);
	listed->cost_nano = number_at(statement, COST, INT64_MAX, -1);
	take_reason(statement, page, row);
	page->count++;
}

static int read_listed(struct store_db *db, int64_t serial, struct store_listed *page)
{
	sqlite3_stmt *statement = db->statements[SQL_LISTED];

	(void)sqlite3_bind_int64(statement, 1, serial);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		take_listed(statement, page);
	(void)sqlite3_reset(statement);
	return code;
}

/* --- merging classes --- */

/* The newest row of a class that is behind the cursor. */
struct head {
	int64_t class;
	msec wall;
	int64_t serial;
};

struct search {
	struct store_db *db;
	const struct store_listed_filter *filter;
	struct head heads[CLASS_ROWS_MAX];
	size_t count;
};

static int next_class(struct store_db *db, int64_t *class)
{
	sqlite3_stmt *statement = db->statements[SQL_NEXT_CLASS];

	(void)sqlite3_bind_int64(statement, 1, *class);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*class = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	return code;
}

/* The row of the class at exactly this time, with the highest serial below that; then the newest
 * before this time. Two questions, because each is one step in the index. */
static int step_head(struct search *search, struct head *head, enum sql_statement which)
{
	sqlite3_stmt *statement = search->db->statements[which];

	(void)sqlite3_bind_int64(statement, 1, head->class);
	(void)sqlite3_bind_int64(statement, 2, head->wall);
	(void)sqlite3_bind_int64(statement, 3,
	                         which == SQL_NEXT_OF_CLASS ? head->serial : search->filter->from);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		head->wall = sqlite3_column_int64(statement, 0);
		head->serial = sqlite3_column_int64(statement, 1);
	}
	(void)sqlite3_reset(statement);
	return code;
}

/* SQLITE_ROW: `head` is the next row of its class; SQLITE_DONE: there is none. */
static int move_head(struct search *search, struct head *head)
{
	int code = SQLITE_DONE;

	if (head->wall >= search->filter->from)
		code = step_head(search, head, SQL_NEXT_OF_CLASS);
	return code == SQLITE_DONE ? step_head(search, head, SQL_FIRST_OF_CLASS) : code;
}

static int begin_search(struct search *search)
{
	const struct store_cursor *after = &search->filter->after;
	bool behind = after->set && after->wall < search->filter->to;
	int64_t class = INT64_MIN;
	int code;

	while ((code = next_class(search->db, &class)) == SQLITE_ROW) {
		struct head head = {class, behind ? after->wall : search->filter->to,
		                    behind ? after->serial : INT64_MIN};

		if (search->count == CLASS_ROWS_MAX)
			return SQLITE_DONE;
		if (!class_fits(class, search->filter))
			continue;
		code = move_head(search, &head);
		if (code == SQLITE_ROW)
			search->heads[search->count++] = head;
		else if (code != SQLITE_DONE)
			return code;
	}
	return code;
}

static struct head *newest_head(struct search *search)
{
	struct head *newest = &search->heads[0];

	for (size_t i = 1; i < search->count; i++) {
		struct head *head = &search->heads[i];

		if (head->wall > newest->wall ||
		    (head->wall == newest->wall && head->serial > newest->serial))
			newest = head;
	}
	return newest;
}

static int merge_classes(struct search *search, struct store_listed *page)
{
	int code = begin_search(search);

	while (judge_is_good(code) && search->count > 0) {
		struct head *head = newest_head(search);

		if (page->count == search->filter->limit) {
			page->more = true;
			return SQLITE_DONE;
		}
		code = read_listed(search->db, head->serial, page);
		if (judge_is_good(code))
			code = move_head(search, head);
		if (code == SQLITE_DONE)
			*head = search->heads[--search->count];
	}
	return code;
}

static enum store_result search_classes(struct store_db *db,
                                        const struct store_listed_filter *filter,
                                        struct store_listed *page, struct err *err)
{
	struct search *search = xcalloc(1, sizeof(*search));

	search->db = db;
	search->filter = filter;
	enum store_result result = judge_code(db, merge_classes(search, page), err);
	free(search);
	return result;
}

/* --- one ticket --- */

static bool is_behind(const struct store_cursor *after, msec wall, int64_t serial)
{
	return !after->set || wall < after->wall || (wall == after->wall && serial < after->serial);
}

static int read_ticket(sqlite3_stmt *statement, const struct store_listed_filter *filter,
                       struct store_listed *page)
{
	int code, looked = 0;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		msec wall = sqlite3_column_int64(statement, WALL);
		int64_t serial = sqlite3_column_int64(statement, SERIAL);

		if (!is_behind(&filter->after, wall, serial))
			continue;
		if (page->count == filter->limit || looked++ == TICKET_ROWS_LOOKED) {
			page->more = true;
			return SQLITE_DONE;
		}
		page->next = (struct store_cursor){true, wall, serial};
		if (class_fits(sqlite3_column_int64(statement, CLASS), filter))
			take_listed(statement, page);
	}
	return code;
}

static enum store_result search_ticket(struct store_db *db,
                                       const struct store_listed_filter *filter,
                                       struct store_listed *page, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_LISTED_OF_TICKET];
	const struct store_cursor *after = &filter->after;

	sql_bind_ticket(statement, filter->ticket);
	(void)sqlite3_bind_int64(statement, 3, filter->from);
	(void)sqlite3_bind_int64(statement, 4, filter->to);
	(void)sqlite3_bind_int64(statement, 5, after->set ? after->wall : INT64_MAX);
	enum store_result result = judge_code(db, read_ticket(statement, filter, page), err);
	(void)sqlite3_reset(statement);
	return result;
}

enum store_result sql_decisions(struct store_db *db, const struct store_listed_filter *filter,
                                struct store_listed *page, struct err *err)
{
	page->next = filter->after;
	return filter->ticket.id != 0 ? search_ticket(db, filter, page, err)
	                              : search_classes(db, filter, page, err);
}

/* --- forgetting --- */

/* Class by class, because there is no index by age alone. */
static int drop_older(struct store_db *db, msec before, int *dropped)
{
	sqlite3_stmt *drop = db->statements[SQL_DROP_LISTED];
	int64_t class = INT64_MIN;
	int code = SQLITE_OK;

	while (*dropped < DROP_STEP && (code = next_class(db, &class)) == SQLITE_ROW) {
		(void)sqlite3_bind_int64(drop, 1, class);
		(void)sqlite3_bind_int64(drop, 2, before);
		(void)sqlite3_bind_int(drop, 3, DROP_STEP - *dropped);
		code = sql_run(db, SQL_DROP_LISTED);
		if (!judge_is_good(code))
			return code;
		*dropped += sqlite3_changes(db->handle);
	}
	return code;
}

enum store_result sql_drop_decisions(struct store_db *db, msec before, bool *ret_more,
                                     struct err *err)
{
	int dropped = 0, code = sql_run(db, SQL_BEGIN);

	if (judge_is_good(code))
		code = drop_older(db, before, &dropped);
	*ret_more = dropped == DROP_STEP;
	return sql_end(db, code, err);
}
