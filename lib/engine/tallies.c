/* The names of what is counted: they are label values of metrics. */
#include "engine/tallies.h"

const char *tallies_answer_name(enum answer_result result)
{
	static const char *const names[] = {
	        [ANSWER_ACCEPTED] = "accepted",   [ANSWER_REPAIRED] = "repaired",
	        [ANSWER_REFUSED] = "refused",     [ANSWER_INVALID] = "invalid",
	        [ANSWER_TRUNCATED] = "truncated", [ANSWER_ERROR] = "error",
	};

	return names[result];
}

const char *tallies_lookup_name(enum reuse_lookup lookup)
{
	static const char *const names[] = {
	        [REUSE_HIT] = "hit", [REUSE_MISS] = "miss", [REUSE_JOINED] = "joined"};

	return names[lookup];
}

const char *tallies_failure_name(enum failure_cause cause)
{
	static const char *const names[] = {
	        [FAILURE_ZENDESK] = "zendesk",
	        [FAILURE_MODEL] = "model",
	        [FAILURE_AUTH] = "auth",
	        [FAILURE_TIMEOUT] = "timeout",
	        [FAILURE_CONFLICT] = "conflict",
	        [FAILURE_STORE] = "store",
	        [FAILURE_UNREADABLE] = "unreadable",
	};

	return names[cause];
}

const char *tallies_skip_name(enum skip_reason reason)
{
	static const char *const names[] = {
	        [SKIP_OTHER] = "other",
	        [SKIP_ALREADY_PROCESSED] = "already_processed",
	        [SKIP_CLOSED] = "closed",
	        [SKIP_GONE] = "gone",
	        [SKIP_TAG_REMOVED] = "tag_removed",
	        [SKIP_QUARANTINED] = "quarantined",
	};

	return names[reason];
}

const char *tallies_human_name(enum human_field field)
{
	static const char *const names[] = {
	        [HUMAN_ROOT_CAUSE] = "root_cause",       [HUMAN_URGENCY] = "urgency",
	        [HUMAN_SENTIMENT] = "sentiment",         [HUMAN_PRIORITY] = "priority",
	        [HUMAN_PROCESSED_TAG] = "processed_tag",
	};

	return names[field];
}
