/* The order of a pass over more tickets than a page holds: urgent and old first over all that wait.
 *
 * Search orders by one thing only. So there is a search for each priority, the highest first, and
 * the next one when a priority is used up; each is ordered by created_at. Of each search only the
 * first page is asked for. The next one begins at the second in which the last ticket of that page
 * was created: what is tagged meanwhile shifts nothing, and Zendesk's bound of 1,000 results is
 * never met. That second is shown twice, since not all of its tickets need have been on the page.
 *
 * Where that does not lead on, the export takes over, which has no bound and no order but from new
 * to old: for the one second in which more tickets were created than a page holds (an import);
 * for the rest of the priority when results are not in order, when pages have a single ticket, and
 * when zendesk.query has terms that a slice would contradict (desk/zendesk/query.h).
 *
 * A resident engine turns back once a poll interval: with a slow model a backlog lasts for hours,
 * and what comes in meanwhile and is more urgent must not wait for its end. Those pages may be
 * asked for although less urgent tickets wait, as long as there is room for a page.
 *
 * A ticket whose priority changes meanwhile can be missed: it is found by the next pass, and a run
 * does not end without one; the stream begins before the search and shows the change. */
#include "desk/zendesk/query.h"
#include "engine/core/state.h"
#include "engine/find/find.h"

/* Whether pages of a search lead on. */
static bool has_windows(const struct engine *engine)
{
	return engine->account->find->page_size > 1 && zd_query_has_windows(engine->config);
}

static void go_on_by_export(struct engine *engine, msec before)
{
	engine->account->find->slices.now.before = before;
	buf_reset(&engine->account->find->cursor);
	engine->account->search.pass = PASS_EXPORT;
}

static void begin_slice(struct engine *engine, struct desk_slice slice)
{
	engine->account->find->slices.now = slice;
	engine->account->search.pass = PASS_SLICE;
	if (!has_windows(engine))
		go_on_by_export(engine, 0);
}

static bool go_on_where_turned(struct engine *engine)
{
	struct slices *slices = &engine->account->find->slices;

	if (!slices->turned_back)
		return false;
	slices->turned_back = false;
	slices->left = slices->left_then;
	begin_slice(engine, slices->then);
	return true;
}

/* Begins with the tickets of the next priority. False: all are used up. */
static bool next_priority(struct engine *engine)
{
	unsigned *left = &engine->account->find->slices.left;
	enum priority priority = PRIORITY_URGENT;

	if (*left == 0)
		return go_on_where_turned(engine);
	while (!(*left & 1u << priority))
		priority--;
	*left &= ~(1u << priority);
	begin_slice(engine, (struct desk_slice){.by_priority = true, .priority = priority});
	return true;
}

void slices_begin(struct engine *engine)
{
	engine->account->find->slices.left = zd_query_priorities(engine->config);
	if (!next_priority(engine))
		begin_slice(engine, (struct desk_slice){0}); /* of all tickets */
}

static void slice_over(struct engine *engine)
{
	if (!next_priority(engine))
		sift_pass_over(engine);
}

bool slices_has_more(const struct desk_page *found)
{
	return found->more && found->total > (int64_t)found->count;
}

void slices_searched(struct engine *engine, const struct desk_page *found)
{
	struct desk_slice *slice = &engine->account->find->slices.now;
	msec through = found->through - found->through % MSEC_SECOND;

	if (!slices_has_more(found) || found->count + found->unread_count == 0)
		slice_over(engine);
	else if (found->through < 0 || !has_windows(engine))
		go_on_by_export(engine, 0);
	else if (through > slice->from)
		slice->from = through;
	else
		go_on_by_export(engine, slice->from + MSEC_SECOND);
}

void slices_exported(struct engine *engine)
{
	struct desk_slice *slice = &engine->account->find->slices.now;

	if (slice->before == 0) {
		slice_over(engine);
		return;
	}
	slice->from = slice->before;
	slice->before = 0;
	engine->account->search.pass = PASS_SLICE;
}

/* Of the query's priorities, those that are more urgent than the present slice. */
static unsigned more_urgent(const struct engine *engine)
{
	const struct desk_slice *slice = &engine->account->find->slices.now;
	unsigned up_to = (1u << (slice->priority + 1)) - 1;

	return slice->by_priority ? zd_query_priorities(engine->config) & ~up_to : 0;
}

bool slices_may_turn_back(const struct engine *engine)
{
	const struct find *find = engine->account->find;

	return engine->account->search.pass == PASS_SLICE && !find->slices.turned_back &&
	       find->slices.now.before == 0 && more_urgent(engine) != 0;
}

void slices_turn_back(struct engine *engine)
{
	struct find *find = engine->account->find;
	unsigned first = more_urgent(engine);

	find->slices.turned_back = true;
	find->slices.then = find->slices.now;
	find->slices.left_then = find->slices.left;
	find->slices.left = first;
	find->next_pass = engine->now.mono + engine->config->zendesk.poll_interval;
	(void)next_priority(engine);
}
