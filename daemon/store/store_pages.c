/* Asks the worker for pages of the list of decisions and for series. */
#include "daemon/store/store_listed.h"

#include <stdlib.h>

#include "daemon/store/store_queue.h"

struct store_listed_filter store_listed_all(void)
{
	return (struct store_listed_filter){.status = STORE_ANY,
	                                    .root_cause = STORE_ANY,
	                                    .urgency = STORE_ANY,
	                                    .sentiment = STORE_ANY,
	                                    .by_rules = STORE_ANY,
	                                    .from = INT64_MIN,
	                                    .to = INT64_MAX,
	                                    .limit = STORE_LISTED_MAX};
}

static bool may_wait(struct store *store)
{
	if (store->pages_waiting >= STORE_PAGES_WAITING)
		return false;
	store->pages_waiting++;
	return true;
}

bool store_decisions(struct store *store, const struct store_listed_filter *filter,
                     void (*done)(void *arg, const struct store_listed_page *page), void *arg)
{
	struct task task = {.kind = TASK_PAGE, .filter = *filter, .paged = done, .arg = arg};

	ENSURE(filter->limit >= 1 && filter->limit <= STORE_LISTED_MAX);
	if (!may_wait(store))
		return false;
	store_queue_add(store, &task);
	return true;
}

bool store_series(struct store *store, msec from, msec to, msec step,
                  void (*done)(void *arg, const struct store_points *series), void *arg)
{
	struct task task = {.kind = TASK_SERIES,
	                    .from = from,
	                    .before = to,
	                    .step = step,
	                    .series_done = done,
	                    .arg = arg};

	ENSURE(from >= 0 && from <= to && step > 0);
	ENSURE(from % STATISTICS_QUARTER == 0 && to % STATISTICS_QUARTER == 0 &&
	       step % STATISTICS_QUARTER == 0);
	ENSURE((to - from + step - 1) / step <= STORE_POINTS_MAX);
	if (!may_wait(store))
		return false;
	task.quarter = statistics_quarter(from);
	task.points = xcalloc((size_t)((to - from + step - 1) / step) + 1, sizeof(*task.points));
	store_queue_add(store, &task);
	return true;
}

bool store_choices(struct store *store, msec from, msec to,
                   void (*done)(void *arg, const struct store_chosen *choices), void *arg)
{
	struct task task = {
	        .kind = TASK_CHOICES, .from = from, .before = to, .choices_done = done, .arg = arg};

	if (!may_wait(store))
		return false;
	store_queue_add(store, &task);
	return true;
}
