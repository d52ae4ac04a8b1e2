/* A million rows in the list of decisions: a page costs so many steps of the database as there are
 * classes and rows in it, whatever it looks for, and however long the history is. Times are
 * printed; what is held to a bound is counted, because it is the same on any machine. */
#include <sqlite3.h>
#include <time.h>

#include "daemon/store/sqlite/db.h"
#include "daemon/store/sqlite/sql.h"
#include "daemon/store/store_listed.h"
#include "store_lab.h"

#define MILLION 1000000
/* four outcomes, each with 4 x 3 x 3 labels by a model and by rules, or without labels */
#define CLASSES (4 * (4 * 3 * 3 * 2 + 1))
/* Instructions of SQLite's machine for a step from one class or row to the next; a search by index
 * takes about 15. */
#define OF_A_STEP 40

/* Rows a second apart. Each class has its share but for those of refund, high, positive by rules:
 * two rows, at the beginning. None failed with the label feature. */
static const char rows[] =
        "DROP INDEX listed_by_class; DROP INDEX listed_of_ticket;"
        "INSERT INTO model (name) VALUES ('gpt-4o-mini');"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d),"
        " r(i, x) AS (SELECT i, (i * 2654435761) %% 4294967296 FROM n),"
        " c(i, o, cause, urgency, sentiment, who) AS (SELECT i, 1 + x %% 97 %% 4,"
        " 1 + x / 4 %% 4, 1 + x / 16 %% 3, 1 + x / 48 %% 3, 1 + x / 144 %% 2 FROM r)"
        " INSERT INTO listed (wall, account, ticket, class, undone, confidence, model,"
        " priority_was, priority_is, took, cost, reason)"
        " SELECT 1795608000000 + i * 1000, 1, i, CASE WHEN i %% 50 = 0 THEN o << 11"
        " WHEN i > 2 AND cause = 3 AND urgency = 1 AND sentiment = 1 AND who = 2 THEN 1 << 11"
        " WHEN i <= 2 THEN (((1 * 8 + 3) * 8 + 1) * 8 + 1) * 4 + 2"
        " WHEN o = 3 AND cause = 2 THEN 1 << 11 ELSE"
        " (((o * 8 + cause) * 8 + urgency) * 8 + sentiment) * 4 + who END, 0, 9000, 1, 2, 3, 3204,"
        " 62000, '' FROM c;"
        "CREATE INDEX listed_by_class ON listed (class, wall);"
        "CREATE INDEX listed_of_ticket ON listed (account, ticket, wall);";

static void fill(struct lab *lab, int count)
{
	char *text = xasprintf(rows, count), *why = NULL;
	sqlite3 *db;

	lab_new(lab);
	lab_open(lab);
	store_close(lab->store, NULL, NULL);
	lab->store = NULL;
	assert_int_equal(sqlite3_open(lab->path, &db), SQLITE_OK);
	(void)sqlite3_exec(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536", NULL, NULL,
	                   NULL);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	free(text);
}

/* --- one question, counted and measured --- */

struct cost {
	long steps;   /* instructions of SQLite's machine */
	double ms;    /* of the worker, the slowest of some */
	size_t count; /* rows that were found */
	struct store_cursor next;
};

static long steps_of(struct store_db *db)
{
	long sum = 0;

	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		sum += sqlite3_stmt_status(db->statements[i], SQLITE_STMTSTATUS_VM_STEP, 1);
	return sum;
}

static double now_ms(void)
{
	return (double)uv_hrtime() / 1e6;
}

static struct cost ask(struct store_db *db, const char *what, struct store_listed_filter filter)
{
	struct cost cost = {0};
	struct err err = {{0}};

	for (int time = 0; time < 20; time++) {
		struct store_listed page;
		double begun = now_ms();

		store_listed_init(&page);
		(void)steps_of(db);
		if (sql_decisions(db, &filter, &page, &err) != STORE_OK)
			fail_msg("%s", err.text);
		double took = now_ms() - begun;
		cost.ms = took > cost.ms ? took : cost.ms;
		cost.steps = steps_of(db);
		cost.count = page.count;
		cost.next = page.next;
		store_listed_free(&page);
	}
	print_message("%-44s %4zu rows %7ld instructions, at most %6.2f ms\n", what, cost.count,
	              cost.steps, cost.ms);
	return cost;
}

static struct store_db *open_db(const struct lab *lab)
{
	struct store_db *db;
	struct err err = {{0}};

	if (store_sqlite.claim(lab->path, &db, &err) < 0 || store_sqlite.open(db, &err) != STORE_OK)
		fail_msg("%s", err.text);
	return db;
}

static void close_db(struct store_db *db)
{
	store_sqlite.close(db);
	store_sqlite.release(db);
}

/* --- the questions --- */

#define QUESTIONS 9

static void ask_all(struct store_db *db, int rows_there, struct cost costs[QUESTIONS])
{
	struct store_listed_filter any = store_listed_all(), rare = any, none = any, late = any,
	                           early = any, deep = any, ticket = any, stranger = any,
	                           failed = any;
	msec begin = 1795608000000, end = begin + (msec)rows_there * 1000;

	rare.root_cause = CAUSE_REFUND;
	rare.urgency = URGENCY_HIGH;
	rare.sentiment = SENTIMENT_POSITIVE;
	rare.by_rules = 1;
	rare.status = OUTCOME_SUCCESS;
	none.status = OUTCOME_ERROR;
	none.root_cause = CAUSE_FEATURE;
	late.from = end + 1000;
	early.to = begin;
	deep.after = (struct store_cursor){true, begin + (msec)rows_there * 500, 1};
	ticket.ticket = TICKET(4711);
	stranger.ticket = TICKET(MILLION + 1);
	failed.status = OUTCOME_ERROR;
	costs[0] = ask(db, "all, the newest", any);
	costs[1] = ask(db, "labels that two tickets have, the oldest", rare);
	costs[2] = ask(db, "labels that no ticket has", none);
	costs[3] = ask(db, "after the newest: none", late);
	costs[4] = ask(db, "before the oldest: none", early);
	costs[5] = ask(db, "behind half of all", deep);
	costs[6] = ask(db, "one ticket", ticket);
	costs[7] = ask(db, "a ticket that is not there", stranger);
	costs[8] = ask(db, "what failed, the newest", failed);
}

static void a_page_costs_what_it_holds_and_not_what_there_is(void **state)
{
	static const size_t found[QUESTIONS] = {
	        STORE_LISTED_MAX, 2, 0, 0, 0, STORE_LISTED_MAX, 1, 0, STORE_LISTED_MAX};
	struct cost few[QUESTIONS], many[QUESTIONS];
	struct lab small, large;
	struct store_db *db;
	double begun = now_ms();

	fill(&small, 20000);
	db = open_db(&small);
	ask_all(db, 20000, few);
	close_db(db);
	lab_free(&small);
	fill(&large, MILLION);
	print_message("a million rows in %.1f s\n", (now_ms() - begun) / 1000);
	db = open_db(&large);
	ask_all(db, MILLION, many);
	for (size_t i = 0; i < QUESTIONS; i++) {
		assert_int_equal(many[i].count, found[i]);
		assert_true(many[i].steps <= OF_A_STEP * (long)(3 * CLASSES + 3 * many[i].count));
		assert_true(many[i].steps <= few[i].steps + few[i].steps / 10 + 100);
	}
	close_db(db);
	lab_free(&large);
}

/* All rows have one moment, as after a stop of the clock. */
static void rows_of_one_moment_cost_no_more(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct store_db *db;
	struct cost cost;
	struct lab lab;
	sqlite3 *raw;

	fill(&lab, 50000);
	assert_int_equal(sqlite3_open(lab.path, &raw), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(raw, "UPDATE listed SET wall = 1795608000000", NULL, NULL, NULL),
	        SQLITE_OK);
	assert_int_equal(sqlite3_close(raw), SQLITE_OK);
	db = open_db(&lab);
	for (int page = 0; page < 5; page++) {
		cost = ask(db, "of one moment", filter);
		assert_int_equal(cost.count, STORE_LISTED_MAX);
		assert_true(cost.steps <= OF_A_STEP * (long)(3 * CLASSES + 3 * STORE_LISTED_MAX));
		filter.after = cost.next;
	}
	close_db(db);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_page_costs_what_it_holds_and_not_what_there_is),
	        cmocka_unit_test(rows_of_one_moment_cost_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
