/* The kinds of alerts with their names and severities. */
#include "observe/alert.h"

static const struct {
	const char *name;
	enum alert_severity severity;
} kinds[ALERT_KINDS] = {
        [ALERT_ZENDESK_REFUSED] = {"zendesk_refused", ALERT_CRITICAL},
        [ALERT_ZENDESK_DOWN] = {"zendesk_down", ALERT_CRITICAL},
        [ALERT_TICKETS_UNREADABLE] = {"tickets_unreadable", ALERT_CRITICAL},
        [ALERT_TICKETS_REFUSED] = {"tickets_refused", ALERT_WARNING},
        [ALERT_MODEL_REFUSED] = {"model_refused", ALERT_CRITICAL},
        [ALERT_MODEL_DOWN] = {"model_down", ALERT_WARNING},
        [ALERT_MODEL_REPLACED] = {"model_replaced", ALERT_WARNING},
        [ALERT_RECORDS_FAILING] = {"records_failing", ALERT_CRITICAL},
        [ALERT_BULK_OFF] = {"bulk_off", ALERT_NOTICE},
        [ALERT_QUARANTINED] = {"quarantined", ALERT_WARNING},
        [ALERT_AGAIN_TOO_OFTEN] = {"again_too_often", ALERT_NOTICE},
};

const char *alert_kind_name(enum alert_kind kind)
{
	ENSURE(kind < ALERT_KINDS);
	return kinds[kind].name;
}

struct alert alert_raised(enum alert_kind kind, struct ticket_key key)
{
	ENSURE(kind < ALERT_KINDS);
	return (struct alert){.kind = kind, .severity = kinds[kind].severity, .key = key};
}

struct alert alert_ended(enum alert_kind kind, struct ticket_key key)
{
	struct alert alert = alert_raised(kind, key);

	alert.over = true;
	return alert;
}
