/* Alerts: what a person must know. An alert is raised once, and ended once when its cause is over.
 * Kind and key together identify it, so that a program that passes alerts on can tell a new alert
 * from a repeated one, and its end from that of another. */
#ifndef OBSERVE_ALERT_H
#define OBSERVE_ALERT_H

#include "ticket/key.h"

/* To add one: a name here and a row in alert.c. */
enum alert_kind {
	ALERT_ZENDESK_REFUSED,    /* Zendesk refuses our credentials */
	ALERT_ZENDESK_DOWN,       /* Zendesk does not answer */
	ALERT_TICKETS_UNREADABLE, /* a whole pass over the tickets failed */
	ALERT_TICKETS_REFUSED,    /* many tickets may not be updated, although the sign-in works */
	ALERT_MODEL_REFUSED,      /* the model's service refuses us, or has no such model */
	ALERT_MODEL_DOWN,         /* the model does not answer: rules decide */
	ALERT_MODEL_REPLACED,     /* a fallback model is in use */
	ALERT_RECORDS_FAILING,    /* the database cannot be written */
	ALERT_BULK_OFF,           /* bulk updates are given up */
	ALERT_QUARANTINED,        /* a ticket crashed the service twice */
	ALERT_AGAIN_TOO_OFTEN,    /* a ticket is ordered again and again by the tag */
	ALERT_KINDS
};

/* ALERT_NOTICE: needs no immediate action. */
enum alert_severity { ALERT_NOTICE, ALERT_WARNING, ALERT_CRITICAL };

struct alert {
	enum alert_kind kind;
	enum alert_severity severity;
	struct ticket_key key; /* the account, and the ticket if the alert is about one */
	bool over;
};

const char *alert_kind_name(enum alert_kind kind); /* "zendesk_refused", for programs */
struct alert alert_raised(enum alert_kind kind, struct ticket_key key);
struct alert alert_ended(enum alert_kind kind, struct ticket_key key);

#endif
