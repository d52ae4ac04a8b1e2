/* Keeps and adds up what the engine told of each ticket of a plan. */
#include "daemon/run/undo_job.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define GROUPS_MAX 24
#define PAGE 100

struct undo_job *undo_job_new(uint64_t number)
{
	struct undo_job *job = xcalloc(1, sizeof(*job));

	job->number = number;
	list_init(&job->node);
	map_init(&job->by_id);
	return job;
}

void undo_job_free(struct undo_job *job)
{
	list_remove(&job->node);
	for (size_t i = 0; i < job->count; i++)
		free(job->entries[i].reason);
	free(job->entries);
	map_free(&job->by_id);
	free(job);
}

bool undo_job_add(struct undo_job *job, uint64_t id, size_t most)
{
	if (map_get(&job->by_id, id, NULL))
		return true;
	if (job->count >= most)
		return false;
	if (job->count == job->cap) {
		job->cap = job->cap == 0 ? 64 : 2 * job->cap;
		job->entries = xrealloc(job->entries, job->cap * sizeof(*job->entries));
	}
	job->entries[job->count++] = (struct undo_entry){.id = id};
	map_put(&job->by_id, id, job->count);
	return true;
}

bool undo_job_tell(struct undo_job *job, uint64_t id, const struct undone *undone)
{
	const struct undo_end *end = &undone->end;
	uint64_t place;

	if (!map_get(&job->by_id, id, &place))
		return false;
	struct undo_entry *entry = &job->entries[place - 1];
	if (entry->told)
		return true;
	free(entry->reason);
	entry->reason = end->reason != NULL && end->reason[0] != '\0' ? xstrdup(end->reason) : NULL;
	entry->told = true;
	entry->result = end->result;
	entry->fate = end->priority_fate;
	entry->removed = end->removed.count;
	entry->gone = end->gone.count;
	entry->note = end->note_stays;
	job->told++;
	return true;
}

struct ticket_key *undo_job_chosen(const struct undo_job *job, size_t *ret_count)
{
	struct ticket_key *tickets = xcalloc(job->count + 1, sizeof(*tickets));
	size_t count = 0;

	for (size_t i = 0; i < job->count; i++)
		if (job->entries[i].result == UNDO_DONE)
			tickets[count++] = ticket_key(ACCOUNT_FIRST, job->entries[i].id);
	*ret_count = count;
	return tickets;
}

void undo_job_begin(struct undo_job *job, int64_t now)
{
	job->state = UNDO_WORKING;
	job->began = now;
	job->told = 0;
	for (size_t i = 0; i < job->count; i++) {
		struct undo_entry *entry = &job->entries[i];

		entry->planned = entry->result == UNDO_DONE;
		entry->told = !entry->planned;
		job->told += entry->told;
	}
}

/* --- as JSON --- */

/* Tickets that are left alone, as a whole or in part, for one reason. */
struct group {
	const char *what, *why;
	struct buf ids;
	size_t count;
};

struct groups {
	struct group items[GROUPS_MAX];
	size_t count;
};

/* What does not fit is under the last reason. */
static void add_to_group(struct groups *groups, const char *what, const char *why, uint64_t id)
{
	size_t i = 0;

	while (i < groups->count &&
	       (strcmp(groups->items[i].what, what) != 0 || strcmp(groups->items[i].why, why) != 0))
		i++;
	if (i == GROUPS_MAX)
		i--;
	struct group *group = &groups->items[i];
	if (i == groups->count) {
		*group = (struct group){.what = what, .why = why};
		buf_init(&group->ids, 1024 * 1024);
		groups->count++;
	}
	buf_printf(&group->ids, "%s%llu", group->count++ > 0 ? "," : "", (unsigned long long)id);
}

static const char *reason_of(const struct undo_entry *entry)
{
	if (entry->reason != NULL)
		return entry->reason;
	return entry->result == UNDO_NOTHING ? "nothing of ours is left on it" : "unknown";
}

static void group_entry(struct groups *groups, const struct undo_entry *entry)
{
	if (entry->result != UNDO_DONE) {
		add_to_group(groups, "whole ticket", reason_of(entry), entry->id);
		return;
	}
	if (entry->fate == UNDO_PRIORITY_CHANGED)
		add_to_group(groups, "priority", "someone changed it after us", entry->id);
	if (entry->fate == UNDO_PRIORITY_WAS_NONE)
		add_to_group(groups, "priority",
		             "there was none before, and Zendesk cannot take one away", entry->id);
	if (entry->gone > 0)
		add_to_group(groups, "tags", "someone took them off already", entry->id);
}

static void add_groups(struct buf *json, struct groups *groups)
{
	json_add_key(json, "left");
	buf_putc(json, '[');
	for (size_t i = 0; i < groups->count; i++) {
		struct group *group = &groups->items[i];

		json_add_comma(json);
		buf_putc(json, '{');
		json_add_member(json, "what", str_of(group->what));
		json_add_member(json, "why", str_of(group->why));
		json_add_member_int(json, "count", (int64_t)group->count);
		json_add_key(json, "tickets");
		buf_printf(json, "[%s]}", buf_cstr(&group->ids));
		buf_free(&group->ids);
	}
	buf_putc(json, ']');
}

/* A page is read and written by one request each; one to four tickets are written one by one. What
 * a job takes at Zendesk is asked for once or twice. */
static void add_estimate(struct buf *json, size_t change)
{
	size_t pages = (change + PAGE - 1) / PAGE;
	size_t requests = change <= 4 ? pages + change : 3 * pages + 1;
	size_t seconds = change <= 4 ? 5 : (10 + change / 5 + 9) / 10 * 10;

	json_add_member_int(json, "requests", change == 0 ? 0 : (int64_t)requests);
	json_add_member_int(json, "seconds", change == 0 ? 0 : (int64_t)seconds);
}

void undo_job_json(const struct undo_job *job, struct buf *json)
{
	static const char *const states[] = {"selecting", "reading", "planned", "working", "over"};
	size_t change = 0, tags = 0, priorities = 0, notes = 0, planned = 0;
	struct groups groups = {.count = 0};

	for (size_t i = 0; i < job->count; i++) {
		const struct undo_entry *entry = &job->entries[i];

		planned += entry->planned;
		if (!entry->told || (job->state >= UNDO_WORKING && !entry->planned))
			continue;
		group_entry(&groups, entry);
		if (entry->result != UNDO_DONE)
			continue;
		change++;
		tags += entry->removed;
		priorities += entry->fate == UNDO_PRIORITY_BACK;
		notes += entry->note;
	}
	buf_putc(json, '{');
	json_add_member_int(json, "job", (int64_t)job->number);
	json_add_member(json, "state", str_of(states[job->state]));
	json_add_member_bool(json, "forget", job->forget);
	json_add_member_int(json, "asked", (int64_t)job->count);
	json_add_member_int(json, "told", (int64_t)job->told);
	json_add_member_int(json, "planned", (int64_t)planned);
	json_add_member_int(json, job->state < UNDO_WORKING ? "would_change" : "undone",
	                    (int64_t)change);
	json_add_member_int(json, "tags", (int64_t)tags);
	json_add_member_int(json, "priorities", (int64_t)priorities);
	json_add_member_int(json, "notes_that_stay", (int64_t)notes);
	if (job->state < UNDO_WORKING)
		add_estimate(json, change);
	if (job->state == UNDO_OVER)
		json_add_member_int(json, "took_ms", job->ended - job->began);
	add_groups(json, &groups);
	buf_putc(json, '}');
}
